# SPDX-License-Identifier: Apache-2.0
"""After the agreement: terms that are kept or not, judicial confirmation, opening it again, what the sides think. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from anlan.cases.define import Refusal
from anlan.cases.effects import Effect
from anlan.cases.known import Known
from anlan.cases.moment import Moment
from anlan.cases.standard import escalated, words
from anlan.parts.signing.rules import withdrawn
from anlan.procedures.mediation.record import (
    STOOD,
    disputants,
    moment_of,
    next_day,
    side_of,
    standing,
    with_one,
)
from anlan.procedures.mediation.rules_apply import is_not_recused, new_talks
from anlan.procedures.mediation.states import ADMIT_WITHIN, CONFIRM_LONGER, CONFIRM_WITHIN, FILE_WITHIN, TERM

NOT_FOR_COURTS = frozenset({"family"})
"""Courts confirm nothing about status, adoption or marriage."""


def performed(moment: Moment) -> Effect:
    """A term was kept; with the last one all is done."""
    is_not_recused(moment)
    _check_waits(moment)
    record, term = moment.open_case.record, moment.data["term"]
    if term in record["lasting"] and moment.day < day_of(record, term):
        raise Refusal(
            words(
                "这一条还没有开始，到那一天以后才能记为履行。",
                "This term has not begun: it can be marked from its day on.",
            ),
            field="term",
        )
    kept = with_one(moment, "performed", term)
    if set(record["clauses"]) <= set(kept):
        return Effect(to="kept", record={"performed": kept, "breach": False})
    return replace(
        _next_term(moment, {**record, "performed": kept}, since=moment.day), record={"performed": kept}
    )


def fall_due(moment: Moment) -> Effect:
    """Who has to do something is reminded of its day, and then of the next one. It is theirs to keep: no office is late by it."""
    if moment.data["percent"] < LAST:
        return escalated(moment)
    return _next_term(moment, moment.open_case.record, since=moment.day + timedelta(days=1))


def _next_term(moment: Moment, record: Mapping[str, Any], *, since: date) -> Effect:
    """The clock goes on to the day of the next term; where there is none it ends."""
    running = moment.open_case.running("perform")
    due = next_day(record, since=since, zone=moment.known.calendar.zone)
    if due is None:
        return Effect(stops=("perform",) if running else ())
    if running and running[1].due_at == due:
        return Effect()
    return Effect(limits={"perform": TERM}, due={"perform": due})


def not_performed(moment: Moment) -> Effect:
    """A side says that a term is not kept by somebody else: the committee looks after it (art. 31)."""
    _check_waits(moment)
    if moment.data["term"] not in _owed_to(moment):
        raise Refusal(words("这一条由您自己履行。", "This term is yours to keep."), field="term")
    return Effect(record={"breach": True})


def is_owed_anything(moment: Moment) -> None:
    """Somebody else still has something to do for them."""
    if not _owed_to(moment) - set(moment.open_case.record["performed"]):
        raise Refusal(words("没有等待对方履行的条款。", "No term waits for the other side."))


def _owed_to(moment: Moment) -> set[int]:
    """The terms that somebody else than these parties owes."""
    record = moment.open_case.record
    owed = zip(record["clauses"], record["owed_by"], strict=True)
    return {seq for seq, who in owed if who not in moment.parties}


def day_of(record: Mapping[str, Any], term: int) -> date:
    """By when a term is to be kept; of one that lasts, from when on."""
    return date.fromordinal(record["until"][record["clauses"].index(term)])


def _check_waits(moment: Moment) -> None:
    """The term stands and is not down as kept."""
    term, record = moment.data["term"], moment.open_case.record
    if term not in record["clauses"]:
        raise Refusal(words("没有这一条。", "There is no such term."), field="term")
    if term in record["performed"]:
        raise Refusal(words("这一条已经记为履行。", "This term is down as kept."), field="term")


LAST = 100
"""Percent of a limit at which it has passed."""
IN_COURT = frozenset({"filed", "admitted"})


def reopen(moment: Moment) -> Effect:
    """Mediated again because a side says that the agreement is not kept. It binds until they agree on another (art. 31)."""
    is_not_recused(moment)
    record = moment.open_case.record
    if record["court"] == "confirmed":
        raise Refusal(
            words(
                "法院已经确认协议有效，不履行的可以申请强制执行。",
                "The court has confirmed the agreement: it can be enforced.",
            )
        )
    if record["court"] in IN_COURT:
        raise Refusal(
            words("法院正在审查，请等法院答复。", "It is before the court. Please wait for its answer.")
        )
    if not record["breach"]:
        raise Refusal(
            words(
                "有一方反映没有履行，才能重新调解。",
                "It is opened again when a side says that it was not kept.",
            )
        )
    talks = new_talks(moment)
    return replace(
        talks,
        record={
            **talks.record,
            "outcome": "",
            "breach": False,
            **withdrawn(),
            "oral": False,
            "agreed_at": None,
            "level": "",
            "joint": [],
            "court": "",
            "reopened": record["reopened"] + 1,
            STOOD: standing(record),
        },
    )


def may_join_in(moment: Moment) -> None:
    """Within 30 days from the day the agreement is in force (art. 33), each person once."""
    case = moment.open_case
    if case.record["kind"] in NOT_FOR_COURTS:
        raise Refusal(
            words(
                "身份关系、收养、婚姻的调解协议，法院不予确认。",
                "Courts confirm nothing about status, adoption or marriage.",
            )
        )
    if case.record["court"]:
        raise Refusal(words("已经在申请司法确认。", "The court is being asked already."))
    if case.record["oral"]:
        raise Refusal(
            words(
                "口头协议不能申请司法确认，请先形成书面协议。",
                "A court confirms what is written: please have the agreement written and signed first.",
            )
        )
    if set(moment.parties) <= set(case.record["joint"]):
        raise Refusal(
            words("您已经申请，还需要其他各方申请。", "You have asked already; the other sides must ask too.")
        )
    if moment.at > _end(moment):
        raise Refusal(
            words(
                "协议生效已满 30 天，不能再申请司法确认。",
                "30 days have passed since it took force: the court can no longer be asked.",
            )
        )


def join_in(moment: Moment) -> Effect:
    """Both sides ask the court together."""
    case, end = moment.open_case, _end(moment)
    joint = with_one(moment, "joint", *moment.parties)
    sides = {side_of(case, n) for n in joint}
    record: dict[str, object] = {"joint": joint}
    if sides < {side_of(case, n) for n in disputants(case)}:
        return Effect(record=record)
    return Effect(record={**record, "court": "asked"}, limits={"file": FILE_WITHIN}, due={"file": end})


def file_until(record: Mapping[str, Any], known: Known) -> datetime | None:
    """The last instant at which the court may be asked; None as long as nothing is agreed."""
    agreed = moment_of(record["agreed_at"])
    return None if agreed is None else known.calendar.add(agreed, FILE_WITHIN).at


def _end(moment: Moment) -> datetime:
    end = file_until(moment.open_case.record, moment.known)
    if end is None:
        raise Refusal(NOT_YET)
    return end


def is_asked(moment: Moment) -> None:
    """Both sides ask the court."""
    is_not_recused(moment)
    _is_at(moment, "asked")


def prepare(_moment: Moment) -> Effect:
    """The joint application is written, for all to sign."""
    return Effect(record={"court": "ready"})


def is_ready(moment: Moment) -> None:
    """The application is written."""
    is_not_recused(moment)
    _is_at(moment, "ready")


def filed(_moment: Moment) -> Effect:
    """The papers are at the court."""
    return Effect(record={"court": "filed"}, stops=("file",), limits={"admit": ADMIT_WITHIN})


def is_in_court(moment: Moment) -> None:
    """The court has the papers, and has not decided."""
    is_not_recused(moment)
    _is_at(moment, *IN_COURT)


def court_said(moment: Moment) -> Effect:
    """The court's own answer moves its limits on: 3 days to admit, 15 to confirm, 10 more at most."""
    answer = moment.data["answer"]
    if answer == "admitted":
        _is_at(moment, "filed")
        return Effect(record={"court": "admitted"}, stops=("admit",), limits={"confirm": CONFIRM_WITHIN})
    if answer == "longer":
        _is_at(moment, "admitted")
        return Effect(limits={"confirm": CONFIRM_LONGER})
    if answer == "confirmed":
        _is_at(moment, "admitted")
    return Effect(record={"court": answer}, stops=("admit", "confirm"))


NOT_YET = words("还没有到这一步。", "It has not come to that yet.")


def _is_at(moment: Moment, *steps: str) -> None:
    if moment.open_case.record["court"] not in steps:
        raise Refusal(NOT_YET, field="answer" if moment.data.get("answer") else None)


def rate(moment: Moment) -> Effect:
    """What a side thinks of it."""
    sides = {side_of(moment.open_case, n) for n in moment.parties}
    return Effect(record={f"rated_{side[-1]}": moment.data["rating"] for side in sides if side})


def visit(moment: Moment) -> Effect:
    """Somebody of the committee went and asked."""
    is_not_recused(moment)
    return Effect(record={"visited": True})


def may_erase(moment: Moment) -> None:
    """What two sides said and agreed belongs to both: it goes when its time has ended. Who is alone in it may have it erased at once."""
    sides = {side_of(moment.open_case, n) for n in disputants(moment.open_case)}
    if moment.by.kind != "system" and len(sides) > 1:
        raise Refusal(
            words(
                "调解记录和协议双方都要用，结束后保存三年，到期自动删除。",
                "Both sides need the record and the agreement: it is kept for three years and then erased by itself.",
            )
        )
