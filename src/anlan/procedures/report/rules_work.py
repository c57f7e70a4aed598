# SPDX-License-Identifier: Apache-2.0
"""How a report is handled: questions, delays, pauses, reminders, supervision, and the unit's report that it is done. Pure."""

from anlan.cases.define import Refusal
from anlan.cases.effects import Effect
from anlan.cases.moment import Moment
from anlan.cases.standard import escalated, words
from anlan.places.calendars import Limit, Unit
from anlan.procedures.report.record import checkers, counted, has_reporter, to_screen

MOST_DELAYS = 2


def ask(moment: Moment) -> Effect:
    """A question to the reporter; the limit goes on unless a pause is declared."""
    if not has_reporter(moment):
        raise Refusal(words("这一件没有报告人可以询问。", "There is no reporter to ask."))
    return Effect(record={"question": True})


def answer(moment: Moment) -> Effect:
    """The answer; a pause that waited for it ends."""
    case = moment.open_case
    if not case.record["question"]:
        raise Refusal(
            words(
                "现在没有待您回答的问题；补充情况请用“补充”。",
                "No question is open. To add something, use “Add”.",
            )
        )
    waited = case.state == "paused" and case.record["pause_basis"] == "reporter"
    return Effect(to="in_hand" if waited else None, record={"question": False, **to_screen(moment)})


def ask_delay(moment: Moment) -> Effect:
    """Asked before the limit has passed, at most twice."""
    case = moment.open_case
    if case.record["delays"] >= MOST_DELAYS:
        raise Refusal(words("已经延期两次，不能再延。", "It was extended twice already."))
    found = case.running("handle")
    if found is not None and found[1].due_at <= moment.at:
        raise Refusal(
            words("已经超期，不能再申请延期。", "The limit has passed: a delay can no longer be asked for.")
        )
    limit: Limit = moment.data["limit"]
    return Effect(record={"asked_n": limit.n, "asked_unit": str(limit.unit)})


def decide_delay(moment: Moment) -> Effect:
    """Granted: the due date moves by what was asked or by less; refused: it stays. Never decided by who asked."""
    case = moment.open_case
    if moment.by.organisation_id == case.holder:
        raise Refusal(words("申请延期的单位不能自己批准。", "The unit that asked may not decide."))
    asked = {"asked_n": None, "asked_unit": ""}
    if moment.data["decision"] == "refuse":
        return Effect(record=asked)
    found = case.running("handle")
    if found is None:
        raise LookupError("the handling limit runs while a delay is asked for")
    wished = Limit(n=case.record["asked_n"], unit=Unit(case.record["asked_unit"]))
    most = moment.known.calendar.add(found[1].due_at, wished).at
    due = moment.known.calendar.add(found[1].due_at, moment.data.get("limit", wished)).at
    if due > most:
        raise Refusal(
            words("批准的时间不能超过申请的时间。", "No more can be granted than was asked for."),
            field="limit",
        )
    return Effect(due={"handle": due}, record={**asked, "delays": counted(moment, "delays")})


def pause(moment: Moment) -> Effect:
    """The limit stands still on a listed ground, until a date at the latest."""
    basis = moment.data["basis"]
    if basis == "reporter" and not moment.open_case.record["question"]:
        raise Refusal(words("请先向报告人提问。", "Please ask the reporter first."), field="basis")
    until = moment.data.get("until")
    if until is not None and not moment.at < until <= moment.known.calendar.add(moment.at, LONGEST_PAUSE).at:
        raise Refusal(
            words("请填今后 180 天内的时间。", "Please give a time within the next 180 days."), field="until"
        )
    return Effect(due={"pause": until} if until is not None else {}, record={"pause_basis": basis})


LONGEST_PAUSE = Limit(n=180, unit=Unit.DAY)


def resume(_moment: Moment) -> Effect:
    """The limit goes on, later by the time it stood still."""
    return Effect(record={"pause_basis": ""})


def resume_due(moment: Moment) -> Effect:
    """The end of the pause has come; the limit goes on by itself."""
    return Effect(record={"pause_basis": ""}, escalated=escalated(moment).escalated)


def urge(moment: Moment) -> Effect:
    """The reporter urges: once for each limit that has passed."""
    case = moment.open_case
    overdue = [run.due_at for run in case.clocks.values() if run.runs and run.due_at <= moment.at]
    if not overdue:
        raise Refusal(
            words(
                "还在时限之内，请再等一等；到期没有办好就可以催办。",
                "It is still within its limit. Once that has passed you can urge.",
            )
        )
    due = int(max(overdue).timestamp())
    if case.record["urged_due"] >= due:
        raise Refusal(
            words(
                "这次超期您已经催办过，我们已通知承办单位和上级。",
                "You have already urged for this limit; the unit and the office above were told.",
            )
        )
    return Effect(record={"urged": counted(moment, "urged"), "urged_due": due})


def mark_overdue(moment: Moment) -> Effect:
    """Counts what passed; once the handling limit has, it is late as it stands."""
    late = {"on_time": False} if moment.data["clock"] == "handle" else {}
    return Effect(
        escalated=escalated(moment).escalated, record={"overdue": counted(moment, "overdue"), **late}
    )


def prompt_others(moment: Moment) -> None:
    """Whoever handles it themselves has nobody to prompt."""
    if moment.by.organisation_id == moment.open_case.holder:
        raise Refusal(words("这一件就在贵单位。", "Your own office has it."))


def supervise(moment: Moment) -> Effect:
    """Put under supervision by the level above, with what it requires."""
    return Effect(record={"supervised": counted(moment, "supervised")})


def evidence_of_result(moment: Moment) -> None:
    """Fixed and made safe need a photo of how it is now and the closing condition met; cannot needs its reason."""
    data = moment.data
    outcome = data["outcome"]
    if outcome in ("fixed", "made_safe") and moment.pictures < 1:
        raise Refusal(words("请上传处理后的照片。", "Please add a photo of how it is now."), field="files")
    if outcome == "fixed" and data.get("met") != "yes":
        raise Refusal(
            words(
                "还没有达到结案条件，不能报“已经解决”。",
                "The closing condition is not met, so it is not fixed.",
            ),
            field="met",
        )
    if outcome == "cannot" and "reason" not in data:
        raise Refusal(words("请写明为什么无法解决。", "Please say why it cannot be settled."), field="reason")


def report_done(moment: Moment) -> Effect:
    """To the check; where there is a reporter, they are asked too. On time is judged against the due date now."""
    case = moment.open_case
    run = case.last_run("handle")
    return Effect(
        to="confirming" if has_reporter(moment) else "checking",
        assist=checkers(moment),
        record={
            "outcome": moment.data["outcome"],
            "reason": moment.data.get("reason", "") if moment.data["outcome"] == "cannot" else "",
            "on_time": run is None or moment.at <= run.due_at,
            "checked_by": "",
            "question": False,
            "asked_n": None,
            "asked_unit": "",
        },
    )
