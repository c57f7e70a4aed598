# SPDX-License-Identifier: Apache-2.0
"""How a report begins: by anybody, by a grid worker, for somebody else, settled on the spot, split off another."""

from dataclasses import replace

from anlan.cases.define import START, STAY, Action, Audience, Field, Kind
from anlan.cases.standard import SYSTEM, overdue, words
from anlan.procedures.report import rules_open as rules
from anlan.procedures.report.kinds import KINDS
from anlan.procedures.report.questions import QUESTIONS
from anlan.procedures.report.record import ANSWER_BY, AWAITED, HELPER
from anlan.procedures.report.rules_merge import join
from anlan.procedures.report.states import ENDED, OPEN
from anlan.procedures.report.terms import (
    ABOUT,
    ANYONE,
    CATEGORY,
    CONDITION,
    CONFIDENTIAL,
    CONTACTS,
    FILES,
    FINDER,
    OUTCOMES,
    REPORTER,
    ROOM,
    UNIT,
    WAYS,
    WORDS,
)

WHAT = replace(
    WORDS,
    words=words("怎么了", "What is wrong"),
    hint=words(
        "写看到的情况就行。不要写别人的姓名和电话。",
        "Say what you saw. Please leave out other people's names and phones.",
    ),
)
DETAILS = (
    WHAT,
    Field(key="kind", kind=Kind.CHOICE, words=words("哪一类", "What kind"), fact=True, choices=KINDS),
    CATEGORY,
    CONDITION,
    Field(
        key="address",
        kind=Kind.TEXT,
        words=words("在哪里", "Where"),
        audience=Audience.REPORTER,
        longest=300,
        hint=words(
            "路名、门牌、小区、路口，怎么好找怎么写。",
            "Street, house, estate, crossing: whatever helps to find it.",
        ),
    ),
    Field(
        key="point",
        kind=Kind.POINT,
        words=words("地图上的位置", "Point on the map"),
        audience=Audience.REPORTER,
    ),
    Field(
        key="seen_at",
        kind=Kind.MOMENT,
        words=words("什么时候看到的", "When it was seen"),
        audience=Audience.REPORTER,
    ),
    Field(
        key="danger",
        kind=Kind.YES_NO,
        words=words("现在有危险", "It is dangerous now"),
        fact=True,
        hint=words(
            "有人受伤、着火或者犯罪，请先拨打紧急电话，不要等待。",
            "If somebody is hurt, or there is fire or crime, call an emergency number first; do not wait.",
        ),
    ),
    ABOUT,
    Field(
        key="release",
        kind=Kind.YES_NO,
        words=words("同意公开办理情况的摘要", "A summary of how it went may be published"),
        fact=True,
    ),
    CONFIDENTIAL,
    FILES,
    Field(
        key=AWAITED,
        kind=Kind.WHOLE_NUMBER,
        words=words("随后补传的照片", "Photos that follow"),
        fact=True,
        low=0,
        high=9,
        asked=False,
    ),
)
CALLED = Field(
    key="called",
    kind=Kind.CHOICE,
    words=words("打过紧急电话了吗", "Was a call for help made?"),
    fact=True,
    choices=(("yes", words("打过了", "Yes")), ("no", words("没有打，不那么急", "No, it is not that urgent"))),
)

CARRIED = tuple(
    Field(key=key, kind=Kind.CHOICE, words=said, fact=True, choices=choices, asked=False)
    for key, said, choices in (
        ("contact", words("留谁的联系方式", "Whose contact is it"), CONTACTS),
        (ANSWER_BY, words("怎么答复本人", "How to answer the person"), WAYS),
        (
            HELPER,
            words("代报人能否查看", "Whether the helper may see it"),
            (("sees", words("能", "Yes")), ("closed", words("不能", "No"))),
        ),
    )
)
"""What a part has of the report that it was split off, whose person is answered in the same way."""

ACTIONS = (
    Action(
        key="open",
        words=words("上报", "Report"),
        done=words("上报了一件事", "reported it"),
        frm=(START,),
        to="reported",
        by=(ANYONE, FINDER),
        fields=(*DETAILS, CALLED, *QUESTIONS),
        guard=rules.finder_has_evidence,
        effect=rules.open_report,
        audience=Audience.REPORTER,
        needs=("routing",),
    ),
    Action(
        key="settle",
        words=words("当场办结", "Settled on the spot"),
        done=words("当场办结", "settled it on the spot"),
        frm=(START,),
        to="closed",
        by=(FINDER,),
        fields=(
            WHAT,
            replace(CATEGORY, required=True),
            CONDITION,
            *DETAILS[4:7],
            Field(
                key="outcome",
                kind=Kind.CHOICE,
                words=words("处理结果", "Outcome"),
                required=True,
                fact=True,
                choices=tuple(one for one in OUTCOMES if one[0] in ("fixed", "made_safe", "explained")),
            ),
            Field(
                key="answer",
                kind=Kind.LONG_TEXT,
                words=words("怎么处理的", "What was done"),
                required=True,
                audience=Audience.REPORTER,
            ),
            FILES,
        ),
        guard=rules.evidence_of_settling,
        effect=rules.settle_on_the_spot,
        audience=Audience.REPORTER,
        needs=("routing",),
    ),
    Action(
        key="speak",
        words=words("语音上报", "Spoken report"),
        done=words("用语音上报了一件事", "reported it in a recording"),
        frm=(START,),
        to="reported",
        by=(ANYONE,),
        fields=(replace(WHAT, required=False), *DETAILS[1:], CALLED, *QUESTIONS),
        guard=rules.is_spoken,
        effect=rules.open_report,
        audience=Audience.REPORTER,
        needs=("routing",),
        on_screen=False,
    ),
    Action(
        key="type_up",
        words=words("录入语音", "Type up the recording"),
        done=words("把语音录成了文字", "typed up what was said"),
        frm=OPEN,
        to=STAY,
        by=(ROOM, UNIT),
        fields=(
            replace(
                WORDS,
                audience=Audience.ROOM,
                words=words("说了什么", "What was said"),
                hint=words(
                    "照原话录入；听不清的地方写“听不清”。报告人会看到。",
                    "In their own words; where it cannot be understood, say so. The reporter reads this.",
                ),
            ),
        ),
        guard=rules.has_to_be_typed,
        effect=rules.typed_up,
        audience=Audience.REPORTER,
        material=False,
    ),
    Action(
        key="photo",
        words=words("补传照片", "Photo that follows"),
        done=words("补传了照片", "sent a photo that was to follow"),
        frm=(*OPEN, *ENDED),
        to=STAY,
        by=(REPORTER,),
        fields=(FILES,),
        guard=rules.photo_is_awaited,
        effect=rules.photo_came,
        audience=Audience.REPORTER,
        material=False,
        on_screen=False,
    ),
    Action(
        key="open_too",
        words=words("我也是", "Me too"),
        done=words("也反映了同一件事", "said that the same matter concerns them too"),
        frm=(START,),
        to="merged",
        by=(ANYONE,),
        fields=(
            Field(key="into", kind=Kind.CASE, words=words("哪一件", "Which report"), required=True),
            replace(WHAT, required=False),
            CONFIDENTIAL,
            FILES,
            DETAILS[-1],
        ),
        effect=join,
        audience=Audience.REPORTER,
        needs=("cases",),
        on_screen=False,
    ),
    Action(
        key="open_part",
        words=words("拆分立案", "Split off"),
        done=words("由另一件拆分立案", "was split off another report"),
        frm=(START,),
        to="reported",
        by=(SYSTEM,),
        fields=(WHAT, CATEGORY, CONDITION, ABOUT, CONFIDENTIAL, *CARRIED),
        effect=rules.open_report,
        audience=Audience.REPORTER,
        on_screen=False,
    ),
    replace(
        overdue(frm=("reported",)),
        key="alarm",
        words=words("紧急提示", "Alarm"),
        done=words(
            "可能有危险，已提示值班人员立即查看", "may be dangerous: who is on duty was told to look at once"
        ),
    ),
    replace(
        overdue(frm=("reported",)),
        key="alarm_above",
        words=words("紧急提示上级", "Alarm above"),
        done=words(
            "五分钟没有人查看，已提示上级", "nobody had looked after five minutes: the office above was told"
        ),
    ),
    Action(
        key="attend",
        words=words("查看紧急件", "Look at the alarm"),
        done=words("值班人员已查看", "somebody on duty has opened it"),
        frm=("reported",),
        to=STAY,
        by=(ROOM,),
        effect=rules.attend,
        audience=Audience.REPORTER,
        material=False,
        on_screen=False,
    ),
)
