# SPDX-License-Identifier: Apache-2.0
"""What of cases/ Django's admin shows: categories, conditions, limits, routes and calendars, all dated, and places to look up. No case, no person.

How these pages keep to roles and to the log is `people.configuration`; what each change does is `configure`.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.base.clock import now
from anlan.cases import configure, registry
from anlan.cases.define import Words
from anlan.cases.models import Category, Condition, LimitRow, RouteRow
from anlan.people.changes import Change, change_configuration
from anlan.people.configuration import ConfigurationAdmin, Doing, actor, site
from anlan.people.configuration_words import DATA, FIELDS, KINDS, among, say_department, say_level
from anlan.people.may import Role
from anlan.people.models import Organisation, PendingChange
from anlan.places import find
from anlan.places.calendars import DayKind, Unit
from anlan.places.codes import DIGITS
from anlan.places.models import CalendarVersion, Place, PlaceCode
from anlan.places.rows import BadFile
from anlan.places.versions import read_days

DAYS = {
    DayKind.WORKDAY.value: _("workday"),
    DayKind.WEEKEND.value: _("day off in the week"),
    DayKind.HOLIDAY.value: _("holiday"),
    DayKind.MAKE_UP.value: _("worked in exchange"),
}
UNITS = {
    Unit.HOUR.value: _("hours, day and night"),
    Unit.DAY.value: _("calendar days"),
    Unit.WORKING_HOUR.value: _("working hours"),
    Unit.WORKING_DAY.value: _("working days"),
}


def _say(words: Words | None, value: Any) -> str:
    return words.in_language(get_language() or "zh") if words else str(value)


def say_procedure(value: Any) -> str:
    """A procedure by its words."""
    found = registry.newest().get(value)
    return _say(found.words if found else None, value)


def stages() -> list[str]:
    """What limits can be set for."""
    procedures = registry.newest().values()
    clocks = (clock.key for each in procedures for clock in each.clocks)
    within = (action.key for each in procedures for action in each.actions if action.within)
    return [*dict.fromkeys((*clocks, *within))]


def groups() -> list[str]:
    """The plain kinds."""
    return [*dict(_kinds())]


def _kinds() -> list[tuple[str, Words]]:
    return [
        choice
        for each in registry.newest().values()
        for action in each.openings()
        for field in action.fields
        if field.key == "kind"
        for choice in field.choices
    ]


def say_stage(value: Any) -> str:
    """What a limit is for: the clock of any procedure that has this stage, or what a party may do for a while after closing."""
    procedures = registry.newest().values()
    named = {action.key: action.words for each in procedures for action in each.actions if action.within}
    named |= {clock.key: clock.words for each in procedures for clock in each.clocks}
    return str(_("reopening")) if value == "reopen" else _say(named.get(str(value)), value)


def say_group(value: Any) -> str:
    """A group of categories by the words with which it is offered to who reports."""
    return _say(dict(_kinds()).get(value), value)


def say_target(value: Any) -> str:
    """Whom a route names."""
    sort, _sep, word = str(value).partition(":")
    if sort == "organisation":
        found = Organisation.objects.filter(pk=word).first() if word.isdecimal() else None
        return str(found or value)
    return say_department(word) if sort == "department" else str(KINDS.get(word, value))


DATA.update(
    procedure=say_procedure,
    stage=say_stage,
    group=say_group,
    target=say_target,
    unit=among(UNITS),
    category=lambda value: str(Category.objects.filter(pk=value).first() or value),
    condition=lambda value: str(Condition.objects.filter(pk=value).first() or value),
    days=lambda days: ", ".join(f"{day} {among(DAYS)(kind)}" for day, kind in days.items()),
)


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

    called = _("category"), _("Categories")
    values = {"group": say_group}
    options = {"group": groups}
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

    called = _("condition"), _("Conditions")
    list_select_related = ("category",)
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

    unit = forms.ChoiceField(label=FIELDS["unit"], choices=list(UNITS.items()))

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

    called = _("limit"), _("Limits")
    values = {"procedure": say_procedure, "stage": say_stage, "unit": among(UNITS)}
    options = {"procedure": registry.newest, "stage": stages}
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

    def in_full(self, row: LimitRow) -> str:
        """What it is for and how long."""
        return f"{say_stage(row.stage)} · {row.n} {among(UNITS)(row.unit)}"


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

    called = _("route"), _("Routes")
    values = {"procedure": say_procedure, "group": say_group, "target": say_target}
    options = {"procedure": registry.newest, "group": groups}
    changers = frozenset({Role.SYSTEM_ADMIN})
    adds_with = NewRoute
    list_display = ("procedure", "group", "category", "area", "target", "reason", "valid_from", "valid_to")
    list_filter = ("procedure", "group")
    list_select_related = ("category",)
    ordering = ("procedure", "group", "pk")
    autocomplete_fields = ("category",)

    @admin.display(description=_("why"))
    def reason(self, row: RouteRow) -> str:
        """Why, in the reader's language."""
        return str(row)


class NewCalendar(Doing):
    """The next version of a calendar: days that their weekday does not tell. A second person decides."""

    days = forms.CharField(
        label=FIELDS["days"],
        widget=forms.Textarea,
        required=False,
        help_text=format_lazy(
            _("One a line: date,kind with kind one of {kinds}. First line: date,kind."),
            kinds=", ".join(DayKind),
        ),
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

    called = _("version of a calendar"), _("Calendars")
    changers = frozenset({Role.SYSTEM_ADMIN})
    adds_with = NewCalendar
    list_display = ("calendar", "version", "horizon", "hours", "weekend", "why", "at")
    ordering = ("calendar", "-version")


@admin.register(Place, site=site)
class PlaceAdmin(ConfigurationAdmin):
    """Places, to look at: they change by `anlan reform` and `anlan setup`."""

    called = _("place"), _("Places")
    values = {"level": say_level}
    list_display = ("name", "name_en", "level", "code", "valid_from", "valid_to")
    list_filter = ("level",)
    search_fields = ("name", "name_en", "codes__source")
    ordering = ("level", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Place]:
        """With the code that each has now."""
        codes = PlaceCode.objects.filter(place=OuterRef("pk"), valid_to=None)
        written = Coalesce(NullIf("source", Value("", output_field=TextField())), Cast("code", TextField()))
        rows: QuerySet[Place] = super().get_queryset(request)
        return rows.annotate(coded=codes.annotate(w=written).values("w"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By name, or by the beginning of a code."""
        if not (search_term.isascii() and search_term.isdecimal() and len(search_term) <= DIGITS):
            return super().get_search_results(request, queryset, search_term)
        low, high = (int(search_term.ljust(DIGITS, digit)) for digit in "09")
        within = Q(code__gte=low, code__lte=high, source="") | Q(source__startswith=search_term)
        return queryset.filter(pk__in=PlaceCode.objects.filter(within, valid_to=None).values("place")), False

    def in_full(self, row: Place) -> str:
        """With the places around it."""
        return find.full_path(row.pk, language=get_language() or "zh", skip=1) or str(row)

    @admin.display(description=_("code"))
    def code(self, row: Any) -> str:
        """As whoever set it up wrote it."""
        return str(row.coded or "")
