# SPDX-License-Identifier: Apache-2.0
"""Reporting for somebody who does not do it themselves, and telling them in the way they chose (docs/decisions/assisted.md)."""

from dataclasses import replace

from anlan.cases.define import START, STAY, Action, Audience, Field, Kind
from anlan.cases.standard import overdue, words
from anlan.procedures.report import rules_assisted as rules
from anlan.procedures.report.actions_open import CALLED, DETAILS
from anlan.procedures.report.notices import IN_PERSON
from anlan.procedures.report.questions import QUESTIONS
from anlan.procedures.report.record import ANSWER_BY
from anlan.procedures.report.rules_open import open_report
from anlan.procedures.report.states import ENDED, OPEN
from anlan.procedures.report.terms import ANYONE, CONTACTS, HELPER, ROOM, UNIT, WAYS, WORDS

ASSISTED = (
    Field(
        key="contact",
        kind=Kind.CHOICE,
        words=words("留谁的联系方式", "Whose contact is it"),
        required=True,
        fact=True,
        choices=CONTACTS,
    ),
    Field(
        key=ANSWER_BY,
        kind=Kind.CHOICE,
        words=words("怎么答复本人", "How to answer the person"),
        required=True,
        fact=True,
        choices=WAYS,
    ),
    Field(
        key="agreed",
        kind=Kind.YES_NO,
        words=words("本人知道并同意由我代报", "The person knows of it and agrees that I report for them"),
        required=True,
        fact=True,
    ),
    Field(
        key="helper_sees",
        kind=Kind.YES_NO,
        words=words("本人同意我查看办理情况", "The person allows me to see how it goes"),
        fact=True,
        hint=words(
            "不勾选，上报以后您就看不到这件事；本人随时可以查。",
            "Without it you no longer see this report once it is sent; the person always can.",
        ),
    ),
)
"""What everybody who reports for somebody is asked, in this order. The contact itself is no answer: it is sealed apart."""

ACTIONS = (
    Action(
        key="open_for",
        words=words("代为上报", "Report for somebody"),
        done=words("代为上报", "reported it for somebody"),
        frm=(START,),
        to="reported",
        by=(ANYONE, HELPER),
        fields=(*ASSISTED, *DETAILS, CALLED, *QUESTIONS),
        guard=rules.person_agrees,
        effect=open_report,
        audience=Audience.REPORTER,
        needs=("routing",),
    ),
    Action(
        key="tell",
        words=words("告知本人", "Tell the person"),
        done=words("告知了本人", "told the person"),
        frm=(*OPEN, *ENDED),
        to=STAY,
        may_lead_to=("in_hand",),
        by=(ROOM, UNIT),
        fields=(
            Field(
                key="reached",
                kind=Kind.CHOICE,
                words=words("告知到了吗", "Was the person told?"),
                required=True,
                fact=True,
                choices=(
                    ("yes", words("告知到了", "Yes")),
                    ("no", words("没有联系上，再试", "Not reached, to be tried again")),
                    ("stop", words("试过三次都联系不上，不再联系", "Not reached after three tries: no more")),
                ),
            ),
            replace(
                WORDS,
                key="said",
                audience=Audience.ROOM,
                words=words("说了什么", "What was said"),
                hint=words(
                    "告诉了什么、本人怎么说；没有联系上的写什么时候怎么联系的。代报人不能代本人听。",
                    "What they were told and what they said; if not reached, when and how it was tried. Tell nobody but them.",
                ),
            ),
        ),
        guard=rules.is_to_be_told,
        effect=rules.tell,
        audience=Audience.REPORTER,
    ),
    replace(
        overdue(frm=(*OPEN, *ENDED)),
        key="remind_tell",
        words=words("提醒告知本人", "Remind to tell"),
        done=words("提醒：告知本人的时限将到", "reminded: the time to tell the person ends soon"),
        audience=Audience.OFFICE,
    ),
    replace(
        overdue(frm=(*OPEN, *ENDED)),
        key="tell_overdue",
        done=words("告知本人的时限已过", "the time to tell the person has passed"),
    ),
)


def told_in_person(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """The actions, of which those that send the reporter a message make a task of it where a person is to be told in person."""
    return tuple(
        replace(action, effect=rules.Telling(action.effect)) if action.key in IN_PERSON else action
        for action in actions
    )
