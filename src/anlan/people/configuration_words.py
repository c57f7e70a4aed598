# SPDX-License-Identifier: Apache-2.0
"""What the configuration pages call things: fields, and the words kept in them, in the reader's language.

The words stand here and not in the models because they belong to these pages alone: other pages say the same fields
differently, and a changed word needs no migration.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.contrib import admin
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.people.may import Role
from anlan.people.models import OrganisationKind
from anlan.people.seed import DEPARTMENTS

FIELDS: Mapping[str, Any] = {
    "about": _("about the account"),
    "account": _("account"),
    "actions": _("actions"),
    "after": _("after"),
    "area": _("place code (0 is everywhere)"),
    "asked_at": _("asked at"),
    "asked_by": _("asked by"),
    "at": _("when"),
    "before": _("before"),
    "calendar": _("calendar"),
    "category": _("category"),
    "closing": _("closes when, in Chinese"),
    "closing_en": _("closes when, in English"),
    "code": _("code"),
    "condition": _("condition"),
    "data": _("data"),
    "days": _("days"),
    "decided_at": _("decided at"),
    "decided_by": _("decided by"),
    "department": _("department"),
    "deputy_for": _("deputy for"),
    "ended_at": _("ended at"),
    "expires_at": _("expires at"),
    "group": _("kind"),
    "horizon": _("known up to"),
    "hours": _("hours of work"),
    "is_active": _("may sign in"),
    "key": _("key"),
    "kind": _("kind of organisation"),
    "label": _("what for"),
    "made_at": _("made at"),
    "n": _("number"),
    "name": _("name in Chinese"),
    "name_en": _("name in English"),
    "organisation": _("organisation"),
    "phone": _("phone"),
    "place": _("place"),
    "post": _("post"),
    "post_id": _("post number"),
    "procedure": _("procedure"),
    "procedures": _("procedures"),
    "published_name": _("name shown to everybody"),
    "published_phone": _("phone of work shown to everybody"),
    "role": _("role"),
    "scheme": _("scheme"),
    "seq": _("line"),
    "stage": _("limit of"),
    "state": _("state"),
    "target": _("who handles it"),
    "term": _("term"),
    "unit": _("unit"),
    "upper": _("organisation above"),
    "urgent": _("urgent"),
    "used_at": _("last sign-in"),
    "username": _("name for signing in"),
    "valid_from": _("from"),
    "valid_to": _("up to, not including"),
    "version": _("version"),
    "weekend": _("days off in the week"),
    "what": _("what"),
    "where": _("where"),
    "why": _("why"),
    "why_en": _("why, in English"),
}
PERSON = {"name": _("name")}
"""A person has one name, whatever the language."""
KINDS: Mapping[str, Any] = {
    OrganisationKind.VILLAGE_COMMITTEE: _("village committee"),
    OrganisationKind.TOWN_ROOM: _("town room"),
    OrganisationKind.COUNTY_CENTRE: _("county centre"),
    OrganisationKind.COUNTY_DEPARTMENT: _("county department"),
    OrganisationKind.CITY_SUPERVISION: _("city supervision"),
    OrganisationKind.PROVINCE_SUPERVISION: _("province supervision"),
    OrganisationKind.OUTSIDE_UNIT: _("outside unit"),
}
STATES: Mapping[str, Any] = {
    "waiting": _("waiting"),
    "approved": _("approved"),
    "refused": _("turned down"),
}
CHANGES: Mapping[str, Any] = {
    "organisation.add": _("add an organisation"),
    "organisation.change": _("change an organisation"),
    "organisation.end": _("end an organisation"),
    "places.reform": _("change the divisions"),
    "post.grant": _("grant a post"),
    "post.publish": _("publish a contact of work"),
    "category.add": _("add a category"),
    "category.end": _("end a category"),
    "condition.add": _("add a condition"),
    "limit.set": _("set a limit"),
    "route.set": _("set a route"),
    "calendar.version": _("next version of a calendar"),
    "places.import": _("take in places"),
    "places.boundaries": _("take in boundaries"),
    "account.change_password": _("change one's own password"),
}
DJANGOS_OWN = (_("Add link"), _("Change or view list link"), _("Model name"))
"""Words of Django's admin that its own Chinese lacks."""

Say = Callable[[Any], str]


def among(words: Mapping[str, Any]) -> Say:
    """Says a value by these words; one that they do not have stands as it is."""
    return lambda value: str(words.get(value, value))


def say_role(value: Any) -> str:
    """A role in the reader's language."""
    return Role(value).in_language(get_language() or "zh") if value in set(Role) else str(value)


def say_department(value: Any) -> str:
    """A department by its short name, in English by its word."""
    known = DEPARTMENTS.get(value)
    return known[0] if known and (get_language() or "zh").startswith("zh") else str(value).replace("_", " ")


class _Said(admin.FieldListFilter):
    """Words instead of values in a list's filter."""

    say: Say

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.say = given[4].values[given[0].name]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """As Django's, said."""
        for n, choice in enumerate(super().choices(changelist)):
            yield choice if n == 0 else {**choice, "display": self.say(choice["display"])}


class SaidValues(_Said, admin.AllValuesFieldListFilter):
    """A filter on the values there are."""
