# SPDX-License-Identifier: Apache-2.0
"""What the configuration pages call things: fields, and the words kept in them, in the reader's language.

The words stand here and not in the models because they belong to these pages alone: other pages say the same fields
differently, and a changed word needs no migration.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.utils.dateparse import parse_datetime
from django.utils.formats import localize
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import NotFound
from anlan.people.may import Role
from anlan.people.models import Account, Organisation, OrganisationKind, Post
from anlan.people.seed import DEPARTMENTS
from anlan.places import find
from anlan.places.codes import Level
from anlan.places.region import region

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
    "data": _("what is asked for"),
    "days": _("days"),
    "decided_at": _("decided at"),
    "decided_by": _("decided by"),
    "department": _("department"),
    "deputy_for": _("deputy for"),
    "ended_at": _("ended at"),
    "erase_at": _("to be erased since"),
    "expires_at": _("expires at"),
    "group": _("kind"),
    "horizon": _("known up to"),
    "heard_on": _("last heard of"),
    "hours": _("hours of work"),
    "is_active": _("may sign in"),
    "key": _("key"),
    "kind": _("kind of organisation"),
    "label": _("what for"),
    "level": _("level"),
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
    "since": _("from"),
    "stage": _("limit of"),
    "state": _("state"),
    "target": _("who handles it"),
    "term": _("term"),
    "told_at": _("was told to erase"),
    "unit": _("unit"),
    "until": _("up to, not including"),
    "upper": _("organisation above"),
    "urgent": _("urgent"),
    "used_at": _("last sign-in"),
    "username": _("name for signing in"),
    "valid_from": _("from"),
    "valid_to": _("up to, not including"),
    "version": _("version"),
    "waiting": _("acts it has still to send"),
    "weekend": _("days off in the week"),
    "what": _("what"),
    "where": _("where"),
    "why": _("why"),
    "why_en": _("why, in English"),
}
DATES: Mapping[str, Any] = {
    "valid_from": _("The first day on which it holds."),
    "valid_to": _("The first day on which it no longer holds; tomorrow at the earliest."),
}
PARTS: Sequence[tuple[Any, Mapping[str, Any]]] = (
    (
        _("People and offices"),
        {
            "organisation": _(
                "Offices that take, handle or oversee what is reported. An office that ends hands its open cases to its successors."
            ),
            "account": _(
                "A way to sign in for each person who works here. What they may do is said by their posts."
            ),
            "post": _(
                "Who works where, as what, and from when to when. A new post waits for a second administrator."
            ),
            "pendingchange": _(
                "What a second person must approve before it holds: posts, limits, routes, calendars. Tick, choose, go."
            ),
        },
    ),
    (
        _("What is reported, and by whom it is settled"),
        {
            "category": _(
                "What is reported, under which plain kind residents find it, and whether it is urgent."
            ),
            "condition": _(
                "When a case of a category is registered, and what must be true before it may be closed."
            ),
            "limitrow": _(
                "How long each step may take. A new limit waits for a second person and holds for cases dispatched afterwards."
            ),
            "routerow": _(
                "Which office handles what, and the reason that residents read. A new route waits for a second person."
            ),
        },
    ),
    (
        _("Time and places"),
        {
            "calendarversion": _(
                "Working days, holidays and hours by which limits are counted. Add the next year before the present one ends."
            ),
            "place": _(
                "Districts, towns, villages and grids, to look up. They are loaded and reformed on the machine: anlan setup, anlan reform."
            ),
        },
    ),
    (
        _("Watching"),
        {
            "token": _("Programs that act for a post, and until when."),
            "terminal": _(
                "Phones with the field app. A lost one is ended and erases what it holds when it next asks; where it is, nobody is told."
            ),
            "adminline": _(
                "Every change of the configuration, who made it and what it was before. Nothing can be taken out of it."
            ),
            "boundaryrefusal": _("Attempts to turn this system into a register of people, all refused."),
        },
    ),
)
"""The first page: what it lists under which headings, in the order of the work, each with what it is for."""
PURPOSES: Mapping[str, Any] = {model: words for _title, models in PARTS for model, words in models.items()}
HINTS: Mapping[str, Mapping[str, Any]] = {
    "organisation": {
        **DATES,
        "key": _("A short word of its own in files and programs, as town:330106004. It never changes."),
        "kind": _("What it is never changes either: it ends, and another begins."),
        "department": _("Only for a county department: routes name it by this."),
        "place": _("Where it works. Type a name or a code."),
        "upper": _("Where its work goes when nobody is there."),
        "phone": _("What residents call."),
    },
    "account": {
        "username": _("Small letters, digits, dots and dashes, as zhang.san."),
        "name": _("As colleagues call this person."),
    },
    "post": {
        "place": _("Left empty, the place of the organisation."),
        "valid_from": _("Left empty, at once."),
        "valid_to": _("Left empty, until somebody ends it. A deputy needs an end."),
        "deputy_for": _("Whose post this person stands in for; else leave it empty."),
        "published_name": _("Anybody reads it on the page of the place. Empty: shown nowhere."),
        "published_phone": _("A phone of work, never a private one."),
    },
    "category": {
        **DATES,
        "scheme": _("Which list of categories it belongs to, as its neighbours have it."),
        "version": _("The edition of that list, as its neighbours have it."),
        "code": _("Its code in that list. The same code again begins a new row and ends the present one."),
        "group": _("The plain kind under which residents find it."),
        "urgent": _("Ticked, a case of it sorts first."),
    },
    "condition": {
        "code": _("Its number within the category."),
        "closing": _("What must be true on the spot."),
    },
    "limitrow": {
        **DATES,
        "category": _("Left empty, for all."),
        "condition": _("Left empty, for all."),
        "area": _("0 everywhere; else a code with 15 digits, which Places finds."),
        "n": _("How many of the unit below."),
    },
    "routerow": {
        **DATES,
        "group": _("Left empty, for all."),
        "category": _("Left empty, for all."),
        "area": _("0 everywhere; else a code with 15 digits, which Places finds."),
        "target": _("department:housing, kind:county_centre, or organisation: and its number."),
        "why": _("Residents read it: why this office."),
    },
    "calendarversion": {
        "horizon": _("The last day whose holidays are known."),
        "why": _("The notice that says so, with its number."),
    },
}
"""What to write into a field, by model."""
PERSON = {"name": _("name")}
"""A person has one name, whatever the language."""
KINDS: Mapping[str, Any] = {
    OrganisationKind.VILLAGE_COMMITTEE: _("village committee"),
    OrganisationKind.TOWN_ROOM: _("town room"),
    OrganisationKind.COUNTY_CENTRE: _("county centre"),
    OrganisationKind.COUNTY_DEPARTMENT: _("county department"),
    OrganisationKind.GOVERNMENT: _("people's government"),
    OrganisationKind.CITY_SUPERVISION: _("city supervision"),
    OrganisationKind.PROVINCE_SUPERVISION: _("province supervision"),
    OrganisationKind.OUTSIDE_UNIT: _("outside unit"),
}
HOW: Mapping[str, Any] = {"asked": _("asked for"), "refused": _("turned down")}
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
    "account.make": _("make an account"),
    "account.lock": _("end sign-in of an account"),
    "account.unlock": _("allow sign-in of an account"),
    "account.reset_password": _("give a new first password"),
    "post.revoke": _("end a post"),
    "token.make": _("make an API token"),
    "token.end": _("end an API token"),
    "terminal.erase": _("have a terminal erase what it holds"),
    "deliveries.resend": _("send messages again"),
    "deliveries.drop": _("drop messages that did not arrive"),
    "procedures.adopt": _("take cases into a new version of their procedure"),
    "setup.profile": _("take in a region profile"),
    "demo.seed": _("make up the demonstration"),
}
WHERES: Mapping[str, Any] = {
    "canned reply": _("canned reply"),
    "category": _("category"),
    "column": _("column of an import"),
    "condition": _("condition"),
    "field of form": _("field of a form"),
    "organisation": _("name of an organisation"),
    "place": _("name of a place"),
    "post": _("published contact"),
    "public summary": _("public summary"),
    "route": _("route"),
    "saved filter": _("saved filter"),
    "search": _("search"),
}
"""Where words were refused, by what the place in the code is called."""
TERMS: Mapping[str, Any] = {
    "号码 number": _("number of a person"),
    "车牌 plate": _("number plate"),
}
"""What a search was refused for, as it is kept in a refusal; the terms of the boundary stand as they are."""
YES_NO: Mapping[str, Any] = {"True": _("yes"), "False": _("no")}
DJANGOS_OWN = (
    _("Add %s"),
    _("Add link"),
    _("Change %s"),
    _("Change or view list link"),
    _("Model name"),
    _("View %s"),
)
"""Words of Django's admin that its own Chinese lacks, or says in another manner than ours."""

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


def say_change(value: Any) -> str:
    """A kind of change; asked for and turned down are said of it."""
    what, _sep, how = str(value).rpartition(".")
    if how in HOW and what in CHANGES:
        return str(format_lazy("{} · {}", CHANGES[what], HOW[how]))
    return str(CHANGES.get(str(value), value))


def say_term(value: Any) -> str:
    """What words were refused for."""
    return str(TERMS.get(str(value), f"“{value}”"))


def say_where(value: Any) -> str:
    """Where words were refused."""
    return next((str(words) for key, words in WHERES.items() if key in str(value)), str(value))


def _row(model: Any) -> Say:
    return lambda value: str(model.objects.filter(pk=value).first() or value) if value else ""


def say_place(value: Any) -> str:
    """A place with those around it."""
    try:
        return find.full_path(int(value), language=get_language() or "zh", skip=1) or str(value)
    except (NotFound, TypeError, ValueError):
        return str(value)


def say_level(value: Any) -> str:
    """What the region calls a level of places."""
    layer = region().layer(Level(value)) if value in set(Level) else None
    return layer.name.in_language(get_language() or "zh") if layer else str(value)


def say_instant(value: Any) -> str:
    """An instant that a change holds as text."""
    found = parse_datetime(str(value))
    return localize(localtime(found)) if found else str(value)


DATA: dict[str, Say] = {
    "account": _row(Account),
    "role": say_role,
    "organisation": _row(Organisation),
    "place": say_place,
    "since": say_instant,
    "until": say_instant,
    "upper": _row(Organisation),
    "deputy_for": _row(Post),
    "kind": among(KINDS),
    "department": say_department,
}
"""How the values of a change are said, by field, and in which order; rooms above add theirs."""


def say_data(data: Any) -> str:
    """What a change asks for, a line for each field that is filled in."""
    given = {key: value for key, value in (data or {}).items() if value not in (None, "", [], {})}
    order = [*(key for key in DATA if key in given), *(key for key in given if key not in DATA)]
    said = {key: DATA.get(key, str)(given[key]) for key in order}
    return "\n".join(f"{FIELDS.get(key, key)}: {words}" for key, words in said.items())


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
