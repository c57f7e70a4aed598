# SPDX-License-Identifier: Apache-2.0
"""How clocks start, stop, pause and resume when a case changes state. Pure.

A clock runs while a state lists it, one that is `on_call` only where an effect asks for it; nobody starts one by hand. A
change of a limit row reaches only clocks that start after it; only an entry that says so moves a running one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from anlan.cases.define import Clock, Procedure, Relation, State
from anlan.cases.known import Known, local_day
from anlan.cases.projection import Projection, Running
from anlan.places.calendars import MICROSECOND, Limit, Unit, WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Organisations that clocks may belong to after the change."""

    holder: int | None
    room: int | None
    upper: int | None

    def of(self, relation: Relation) -> int | None:
        """The organisation a clock of `relation` belongs to."""
        if relation is Relation.ROOM:
            return self.room
        return self.upper if relation is Relation.UPPER else self.holder


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What bears on clocks in one decision: the new state, the kind and place after it, new limits and dates."""

    state: State
    at: datetime
    area: int
    category: int | None
    condition: int | None
    owners: Owners
    limits: Mapping[str, Limit]
    due: Mapping[str, datetime]
    escalated: Mapping[str, int]
    recalculated: tuple[str, ...]
    stops: tuple[str, ...] = ()


def run_clocks(
    procedure: Procedure, case: Projection | None, change: Change, *, known: Known
) -> dict[int, Running]:
    """The clocks that this change starts, stops, pauses, resumes or moves, by number."""
    before = dict(case.clocks) if case else {}
    changed: dict[int, Running] = {}
    for n, run in before.items():
        if run.stopped_at is None:
            after = _carry_on(procedure, run, change, known=known)
            if after != run:
                changed[n] = after
    running = {run.key for run in before.values() if run.stopped_at is None}
    for key in change.state.clocks:
        if key not in running and (not procedure.clock(key).on_call or key in change.limits):
            n = len(before) + sum(m not in before for m in changed) + 1
            last = case.last_run(key) if case else None
            changed[n] = _start(procedure, procedure.clock(key), last, change, known=known)
    return changed


def _carry_on(procedure: Procedure, run: Running, change: Change, *, known: Known) -> Running:
    clock = procedure.clock(run.key)
    pauses = run.key in change.state.pauses
    stops = run.key not in change.state.clocks or run.key in change.stops
    after = run if stops and not pauses else replace(run, owner=change.owners.of(clock.owner))
    if run.key in change.limits:
        after = _relimit(after, change.limits[run.key], clock, known.calendar)
    if pauses:
        if run.key in change.recalculated:
            after = _recalculate(after, clock, known.calendar)
        return replace(after, paused_at=run.paused_at or change.at, next_at=None)
    if run.paused_at is not None:
        after = _end_pause(after, change.at, clock, known.calendar)
    if stops:
        return replace(after, stopped_at=change.at, next_at=None)
    if run.key in change.due:
        after = move(after, change.due[run.key], clock, known.calendar)
    if run.key in change.recalculated:
        after = _recalculate(after, clock, known.calendar)
    if run.key in change.escalated:
        after = replace(after, stage=change.escalated[run.key])
        after = replace(after, next_at=next_step(after, clock, known.calendar))
    if after.next_at is None and after.paused_at is None:
        after = replace(after, next_at=next_step(after, clock, known.calendar))
    return after


def _end_pause(run: Running, at: datetime, clock: Clock, calendar: WorkCalendar) -> Running:
    """The clock with the time it stood still added to its due date."""
    unit = Unit(run.unit)
    since = run.paused_at or at
    later = calendar.advance(run.due_at, max(timedelta(0), calendar.counted(since, at, unit)), unit)
    if (rest := _declared(clock, Limit(n=0, unit=unit))).roll:
        later = calendar.add(later - MICROSECOND, rest).at
    return replace(move(run, later, clock, calendar), paused_at=None)


def _relimit(run: Running, limit: Limit, clock: Clock, calendar: WorkCalendar) -> Running:
    """The clock under another limit, from its first start. What pauses and granted delays had added stays added."""
    limit, unit = _declared(clock, limit), Unit(run.unit)
    plain = calendar.add(run.started_at, _declared(clock, Limit(n=run.n, unit=unit))).at
    added = max(timedelta(0), calendar.counted(plain, run.due_at, unit))
    due = calendar.advance(calendar.add(run.started_at, limit).at, added, unit)
    return move(replace(run, n=limit.n, unit=str(limit.unit)), due, clock, calendar)


def _declared(clock: Clock, limit: Limit) -> Limit:
    """The limit counted as the clock is declared: rows and entries say how many days, the declaration whether they roll."""
    return (
        Limit(n=limit.n, unit=limit.unit, roll=True) if clock.limit.roll and limit.unit is Unit.DAY else limit
    )


def _recalculate(run: Running, clock: Clock, calendar: WorkCalendar) -> Running:
    """The clock read again under the present calendar. No date moves earlier: neither one told to a resident, nor one
    that a pause or an extension has moved, which the limit alone does not show.
    """
    due = calendar.add(run.started_at, _declared(clock, Limit(n=run.n, unit=Unit(run.unit))))
    at = max(due.at, run.due_at, run.told or run.due_at)
    after = replace(run, calendar_version=calendar.version)
    if at != run.due_at:
        return move(after, at, clock, calendar)
    return replace(after, provisional=_provisional(after, at, clock, calendar))


def _provisional(run: Running, due: datetime, clock: Clock, calendar: WorkCalendar) -> bool:
    return calendar.is_provisional(due, _declared(clock, Limit(n=run.n, unit=Unit(run.unit))))


def _start(
    procedure: Procedure, clock: Clock, last: Running | None, change: Change, *, known: Known
) -> Running:
    day = local_day(change.at, known.calendar)
    row = known.limit(
        procedure.key,
        clock.key,
        category=change.category,
        condition=change.condition,
        area=change.area,
        on=day,
    )
    limit = change.limits.get(clock.key) or (row.limit if row else clock.limit)
    started = change.at
    # A due date that the entry itself sets begins anew: a reopened case does not start out late.
    kept = last if clock.keep and clock.key not in change.due else None
    if kept is None:
        at = change.due.get(clock.key) or known.calendar.add(started, _declared(clock, limit)).at
    else:
        # An extension or a pause once granted is not taken back by a return, a rework or another limit.
        if clock.key in change.limits:
            kept = _relimit(kept, limit, clock, known.calendar)
        started, limit = kept.started_at, Limit(n=kept.n, unit=Unit(kept.unit))
        at = max(known.calendar.add(started, _declared(clock, limit)).at, kept.due_at)
    run = Running(
        key=clock.key,
        started_at=started,
        due_at=at,
        n=limit.n,
        unit=str(limit.unit),
        calendar=known.calendar.key,
        calendar_version=known.calendar.version,
        provisional=known.calendar.is_provisional(at, _declared(clock, limit)),
        owner=change.owners.of(clock.owner),
        told=max(at, last.told) if last and last.told and clock.told else (at if clock.told else None),
        stage=kept.stage if kept is not None and at <= kept.due_at else 0,
    )
    return replace(run, next_at=next_step(run, clock, known.calendar))


def move(run: Running, due: datetime, clock: Clock, calendar: WorkCalendar) -> Running:
    """The clock with a new due date. A date told to a resident never moves earlier, only later."""
    told = max(run.told, due) if run.told is not None else None
    stage = 0 if due > run.due_at else run.stage
    provisional = _provisional(run, due, clock, calendar)
    moved = replace(run, due_at=due, told=told, stage=stage, provisional=provisional)
    return replace(moved, next_at=next_step(moved, clock, calendar))


def next_step(run: Running, clock: Clock, calendar: WorkCalendar) -> datetime | None:
    """The instant of the next escalation not yet made; None when all are.

    Percentages are of the limit itself and are counted from the due date: 80 % is when a fifth of the limit is left, however
    long the clock was paused or the date put off.
    """
    unit = Unit(run.unit)
    whole = max(timedelta(0), calendar.counted(run.started_at, run.due_at, unit))
    for step in sorted(clock.escalate, key=lambda e: e.percent):
        if step.percent <= run.stage:
            continue
        if step.percent == 100:
            return run.due_at
        plain = calendar.add(run.started_at, _declared(clock, Limit(n=run.n, unit=unit))).at
        limit = whole if plain == run.due_at else calendar.counted(run.started_at, plain, unit)
        off = timedelta(microseconds=(limit // timedelta(microseconds=1)) * (step.percent - 100) // 100)
        return calendar.advance(run.started_at, max(timedelta(0), whole + off), unit)
    return None


def due_steps(run: Running, clock: Clock, *, at: datetime) -> int | None:
    """The percentage whose time has come by `at`, or None."""
    if run.next_at is None or run.next_at > at or not run.runs:
        return None
    later = [
        step.percent for step in sorted(clock.escalate, key=lambda e: e.percent) if step.percent > run.stage
    ]
    return later[0] if later else None
