# SPDX-License-Identifier: Apache-2.0
"""Changing organisations: added, renamed, ended; each one a line of the administration log with before and after.

What an organisation is (kind, department, place) never changes: it ends and another begins, so that what it did stays
readable. Its posts end with it; its open cases go to its successors, or to `upper` where there is none.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from anlan.base.boundary import check_words
from anlan.base.errors import Conflict, Invalid, NotFound, Words, say
from anlan.people.changes import Change, Data, Done, offer
from anlan.people.may import CASE_WORKERS
from anlan.people.models import Organisation, OrganisationKind, OrganisationSuccession, Post
from anlan.people.seed import DEPARTMENTS
from anlan.places import find

CHANGEABLE = ("name", "name_en", "phone")
DEEPEST = 12
Handover = Callable[[int, Sequence[int], date], dict[int | None, int]]
_handover: Handover = lambda _organisation, _successors, _on: {}  # noqa: E731  until the engine says


def set_handover(handover: Handover) -> None:
    """Who says where the open cases of an organisation that ends would go: the engine, which alone knows cases."""
    global _handover  # noqa: PLW0603  set once at start
    _handover = handover


def preview(organisation: Organisation, successors: Sequence[int], on: date, *, at: datetime) -> list[str]:
    """What its end on a day will do, a sentence each: where its open cases go, and whose posts end."""
    going = _handover(organisation.pk, successors, on)
    names = Organisation.objects.in_bulk([heir for heir in going if heir is not None])
    working = set(
        Post.objects.current(at)
        .filter(organisation__in=names, role__in=CASE_WORKERS)
        .values_list("organisation", flat=True)
    )
    told: list[Words] = []
    for heir, count in going.items():
        if heir is not None:
            told.append(say(_("%(n)s open cases go to %(name)s."), n=count, name=names[heir]))
            if heir not in working:
                told.append(
                    say(_("Nobody works at %(name)s yet: give somebody a post there."), name=names[heir])
                )
    if not going:
        told.append(_("It has no open cases."))
    posts = Post.objects.current(at).filter(organisation=organisation).count()
    told.append(say(_("%(n)s posts end with it. Who goes on elsewhere needs a post there."), n=posts))
    return [str(each) for each in told]


def _add(data: Data, at: datetime) -> Done:
    """Data: key, kind, department, name, name_en, place, upper, phone, valid_from."""
    _check_names(data)
    kind = OrganisationKind(data["kind"])
    if (kind is OrganisationKind.COUNTY_DEPARTMENT) != (data.get("department", "") in DEPARTMENTS):
        raise Invalid(fields={"department": _("A department has its word, other organisations have none.")})
    if Organisation.objects.filter(key=data["key"]).exists():
        raise Conflict(_("An organisation with this key exists. Keys are never used again."))
    if find.find_place(data["place"], at=at) is None:
        raise Invalid(fields={"place": _("Please choose the place from the list.")})
    if data.get("upper") is None and kind is not OrganisationKind.PROVINCE_SUPERVISION:
        raise Invalid(fields={"upper": _("Please say where its work goes when nobody is there.")})
    made = Organisation.objects.create(
        key=data["key"],
        kind=kind,
        department=data.get("department", ""),
        name=data["name"],
        name_en=data["name_en"],
        place_id=data["place"],
        upper_id=data.get("upper"),
        phone=data.get("phone", ""),
        valid_from=date.fromisoformat(data["valid_from"]),
    )
    return Done(before=None, after=_show(made))


def _change(data: Data, _at: datetime) -> Done:
    """Data: organisation, and of name, name_en, phone, upper what changes."""
    _check_names(data)
    found = _lock(data)
    before = _show(found)
    for field in CHANGEABLE:
        if field in data:
            setattr(found, field, data[field])
    if "upper" in data:
        _check_upper(found, data["upper"])
        found.upper_id = data["upper"]
    found.save(update_fields=[*CHANGEABLE, "upper"])
    return Done(before=before, after=_show(found))


def _end(data: Data, at: datetime) -> Done:
    """Data: organisation, valid_to (the first day without it, tomorrow at the earliest), and if there are, successors: who
    goes on with its work, each for its own place, the first one for the rest.
    """
    found = _lock(data)
    before = _show(found)
    last = date.fromisoformat(data["valid_to"])
    if last <= at.astimezone(find.ZONE).date() or last <= found.valid_from:
        raise Invalid(fields={"valid_to": _("An organisation can end tomorrow at the earliest.")})
    if found.lower.filter(valid_to__isnull=True).exists():
        raise Conflict(_("Others are below this organisation. Please give them another upper one first."))
    successors = list(dict.fromkeys(data.get("successors", ())))
    fit = Organisation.objects.filter(pk__in=successors, valid_to__isnull=True).exclude(pk=found.pk)
    if fit.count() != len(successors):
        raise Invalid(fields={"successors": _("Please choose organisations that go on.")})
    orphans = _handover(found.pk, successors, last).get(None, 0)
    if orphans:
        words = _("%(n)s open cases would be nobody's. Please name who goes on with them.")
        raise Invalid(fields={"successors": say(words, n=orphans)})
    found.valid_to = last
    found.save(update_fields=["valid_to"])
    OrganisationSuccession.objects.bulk_create(
        OrganisationSuccession(organisation=found, successor_id=each, main=n == 0)
        for n, each in enumerate(successors)
    )
    end_posts([found.pk], at=datetime.combine(last, time.min, find.ZONE))
    return Done(before=before, after={**_show(found), "successors": successors})


def end_posts(organisations: Collection[int], *, at: datetime) -> int:
    """Ends the posts of organisations that end; how many. Their tokens open nothing without them."""
    running = Q(valid_to__isnull=True) | Q(valid_to__gt=at)
    posts = Post.objects.filter(running, organisation__in=organisations)
    return posts.update(valid_to=Greatest(F("valid_from"), Value(at)))


def _lock(data: Data) -> Organisation:
    found = Organisation.objects.select_for_update().filter(pk=data["organisation"]).first()
    if found is None:
        raise NotFound
    return found


def _check_names(data: Data) -> None:
    for field in ("name", "name_en"):
        if field in data:
            if not str(data[field]).strip():
                raise Invalid(fields={field: _("Please give a name in both languages.")})
            check_words(data[field], where=f"organisation.{field}")


def _check_upper(of: Organisation, upper_id: int | None) -> None:
    """Going up must end, and not come back."""
    each = Organisation.objects.filter(pk=upper_id).first() if upper_id is not None else None
    if each is None and of.kind != OrganisationKind.PROVINCE_SUPERVISION:
        raise Invalid(fields={"upper": _("Please say where its work goes when nobody is there.")})
    for _step in range(DEEPEST):
        if each is None:
            return
        if each.pk == of.pk:
            break
        each = each.upper
    raise Invalid(fields={"upper": _("Work would go round in a circle.")})


def _show(of: Organisation) -> dict[str, Any]:
    return {
        "organisation": of.pk,
        "key": of.key,
        "kind": of.kind,
        "department": of.department,
        "name": of.name,
        "name_en": of.name_en,
        "place": of.place_id,
        "upper": of.upper_id,
        "phone": of.phone,
        "valid_from": of.valid_from,
        "valid_to": of.valid_to,
    }


ADD = Change(key="organisation.add", apply=_add)
CHANGE = Change(key="organisation.change", apply=_change)
END = Change(key="organisation.end", apply=_end)
for each_change in (ADD, CHANGE, END):
    offer(each_change)
