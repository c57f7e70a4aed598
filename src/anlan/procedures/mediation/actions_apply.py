# SPDX-License-Identifier: Apache-2.0
"""How it begins: a question, an application, of the committee's own motion; and what may end it before anybody else is asked."""

from dataclasses import replace

from anlan.cases.define import START, STAY, Action, Audience, Field, Kind
from anlan.cases.standard import CLOCK, PERCENT, SYSTEM, clock_is_due, escalated, words
from anlan.procedures.mediation import rules_apply as rules
from anlan.procedures.mediation.terms import (
    AFRAID,
    ANYONE,
    COMMITTEE,
    COUNTER,
    FILES,
    KIND,
    MANY,
    MEDIATOR,
    ORIGIN,
    OTHER,
    SAID,
    SIDE1,
    TOLD,
    TONGUE,
    WANT,
    WISH,
    WORDS,
)

ASKED = (KIND, WISH, WORDS, WANT, OTHER, AFRAID, TONGUE, MANY, FILES)
GROUNDS = (
    ("ruled", words("法院、仲裁机构或者行政机关已经处理", "A court, arbitrator or office has dealt with it")),
    ("unlawful", words("法律禁止调解", "The law forbids mediation of it")),
    ("crime", words("可能构成犯罪，已报告公安机关", "It may be a crime; the police were told")),
    ("no_dispute", words("不是纠纷", "It is no dispute")),
    ("unclear", words("没有明确的对方或者事由", "No other side or matter can be found")),
)
REASON = replace(SAID, key="words", words=words("原因", "Why"), shortest=2)

ACTIONS = (
    Action(
        key="ask",
        joins=("side1",),
        words=words("申请调解", "Ask for mediation"),
        done=words("提出了申请", "asked for it"),
        frm=(START,),
        to="applied",
        may_lead_to=("consulting", "assessing"),
        by=(ANYONE,),
        fields=ASKED,
        effect=rules.apply_for,
        audience=Audience.REPORTER,
        needs=("routing",),
        on_screen=False,
    ),
    Action(
        key="ask_for",
        joins=("side1",),
        words=words("登记调解申请", "Take down an application"),
        done=words("登记了调解申请", "took down an application"),
        frm=(START,),
        to="applied",
        may_lead_to=("consulting", "assessing"),
        by=(COUNTER,),
        fields=(
            *ASKED,
            ORIGIN,
            Field(
                key="requested",
                kind=Kind.YES_NO,
                words=words(
                    "当事人本人要求，并同意登记", "The person asks for it and agrees that it is written down"
                ),
                required=True,
                fact=True,
            ),
        ),
        effect=rules.apply_for,
        audience=Audience.REPORTER,
        needs=("routing", "cases"),
    ),
    Action(
        key="start",
        words=words("主动调解", "Begin of our own motion"),
        done=words("主动介入", "began it of its own motion"),
        frm=(START,),
        to="applied",
        by=(COUNTER,),
        fields=(
            KIND,
            replace(SAID, audience=Audience.OFFICE, words=words("了解到的情况", "What is known")),
            MANY,
            ORIGIN,
        ),
        effect=rules.apply_for,
        audience=Audience.OFFICE,
        needs=("routing", "cases"),
    ),
    Action(
        key="advise",
        words=words("答复", "Answer"),
        done=words("答复了咨询", "answered the question"),
        frm=("consulting", "assessing"),
        to="advised",
        by=(MEDIATOR,),
        fields=(
            replace(
                SAID,
                words=words("答复：能怎么办，各有什么利弊", "What can be done, and what speaks for each way"),
                shortest=10,
                audience=Audience.SIDE1,
            ),
            TOLD,
        ),
        audience=Audience.SIDE1,
    ),
    Action(
        key="go_on",
        words=words("进行下一步", "Take the next step"),
        done=words("选择了下一步", "chose the next step"),
        frm=("advised",),
        to="applied",
        may_lead_to=("assessing",),
        by=(SIDE1,),
        fields=(
            Field(
                key="next",
                kind=Kind.CHOICE,
                words=words("下一步", "The next step"),
                required=True,
                fact=True,
                choices=(
                    ("mediate", words("请人调解", "Have it mediated")),
                    ("assess", words("请人评估", "Have it assessed")),
                ),
            ),
        ),
        effect=rules.go_on,
        audience=Audience.SIDE1,
    ),
    Action(
        key="enough",
        words=words("问题解决了", "That settles it"),
        done=words("问题解决了", "said that it is settled"),
        frm=("advised", "consulting", "assessing"),
        to="answered",
        by=(SIDE1,),
        effect=rules.enough,
        audience=Audience.SIDE1,
    ),
    Action(
        key="let_rest",
        words=words("到期办结", "Let it rest"),
        done=words("30 天没有下一步，办结", "nothing was asked for 30 days, so it rests"),
        frm=("advised",),
        to="answered",
        by=(SYSTEM,),
        fields=(CLOCK, PERCENT),
        guard=clock_is_due,
        effect=escalated,
        audience=Audience.SIDE1,
        on_screen=False,
    ),
    Action(
        key="not_accept",
        words=words("不予受理", "Do not take it on"),
        done=words("没有受理", "did not take it on"),
        frm=("consulting", "assessing", "applied", "consenting"),
        to="not_accepted",
        may_lead_to=("performing",),
        by=(MEDIATOR,),
        fields=(
            Field(
                key="ground",
                kind=Kind.CHOICE,
                words=words("理由", "Ground"),
                required=True,
                fact=True,
                choices=GROUNDS,
            ),
            replace(REASON, audience=Audience.SIDE1),
            TOLD,
        ),
        effect=rules.not_accept,
        audience=Audience.REPORTER,
    ),
    Action(
        key="pass_on",
        words=words("移送", "Pass it on"),
        done=words("移送给了有权的单位", "passed it on to the body whose matter it is"),
        frm=("consulting", "assessing", "applied"),
        to=STAY,
        by=(COMMITTEE,),
        fields=(
            Field(key="unit", kind=Kind.ORGANISATION, words=words("移送给", "To"), required=True, fact=True),
            REASON,
        ),
        effect=rules.pass_on,
        audience=Audience.SIDE1,
    ),
)
