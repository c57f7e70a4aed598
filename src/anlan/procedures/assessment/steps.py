# SPDX-License-Identifier: Apache-2.0
"""What comes next in an assessment, and what stands in the way of it: from the case as it stands alone. Pure."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from anlan.cases.define import Refusal, Step
from anlan.cases.projection import Projection
from anlan.cases.standard import words
from anlan.parts.meetings.actions import HELD
from anlan.procedures.assessment import matrix
from anlan.procedures.assessment.rules import time_is_over
from anlan.procedures.assessment.rules_decide import may_be_decided
from anlan.procedures.assessment.terms import SIMPLIFIED

COMMENTS = "desk:comments"
"""The page on which comments are answered and counted."""


def steps(case: Projection, at: datetime) -> tuple[Step, ...]:
    """In the order in which they are proposed; nothing where the case has ended."""
    found = NEXT.get(case.state)
    return tuple(found(case, at)) if found is not None else ()


def _planned(case: Projection, _at: datetime) -> Iterator[Step]:
    if case.record["track"] == SIMPLIFIED:
        yield Step(
            action="hear",
            words=words(
                "方案已定，请直接听取有关各方的意见。",
                "The plan is made. Please hear those concerned directly.",
            ),
        )
    else:
        yield Step(
            action="consult",
            words=words(
                "方案已定，请公开草案，征求意见。",
                "The plan is made. Please put the draft before the public.",
            ),
        )


def _meetings(case: Projection, at: datetime) -> Iterator[Step]:
    for row in case.record.get("meetings") or []:
        if row["state"] == "called" and datetime.fromtimestamp(row["begins"], UTC) <= at:
            yield Step(
                action=HELD,
                words=words(
                    "约定的会议时间已到，请登记到场人数和会议记录；没有开成的请取消。",
                    "The time of a meeting has come. Please record how many came and what was said, or call it off.",
                ),
            )


def _commenting(case: Projection, at: datetime) -> Iterator[Step]:
    yield from _meetings(case, at)
    if time_is_over(case, at):
        yield Step(
            action="count",
            page=COMMENTS,
            words=words(
                "征求意见的期限已到，请结束征求意见，清点全部意见。",
                "The time for comments is over. Please end the consultation and have them counted.",
            ),
        )
    else:
        yield Step(
            action="answer",
            page=COMMENTS,
            words=words(
                "草案正在征求意见，到期后才能清点。收到的意见现在就可以阅读和答复。",
                "The draft is before the public; comments are counted when the time is over. They can be read and answered already.",
            ),
        )


def _listing(case: Projection, at: datetime) -> Iterator[Step]:
    yield from _meetings(case, at)
    record = case.record
    if n := record["unanswered"]:
        yield Step(
            action="answer",
            page=COMMENTS,
            words=words(
                f"还有 {n} 条意见未答复，每一条都要说明采纳与否，才能形成报告。",
                f"Comments without an answer: {n}. Each is owed whether it was adopted and why, before there can be a report.",
            ),
        )
        return
    if not (risks := matrix.standing(record["risks"])):
        yield Step(
            action="add_risk",
            words=words("还没有列出风险点，请先列出。", "No risk point is listed yet. Please list them."),
        )
        return
    if n := sum(matrix.level_of(r["left_likelihood"], r["left_impact"]) != matrix.LOW for _n, r in risks):
        yield Step(
            action="rate_again",
            words=words(
                f"还有 {n} 个风险点不是低风险，这样不能决定实施。请落实措施，再评定剩余风险。",
                f"Risk points that are not low: {n}. So it cannot be decided. Please have the measures taken, then rate what is left.",
            ),
        )
        return
    yield Step(
        action="hand_in",
        words=words(
            "意见都已答复，风险点都已降到低风险，请形成评估报告。",
            "Every comment is answered and every risk point is low. Please hand in the report.",
        ),
    )


def _reported(case: Projection, _at: datetime) -> Iterator[Step]:
    level = matrix.worst(case.record["level"], case.record["computed"])
    if level != matrix.LOW:
        said = dict(matrix.LEVELS)[level]
        yield Step(
            action="send_back",
            words=words(
                f"报告的结论是{said.zh}，不能决定实施。请退回评估，落实措施后重新报告。",
                f"The report finds the risk {said.en.lower()}, so it cannot be decided. Please send it back to be reduced and reported again.",
            ),
        )
    else:
        yield Step(
            action="pass_on",
            words=words(
                "评估报告已经形成，请送合法性审查。",
                "The report is there. Please pass it on to the legality check.",
            ),
        )


def _legality(_case: Projection, _at: datetime) -> Iterator[Step]:
    yield Step(
        action="opine",
        words=words(
            "由审查单位审查权限、程序和内容，再出具合法性审查意见。",
            "Whoever checks it looks at competence, procedure and content, and gives an opinion on its legality.",
        ),
    )


def _deciding(case: Projection, _at: datetime) -> Iterator[Step]:
    try:
        may_be_decided(case)
    except Refusal as refusal:
        yield Step(action="send_back", words=refusal.words)
    else:
        yield Step(
            action="decide",
            words=words(
                "评估报告、合法性审查都已完成，风险为低，请集体讨论决定。",
                "The report and the legality check are there and the risk is low. Please decide together.",
            ),
        )


def _decided(case: Projection, at: datetime) -> Iterator[Step]:
    record, tracked = case.record, case.running("track")
    if n := record["troubles"]:
        yield Step(
            action="commission",
            words=words(
                f"实施中报告了 {n} 个问题，请决定是否启动决策后评估。",
                f"Problems reported in carrying it out: {n}. Please consider having it reviewed.",
            ),
        )
    elif not record["filed_at"]:
        yield Step(
            action="file_report",
            words=words(
                "已经决定。请把评估报告报上级备案；实施中发现问题，随时登记。",
                "It is decided. Please file the report with the office above, and report problems as they are found.",
            ),
        )
    elif tracked is not None and tracked[1].due_at <= at:
        yield Step(
            action="end",
            words=words(
                "跟踪期已满，没有问题的请结束跟踪。",
                "Its time is over. Without problems, please end the tracking.",
            ),
        )
    else:
        yield Step(
            words=words(
                "已经决定并报备，正在跟踪实施。发现问题，随时登记。",
                "It is decided, filed and being tracked. Please report problems as they are found.",
            )
        )


def _reviewing(_case: Projection, _at: datetime) -> Iterator[Step]:
    yield Step(
        action="review",
        words=words(
            "正在做决策后评估，请提交评估结果。", "It is being reviewed. Please hand in what was found."
        ),
    )


def _deferred(_case: Projection, _at: datetime) -> Iterator[Step]:
    yield Step(
        action="send_back",
        words=words(
            "已暂缓实施。方案修改后退回重新评估，或者决定不予实施。",
            "It is deferred. Once the draft has changed send it back to be assessed again, or decide that it is not done.",
        ),
    )


NEXT: dict[str, Callable[[Projection, datetime], Iterator[Step]]] = {
    "planned": _planned,
    "commenting": _commenting,
    "commented": _commenting,
    "listing": _listing,
    "report_ready": _reported,
    "legality": _legality,
    "deciding": _deciding,
    "decided": _decided,
    "reviewing": _reviewing,
    "deferred": _deferred,
}
