# SPDX-License-Identifier: Apache-2.0
"""What is counted of an assessment, and on which day; and the figures made of it. Of bodies and decisions, never of people. Pure."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from anlan.cases.define import Fact
from anlan.cases.projection import Projection
from anlan.cases.standard import measure, words

LAW = "Decision-Procedure Regulation 2019 (重大行政决策程序暂行条例)"
TO_REPORT, LATE = frozenset({"plan", "count", "assess"}), 100
"""The limits on the way to the report, and the percentage at which one has passed."""
Day = Callable[[Projection], datetime | None]


def _at(case: Projection, key: str) -> datetime | None:
    said = case.record.get(key)
    return datetime.fromisoformat(said) if isinstance(said, str) else said


def _on(key: str) -> Day:
    def on(case: Projection) -> datetime | None:
        return _at(case, key)

    return on


def _assessed(case: Projection) -> datetime | None:
    return case.opened_at if case.record.get("reported_at") and case.state != "withdrawn" else None


def _required(case: Projection) -> datetime | None:
    """Assessed, or late with it; what is still within its time is owed to nobody yet. On the day it was opened, so that a part is never
    more than its whole.
    """
    late = any(run.key in TO_REPORT and run.stage >= LATE for run in case.clocks.values())
    return case.opened_at if late and case.state != "withdrawn" else _assessed(case)


def _counted(case: Projection) -> datetime | None:
    return None if case.record.get("comments") is None else _at(case, "consulted_at")


def _heard(case: Projection) -> datetime | None:
    return _counted(case) if case.record.get("comments") else None


def _answered(case: Projection) -> datetime | None:
    return _heard(case) if not case.record.get("unanswered") else None


def _adopted(case: Projection) -> datetime | None:
    return _heard(case) if case.record.get("adopted") else None


def _decided_found(case: Projection) -> datetime | None:
    return _at(case, "decided_at") if case.record.get("found_at") else None


def _concluded(case: Projection) -> datetime | None:
    found = [_at(case, key) for key in ("decided_at", "deferred_at", "stopped_at")]
    return min((each for each in found if each is not None), default=None)


def _held_up(case: Projection) -> datetime | None:
    """Of those concluded: not, or not yet, to be done."""
    return _concluded(case) if case.record.get("result") in {"defer", "stop"} else None


def _open(case: Projection) -> datetime | None:
    return case.opened_at if case.open else None


FACTS = (
    Fact(key="required", words=words("应当评估", "to be assessed"), at=_required),
    Fact(key="assessed", words=words("已经评估", "assessed"), at=_assessed),
    Fact(key="consulted", words=words("公开征求意见已结束", "consultations ended"), at=_counted),
    Fact(key="heard", words=words("收到意见", "with comments"), at=_heard),
    Fact(key="answered", words=words("意见全部答复", "with every comment answered"), at=_answered),
    Fact(key="adopted", words=words("采纳了意见", "with comments adopted"), at=_adopted),
    Fact(
        key="blocked", words=words("曾因中高风险不能决定", "once held up by its risk"), at=_on("blocked_at")
    ),
    Fact(key="concluded", words=words("已有决定", "concluded"), at=_concluded),
    Fact(key="decided", words=words("决定实施", "decided"), at=_on("decided_at")),
    Fact(key="held_up", words=words("暂缓或不予实施", "deferred or stopped"), at=_held_up),
    Fact(key="found", words=words("实施后发现问题", "with problems found afterwards"), at=_decided_found),
    Fact(key="open", words=words("在办", "open now"), at=_open, standing=True),
)
"""In an order that only ever grows: a fact is kept by its place here."""


_measure = partial(measure, source=LAW)

MEASURES = (
    _measure("required", ("应评估事项", "To be assessed"), ("期内启动、没有撤回，已形成评估报告或者超期未形成的决策事项；还在期限内的不算", "begun in the period, not withdrawn, and with a report or late with it; what is within its time does not count yet"), headline=True),
    _measure("assessed", ("应评尽评率", "Assessed of those required"), ("已形成评估报告的 ÷ 应评估的，算在启动之日", "with a report ÷ to be assessed, on the day it began"), of="required", headline=True),
    _measure("heard", ("征求意见有回应", "Consultations with comments"), ("收到意见的 ÷ 征求意见已结束的，算在公开草案之日", "with at least one comment ÷ ended, on the day the draft was published"), of="consulted"),
    _measure("answered", ("意见全部答复", "Every comment answered"), ("意见全部答复的 ÷ 收到意见的", "with every comment answered ÷ with comments"), of="heard", headline=True),
    _measure("adopted", ("采纳公众意见", "Comments adopted"), ("采纳或部分采纳了意见的 ÷ 收到意见的", "with a comment adopted, wholly or in part ÷ with comments"), of="heard"),
    _measure("blocked", ("曾因风险不能决定", "Held up by its risk"), ("期内首次报告为中、高风险的事项", "first reported as medium or high in the period")),
    _measure("held_up", ("暂缓、不予实施", "Deferred or stopped"), ("暂缓和不予实施的 ÷ 已有决定的，算在首次决定之日", "deferred or stopped ÷ concluded, on the day of the first conclusion"), of="concluded"),
    _measure("found", ("实施后发现问题", "Problems found afterwards"), ("实施后报告了问题或者关联了事项的 ÷ 决定实施的，算在决定之日", "with a problem reported or a case linked afterwards ÷ decided, on the day of the decision"), of="decided"),
    _measure("open", ("在办", "Open now"), ("现在还没有结束的件数，与时段无关", "not ended now, whatever the period")),
)  # fmt: skip
