# SPDX-License-Identifier: Apache-2.0
"""Changing what decisions read: categories, conditions, limits, routes, calendars. Rows are added and ended, never overwritten.

Each change is a line of the administration log. Limits and routes take a second person: they bind other people's days.
A change holds for what is decided from its first day on, today at the earliest; names pass the boundary.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from anlan.base.boundary import check_words
from anlan.base.errors import Conflict, Invalid, NotFound
from anlan.cases import registry
from anlan.cases.catalogue import current, raise_version
from anlan.cases.models import Category, Condition, LimitRow, RouteRow
from anlan.people.changes import Change, Data, Done, always, offer
from anlan.places import find
from anlan.places.calendars import DayKind, Limit, Unit
from anlan.places.models import CalendarVersion
from anlan.places.versions import add_version

NAMED = ("name", "name_en")


def _first_day(data: Data, at: datetime) -> date:
    """The first day of a new row: what was asked for, but never a day that is over."""
    return max(date.fromisoformat(data["valid_from"]), at.astimezone(find.ZONE).date())


def _check_names(data: Data, *keys: str, where: str) -> None:
    for key in keys:
        if not str(data.get(key, "")).strip():
            raise Invalid(fields={key: _("Please fill this in.")})
        check_words(str(data[key]), where=where)


def _show(row: Any) -> dict[str, Any]:
    shown = {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in model_to_dict(row).items()
    }
    return {"id": row.pk, **shown}


def _add_category(data: Data, at: datetime) -> Done:
    """Data: scheme, version, code, name, name_en, group, urgent, valid_from. A version of the same code ends before it."""
    # Scheme, version, code and group are free text as well, and shown beside the name.
    _check_names(data, *NAMED, "scheme", "version", "code", "group", where="category")
    day = _first_day(data, at)
    same = Category.objects.filter(
        scheme=data["scheme"], version=data["version"], code=data["code"], valid_to=None
    )
    before = same.select_for_update().first()
    if before is not None:
        if before.valid_from >= day:
            raise Conflict(_("A row for this begins on the same day or later."))
        same.update(valid_to=day)
    made = Category.objects.create(
        scheme=data["scheme"],
        version=data["version"],
        code=data["code"],
        name=data["name"],
        name_en=data["name_en"],
        group=data["group"],
        urgent=bool(data.get("urgent")),
        valid_from=day,
    )
    raise_version()
    return Done(before=_show(before) if before else None, after=_show(made))


def _end_category(data: Data, at: datetime) -> Done:
    """Data: category, valid_to: the first day without it, tomorrow at the earliest."""
    row = Category.objects.select_for_update().filter(pk=data["category"]).first()
    if row is None:
        raise NotFound
    before = _show(row)
    last = date.fromisoformat(data["valid_to"])
    if last <= at.astimezone(find.ZONE).date() or last <= row.valid_from:
        raise Invalid(fields={"valid_to": _("It can end tomorrow at the earliest.")})
    row.valid_to = last
    row.save(update_fields=["valid_to"])
    raise_version()
    return Done(before=before, after=_show(row))


def _add_condition(data: Data, _at: datetime) -> Done:
    """Data: category, code, name, name_en, closing, closing_en."""
    _check_names(data, *NAMED, "code", "closing", "closing_en", where="condition")
    if Condition.objects.filter(category_id=data["category"], code=data["code"]).exists():
        raise Conflict(_("This category has a condition of that code."))
    made = Condition.objects.create(
        category_id=data["category"],
        code=data["code"],
        name=data["name"],
        name_en=data["name_en"],
        closing=data["closing"],
        closing_en=data["closing_en"],
    )
    raise_version()
    return Done(before=None, after=_show(made))


def _check_limit(data: Data, _at: datetime) -> None:
    procedure = registry.newest().get(data["procedure"])
    stages = {clock.key for clock in procedure.clocks} if procedure else set()
    stages |= {action.key for action in procedure.actions if action.within} if procedure else set()
    if data["stage"] not in stages:
        raise Invalid(fields={"stage": _("This procedure has no such limit.")})
    _check_area(data)
    try:
        Limit(n=int(data["n"]), unit=Unit(data["unit"]))
    except ValueError:
        raise Invalid(fields={"n": _("This is not a limit.")}) from None
    if int(data["n"]) < 1:
        raise Invalid(fields={"n": _("A limit is at least 1.")})
    condition = Condition.objects.filter(pk=data["condition"]).first() if data.get("condition") else None
    if condition is not None and data.get("category") not in {None, condition.category_id}:
        raise Invalid(fields={"condition": _("This condition is not one of the chosen category.")})


def _check_area(data: Data) -> None:
    area = int(data.get("area") or 0)
    if area and find.find_code(area, at=current().calendar.horizon) is None:
        raise Invalid(fields={"area": _("There is no place with this code.")})


def _set_limit(data: Data, at: datetime) -> Done:
    """Data: procedure, stage, category, condition, area, n, unit, valid_from. Cases in hand keep the limit they have."""
    day = _first_day(data, at)
    same = LimitRow.objects.filter(
        procedure=data["procedure"],
        stage=data["stage"],
        category=data.get("category") or None,
        condition=data.get("condition") or None,
        area=int(data.get("area") or 0),
    )
    before = _supersede(same, day)
    made = LimitRow.objects.create(
        procedure=data["procedure"],
        stage=data["stage"],
        category_id=data.get("category"),
        condition_id=data.get("condition"),
        area=int(data.get("area") or 0),
        n=int(data["n"]),
        unit=data["unit"],
        valid_from=day,
    )
    raise_version()
    return Done(before=_show(before) if before else None, after=_show(made))


def _check_route(data: Data, _at: datetime) -> None:
    if data["procedure"] not in registry.newest():
        raise Invalid(fields={"procedure": _("There is no such procedure.")})
    _check_area(data)
    sort, _sep, word = str(data["target"]).partition(":")
    known = current()
    kinds = {org.kind for org in known.organisations.values()}
    departments = {org.department for org in known.organisations.values() if org.department}
    fits = {
        "kind": word in kinds,
        "department": word in departments,
        "organisation": word.isdecimal() and int(word) in known.organisations,
    }
    if not fits.get(sort, False):
        raise Invalid(
            fields={
                "target": _(
                    "Write kind:, department: or organisation: and one there is, as department:housing."
                )
            }
        )
    _check_names(data, "why", "why_en", where="route")


def _set_route(data: Data, at: datetime) -> Done:
    """Data: procedure, group, category, area, target, why, why_en, valid_from."""
    day = _first_day(data, at)
    same = RouteRow.objects.filter(
        procedure=data["procedure"],
        group=data.get("group", ""),
        category=data.get("category") or None,
        area=int(data.get("area") or 0),
    )
    before = _supersede(same, day)
    made = RouteRow.objects.create(
        procedure=data["procedure"],
        group=data.get("group", ""),
        category_id=data.get("category"),
        area=int(data.get("area") or 0),
        target=data["target"],
        why=data["why"],
        why_en=data["why_en"],
        valid_from=day,
    )
    raise_version()
    return Done(before=_show(before) if before else None, after=_show(made))


def _supersede(same: Any, day: date) -> Any:
    """Ends the row in force at `day`.

    Raises Conflict when a later one is set already.
    """
    later = same.filter(valid_from__gte=day)
    if later.exists():
        raise Conflict(_("A row for this begins on the same day or later."))
    before = same.select_for_update().filter(valid_to=None).first()
    if before is not None:
        same.filter(pk=before.pk).update(valid_to=day)
    return before


def _check_calendar(data: Data, _at: datetime) -> None:
    """Writes it and takes it back: what cannot be done does not wait for a second person."""
    with transaction.atomic():
        _write_calendar(data)
        transaction.set_rollback(True)


def _add_calendar(data: Data, _at: datetime) -> Done:
    """Data: calendar, horizon, why, days as {date: kind}, and hours and weekend where they change. Open clocks are read again by `recalculate` entries."""
    newest = CalendarVersion.objects.filter(calendar=data["calendar"]).order_by("-version").first()
    version = _write_calendar(data)
    raise_version()
    return Done(
        before={"version": newest.version, "horizon": newest.horizon} if newest else None,
        after={"version": version, **data},
    )


def _write_calendar(data: Data) -> int:
    return add_version(
        data["calendar"],
        days={date.fromisoformat(day): DayKind(kind) for day, kind in data["days"].items()},
        horizon=date.fromisoformat(data["horizon"]),
        why=data["why"],
        hours=data.get("hours"),
        weekend=data.get("weekend"),
    )


ADD_CATEGORY = Change(key="category.add", apply=_add_category)
END_CATEGORY = Change(key="category.end", apply=_end_category)
ADD_CONDITION = Change(key="condition.add", apply=_add_condition)
SET_LIMIT = Change(key="limit.set", apply=_set_limit, second=always, check=_check_limit)
SET_ROUTE = Change(key="route.set", apply=_set_route, second=always, check=_check_route)
ADD_CALENDAR = Change(key="calendar.version", apply=_add_calendar, second=always, check=_check_calendar)
for _each in (ADD_CATEGORY, END_CATEGORY, ADD_CONDITION, SET_LIMIT, SET_ROUTE, ADD_CALENDAR):
    offer(_each)
