# SPDX-License-Identifier: Apache-2.0
"""What a report has for the reporter's own sake: confidence, looks, erasure and the appeal against its refusal."""

from dataclasses import replace

from anlan.cases import standard
from anlan.cases.define import STAY, Action, Audience, Field, Kind
from anlan.cases.standard import SYSTEM, overdue, words
from anlan.procedures.report import rules_rights as rules
from anlan.procedures.report.states import AT_THE_ROOM, AT_THE_UNIT, ENDED, OPEN
from anlan.procedures.report.terms import ABOVE, CLERK, OVERSEER, REPORTER, ROOM, WORDS

ALL = (*OPEN, *ENDED)

ACTIONS = (
    Action(
        key="screen",
        words=words("决定承办单位能看什么", "Decide what the unit may read"),
        done=words("决定了哪些内容交给承办单位", "decided what the unit may read"),
        frm=(*AT_THE_ROOM, *AT_THE_UNIT),
        to=STAY,
        by=(ROOM,),
        fields=(
            Field(
                key="decision",
                kind=Kind.CHOICE,
                words=words(
                    "文字、照片或位置会看出是谁报的吗？",
                    "Do the words, photos or the point give the reporter away?",
                ),
                required=True,
                fact=True,
                choices=(
                    ("open", words("不会，原样交给承办单位", "No: the unit may read them as they are")),
                    ("summary", words("会，只交下面的摘要", "Yes: the unit gets only the summary below")),
                ),
            ),
            replace(
                WORDS,
                key="summary",
                words=words("给承办单位的摘要", "Summary for the unit"),
                required=False,
                when=("decision", "summary"),
            ),
        ),
        effect=rules.screen,
        audience=Audience.REPORTER,
        material=False,
        needs=("names",),
    ),
    replace(
        standard.look(frm=ALL, by=(ROOM, ABOVE, OVERSEER)),
        guard=rules.may_look,
    ),
    replace(standard.called(frm=ALL, by=(CLERK,)), guard=rules.may_be_opened_for_a_call),
    replace(standard.erase(frm=ALL, by=(REPORTER,)), guard=rules.may_erase, effect=rules.erase),
    Action(
        key="appeal_erasure",
        words=words("对不予删除提出申诉", "Appeal against the refusal to erase"),
        done=words("对不予删除提出申诉", "appealed against the refusal to erase"),
        frm=ALL,
        to=STAY,
        by=(REPORTER,),
        fields=(
            replace(
                WORDS,
                words=words("为什么应当删除", "Why it should be erased"),
                hint=words("由上级单位在 15 日内决定。", "The office above decides within 15 days."),
            ),
        ),
        effect=rules.appeal,
        audience=Audience.REPORTER,
        material=False,
    ),
    Action(
        key="decide_erasure",
        words=words("决定删除申诉", "Decide the appeal"),
        done=words("决定了删除申诉", "decided the appeal about erasing"),
        frm=ALL,
        to=STAY,
        by=(ABOVE,),
        fields=(
            Field(
                key="decision",
                kind=Kind.CHOICE,
                words=words("决定", "Decision"),
                required=True,
                fact=True,
                choices=(
                    ("all", words("全部删除", "Erase everything")),
                    ("contact", words("删除联系方式", "Erase the contact")),
                    ("keep", words("维持不予删除", "The refusal stands")),
                ),
            ),
            replace(WORDS, shortest=6, hint=words("报告人会看到。", "The reporter reads this.")),
        ),
        effect=rules.decide_appeal,
        audience=Audience.REPORTER,
        material=False,
    ),
    replace(
        overdue(frm=ALL),
        key="erasure_overdue",
        by=(SYSTEM,),
        effect=rules.appeal_overdue,
    ),
)
