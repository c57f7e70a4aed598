# SPDX-License-Identifier: Apache-2.0
"""What of cases/ Django's admin shows: categories, conditions, limits, routes and calendars, all dated. No case, no person.

How these pages keep to roles and to the log is `people.configuration`; what each change does is `configure`.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from anlan.base.clock import now
from anlan.cases import configure
from anlan.cases.models import Category, Condition, LimitRow, RouteRow
from anlan.people.changes import Change, change_configuration
from anlan.people.configuration import ConfigurationAdmin, Doing, actor, site
from anlan.people.may import Role
from anlan.people.models import PendingChange
from anlan.places.calendars import DayKind, Unit
from anlan.places.models import CalendarVersion
from anlan.places.rows import BadFile
from anlan.places.versions import read_days


def _ask(form: Doing, change: Change, data: dict[str, Any]) -> str:
    made = change_configuration(change.key, data, by=actor(form.request), at=now())
    return str(_("It waits for a second person.") if isinstance(made, PendingChange) else _("Done."))


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """Form data as the change takes it: keys of rows instead of rows, days as text."""
    return {
        key: value.pk if hasattr(value, "pk") else value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in data.items()
    }


class NewCategory(Doing):
    """Adds a category, or a new row of one from a day on."""

    class Meta:
        """What is asked."""

        model = Category
        fields = ("scheme", "version", "code", "name", "name_en", "group", "urgent", "valid_from")

    def do(self, data: dict[str, Any]) -> str:
        """Through the change that writes the log."""
        return _ask(self, configure.ADD_CATEGORY, _plain(data))


class OldCategory(Doing):
    """Ends a category."""

    class Meta:
        """What may change."""

        model = Category
        fields = ("valid_to",)

    def do(self, data: dict[str, Any]) -> str:
        """Through the change that writes the log."""
        return _ask(self, configure.END_CATEGORY, {"category": self.instance.pk, **_plain(data)})


@admin.register(Category, site=site)
class CategoryAdmin(ConfigurationAdmin):
    """Categories by scheme, version and code."""

    changers = frozenset({Role.SYSTEM_ADMIN})
    adds_with, changes_with = NewCategory, OldCategory
    list_display = (
        "scheme",
        "version",
        "code",
        "name",
        "name_en",
        "group",
        "urgent",
        "valid_from",
        "valid_to",
    )
    list_filter = ("scheme", "group", "urgent")
    search_fields = ("code", "name", "name_en")
    ordering = ("scheme", "code", "valid_from")


class NewCondition(Doing):
    """Adds a registration condition."""

    class Meta:
        """What is asked."""

        model = Condition
        fields = ("category", "code", "name", "name_en", "closing", "closing_en")

    def do(self, data: dict[str, Any]) -> str:
        """Through the change that writes the log."""
        return _ask(self, configure.ADD_CONDITION, _plain(data))


@admin.register(Condition, site=site)
class ConditionAdmin(ConfigurationAdmin):
    """Conditions: what registers a case of a category, and what must be true to close it."""

    changers = frozenset({Role.SYSTEM_ADMIN})
    adds_with = NewCondition
    list_display = ("category", "code", "name", "name_en", "closing", "closing_en")
    search_fields = ("name", "name_en", "category__code", "category__name")
    ordering = ("category__scheme", "category__code", "code")
    autocomplete_fields = ("category",)


class Wide(Doing):
    """A row may hold for every category, condition or group: what is left empty narrows nothing."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Leaves those fields free."""
        super().__init__(*arguments, **named)
        for key in ("category", "condition", "group"):
            if key in self.fields:
                self.fields[key].required = False


class NewLimit(Wide):
    """A limit from a day on; the one before it ends that day. A second person decides."""

    unit = forms.ChoiceField(choices=[(unit.value, unit.value) for unit in Unit])

    class Meta:
        """What is asked."""

        model = LimitRow
        fields = ("procedure", "stage", "category", "condition", "area", "n", "unit", "valid_from")

    def do(self, data: dict[str, Any]) -> str:
        """Through the change that writes the log."""
        return _ask(self, configure.SET_LIMIT, _plain(data))


@admin.register(LimitRow, site=site)
class LimitAdmin(ConfigurationAdmin):
    """Limits; 0 as the area holds everywhere, a place's own row wins there."""

    changers = frozenset({Role.SYSTEM_ADMIN})
    adds_with = NewLimit
    list_display = (
        "procedure",
        "stage",
        "category",
        "condition",
        "area",
        "n",
        "unit",
        "valid_from",
        "valid_to",
    )
    list_filter = ("procedure", "stage", "unit")
    list_select_related = ("category", "condition")
    ordering = ("procedure", "stage", "pk")
    autocomplete_fields = ("category", "condition")


class NewRoute(Wide):
    """A route from a day on; the one before it ends that day. A second person decides."""

    class Meta:
        """What is asked."""

        model = RouteRow
        fields = ("procedure", "group", "category", "area", "target", "why", "why_en", "valid_from")

    def do(self, data: dict[str, Any]) -> str:
        """Through the change that writes the log."""
        return _ask(self, configure.SET_ROUTE, _plain(data))


@admin.register(RouteRow, site=site)
class RouteAdmin(ConfigurationAdmin):
    """Routes: who handles what, where, and why."""

    changers = frozenset({Role.SYSTEM_ADMIN})
    adds_with = NewRoute
    list_display = ("procedure", "group", "category", "area", "target", "why", "valid_from", "valid_to")
    list_filter = ("procedure", "group")
    list_select_related = ("category",)
    ordering = ("procedure", "group", "pk")
    autocomplete_fields = ("category",)


class NewCalendar(Doing):
    """The next version of a calendar: days that their weekday does not tell. A second person decides."""

    days = forms.CharField(
        widget=forms.Textarea,
        required=False,
        help_text=_("One a line: date,kind with kind one of %(kinds)s. First line: date,kind.")
        % {"kinds": ", ".join(DayKind)},
    )

    class Meta:
        """What is asked."""

        model = CalendarVersion
        fields = ("calendar", "horizon", "why")

    def clean_days(self) -> dict[str, str]:
        """The days, by date. Raises ValidationError with every bad line."""
        try:
            found = read_days(self.cleaned_data["days"])
        except BadFile as bad:
            raise forms.ValidationError(str(bad)) from None
        return {day.isoformat(): str(kind) for day, kind in found.items()}

    def do(self, data: dict[str, Any]) -> str:
        """Through the change that writes the log."""
        return _ask(self, configure.ADD_CALENDAR, _plain(data))


@admin.register(CalendarVersion, site=site)
class CalendarAdmin(ConfigurationAdmin):
    """Working calendars, version by version."""

    changers = frozenset({Role.SYSTEM_ADMIN})
    adds_with = NewCalendar
    list_display = ("calendar", "version", "horizon", "hours", "weekend", "why", "at")
    ordering = ("calendar", "-version")
