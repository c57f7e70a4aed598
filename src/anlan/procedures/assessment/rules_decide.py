# SPDX-License-Identifier: Apache-2.0
"""The rules from the report on: legality, what may be decided at which level, what comes after, who may review. Pure."""

from uuid import UUID

from anlan.cases.define import Refusal
from anlan.cases.effects import Effect, LinkKind, LinkTo
from anlan.cases.may import sees
from anlan.cases.moment import Moment
from anlan.cases.projection import Projection
from anlan.cases.standard import words
from anlan.places.calendars import Limit, Unit
from anlan.procedures.assessment import matrix
from anlan.procedures.assessment.rules import check_public
from anlan.procedures.assessment.states import LEGALITY_DAYS
from anlan.procedures.assessment.terms import TESTS


def pass_on(moment: Moment) -> Effect:
    """To the body that checks legality, neither of the two that have an interest in it, with seven working days at least."""
    checker, days = moment.data["checker"], moment.data["days"]
    _third(moment, checker, field="checker")
    if days < LEGALITY_DAYS:
        raise Refusal(
            words(
                f"合法性审查时间不少于 {LEGALITY_DAYS} 个工作日。",
                f"A legality check is given {LEGALITY_DAYS} working days at least.",
            ),
            field="days",
        )
    return Effect(
        holder=checker,
        limits={"legality": Limit(n=days, unit=Unit.WORKING_DAY)},
        record={"lawful": False, "checked_by": checker},
    )


def _third(moment: Moment, checker: int | None, *, field: str | None = None) -> None:
    """Neither who decides nor who assessed, or went on with its work."""
    case = moment.open_case
    assessed = case.record["assessed_by"]
    if checker in {case.room, assessed, *moment.known.all_successors(assessed)}:
        raise Refusal(
            words(
                "合法性审查由负责合法性审查的部门进行，不能由决策机关经办机构或者评估单位自己审查。",
                "Legality is checked by the department that is responsible for it, not by who decides or who assessed.",
            ),
            field=field,
        )


def take_back(moment: Moment) -> Effect:
    """Back from a body that does not check it, to be passed on to another."""
    return Effect(holder=_assessor(moment), record={"checked_by": None})


def opine(moment: Moment) -> Effect:
    """The opinion of whoever checks. The time is theirs to use: who is done sooner says why. What is not lawful goes back."""
    case, data = moment.open_case, moment.data
    if moment.by.organisation_id != case.record["checked_by"] and case.record["checked_by"] not in (
        moment.known.predecessors(moment.by.organisation_id or 0)
    ):
        raise Refusal(
            words("由负责审查的单位出具意见。", "The opinion is for the body that was asked to check it.")
        )
    # Who was asked may have become one of the two since: then another is asked.
    _third(moment, moment.by.organisation_id)
    found = case.running("legality")
    if found is not None and moment.at < found[1].due_at and not data.get("early"):
        if "result" not in data:  # asked before anybody filled it in: it may be written
            raise LookupError
        raise Refusal(
            words(
                "审查时间还没有用完。提前出具意见的，请说明为什么时间已经足够。",
                "The time for the check is not over. For an opinion before that, please say why the time was enough.",
            ),
            field="early",
        )
    lawful = data["result"] == "lawful"
    record = {"lawful": lawful} if lawful else {"lawful": False, "reports": []}
    return Effect(to="deciding" if lawful else "listing", holder=_assessor(moment), record=record)


def _assessor(moment: Moment) -> int:
    """Who assessed, or goes on with its work."""
    return moment.known.successor(moment.open_case.record["assessed_by"], moment.area, on=moment.day)


def may_be_decided(case: Projection) -> None:
    """Only low risk with reliable control may be decided, and only lawfully. Raises Refusal that says what to do instead."""
    record = case.record
    if not record["reported_at"] or not record["lawful"]:
        raise Refusal(
            words(
                "没有评估报告和合法性审查，不能决定。",
                "Without a report and a legality check nothing is decided.",
            )
        )
    level = matrix.worst(record["level"], record["computed"])
    if level != matrix.LOW:
        said = dict(matrix.LEVELS)
        over = sum(
            matrix.level_of(r["left_likelihood"], r["left_impact"]) != matrix.LOW
            for _n, r in matrix.standing(record["risks"])
        )
        zh = f"{over} 个风险点还没有降到低风险" if over else "评估单位认定的等级不是低风险"
        en = f"{over} of its risk points are not low yet" if over else "the assessor does not call it low"
        raise Refusal(
            words(
                f"{said[level].zh}，不能决定实施：{zh}。请退回评估，落实措施后重新报告，或者暂缓、不予实施。",
                f"The risk is {said[level].en.lower()}, so it may not be decided: {en}. Please send it back to be reduced and reported again, or defer or stop it.",
            )
        )
    if record["tests"]:
        names = {key: each for key, each, _what in TESTS}
        zh = "、".join(names[key].zh for key in record["tests"])
        en = ", ".join(names[key].en.lower() for key in record["tests"])
        raise Refusal(
            words(f"{zh}不符合，请退回修改方案。", f"Not met: {en}. Please send it back to change the draft.")
        )
    if record["unanswered"]:
        raise Refusal(words("还有意见没有答复。", "Some comments are not answered."))


def decide(moment: Moment) -> Effect:
    """Decided together, with who differed written down; from now on it is before everybody and tracked."""
    may_be_decided(moment.open_case)
    _dissent(moment)
    check_public(moment)
    return Effect(
        published=True,
        record={"result": moment.data["result"], "decided_at": moment.at},
        assist=_executor(moment),
    )


def _executor(moment: Moment) -> tuple[int, ...]:
    case, executor = moment.open_case, moment.data.get("executor")
    there = {None, case.holder, case.room, *case.assigned_now("assist")}
    return () if executor in there else (executor,)  # type: ignore[return-value]


def _dissent(moment: Moment) -> None:
    if moment.data["dissent"] == "some" and not moment.data.get("dissent_words"):
        raise Refusal(
            words(
                "请写明不同意见（重大行政决策程序暂行条例第 30 条）。",
                "Please write down the other opinions (Decision-Procedure Regulation art. 30).",
            ),
            field="dissent_words",
        )


def defer(moment: Moment) -> Effect:
    """Not now: it is assessed again when the draft has changed."""
    _dissent(moment)
    check_public(moment)
    return Effect(published=True, record={"result": "defer", "deferred_at": moment.at, "lawful": False})


def stop(moment: Moment) -> Effect:
    """Not at all."""
    if moment.open_case.state == "deciding":
        _dissent(moment)
    check_public(moment)
    return Effect(published=True, record={"result": "stop", "stopped_at": moment.at})


def send_back(_moment: Moment) -> Effect:
    """Whatever was checked was checked of another draft."""
    return Effect(record={"lawful": False, "checked_by": None, "result": "", "reports": []})


def file_report(moment: Moment) -> Effect:
    """The report is filed with another body than made or decided on it."""
    case, other = moment.open_case, moment.data["with"]
    if other in {case.holder, case.room}:
        raise Refusal(
            words("请选择备案的上级单位。", "Please choose the office above with which it is filed."),
            field="with",
        )
    return Effect(record={"filed_with": other, "filed_at": moment.at})


def track(moment: Moment) -> Effect:
    """A problem found after the decision."""
    record = moment.open_case.record
    return Effect(record={"troubles": record["troubles"] + 1, "found_at": record["found_at"] or moment.at})


def connect(moment: Moment) -> Effect:
    """A report or dispute that came of the decision, each once. Whoever links it sees it; on the page it is a number."""
    case = moment.open_case
    other = moment.others.get(UUID(moment.data["other"]))
    if (
        other is None
        or other.procedure == case.procedure
        or not sees(moment.by, other, parties=(), known=moment.known)
    ):
        raise Refusal(words("没有这个编号的事项。", "There is no such case."), field="other")
    if any(link.case_id == other.id for link in case.links.values()):
        raise Refusal(words("已经关联过了。", "It is linked already."), field="other")
    record = case.record
    return Effect(
        links=(LinkTo(kind=LinkKind.FOLLOWS_FROM, case_id=other.id),),
        record={"found_at": record["found_at"] or moment.at},
    )


def commission(moment: Moment) -> Effect:
    """A review by another body than did the assessment."""
    reviewer = moment.data["reviewer"]
    _another(moment, reviewer, field="reviewer")
    return Effect(holder=reviewer)


def _another(moment: Moment, reviewer: int | None, *, field: str | None = None) -> None:
    """Another body than did the assessment, or than went on with its work."""
    assessed = moment.open_case.record["assessed_by"]
    if reviewer == assessed or reviewer in moment.known.all_successors(assessed):
        raise Refusal(
            words(
                "承担过决策前评估的单位不能承担决策后评估。",
                "Who did the assessment before may not do the review afterwards.",
            ),
            field=field,
        )


def review(moment: Moment) -> Effect:
    """The review, by whoever it was given to, and never by who assessed."""
    _another(moment, moment.by.organisation_id)
    check_public(moment)
    return Effect()
