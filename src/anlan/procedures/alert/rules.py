# SPDX-License-Identifier: Apache-2.0
"""The rules of alerts: who may warn whom, that what is grave takes two people, that what has ended is not issued. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from anlan.base.boundary import check_words
from anlan.base.errors import BoundaryRefused
from anlan.cases.define import Refusal
from anlan.cases.effects import Effect, LinkKind, LinkTo
from anlan.cases.may import in_scope, may
from anlan.cases.moment import Moment
from anlan.cases.projection import Projection
from anlan.cases.standard import words
from anlan.procedures.alert.record import BLANK
from anlan.procedures.alert.terms import SECONDED, TEXTS, WHY

SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=14)
"""How long an alert says that it stands; nor does it end later than `LONGEST` from now, whenever it begins."""
TOO_FAR = words("预警最晚在 14 天内结束。", "An alert ends within 14 days from now.")
COLUMNS = ("kind", "level", "certainty", "starts", "ends")


def draft(moment: Moment) -> Effect:
    """A real alert, to be released."""
    return _open(moment, drill=False)


def rehearse(moment: Moment) -> Effect:
    """The same as a drill."""
    return _open(moment, drill=True)


def _open(moment: Moment, *, drill: bool) -> Effect:
    if not in_scope(moment.by, moment.area):
        raise Refusal(
            words("这个地方不归你们管，不能向它预警。", "That place is not yours, so you cannot warn it.")
        )
    replaced = moment.data.get("replaces")
    links: tuple[LinkTo, ...] = ()
    if replaced is not None:
        other = _standing(moment, UUID(replaced))
        if other.record["drill"] != drill:
            raise Refusal(
                words("演练和真实预警不能互相更正。", "A drill and a real alert cannot correct each other."),
                field="replaces",
            )
        links = (LinkTo(kind=LinkKind.FOLLOWS_FROM, case_id=other.id),)
    written = _written(moment)
    office = moment.by.organisation_id
    return Effect(
        holder=office,
        room=office,
        urgent=moment.data["level"] in SECONDED or None,
        record={**BLANK, **written, "drill": drill},
        links=links,
    )


def redraft(moment: Moment) -> Effect:
    """Written anew, whole; whoever does so is the one who wrote it."""
    return Effect(urgent=moment.data["level"] in SECONDED, record=_written(moment))


def _written(moment: Moment) -> Mapping[str, Any]:
    data = moment.data
    if not SHORTEST <= data["ends"] - data["starts"] <= LONGEST:
        raise Refusal(
            words("预警从一小时到 14 天。", "An alert stands for an hour at least and 14 days at most."),
            field="ends",
        )
    if data["ends"] <= moment.at:
        raise Refusal(words("结束时间已经过去。", "That end has passed already."), field="ends")
    if data["ends"] > moment.at + LONGEST:
        raise Refusal(TOO_FAR, field="ends")
    _check(data, (field.key for field in TEXTS))
    return {
        **{key: data[key] for key in COLUMNS},
        "asks": data.get("asks", False),
        "drafted_by": moment.by.post_id,
    }


def _check(data: Mapping[str, Any], keys: Any) -> None:
    """Everybody reads it: no word of a register of people."""
    for key in keys:
        try:
            check_words(data[key], where="alert")
        except BoundaryRefused as refused:
            refused.fields[key], refused.found[key] = refused.message, (refused.term,)
            raise


def issue(moment: Moment) -> Effect:
    """Before everybody from now on. What it corrects ends with the same entry."""
    case, record = moment.open_case, moment.open_case.record
    if record["level"] in SECONDED and record["drafted_by"] in {moment.by.post_id, *moment.posts}:
        raise Refusal(
            words(
                "橙色和红色预警要由另一人发布：请同事核对后发布。",
                "Orange and red take a second person: please have a colleague check and release it.",
            )
        )
    if record["level"] in SECONDED and moment.expect is None:
        # The engine refuses what was changed after `expect`; without it the second person might not have read these words.
        raise Refusal(
            words(
                "橙色和红色预警按您读过的那一稿发布：请重新打开，读过后再发布。",
                "Orange and red are released as you have read them: please open it again, read it, then release it.",
            ),
            field="expect",
        )
    ends = end_of(case)
    if ends <= moment.at:
        raise Refusal(
            words(
                "有效期已过，请修改后再发布。", "Its time has passed. Please change it before you release it."
            )
        )
    if ends > moment.at + LONGEST:
        raise Refusal(TOO_FAR)
    if not record["drill"] and moment.data.get("place") != case.place:
        raise Refusal(
            words(
                "这不是要预警的地方，请再输入一遍它的名字。",
                "That is not the place to be warned. Please type its name.",
            ),
            field="place",
        )
    links: tuple[LinkTo, ...] = ()
    replaced = corrects(case)
    if replaced is not None:
        if moment.data.get("replaces") != str(replaced):
            raise Refusal(
                words("请说明更正哪一条。", "Please say which alert it corrects."), field="replaces"
            )
        other = _standing(moment, replaced)
        # Of another kind than the draft's own link, so that what was corrected does not look like the correction.
        links = (LinkTo(kind=LinkKind.SAME_MATTER, case_id=other.id, action="supersede"),)
    return Effect(published=True, due={"validity": ends}, record={"issued": moment.at}, links=links)


def revoke(moment: Moment) -> Effect:
    """It stands no longer; its page says why."""
    _check(moment.data, (field.key for field in WHY if field.key in moment.data))
    return Effect()


def end_of(case: Projection) -> datetime:
    """Until when it says that it stands."""
    return datetime.fromisoformat(case.record["ends"])


def corrects(case: Projection) -> UUID | None:
    """The alert that this one was written to correct."""
    return next((link.case_id for link in case.links.values() if link.kind == LinkKind.FOLLOWS_FROM), None)


def _standing(moment: Moment, case_id: UUID) -> Projection:
    """An alert of the same place that stands now and that whoever acts might withdraw: a correction ends it. Raises Refusal."""
    other = moment.others.get(case_id)
    fits = (
        other is not None
        and other.procedure == moment.procedure.key
        and other.state in moment.procedure.action("supersede").frm
        and other.area == moment.area
        and end_of(other) > moment.at
    )
    if other is None or not fits:
        raise Refusal(
            words("那一条已不再有效，请另写一条。", "That alert no longer stands. Please write a new one."),
            field="replaces",
        )
    withdraw = moment.procedure.action("revoke")
    if not may(moment.by, withdraw, other, procedure=moment.procedure.key, parties=(), known=moment.known):
        raise Refusal(
            words(
                "那一条不是你们或下级单位发布的，不能更正，请联系发布单位。",
                "That alert is not yours or of an office below you, so you cannot correct it. Please call the office that released it.",
            ),
            field="replaces",
        )
    return other
