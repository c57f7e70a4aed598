# SPDX-License-Identifier: Apache-2.0
"""Lets the written stories happen: through the engine's own doors, at the times they tell, with drawn pictures.

Ids of cases and of requests follow from the story, so one that was begun by a start that was killed goes on, and none
happens twice. What others may look at afterwards (looks, refused attempts) is here too.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.db import connections

from anlan.base.errors import Conflict
from anlan.base.keys import keyring
from anlan.cases.act import act
from anlan.cases.attachments import store
from anlan.cases.define import Audience
from anlan.cases.envelope import Envelope, NewParty, Stored
from anlan.cases.escalate import escalate
from anlan.cases.models import Case, CaseAccount
from anlan.cases.pictures import Ready
from anlan.cases.queries import open_look
from anlan.config.demo_doubles import DOUBLES
from anlan.config.demo_pictures import picture_of
from anlan.config.demo_tales import TALES, Deed, Tale
from anlan.config.fill_cast import new_id
from anlan.config.fill_forms import EPOCH, MICRO
from anlan.config.fill_scene import Scene, Spot
from anlan.config.fill_words import MADE_UP, in_own
from anlan.config.fill_year import storm_week
from anlan.people.demo import demo_resident
from anlan.people.may import Actor, anonymous
from anlan.places.calendars import Unit
from anlan.places.codes import code_range, pad

WORDS_OF = {"done": "answer", "ask": "question"}
"""How actions call the words that a story gives them; the others call them words."""
LOOKED_AT, LOOKS_BACK = 36, timedelta(days=60)
REASONS = ("supervision", "quality", "complaint", "audit", "quality", "supervision")
REFUSED = (
    (3, "category", "重点人员"),
    (9, "field of form", "民族"),
    (21, "category", "黑名单"),
    (34, "column", "身份证"),
    (52, "field of form", "宗教"),
    (80, "category", "人脸"),
)
"""Made-up attempts that the boundary refused: how many days ago, where, which term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The street, its offices, and the last moment of the made-up year."""

    scene: Scene
    street: Spot
    at: datetime

    def at_village(self, village: str) -> "Stage":
        """The same in another village."""
        code = pad(village)
        return replace(self, street=next(spot for spot in self.scene.spots if spot.code == code))

    def actor(self, part: str) -> Actor:
        """Whoever acts for a part."""
        return self.scene.actor(self.street.orgs[part])


def tell_stories(stage: Stage) -> int:
    """All of them; how many cases they became."""
    for tale in (*TALES, *DOUBLES):
        _tell(stage.at_village(tale.village), tale)
    return sum(1 + tale.joined for tale in (*TALES, *DOUBLES))


def story_id(tale: Tale, began: datetime, *, n: int = 0) -> UUID:
    """The case of a story, or of the `n`-th who joined it."""
    drawn = sha256(f"{tale.key}/{n}/{began:%Y%m%d}".encode()).digest()[:10]
    return UUID(bytes=new_id((began - EPOCH) // MICRO, drawn))


def _tell(stage: Stage, tale: Tale) -> None:
    began = begin_of(stage, tale)
    id_ = story_id(tale, began)
    source = "grid" if tale.by_grid else "resident"
    _open(
        stage,
        tale,
        id_,
        began,
        words=in_own(tale.zh, tale.en),
        source=source,
        mine=tale.mine,
        photo=bool(tale.scene),
    )
    for _moment, happen in sorted(
        [*_joining(stage, tale, id_, began), *_deeds(stage, tale, id_, began)], key=lambda one: one[0]
    ):
        happen()


def _deeds(
    stage: Stage, tale: Tale, id_: UUID, began: datetime
) -> Iterator[tuple[datetime, Callable[[], object]]]:
    for n, deed in enumerate(tale.deeds, 1):
        moment = began + deed.after
        if deed.who == "system":
            yield moment, partial(escalate, at=moment)
        else:
            yield moment, partial(_do, stage, tale, deed, id_, at=moment, n=n)


def begin_of(stage: Stage, tale: Tale) -> datetime:
    """A Monday that is worked, so that what takes days does not run into a weekend; or a day of the storm."""
    calendar = stage.scene.known.calendar
    last = stage.at.astimezone(calendar.zone).date()
    day = last - timedelta(days=tale.days)
    blown = storm_week(last - timedelta(days=364), last) if tale.in_storm else None
    if blown is not None:
        day = blown + timedelta(days=2)
    else:
        while day.weekday() or not calendar.works(day):
            day -= timedelta(days=1)
    return datetime.combine(day, time(*tale.at), calendar.zone)


def _open(
    stage: Stage,
    tale: Tale,
    id_: UUID,
    at: datetime,
    *,
    words: str,
    source: str,
    mine: bool = False,
    photo: bool = False,
) -> None:
    known = stage.scene.known
    [category] = [c for c in known.categories.values() if c.code == tale.code]
    by_grid = source == "grid"
    wrapped, key = keyring().new_case_key()
    there = Case.objects.filter(pk=id_).values_list("key", flat=True).first()
    if there is not None:
        key = keyring().unwrap(bytes(there))
    party = NewParty(
        role="reporter", contact={"language": "zh"}, account_id=demo_resident("resident") if mine else None
    )
    data: dict[str, Any] = {"words": words, "address": in_own(*tale.where), "kind": tale.kind}
    if by_grid:
        data |= {"category": category.id, "condition": known.conditions_of(category.id)[tale.nth - 1].id}
    if tale.release and not by_grid:
        data["release"] = True
    if tale.about_town:
        data["about_organisation"] = stage.street.orgs["town"]
    picture = Ready(data=picture_of(tale.scene, after=False), kind="image/jpeg") if photo else None
    act(
        Envelope(
            case_id=id_,
            action="open",
            by=stage.actor("village") if by_grid else anonymous(),
            at=at,
            received_at=at,
            request_id=uuid5(id_, "open"),
            salt=os.urandom(16),
            data=data,
            procedure="report",
            place=stage.street.grids[0].place,
            source=source,
            parties=() if by_grid else (party,),
            files=(store(id_, key, picture, audience=Audience.REPORTER),) if picture else (),
            flags=(MADE_UP,),
            key=wrapped,
        )
    )


def _joining(
    stage: Stage, tale: Tale, main: UUID, began: datetime
) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """Others report the same over two days, and the town's room merges them."""
    for n in range(1, tale.joined + 1):
        moment = began + timedelta(hours=14, minutes=71 * n)
        yield moment, partial(_join, stage, tale, main, story_id(tale, began, n=n), at=moment, n=n)


def _join(stage: Stage, tale: Tale, main: UUID, id_: UUID, *, at: datetime, n: int) -> None:
    _open(stage, tale, id_, at, words=in_own(*tale.joining[n % len(tale.joining)]), source="resident")
    soon = at + timedelta(minutes=9)
    act(_envelope(id_, "merge", stage.actor("town"), soon, {"into": str(main)}, once="merge"))


def _do(stage: Stage, tale: Tale, deed: Deed, id_: UUID, *, at: datetime, n: int) -> None:
    data: dict[str, Any] = dict(deed.more)
    if "unit" in data:
        data["unit"] = stage.street.orgs[data["unit"]]
    if deed.action == "dispatch":
        known = stage.scene.known
        [category] = [c for c in known.categories.values() if c.code == tale.code]
        data |= {"category": category.id, "condition": known.conditions_of(category.id)[tale.nth - 1].id}
    if deed.zh:
        data[WORDS_OF.get(deed.action, "words")] = in_own(deed.zh, deed.en)
    files: Sequence[Stored] = ()
    if deed.photo:
        key = keyring().unwrap(bytes(Case.objects.values_list("key", flat=True).get(pk=id_)))
        ready = Ready(data=picture_of(tale.scene, after=True, of=tale.key), kind="image/jpeg")
        files = (store(id_, key, ready, audience=Audience.REPORTER),)
    by = anonymous() if deed.who == "reporter" else stage.actor(deed.who)
    act(_envelope(id_, deed.action, by, at, data, once=f"{n}", files=files))


def _envelope(
    id_: UUID,
    action: str,
    by: Actor,
    at: datetime,
    data: Mapping[str, Any],
    *,
    once: str,
    files: Sequence[Stored] = (),
) -> Envelope:
    return Envelope(
        case_id=id_,
        action=action,
        by=by,
        at=at,
        received_at=at,
        request_id=uuid5(id_, once),
        salt=os.urandom(16),
        data=data,
        party=1 if by.kind == "anonymous" else None,
        files=tuple(files),
    )


def _while_at_work(stage: Stage, after: datetime, n: int) -> datetime:
    """Some office hours later; one in nine in the evening, for the auditor to find."""
    calendar = stage.scene.known.calendar
    moment = calendar.advance(after, timedelta(hours=1 + n % 5, minutes=7 * n), Unit.WORKING_HOUR)
    return min(moment + timedelta(hours=12 if n % 9 == 8 else 0), stage.at)


def look_around(stage: Stage) -> int:
    """Posts above look at closed cases of the county for listed reasons, those of the demo's own resident among them, and the
    boundary has refused a few; how many looks.
    """
    county = stage.scene.known.organisations[stage.street.orgs["county"]]
    low, high = code_range(county.area)
    closed = Case.objects.filter(
        area__gte=low, area__lt=high, state="closed", barred=None, closed_at__gt=stage.at - LOOKS_BACK
    )
    own = CaseAccount.objects.filter(account_id=demo_resident("resident")).values("case_id")
    looked = 0
    for n, case in enumerate(
        [*closed.filter(pk__in=own), *closed.exclude(pk__in=own).order_by("closed_at", "id")[:LOOKED_AT]]
    ):
        by = stage.actor("city" if n % 3 else "county")
        moment = _while_at_work(stage, case.closed_at or stage.at, n)
        with suppress(Conflict):  # it was looked at by a start that was killed
            open_look(
                by,
                case.pk,
                reason=REASONS[n % len(REASONS)],
                at=moment,
                known=stage.scene.known,
                request_id=uuid5(case.pk, "look"),
            )
            looked += 1
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM people_boundaryrefusal)")
        if cursor.fetchone() == (False,):
            cursor.executemany(
                'INSERT INTO people_boundaryrefusal (at, "where", term) VALUES (%s, %s, %s)',
                [(stage.at - timedelta(days=days), where, term) for days, where, term in REFUSED],
            )
    return looked
