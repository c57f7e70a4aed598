# SPDX-License-Identifier: Apache-2.0
"""The batch door: what was done on a phone without signal, up to 500 acts of any case in one request.

Each act gets its own answer, in the order sent; one that cannot be taken harms no other, and the same batch again changes nothing
again. All of them pass the engine's four steps together, as one transaction. `stamp` is our own word for when the phone last heard of us:
an act counts at its time when that lies between the stamp and its arrival, else at its arrival, and then its entry says so.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Schema

from anlan.base.errors import Invalid, NotAllowed, NotFound, Refused
from anlan.base.ids import read_number
from anlan.base.prepared import prepared
from anlan.cases import registry
from anlan.cases.act import Done, act_many
from anlan.cases.catalogue import current
from anlan.cases.define import Audience, Kind
from anlan.cases.envelope import TIME_UNSURE, Envelope
from anlan.cases.queries_many import Named, ask_named, read_named
from anlan.cases.queries_rows import visible_among
from anlan.cases.uploads import Waiting, ask_waiting, read_waiting
from anlan.places.codes import text
from anlan.places.locate import locate_many
from anlan.web.api import shapes
from anlan.web.api.bodies import Acting, Batch, Opening, Sent, as_kind, read_json
from anlan.web.api.callers import Caller, caller_of
from anlan.web.api.door import operation
from anlan.web.api.drawing import done_of
from anlan.web.api.files import Ahead
from anlan.web.api.given import read_point
from anlan.web.api.stamps import new_stamp, read_stamp
from anlan.web.api.wishes import LOOK, acting_of, action_on, opening_of

MOST = 500
LARGEST = 4 * 2**20
"""Bytes of the largest batch."""
AHEAD = timedelta(minutes=5)
"""By so much a phone's clock may differ before its person is told."""


class Refusal(shapes.Problem):
    """A problem document. `seq` is the head of the case, for who may see it, where something else happened first."""

    seq: int | None = None


class ActedOrNot(Schema):
    """What one act of a batch came to: either was `done`, or the `problem` says why not."""

    done: shapes.Acted | None
    problem: Refusal | None


class Synced(Schema):
    """The answers in the order of the acts. Keep `stamp` for the next batch; `clock_differs_by`: seconds by which the phone's clock is
    ahead of ours, null when it is right.
    """

    answers: list[ActedOrNot]
    stamp: str
    clock_differs_by: int | None


@operation("POST", "/sync", to="token", gives=Synced, body=Batch, tag="sync")
def sync(request: HttpRequest) -> dict[str, Any]:
    """Send what was done without signal. Up to 500 acts in their order; each has an answer of its own, and sending the batch again is
    safe. Keep `stamp` and send it with the next batch.
    """
    caller = caller_of(request)
    given = as_batch(read_json(request, most=LARGEST))
    refusals: dict[int, Refused] = {}
    wishes: list[Envelope] = []
    # A clock that is wrong now was perhaps wrong then: nothing that it says is believed.
    differs = _differs(given.clock, caller.at)
    since = read_stamp(given.stamp, caller) if differs is None else None
    drafts = [_read(raw) for raw in given.acts]
    sent = [one for one in drafts if isinstance(one, Sent)]
    before = _before(sent, caller)
    counties = _counties(sent)
    for n, draft in enumerate(drafts):
        try:
            if isinstance(draft, Refused):
                raise draft
            wishes.append(_wish(draft, caller, before, counties, since=since))
        except Refused as refused:
            refusals[n] = refused
    refusals |= _unseen({n: drafts[n] for n in refusals}, caller, before)
    done = iter(act_many(wishes) if wishes else ())
    return {
        "answers": [_told(refusals[n] if n in refusals else next(done)) for n in range(len(drafts))],
        "stamp": new_stamp(caller),
        "clock_differs_by": differs,
    }


def as_batch(raw: Any) -> Batch:
    """The batch, its acts unread. Raises Invalid."""
    acts = raw.get("acts") if isinstance(raw, dict) else None
    if not isinstance(acts, list) or not 1 <= len(acts) <= MOST:
        raise Invalid(fields={"acts": _("Please send between 1 and %(most)s acts.") % {"most": MOST}})
    outer = as_kind({**raw, "acts": []}, Batch)
    return Batch(acts=acts, stamp=outer.stamp, clock=outer.clock)


def _read(raw: Any) -> Sent | Refused:
    try:
        sent = as_kind(raw, Sent)
        if sent.procedure is None and (sent.case is None) == (sent.number is None):
            raise Invalid(fields={"case": _("Please name the case once: by its id or by its number.")})
    except Refused as refused:
        return refused
    return sent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """What is there before the batch: the cases that its acts name, and the files that were sent ahead for them."""

    by_id: Mapping[UUID, Named]
    by_number: Mapping[int, Named]
    opened: Mapping[UUID, Named]
    waiting: Waiting

    def named(self, one: Sent) -> Named | None:
        """The case that an act names; one that an act of the batch opens is as good as there."""
        if one.case is not None:
            return self.by_id.get(one.case) or self.opened.get(one.case)
        return self.by_number.get(_number(one) or 0)

    def ahead(self, case_id: UUID | None) -> Ahead | None:
        """What was sent ahead for a case, as far as it lies under the key that the case has or will have."""
        if case_id is None:
            return None
        there = self.by_id.get(case_id)
        key = there.key if there else self.waiting.keys.get(case_id, b"")
        files = {
            digest: one
            for (case, digest), one in self.waiting.files.items()
            if case == case_id and one.fits(key or None)
        }
        return Ahead(case_id=case_id, key=key, files=files)


def _before(sent: Sequence[Sent], caller: Caller) -> _Before:
    """All of it in one round trip."""
    ids = list({one.case for one in sent if one.case is not None})
    numbers = list({number for one in sent if one.procedure is None and (number := _number(one)) is not None})
    with prepared() as run, run.connection.pipeline():
        cases = ask_named(run, ids=ids, numbers=numbers)
        files = ask_waiting(run, ids=ids, numbers=numbers, post_id=caller.by.post_id or 0, at=caller.at)
    found = read_named(cases)
    opened: dict[UUID, Named] = {}
    for one in sent:
        newest = registry.newest().get(one.procedure or "")
        if newest is not None and one.case is not None:
            opened[one.case] = Named(
                id=one.case, number=0, procedure=newest.key, version=newest.version, key=b""
            )
    return _Before(
        by_id={one.id: one for one in found},
        by_number={one.number: one for one in found},
        opened=opened,
        waiting=read_waiting(files),
    )


def _unseen(refused: Mapping[int, Sent | Refused], caller: Caller, before: _Before) -> dict[int, NotFound]:
    """What takes the place of refusals from before the engine: of a case that they do not see none says that it is there."""
    named = {
        n: before.named(one) for n, one in refused.items() if isinstance(one, Sent) and one.procedure is None
    }
    ids = {case.id for case in named.values() if case is not None}
    seen = {*before.opened, *visible_among(caller.by, list(ids), known=current())} if ids else set()
    return {n: NotFound() for n, case in named.items() if case is None or case.id not in seen}


def _number(one: Sent) -> int | None:
    with suppress(Refused):
        return read_number(one.number or "")
    return None


Position = tuple[int, int]
"""Longitude and latitude in WGS-84, 1e-7 degree."""


def _counties(sent: Sequence[Sent]) -> Mapping[Position, int]:
    """The county of each position that an opening without a place was sent with; all are located at once."""
    without = (_position(one) for one in sent if one.procedure is not None and one.place is None)
    order = sorted({each for each in without if each is not None})
    if not order:
        return {}
    found = locate_many(*(np.array(axis, dtype=np.int64) for axis in zip(*order, strict=True)))
    return dict(zip(order, found.tolist(), strict=True))


def _position(sent: Sent) -> Position | None:
    """Where an opening says that it is; None for what no point of its action says."""
    procedure = registry.newest().get(sent.procedure or "")
    fields = procedure.action(sent.action).fields if procedure and procedure.has(sent.action) else ()
    for field in fields:
        value = sent.data.get(field.key)
        if field.kind is Kind.POINT and isinstance(value, dict):
            with suppress(Invalid):
                point = read_point(field, value)
                return point["lng"], point["lat"]
    return None


def _wish(
    sent: Sent,
    caller: Caller,
    before: _Before,
    counties: Mapping[Position, int],
    *,
    since: datetime | None,
) -> Envelope:
    """What the engine is asked. Raises Refused."""
    if sent.procedure is not None:
        given = Opening(
            procedure=sent.procedure,
            place=sent.place or _place(sent, counties),
            data=sent.data,
            action=sent.action,
            files=sent.files,
            source=sent.source,
            contact=sent.contact,
        )
        envelope, _key = opening_of(
            given, caller, request_id=sent.request, case_id=sent.case, ahead=before.ahead(sent.case)
        )
    else:
        case = before.named(sent)
        if case is None:
            raise NotFound
        procedure = registry.get_procedure(case.procedure, case.version)
        action = action_on(procedure, sent.action)
        if action.key == LOOK or action.audience is Audience.PUBLIC:
            raise NotAllowed(_("This is done at the desk, where one reads first."))
        envelope = acting_of(
            Acting(data=sent.data, expect=sent.expect, files=sent.files),
            action,
            procedure,
            by=caller.by,
            case_id=case.id,
            request_id=sent.request,
            party=None,
            at=caller.at,
            known=current,
            ahead=before.ahead(case.id),
        )
    try:
        at = sent.at.astimezone(UTC)
    except (
        OverflowError
    ):  # the first or the last day there is, east or west of Greenwich: what a broken clock says
        at = datetime.min.replace(tzinfo=UTC)
    if since is not None and since <= at <= caller.at:
        return replace(envelope, at=at)
    return replace(envelope, flags=(TIME_UNSURE,))


def _place(sent: Sent, counties: Mapping[Position, int]) -> str:
    position = _position(sent)
    code = counties.get(position, 0) if position is not None else 0
    if not code:
        raise Invalid(fields={"place": _("Please say where it is: a place, or a position in this region.")})
    return text(code)


def _told(answer: Done | Refused) -> dict[str, Any]:
    if isinstance(answer, Refused):
        return _problem(answer)
    return {"done": done_of(answer), "problem": None}


def _problem(refused: Refused) -> dict[str, Any]:
    return {"done": None, "problem": refused.as_problem() | {"seq": refused.seq}}


def _differs(clock: datetime | None, at: datetime) -> int | None:
    """By how many seconds the phone's clock is ahead of ours, where that is worth telling."""
    if clock is None or abs(clock - at) < AHEAD:
        return None
    return round((clock - at).total_seconds())
