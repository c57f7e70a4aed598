# SPDX-License-Identifier: Apache-2.0
"""What an effect comes to in an entry's outcomes: assignments, clocks, parties, files, digests of contents. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from operator import itemgetter
from typing import Any

import msgspec

from anlan.base.digests import Algorithm, canonical, salted
from anlan.cases.apply import write_clock
from anlan.cases.clean import as_words
from anlan.cases.clocks import Change, Owners, run_clocks
from anlan.cases.define import Action, Audience, Kind
from anlan.cases.effects import Effect
from anlan.cases.envelope import Envelope, NewParty, Stored
from anlan.cases.may import CONFIDENTIAL
from anlan.cases.moment import Moment
from anlan.cases.projection import Projection


class Sealable(msgspec.Struct, frozen=True, kw_only=True):
    """A content before encryption: what `write` seals under the case's key."""

    n: int
    audience: str
    salt: bytes
    plain: bytes


def assign(outcomes: dict[str, Any], case: Projection | None, effect: Effect) -> None:
    """Who leads, routes and assists from here on; nothing where nothing changes."""
    now = dict(case.assigned) if case else {}
    current = {(a.role, a.organisation): n for n, a in now.items() if a.until_seq is None}
    release: list[int] = []
    taken: list[dict[str, Any]] = []
    for role, organisation in (("lead", effect.holder), ("room", effect.room)):
        if organisation is None or (role, organisation) in current:
            continue
        release += [n for (held, _org), n in current.items() if held == role]
        taken.append({"organisation": organisation, "role": role})
    taken += [
        {"organisation": organisation, "role": "assist"}
        for organisation in dict.fromkeys(effect.assist)
        if ("assist", organisation) not in current
    ]
    release += [current["assist", org] for org in effect.release if ("assist", org) in current]
    if release:
        outcomes["release"] = sorted(release)
    if taken:
        outcomes["assign"] = [{"n": len(now) + i, **row} for i, row in enumerate(taken, start=1)]


def classified(case: Projection | None, effect: Effect) -> tuple[int | None, int | None]:
    """Category and condition after an effect. A condition is one of its category and goes with it."""
    category = effect.category if effect.category is not None else (case.category if case else None)
    condition = effect.condition
    if condition is None and case is not None and category == case.category:
        condition = case.condition
    return category, condition


def run_on(outcomes: dict[str, Any], moment: Moment, effect: Effect, *, to: str) -> None:
    """The clocks that the new state and the effect start, stop or move."""
    known = moment.known
    case = moment.case
    holder = effect.holder if effect.holder is not None else (case.holder if case else None)
    room = effect.room if effect.room is not None else (case.room if case else None)
    upper = known.lineage(holder)[1:2] if holder is not None else ()
    category, condition = classified(case, effect)
    change = Change(
        state=moment.procedure.state(to),
        at=moment.at,
        area=effect.area or moment.area,
        category=category,
        condition=condition,
        owners=Owners(holder=holder, room=room, upper=upper[0] if upper else None),
        limits=effect.limits,
        due=effect.due,
        escalated=effect.escalated,
        recalculated=effect.recalculated,
        stops=effect.stops,
    )
    changed = run_clocks(moment.procedure, case, change, known=known)
    if changed:
        outcomes["clocks"] = [write_clock(n, run) for n, run in sorted(changed.items())]


def join(outcomes: dict[str, Any], parties: Mapping[int, NewParty]) -> tuple[tuple[int, NewParty], ...]:
    """The parties of a case being opened, by number; the entry holds their roles alone."""
    numbered = tuple(sorted(parties.items(), key=itemgetter(0)))
    if not numbered:
        return ()
    outcomes["parties"] = [{"n": n, "role": party.role} for n, party in numbered]
    return numbered


def in_confidence(moment: Moment, effect: Effect) -> bool:
    """Whether what is said with this entry is for the room: the opening of a confidential case, and all its parties say."""
    if moment.case is None:
        return bool(effect.record.get(CONFIDENTIAL))
    return bool(moment.case.record.get(CONFIDENTIAL)) and bool(moment.parties)


def _audience(declared: str, *, secret: bool) -> str:
    return str(Audience.ROOM if secret and declared != Audience.PUBLIC else declared)


def attach(
    outcomes: dict[str, Any],
    case: Projection | None,
    envelope: Envelope | None,
    *,
    action: Action,
    secret: bool,
) -> tuple[tuple[int, Stored], ...]:
    """The files of the entry, numbered through the whole case; for whom they are says the action, whichever door took them."""
    if envelope is None or not envelope.files:
        return ()
    declared = next((field.audience for field in action.fields if field.kind is Kind.FILES), None)
    files = (
        replace(file, audience=_audience(declared or file.audience, secret=secret)) for file in envelope.files
    )
    numbered = tuple(enumerate(files, start=(case.attachments if case else 0) + 1))
    outcomes["attachments"] = [
        {"n": n, "kind": file.kind, "keyed": file.keyed.hex(), "audience": str(file.audience)}
        for n, file in numbered
    ]
    return numbered


def seal_later(
    outcomes: dict[str, Any], moment: Moment, *, salt: bytes, algorithm: Algorithm, secret: bool
) -> tuple[Sealable, ...]:
    """The words and data of the entry, grouped by who may read them, each with its own salt."""
    grouped: dict[str, dict[str, Any]] = {}
    for declared in moment.action.fields:
        if not declared.fact and declared.key in moment.data:
            audience = _audience(declared.audience, secret=secret)
            grouped.setdefault(audience, {})[declared.key] = as_words(moment.data[declared.key])
    found: list[Sealable] = []
    for n, (audience, values) in enumerate(grouped.items(), start=1):
        own_salt = sha256(salt + bytes([n])).digest()[:16]
        found.append(Sealable(n=n, audience=audience, salt=own_salt, plain=canonical(values)))
    if found:
        outcomes["contents"] = [
            {"n": c.n, "audience": c.audience, "digest": salted(c.salt, c.plain, algorithm=algorithm).hex()}
            for c in found
        ]
    return tuple(found)
