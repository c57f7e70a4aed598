# SPDX-License-Identifier: Apache-2.0
"""The report (事件, 随手报): who sees something wrong says so, and reads how it was settled.

A report goes to the room of the town where it happened. The room accepts it, or says on which ground it does not, and
the reporter may object one level up. The room confirms category and condition, which set the limit, and dispatches to
one lead and any number of assisting units. A unit that is not competent returns it once with its reason; the third
offer is made by the county centre, whose ruling ends all returns. The lead handles it, asks, delays or pauses only as the
rules allow, and reports an outcome with an answer and a photo. A grid worker or the reporter checks; the room closes.
Silence closes as "not confirmed". Who asked to be called, visited or written to is told by a
person. A report about a public office goes above and outside it.
"""

from anlan.cases.define import Procedure, Publication, Retention
from anlan.cases.standard import words
from anlan.procedures.report import (
    actions_assisted,
    actions_finish,
    actions_merge,
    actions_open,
    actions_rights,
    actions_route,
    actions_work,
)
from anlan.procedures.report.catalogue import OFFER
from anlan.procedures.report.facts import FACTS
from anlan.procedures.report.measures import MEASURES
from anlan.procedures.report.notices import NOTICES
from anlan.procedures.report.states import CLOCKS, STAGES, STATES

REPORT = Procedure(
    key="report",
    version=1,
    words=words("随手报", "Report"),
    purpose=words(
        "只用于处理您上报的这件事：受理、交办、核实和答复。",
        "Used only to deal with what you report: to accept it, pass it on, check it and answer you.",
    ),
    parties=(("reporter", words("报告人", "Reporter")), ("helper", words("代报人", "Helper"))),
    stages=STAGES,
    states=STATES,
    actions=actions_assisted.told_in_person(
        (
            *actions_open.ACTIONS,
            *actions_assisted.ACTIONS,
            *actions_route.ACTIONS,
            *actions_merge.ACTIONS,
            *actions_work.ACTIONS,
            *actions_finish.ACTIONS,
            *actions_rights.ACTIONS,
        )
    ),
    clocks=CLOCKS,
    notices=NOTICES,
    facts=FACTS,
    measures=MEASURES,
    publication=Publication(
        states=(
            "accepted",
            "dispatched",
            "returned",
            "competence",
            "in_hand",
            "delay_asked",
            "paused",
            "checking",
            "confirming",
            "checked",
            "closed",
        ),
        months=12,
        # Who offers help is in nobody's list, not even as a line without a name.
        never=(OFFER,),
    ),
    retention=Retention(
        years=3,
        basis=words(
            "办结后三年：隐患台账至少保存三年（浙江省安全生产条例第 15 条）",
            "Three years after closing: hazard ledgers are kept at least three (Zhejiang work safety regulation art. 15)",
        ),
    ),
    record="report.ReportRecord",
    attachments=(
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/heic",
        "application/pdf",
        "audio/mp4",
        "audio/mpeg",
        "audio/webm",
    ),
    most_attachments=9,
)
