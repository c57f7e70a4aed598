# SPDX-License-Identifier: Apache-2.0
"""Both sides are asked and agree, and choose a mediator whom everybody accepts."""

from dataclasses import replace

from anlan.cases.define import STAY, Action, Audience, Field, Kind
from anlan.cases.standard import words
from anlan.procedures.mediation import rules_apply as rules
from anlan.procedures.mediation.actions_apply import REASON
from anlan.procedures.mediation.channels import usual
from anlan.procedures.mediation.states import BEFORE_TALKS, TALKS
from anlan.procedures.mediation.terms import (
    AFRAID_OF,
    CHANNELS,
    COMMITTEE,
    MEDIATOR,
    ROUTES,
    SAID,
    SIDES,
    WHO,
)

MEDIATOR_OF = Field(
    key="mediator", kind=Kind.POST, words=words("调解员", "Mediator"), required=True, fact=True
)

ASKS = ("consenting", "choosing", *TALKS)
"""In these somebody agrees: who comes later is asked then."""

ALONE = (
    ("no", words("不害怕，没有压力", "No")),
    (AFRAID_OF, words("害怕，或者受到压力", "Yes")),
    ("silent", words("不愿意说", "They would rather not say")),
)
"""What somebody asked alone answers. That they were not afraid is an answer too, and kept as one."""

ACTIONS = (
    Action(
        key="ask_alone",
        words=words("单独询问当事人", "Ask a person alone"),
        done=words("单独询问了一方", "asked somebody alone"),
        frm=(*BEFORE_TALKS, *TALKS),
        to=STAY,
        by=(MEDIATOR,),
        fields=(
            replace(WHO, fact=False, audience=Audience.MEDIATOR),
            Field(
                key="afraid",
                kind=Kind.CHOICE,
                words=words(
                    "是否害怕对方，或者受到压力", "Are they afraid of the other side, or under pressure?"
                ),
                required=True,
                choices=ALONE,
                audience=Audience.MEDIATOR,
            ),
            Field(
                key="help",
                kind=Kind.YES_NO,
                words=words(
                    "已告知可以拨打 110 和求助渠道",
                    "Was told that they can call the police, and where help is",
                ),
                audience=Audience.MEDIATOR,
            ),
            Field(
                key="minor",
                kind=Kind.YES_NO,
                words=words("未成年", "Is under age"),
                audience=Audience.MEDIATOR,
            ),
            Field(
                key="guardian",
                kind=Kind.YES_NO,
                words=words("有监护人在场", "A guardian is present"),
                audience=Audience.MEDIATOR,
            ),
            replace(
                SAID,
                required=False,
                audience=Audience.MEDIATOR,
                words=words("记录（只有调解员能看）", "Notes (the mediator alone reads them)"),
            ),
        ),
        guard=rules.is_free_to,
        effect=rules.ask_alone,
        audience=Audience.MEDIATOR,
        material=False,
    ),
    Action(
        key="bring_in",
        words=words("登记当事人", "Enter a person"),
        done=words("登记了一位当事人", "entered a person"),
        frm=(*BEFORE_TALKS, *TALKS),
        to=STAY,
        by=(MEDIATOR,),
        joins=("side1", "side2"),
        guard=rules.bring_in,
        audience=Audience.OFFICE,
    ),
    Action(
        key="invite",
        words=words("征求对方同意", "Ask the other side"),
        done=words("征求各方同意", "asked the sides"),
        frm=("applied",),
        to="consenting",
        by=(MEDIATOR,),
        fields=(
            Field(
                key="matter",
                kind=Kind.LONG_TEXT,
                words=words(
                    "写给各方看的事由（中立、简短）", "What it is about, for both sides (neutral, short)"
                ),
                required=True,
                hint=words(
                    "写明是谁、什么事：对方靠这一段决定是否同意。",
                    "Say who it is and what about: the other side decides by it.",
                ),
                audience=Audience.REPORTER,
                shortest=6,
                longest=800,
            ),
        ),
        effect=rules.invite,
        audience=Audience.REPORTER,
    ),
    Action(
        key="consent",
        words=words("同意调解", "Agree to mediation"),
        done=words("同意调解", "agreed to mediation"),
        frm=ASKS,
        to=STAY,
        by=(SIDES,),
        guard=rules.has_not_consented,
        effect=rules.consent,
        audience=Audience.REPORTER,
        material=False,
    ),
    Action(
        key="consent_for",
        words=words("记录当事人的意愿", "Record what somebody wants"),
        done=words("记录了一方的意愿", "recorded what somebody wants"),
        frm=ASKS,
        to=STAY,
        may_lead_to=("refused", "performing"),
        by=(MEDIATOR,),
        fields=(
            WHO,
            Field(
                key="answer",
                kind=Kind.CHOICE,
                words=words("愿意调解吗", "Do they want it?"),
                required=True,
                fact=True,
                choices=(("yes", words("愿意", "Yes")), ("no", words("不愿意", "No"))),
            ),
            Field(
                key="how",
                kind=Kind.CHOICE,
                words=words("怎么表示的", "How they said so"),
                required=True,
                fact=True,
                choices=(
                    ("there", words("当面", "In person")),
                    ("phone", words("电话", "By telephone")),
                    ("paper", words("书面", "In writing")),
                ),
            ),
        ),
        guard=rules.is_free_to,
        effect=rules.consent_for,
        audience=Audience.REPORTER,
        material=False,
    ),
    Action(
        key="accept",
        words=words("受理", "Take it on"),
        done=words("受理了", "took it on"),
        frm=("consenting",),
        to="choosing",
        by=(MEDIATOR,),
        fields=(
            Field(
                key="channel",
                kind=Kind.CHOICE,
                words=words("调解类型", "Channel"),
                required=True,
                fact=True,
                choices=CHANNELS,
                proposed=usual,
            ),
        ),
        effect=rules.accept,
        audience=Audience.REPORTER,
        needs=("before",),
    ),
    Action(
        key="refuse",
        words=words("不同意调解", "I do not want mediation"),
        done=words("不同意调解", "did not want mediation"),
        frm=("consenting", "choosing"),
        to="refused",
        may_lead_to=("performing",),
        by=(SIDES,),
        guard=rules.has_not_consented,
        effect=rules.refuse,
        audience=Audience.REPORTER,
    ),
    Action(
        key="withdraw",
        words=words("退出调解", "Leave the mediation"),
        done=words("退出了调解", "left the mediation"),
        frm=("consulting", "assessing", "advised", *BEFORE_TALKS, *TALKS, "signing"),
        to="withdrawn",
        may_lead_to=("performing",),
        by=(SIDES,),
        fields=(
            Field(
                key="route",
                kind=Kind.CHOICE,
                words=words("打算走哪条路", "What you will do instead"),
                audience=Audience.OFFICE,
                choices=ROUTES,
                hint=words(
                    "对方看不到。调解不影响您仲裁、起诉的权利。",
                    "The other side does not see it. Mediation takes away no right to arbitration or court.",
                ),
            ),
        ),
        effect=rules.withdraw,
        audience=Audience.REPORTER,
    ),
    Action(
        key="hand_up",
        words=words("本级调解不了，上交", "Cannot be settled here: hand up"),
        done=words("交给了上一级", "handed it up a level"),
        frm=(*BEFORE_TALKS, *TALKS),
        to="applied",
        may_lead_to=("choosing",),
        by=(COMMITTEE,),
        fields=(
            Field(
                key="ground",
                kind=Kind.CHOICE,
                words=words("为什么本级调解不了", "Why it cannot be settled here"),
                required=True,
                fact=True,
                choices=(
                    ("beyond", words("超出本级职责", "Beyond this level's powers")),
                    ("expert", words("需要专业知识", "It needs expertise")),
                    ("deadlock", words("多次调解不成", "Several tries have failed")),
                    ("partial", words("当事人不信任本级", "A side does not trust this level")),
                    ("nobody", words("本级没有调解员", "No mediator is here")),
                ),
            ),
            replace(REASON, audience=Audience.OFFICE),
        ),
        effect=rules.hand_up,
        audience=Audience.REPORTER,
        needs=("routing",),
    ),
    Action(
        key="choose",
        words=words("选调解员", "Choose a mediator"),
        done=words("选了调解员", "chose a mediator"),
        frm=("choosing",),
        to=STAY,
        by=(SIDES,),
        fields=(MEDIATOR_OF,),
        effect=rules.choose,
        audience=Audience.REPORTER,
        material=False,
    ),
    Action(
        key="appoint",
        words=words("指定调解员", "Appoint a mediator"),
        done=words("指定了调解员", "appointed a mediator"),
        frm=("choosing",),
        to=STAY,
        by=(COMMITTEE,),
        fields=(MEDIATOR_OF,),
        effect=rules.appoint,
        audience=Audience.REPORTER,
    ),
    Action(
        key="begin",
        words=words("开始调解", "Begin"),
        done=words("开始调解", "began the mediation"),
        frm=("choosing",),
        to="mediating",
        by=(MEDIATOR,),
        fields=(
            Field(
                key="no_interest",
                kind=Kind.YES_NO,
                words=words(
                    "我与各方和这件事没有利害关系", "I have no interest in this matter or in any of the sides"
                ),
                required=True,
                fact=True,
            ),
            Field(
                key="rights",
                kind=Kind.YES_NO,
                words=words(
                    "已告知：自愿、免费、可随时退出、可要求公开或不公开、不得虚假调解",
                    "They were told: it is voluntary and free, anybody may leave at any time, it is open or closed as they ask, and nothing may be feigned",
                ),
                required=True,
                fact=True,
            ),
        ),
        effect=rules.begin,
        audience=Audience.REPORTER,
        needs=("posts",),
    ),
    Action(
        key="step_down",
        words=words("回避", "Step aside"),
        done=words("调解员回避了", "the mediator stepped aside"),
        frm=("choosing", *TALKS),
        to="choosing",
        by=(MEDIATOR,),
        fields=(replace(REASON, audience=Audience.OFFICE),),
        effect=rules.step_down,
        audience=Audience.REPORTER,
    ),
    Action(
        key="recuse",
        words=words("要求换调解员", "Ask for another mediator"),
        done=words("要求换调解员", "asked for another mediator"),
        frm=("choosing", *TALKS),
        to="choosing",
        by=(SIDES,),
        fields=(replace(REASON, required=False, audience=Audience.OFFICE),),
        effect=rules.recuse,
        audience=Audience.REPORTER,
    ),
    Action(
        key="relieve",
        words=words("调解员不能继续，另选", "The mediator cannot go on: another is chosen"),
        done=words(
            "原调解员不能继续，另选调解员",
            "had another mediator chosen, because the one there was cannot go on",
        ),
        frm=("choosing", *TALKS, "signing"),
        to="choosing",
        by=(COMMITTEE,),
        fields=(
            Field(
                key="ground",
                kind=Kind.CHOICE,
                words=words("为什么不能继续", "Why they cannot go on"),
                required=True,
                fact=True,
                choices=(
                    ("left", words("不再担任调解员", "Is no mediator here any more")),
                    ("away", words("长期不在岗", "Is away for long")),
                    ("interest", words("与当事人或者这件事有利害关系", "Has an interest in it")),
                ),
            ),
        ),
        effect=rules.relieve,
        audience=Audience.REPORTER,
    ),
)
