# SPDX-License-Identifier: Apache-2.0
"""What comes next in a mediation, and why it is not that far yet: from the case as it stands alone. Pure.

Whom a mediator asked alone, and that they meet one side, is for mediators alone; all else is the office's to know.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from anlan.cases.define import Audience, Step, Words
from anlan.cases.may import MEDIATOR
from anlan.cases.projection import Projection
from anlan.cases.standard import words
from anlan.parts.meetings.actions import HELD, MEET
from anlan.parts.meetings.columns import Row, column, ending
from anlan.parts.signing.rules import COUNTERSIGN, ON_PAPER, SEAL
from anlan.places.find import ZONE
from anlan.procedures.mediation.record import SIDES, disputants, side_of
from anlan.procedures.mediation.rules_after import day_of

CALLED = {"side1": words("申请方", "who applied"), "side2": words("对方", "the other side")}
WORTH_A_VISIT = ("kept", "failed")
AUDIENCES = (Audience.REPORTER, Audience.SIDE1, Audience.SIDE2)
AND = words("和", " and ")


def steps(case: Projection, at: datetime) -> tuple[Step, ...]:
    """In the order in which they are proposed; nothing where the case rests."""
    found = NEXT.get(case.state)
    return tuple(found(case, at)) if found is not None else ()


def _who(case: Projection, people: Iterable[int]) -> Words:
    sides = sorted({side_of(case, n) for n in people})
    return words(
        AND.zh.join(CALLED[side].zh for side in sides), AND.en.join(CALLED[side].en for side in sides)
    )


def _lacking(case: Projection, key: str) -> list[int]:
    return [n for n in disputants(case) if n not in case.record[key]]


def _unasked(case: Projection) -> Iterator[Step]:
    if people := _lacking(case, "asked"):
        who = _who(case, people)
        yield Step(
            action="ask_alone",
            audience=Audience.MEDIATOR,
            words=words(
                f"还没有单独问过{who.zh}是否害怕或者受到压力，请先单独询问。",
                f"Not asked alone yet whether they are afraid or under pressure: {who.en}. Please ask first.",
            ),
        )


def _unwilling(case: Projection) -> Iterator[Step]:
    if people := _lacking(case, "consented"):
        who = _who(case, people)
        yield Step(
            action="consent_for",
            words=words(
                f"{who.zh}还没有表示是否愿意调解。本人可以在手机上答复；当面或者电话问到的，请在这里登记。",
                f"Not said yet whether they want the mediation: {who.en}. They can answer on their phone; what they say to you is recorded here.",
            ),
        )


def _consulted(_case: Projection, _at: datetime) -> Iterator[Step]:
    yield Step(
        action="advise",
        words=words(
            "请答复：能怎么办，各有什么利弊。",
            "Please answer: what can be done, and what speaks for each way.",
        ),
    )


def _advised(_case: Projection, _at: datetime) -> Iterator[Step]:
    yield Step(
        words=words(
            "已经答复，下一步由当事人决定；30 天没有回音自动办结。",
            "It is answered, and the person decides. After 30 days without a word it rests.",
        )
    )


def _applied(case: Projection, _at: datetime) -> Iterator[Step]:
    missing = [side for side in SIDES if side not in case.parties.values()]
    if missing:
        who = words(AND.zh.join(CALLED[s].zh for s in missing), AND.en.join(CALLED[s].en for s in missing))
        yield Step(
            action="bring_in",
            words=words(
                f"还没有登记{who.zh}，请先登记。", f"Not entered yet: {who.en}. Please enter them first."
            ),
        )
        return
    yield from _unasked(case)
    if not _lacking(case, "asked"):
        yield Step(
            action="invite",
            words=words(
                "双方都已登记，也都单独问过，请写明事由，征求各方同意。",
                "Both sides are entered and were asked alone. Please write what it is about, and ask both whether they want it.",
            ),
        )


def _consenting(case: Projection, _at: datetime) -> Iterator[Step]:
    late = [*_unasked(case), *_unwilling(case)]
    yield from late
    if not late:
        yield Step(
            action="accept",
            words=words("各方都已同意，请受理。", "Everybody has agreed. Please take it on."),
        )


def _choosing(case: Projection, _at: datetime) -> Iterator[Step]:
    late = [*_unasked(case), *_unwilling(case)]
    yield from late
    if case.record[MEDIATOR] is None:
        yield Step(
            action="appoint",
            words=words(
                "各方还没有选定同一位调解员。可以等各方来选，也可以由本单位指定。",
                "The sides have not chosen the same mediator yet. They may still choose, or your office appoints one.",
            ),
        )
    elif not late:
        yield Step(
            action="begin",
            words=words(
                "调解员已经选定。请确认没有利害关系，告知各方权利，然后开始。",
                "The mediator is chosen. Please confirm that you have no interest in it, tell everybody their rights, and begin.",
            ),
        )


def _rows(case: Projection, audience: Audience) -> list[Row]:
    rows: list[Row] = case.record.get(column(audience)) or []
    return rows


def _meetings(case: Projection, at: datetime) -> Iterator[Step]:
    """Meetings whose time has come, and those that lie ahead; else the first that is to be arranged, where nothing is agreed without one."""
    open_rows = [(each, row) for each in AUDIENCES for row in _rows(case, each) if row["state"] == "called"]
    for audience, row in open_rows:
        if row["begins"] <= at.timestamp():
            yield Step(
                action=HELD + ending(audience),
                audience=Audience.OFFICE if audience is Audience.REPORTER else Audience.MEDIATOR,
                words=words(
                    "约定的时间已到，请登记到场情况和会议记录；没有开成的请取消，另约时间。",
                    "The time of the meeting has come. Please record who came and what was said, or call it off and arrange another.",
                ),
            )
    if open_rows:
        common = any(audience is Audience.REPORTER for audience, _row in open_rows)
        yield Step(
            audience=Audience.OFFICE if common else Audience.MEDIATOR,
            words=words(
                "会议已经约好，开过以后在这里登记。",
                "A meeting is arranged. Once it was held, record it here.",
            ),
        )
        return
    begun = case.record["drafted"] or case.record["clauses"]
    if case.record["apart"]:
        for side in (Audience.SIDE1, Audience.SIDE2):
            if not any(row["state"] == "held" for row in _rows(case, side)):
                who = CALLED[str(side)]
                yield Step(
                    action=MEET + ending(side),
                    audience=Audience.MEDIATOR,
                    words=words(
                        f"有人害怕或者受到压力，不安排见面。请单独约{who.zh}。",
                        f"Somebody is afraid or under pressure, so the sides do not meet. Please arrange a meeting with {who.en} alone.",
                    ),
                )
                return
    elif not begun and not any(row["state"] == "held" for each in AUDIENCES for row in _rows(case, each)):
        yield Step(
            action=MEET,
            words=words(
                "双方都已同意，请约第一次调解时间。",
                "Both sides have agreed. Please arrange the first meeting.",
            ),
        )


def _mediating(case: Projection, at: datetime) -> Iterator[Step]:
    late = [*_unasked(case), *_unwilling(case)]
    yield from late
    if late:
        return
    before = list(_meetings(case, at))
    yield from before
    if before:
        return
    record = case.record
    if not record["drafted"]:
        yield Step(
            action="draft",
            also=(MEET, "fail"),
            words=words(
                "已经谈过。谈成了，请写主要事实、争议点和各方责任；没有谈成，可以再约一次，或者结束调解。",
                "They have talked. If they agree, please write the facts, the points and what each answers for; if not, arrange another meeting or end it.",
            ),
        )
    elif not record["clauses"]:
        yield Step(
            action="term",
            words=words(
                "事实和责任已经写好，请逐条写协议内容：谁、做什么、多少、什么时候。",
                "The facts are written. Please write the terms one by one: who does what, how much and when.",
            ),
        )
    else:
        n = len(record["clauses"])
        yield Step(
            action="settle",
            also=("term",),
            words=words(
                f"事实和 {n} 条协议内容都写好了。还有的请接着加；写全了，请形成协议书，交各方签署。",
                f"The facts and the terms ({n}) are written. Please add what is missing; else make the agreement, to be signed.",
            ),
        )


def _appraising(_case: Projection, _at: datetime) -> Iterator[Step]:
    yield Step(
        action="appraised",
        words=words(
            "正在等鉴定结论，调解期限暂停。有了结论，请在这里登记，接着调解。",
            "The appraisal is awaited and the limit stands still. Once it is there, record it here and go on.",
        ),
    )


def _signing(case: Projection, _at: datetime) -> Iterator[Step]:
    if people := _lacking(case, "signed"):
        who = _who(case, people)
        yield Step(
            action=ON_PAPER,
            words=words(
                f"{who.zh}还没有签署。可以在自己的手机上签；当面在纸上签了的，请在这里登记。",
                f"Not signed yet: {who.en}. They can sign on their phone; what was signed on paper is recorded here.",
            ),
        )
    elif not case.record["countersigned"]:
        yield Step(
            action=COUNTERSIGN,
            words=words("各方都已签署，请调解员签署。", "Everybody has signed. Now the mediator signs."),
        )
    else:
        yield Step(
            action=SEAL,
            words=words(
                "各方和调解员都已签署，请盖章，协议书随即生效。",
                "Everybody and the mediator have signed. Please seal it: then it is in force.",
            ),
        )


def _performing(case: Projection, at: datetime) -> Iterator[Step]:
    record = case.record
    if record["breach"]:
        yield Step(
            action="reopen",
            words=words(
                "有一方反映没有履行，请核实。确实没有履行的，可以重新调解。",
                "A side says that it is not kept. Please find out; if so, it can be mediated again.",
            ),
        )
    if record["court"] == "asked":
        yield Step(
            action="prepare",
            words=words(
                "各方共同申请司法确认，请备好申请书。",
                "Both sides ask the court to confirm it. Please prepare the application.",
            ),
        )
    if record["court"] == "ready":
        yield Step(
            action="filed",
            words=words(
                "申请书已备好，请打印给各方签名，送到法院后在这里登记。",
                "The application is ready. Print it for all to sign, take it to the court, then say so here.",
            ),
        )
    if record["court"] in {"filed", "admitted"}:
        yield Step(
            action="court_said",
            words=words(
                "材料已送法院，有了答复请登记。",
                "The papers are at the court. Please record what it answers.",
            )
            if record["court"] == "filed"
            else words(
                "法院已受理，裁定以后请登记。", "The court has admitted it. Please record what it decides."
            ),
        )
    if waiting := [seq for seq in record["clauses"] if seq not in record["performed"]]:
        today = at.astimezone(ZONE).date()
        later = [seq for seq in waiting if seq in record["lasting"] and today < day_of(record, seq)]
        yield Step(
            action="performed" if len(later) < len(waiting) else "",
            words=words(
                f"还有 {len(waiting)} 条协议内容等待履行{f'，其中 {len(later)} 条还没到开始的日子' if later else ''}。履行一条登记一条。",
                f"Terms that wait to be kept: {len(waiting)}{f', {len(later)} of them begin later' if later else ''}. Please mark each as it is kept.",
            ),
        )


def _visited(case: Projection, _at: datetime) -> Iterator[Step]:
    if not case.record["visited"]:
        yield Step(
            action="visit",
            words=words(
                "已经结束，请回访，看看现在怎么样。", "It has ended. Please visit and see how it is now."
            ),
        )


NEXT: dict[str, Callable[[Projection, datetime], Iterator[Step]]] = {
    "consulting": _consulted,
    "assessing": _consulted,
    "advised": _advised,
    "applied": _applied,
    "consenting": _consenting,
    "choosing": _choosing,
    "mediating": _mediating,
    "appraising": _appraising,
    "signing": _signing,
    "performing": _performing,
    **dict.fromkeys(WORTH_A_VISIT, _visited),
}
