# SPDX-License-Identifier: Apache-2.0
"""The rules up to the report: what may be assessed how, how long a draft is before the public, what the report needs. Pure."""

from datetime import datetime
from typing import Any

from anlan.base.boundary import check_words
from anlan.base.errors import BoundaryRefused
from anlan.cases.define import Audience, Refusal
from anlan.cases.effects import Effect
from anlan.cases.known import covers
from anlan.cases.may import in_scope
from anlan.cases.moment import Moment
from anlan.cases.projection import Projection
from anlan.cases.standard import words
from anlan.places.calendars import Limit, Unit
from anlan.procedures.assessment import catalogue, draft, matrix
from anlan.procedures.assessment.proof import is_proved
from anlan.procedures.assessment.record import blank
from anlan.procedures.assessment.terms import DECIDE, SIMPLIFIED, TESTS

MOST_RISKS = 100
MUST_HEAR = words(
    "这类事项必须公开征求意见，不能用简易程序。",
    "This kind of decision needs a public draft: the simplified track is not open to it.",
)


def check_public(moment: Moment) -> None:
    """Everybody reads it: no word of a register of people. Raises BoundaryRefused at its field."""
    for field in moment.action.fields:
        if field.audience is Audience.PUBLIC and isinstance(moment.data.get(field.key), str):
            try:
                check_words(moment.data[field.key], where="assessment")
            except BoundaryRefused as refused:
                refused.fields[field.key], refused.found[field.key] = refused.message, (refused.term,)
                raise


def open_case(moment: Moment) -> Effect:
    """An assessment of a decision in the catalogue. Whoever opens it assesses; the deciding body is another or the same."""
    if not in_scope(moment.by, moment.area):
        raise Refusal(words("这个地方不归你们管。", "That place is not yours."))
    item = catalogue.ITEMS[moment.data["kind"]]
    if moment.data["track"] == SIMPLIFIED and not item.simple:
        raise Refusal(MUST_HEAR, field="track")
    check_public(moment)
    office = moment.by.organisation_id
    decider = moment.data.get("decider", office)
    unit = moment.known.organisations[decider]
    if unit.kind not in DECIDE or not covers(unit.area, moment.area):
        raise Refusal(
            words(
                "请选择有权作出这项决策、管这个地方的机关。",
                "Please choose a body that may decide it and answers for this place.",
            ),
            field="decider",
        )
    record = {**blank(), "kind": item.key, "catalogue": catalogue.VERSION, "track": moment.data["track"]}
    return Effect(holder=office, room=decider, record=record)


def shorten(moment: Moment) -> Effect:
    """Fewer than thirty days, as the deciding body grants them; its reasons are published with the draft. On the simplified track there is none."""
    if moment.open_case.record["track"] == SIMPLIFIED:
        raise Refusal(
            words("简易程序不公开征求意见。", "On the simplified track no draft is put before the public.")
        )
    check_public(moment)
    return Effect(record={"draft_days": moment.data["days"]})


def publish_draft(moment: Moment) -> Effect:
    """The draft is before everybody for thirty days, or for as few as the deciding body agreed to."""
    days, least = moment.data["days"], moment.open_case.record["draft_days"]
    if days < least:
        raise Refusal(
            words(
                f"征求意见不少于 {least} 日；情况紧急确需缩短的，请决策机关先同意，理由会一并公开。",
                f"A draft is open for {least} days at least. For fewer the deciding body has to agree first: its reasons are published.",
            ),
            field="days",
        )
    sections = draft.sections_of(moment.data["draft"])
    questions = draft.questions_of(moment.data.get("questions", ""))
    check_public(moment)
    return Effect(
        published=True,
        limits={"consult": Limit(n=days, unit=Unit.DAY)},
        record={
            "sections": len(sections),
            "options": draft.options_of(questions),
            "consulted_at": moment.at,
        },
    )


def heard_directly(moment: Moment) -> None:
    """On the simplified track alone."""
    if moment.open_case.record["track"] != SIMPLIFIED:
        raise Refusal(
            words("一般程序必须公开征求意见。", "The ordinary track puts the draft before the public.")
        )


def time_is_over(case: Projection, at: datetime) -> bool:
    """Whether the time for comments has passed, however late the sweep that says so."""
    found = case.running("consult")
    return found is None or found[1].due_at <= at


def extend(moment: Moment) -> Effect:
    """More time for comments, from the end that was published; never once that has passed, nor less."""
    found = moment.open_case.running("consult")
    if found is None or time_is_over(moment.open_case, moment.at):
        raise Refusal(
            words(
                "征求意见已结束，不能再延长。", "The time for comments is over: it can no longer be extended."
            )
        )
    check_public(moment)
    return Effect(limits={"consult": Limit(n=found[1].n + moment.data["more"], unit=Unit.DAY)})


def check_proof(moment: Moment) -> None:
    """What was counted was counted by this house, of the case as it stands."""
    if not is_proved(
        moment.data.get("proof", ""),
        moment.open_case.id,
        moment.open_case.seq,
        moment.action.key,
        moment.data,
    ):
        raise Refusal(
            words(
                "数字由系统统计，期间有变化，请重试。",
                "The system counts these, and something has changed meanwhile. Please try again.",
            )
        )


def count(moment: Moment) -> Effect:
    """The end of the consultation: how many comments there were, with a digest over all of them."""
    case = moment.open_case
    if not time_is_over(case, moment.at):
        raise Refusal(
            words(
                "征求意见的期限还没有到。", "The time for comments has not ended yet: the date was published."
            )
        )
    check_proof(moment)
    return Effect(record=_counts(moment))


def answer(moment: Moment) -> Effect:
    """Comments were answered or not shown: what is left."""
    check_proof(moment)
    return Effect(record=_counts(moment))


def withdraw(moment: Moment) -> Effect:
    """The draft is withdrawn before anything was decided."""
    check_public(moment)
    return Effect()


def _counts(moment: Moment) -> dict[str, Any]:
    return {key: moment.data[key] for key in ("comments", "unanswered", "adopted") if key in moment.data}


def add_risk(moment: Moment) -> Effect:
    """One more point; until its measure is said to have worked, what is left is what it was."""
    case, data = moment.open_case, moment.data
    risks = list(case.record["risks"])
    if len(risks) >= MOST_RISKS:
        raise Refusal(
            words(f"最多 {MOST_RISKS} 个风险点。", f"An assessment lists {MOST_RISKS} risk points at most.")
        )
    risk: matrix.Risk = {
        "seq": case.seq + 1,
        "group": data["group"],
        "likelihood": data["likelihood"],
        "impact": data["impact"],
        "left_likelihood": data.get("left_likelihood", data["likelihood"]),
        "left_impact": data.get("left_impact", data["impact"]),
        "owner": data["owner"],
        "dropped": False,
    }
    _no_worse(risk)
    return Effect(record={"risks": [*risks, risk]}, assist=_owner(case, data["owner"]))


def _owner(case: Projection, owner: int) -> tuple[int, ...]:
    """Whose measure it is sees the case."""
    there = {case.holder, case.room, *case.assigned_now("assist")}
    return () if owner in there else (owner,)


def _no_worse(risk: matrix.Risk) -> None:
    for key in ("likelihood", "impact"):
        if risk[f"left_{key}"] > risk[key]:  # type: ignore[literal-required]
            raise Refusal(
                words("采取措施后不会比之前更严重。", "With its measure it is no worse than before."),
                field=f"left_{key}",
            )


def rate_again(moment: Moment) -> Effect:
    """What is left of a point once its measure is taken."""
    n, risk = _point(moment)
    changed: matrix.Risk = {
        **risk,
        "left_likelihood": moment.data["left_likelihood"],
        "left_impact": moment.data["left_impact"],
    }
    _no_worse(changed)
    return Effect(record={"risks": _with(moment, n, changed)})


def drop_risk(moment: Moment) -> Effect:
    """A point off the list, with its reason; its number is not given again."""
    n, risk = _point(moment)
    return Effect(record={"risks": _with(moment, n, {**risk, "dropped": True})})


def _point(moment: Moment) -> tuple[int, matrix.Risk]:
    found = dict(matrix.standing(moment.open_case.record["risks"]))
    if not found:
        raise Refusal(words("还没有列出风险点。", "No risk point is listed yet."))
    n = moment.data["risk"]
    if n not in found:
        raise Refusal(words("没有这个风险点。", "There is no such risk point."), field="risk")
    return n, found[n]


def _with(moment: Moment, n: int, risk: matrix.Risk) -> list[matrix.Risk]:
    return [risk if k == n else each for k, each in enumerate(moment.open_case.record["risks"], 1)]


def report(moment: Moment) -> Effect:
    """The report: the matrix's level beside the assessor's own, the four tests, what is concluded."""
    case, data = moment.open_case, moment.data
    record = case.record
    if not matrix.standing(record["risks"]):
        raise Refusal(words("请先列出风险点。", "Please list the risk points first."))
    if record["unanswered"]:
        raise Refusal(
            words(
                f"还有 {record['unanswered']} 条意见没有答复：每一条都要说明采纳与否。",
                f"{record['unanswered']} comments are not answered yet: each is owed whether it was adopted and why.",
            )
        )
    computed = matrix.level_left(record["risks"])
    blocks = matrix.worst(computed, data["level"]) != matrix.LOW
    return Effect(
        record={
            "level": data["level"],
            "computed": computed,
            "tests": unmet(data),
            "reports": [data["paper"]] if "paper" in data else [],
            "assessed_by": moment.by.organisation_id,
            "reported_at": record["reported_at"] or moment.at,
            "blocked_at": record["blocked_at"] or (moment.at if blocks else None),
        }
    )


def unmet(data: Any) -> list[str]:
    """Which of the four tests are not met."""
    return [key for key, *_words in TESTS if data[key] != "met"]
