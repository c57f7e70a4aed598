# SPDX-License-Identifier: Apache-2.0
"""What is counted of a report, and on which day. Pure; read by the measures.

The facts of one rate fall on one day, so that days add up and a part is never more than its whole: a report is due to be
handled on the day it was handled, on the last day of its limit at the latest. One that is late so stays where it was due,
and is not lost between two months. What was settled on the spot had no limit and is in no rate of limits.
"""

from datetime import datetime

from anlan.cases.define import Fact
from anlan.cases.projection import Projection, Running
from anlan.cases.standard import words

UNACCEPTED = frozenset({"reported", "not_accepted", "objected", "refused"})
DONE = frozenset({"checking", "confirming", "checked", "closed"})
"""States after the unit has reported an outcome that nobody has sent back."""


def _kept(run: Running | None) -> bool:
    return run is None or (run.stopped_at is not None and run.stopped_at <= run.due_at)


def _first(case: Projection, key: str) -> Running | None:
    return next((run for run in case.clocks.values() if run.key == key), None)


def _reported(case: Projection) -> datetime:
    return case.opened_at


def _accepted(case: Projection) -> datetime | None:
    if case.state in UNACCEPTED:
        return None
    taken = case.state != "withdrawn" or _first(case, "dispatch") or _first(case, "handle")
    return case.opened_at if taken else None


def _accepted_on_time(case: Projection) -> datetime | None:
    return _accepted(case) if _kept(case.last_run("accept")) else None


def _not_closed(case: Projection) -> datetime | None:
    return case.opened_at if case.open else None


def _dispatch_limit(case: Projection) -> Running | None:
    """The limit that the first dispatch had: its own, or, where it was dispatched at once, that of accepting."""
    handling, own = _first(case, "handle"), _first(case, "dispatch")
    if own is not None and (handling is None or own.started_at <= handling.started_at):
        return own
    return _first(case, "accept")


def _due_to_dispatch(case: Projection) -> datetime | None:
    handling, limit = _first(case, "handle"), _dispatch_limit(case)
    if handling is not None:
        return handling.started_at if limit is None else min(handling.started_at, limit.due_at)
    return limit.due_at if limit is not None and limit.key == "dispatch" and limit.runs else None


def _dispatched_on_time(case: Projection) -> datetime | None:
    handling, limit = _first(case, "handle"), _dispatch_limit(case)
    in_time = handling is not None and (limit is None or handling.started_at <= limit.due_at)
    return _due_to_dispatch(case) if in_time else None


def _dispatched_without_return(case: Projection) -> datetime | None:
    right = _first(case, "handle") is not None and not case.record["returns"]
    return _due_to_dispatch(case) if right else None


def _due_to_handle(case: Projection) -> datetime | None:
    run = case.last_run("handle")
    if run is None:
        return None
    if case.state in DONE and run.stopped_at is not None:
        return min(run.stopped_at, run.due_at)
    return run.due_at if run.runs else None


def _handled(case: Projection) -> datetime | None:
    return _due_to_handle(case) if case.state in DONE else None


def _handled_on_time(case: Projection) -> datetime | None:
    return _handled(case) if _kept(case.last_run("handle")) else None


def _delayed(case: Projection) -> datetime | None:
    return _due_to_handle(case) if case.record["delays"] else None


def _due_to_check(case: Projection) -> datetime | None:
    run = case.last_run("check")
    if run is None or case.state not in DONE:
        return None
    return run.due_at if run.stopped_at is None else min(run.stopped_at, run.due_at)


def _checked_on_time(case: Projection) -> datetime | None:
    checked = _kept(case.last_run("check")) and case.record["closing"] != "not_confirmed"
    return _due_to_check(case) if checked else None


def _due_to_close(case: Projection) -> datetime | None:
    run = case.last_run("handle")
    if run is None:
        return None
    if case.state == "closed" and case.closed_at is not None:
        return min(case.closed_at, run.due_at)
    return run.due_at if run.runs or case.state in DONE else None


def _closed_of_due(case: Projection) -> datetime | None:
    return _due_to_close(case) if case.state == "closed" else None


def _in_time(case: Projection) -> bool:
    return all(_kept(case.last_run(key)) for key in ("handle", "check", "close"))


def _closed_on_time(case: Projection) -> datetime | None:
    return _closed_of_due(case) if _in_time(case) else None


def _closed_late(case: Projection) -> datetime | None:
    return None if _in_time(case) else _closed_of_due(case)


def _reworked(case: Projection) -> datetime | None:
    return _due_to_close(case) if case.record["rework"] else None


def _closed(case: Projection) -> datetime | None:
    return case.closed_at if case.state == "closed" else None


def _closed_verified(case: Projection) -> datetime | None:
    return _closed(case) if case.record["closing"] == "verified" else None


def _closed_fixed(case: Projection) -> datetime | None:
    return _closed_verified(case) if case.record["outcome"] == "fixed" else None


def _rated(case: Projection) -> datetime | None:
    return case.closed_at if case.record["rating"] is not None else None


def _rated_4_or_5(case: Projection) -> datetime | None:
    return _rated(case) if (case.record["rating"] or 0) >= 4 else None


def _open(case: Projection) -> datetime | None:
    return case.opened_at if case.open else None


def _paused(case: Projection) -> datetime | None:
    return case.opened_at if case.state == "paused" else None


def _given_back(case: Projection) -> datetime | None:
    return case.opened_at if case.open and case.record["returns"] else None


def _reopened(case: Projection) -> datetime | None:
    return case.opened_at if case.open and case.record["reopened"] else None


FACTS = (
    Fact(key="reported", words=words("上报", "reported"), at=_reported),
    Fact(key="accepted", words=words("立案", "accepted"), at=_accepted),
    Fact(key="accepted_on_time", words=words("按时立案", "accepted on time"), at=_accepted_on_time),
    Fact(key="not_closed", words=words("至今未结束", "still open"), at=_not_closed),
    Fact(key="due_to_dispatch", words=words("应派遣", "due to be dispatched"), at=_due_to_dispatch),
    Fact(key="dispatched_on_time", words=words("按时派遣", "dispatched on time"), at=_dispatched_on_time),
    Fact(
        key="dispatched_without_return",
        words=words("派遣后没有退回", "dispatched and never returned"),
        at=_dispatched_without_return,
    ),
    Fact(key="due_to_handle", words=words("应处置", "due to be handled"), at=_due_to_handle),
    Fact(key="handled", words=words("处置", "handled"), at=_handled),
    Fact(key="handled_on_time", words=words("按期处置", "handled on time"), at=_handled_on_time),
    Fact(key="delayed", words=words("延期", "delayed"), at=_delayed),
    Fact(key="due_to_check", words=words("应核实", "due to be checked"), at=_due_to_check),
    Fact(key="checked_on_time", words=words("按时核实", "checked on time"), at=_checked_on_time),
    Fact(key="due_to_close", words=words("应结案", "due to be closed"), at=_due_to_close),
    Fact(key="closed_of_due", words=words("应结案中已结", "closed, of those due"), at=_closed_of_due),
    Fact(key="closed_on_time", words=words("按期结案", "closed on time"), at=_closed_on_time),
    Fact(key="closed_late", words=words("超期结案", "closed late"), at=_closed_late),
    Fact(key="reworked", words=words("返工", "reworked"), at=_reworked),
    Fact(key="closed", words=words("办结", "closed"), at=_closed),
    Fact(
        key="closed_verified",
        words=words("经核实或确认办结", "closed after a check or the reporter's word"),
        at=_closed_verified,
    ),
    Fact(key="closed_fixed", words=words("经核实已经解决", "fixed and checked"), at=_closed_fixed),
    Fact(key="rated", words=words("已评价", "rated"), at=_rated),
    Fact(key="rated_4_or_5", words=words("评 4 分或 5 分", "rated 4 or 5"), at=_rated_4_or_5),
    Fact(key="open", words=words("在办", "open now"), at=_open, standing=True),
    Fact(key="paused", words=words("中止计时", "paused now"), at=_paused, standing=True),
    Fact(
        key="given_back", words=words("在办、被退回过", "open now, given back"), at=_given_back, standing=True
    ),
    Fact(key="reopened", words=words("在办、重新办理", "open now, reopened"), at=_reopened, standing=True),
)
"""In an order that only ever grows: a fact is kept by its place here."""
