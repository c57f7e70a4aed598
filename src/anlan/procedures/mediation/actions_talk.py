# SPDX-License-Identifier: Apache-2.0
"""While the sides talk: what is said to whom, meetings, terms, signing, and ending without an agreement."""

from dataclasses import replace

from anlan.cases.define import STAY, Action, Audience, Field, Kind, Who
from anlan.cases.standard import words
from anlan.parts.meetings.actions import BOTH_CAME, call_off, held, meet
from anlan.parts.signing.actions import DOCUMENT, countersign, seal, sign, sign_on_paper
from anlan.procedures.mediation import rules_talk as rules
from anlan.procedures.mediation.rules_apply import is_free_to, is_mediator
from anlan.procedures.mediation.states import BEFORE_TALKS, TALKS
from anlan.procedures.mediation.terms import MEDIATOR, SAID, SIDE1, SIDE2, SIDES, TERM, TOLD

TALKED = ("mediating",)
PAPERS = Field(
    key="files", kind=Kind.FILES, words=words("照片或材料", "Photos or papers"), audience=Audience.REPORTER
)
PARTLY = Field(
    key="partly",
    kind=Kind.YES_NO,
    words=words("只就一部分达成协议", "Only a part is agreed"),
    fact=True,
)
WHICH = Field(
    key="term",
    kind=Kind.ITEM,
    words=words("哪一条", "Which term"),
    required=True,
    fact=True,
    low=1,
)


def _confide(side: str, who: Who, audience: Audience) -> Action:
    """What one side says to the mediator alone."""
    return Action(
        key=f"confide_{side}",
        words=words("只对调解员说", "Tell the mediator alone"),
        done=words("对调解员单独说了", "told the mediator alone"),
        frm=(*BEFORE_TALKS, *TALKS, "signing"),
        to=STAY,
        by=(who,),
        fields=(
            replace(SAID, audience=audience, words=words("只有调解员能看到", "Only the mediator reads this")),
            replace(PAPERS, audience=audience),
        ),
        guard=is_free_to,
        audience=audience,
        material=False,
    )


def _tell_alone(side: str, zh: str, en: str, audience: Audience) -> Action:
    """What the mediator says to one side alone, or writes down of what it said."""
    return Action(
        key=f"tell_{side}",
        words=words(f"只对{zh}说", f"Tell only {en}"),
        done=words(f"对{zh}单独说了", f"told only {en}"),
        frm=("choosing", *TALKS, "signing"),
        to=STAY,
        by=(MEDIATOR,),
        fields=(
            replace(
                SAID,
                audience=audience,
                words=words(f"只有{zh}能看到", f"Read by {en} and the mediator alone"),
            ),
            replace(PAPERS, audience=audience),
        ),
        guard=is_free_to,
        audience=audience,
        material=False,
    )


ACTIONS = (
    Action(
        key="say",
        words=words("对各方说", "Tell everybody"),
        done=words("对各方说了", "told everybody"),
        frm=("choosing", *TALKS, "signing"),
        to=STAY,
        by=(SIDES, MEDIATOR),
        fields=(replace(SAID, words=words("各方都能看到", "Everybody reads this")), PAPERS),
        guard=is_free_to,
        audience=Audience.REPORTER,
        material=False,
    ),
    _confide("1", SIDE1, Audience.SIDE1),
    _confide("2", SIDE2, Audience.SIDE2),
    _tell_alone("1", "申请方", "who applied", Audience.SIDE1),
    _tell_alone("2", "对方", "the other side", Audience.SIDE2),
    Action(
        key="offer",
        words=words("提出方案", "Make an offer"),
        done=words("提出了方案", "made an offer"),
        frm=TALKED,
        to=STAY,
        by=(SIDES, MEDIATOR),
        fields=(
            replace(
                SAID,
                audience=Audience.OFFER,
                words=words("方案：愿意怎么让一步", "The offer: what would be conceded"),
                hint=words(
                    "调解一结束，谁也看不到这些话，也不能作为证据。",
                    "Once the talks end nobody can read it, and it is no evidence.",
                ),
            ),
        ),
        guard=rules.is_talking,
        audience=Audience.OFFER,
        material=False,
    ),
    Action(
        key="remark",
        words=words("调解员记录", "Mediator's note"),
        done=words("调解员作了记录", "the mediator made a note"),
        frm=("applied", "consenting", "choosing", *TALKS, "signing"),
        to=STAY,
        by=(MEDIATOR,),
        fields=(replace(SAID, audience=Audience.MEDIATOR), replace(PAPERS, audience=Audience.MEDIATOR)),
        guard=is_free_to,
        audience=Audience.MEDIATOR,
        material=False,
    ),
    replace(meet(frm=TALKED, by=(MEDIATOR,)), guard=rules.may_meet),
    replace(held(frm=TALKS, by=(MEDIATOR,), came=BOTH_CAME), guard=rules.may_hold),
    replace(call_off(frm=TALKS, by=(MEDIATOR,)), guard=rules.may_call_off),
    *(
        action
        for audience in (Audience.SIDE1, Audience.SIDE2)
        for action in (
            replace(meet(frm=TALKED, by=(MEDIATOR,), audience=audience), guard=rules.may_meet_one),
            replace(held(frm=TALKS, by=(MEDIATOR,), audience=audience), guard=rules.may_hold),
            replace(call_off(frm=TALKS, by=(MEDIATOR,), audience=audience), guard=rules.may_call_off),
        )
    ),
    Action(
        key="ask_longer",
        words=words("同意延长 30 天", "Agree to 30 more days"),
        done=words("同意延长调解期限", "agreed to more time"),
        frm=TALKED,
        to=STAY,
        by=(SIDES,),
        effect=rules.ask_longer,
        audience=Audience.REPORTER,
    ),
    Action(
        key="appraise",
        words=words("委托鉴定", "Have it appraised"),
        done=words("委托了鉴定，期限暂停", "had it appraised; the limit stands still"),
        frm=TALKED,
        to="appraising",
        by=(MEDIATOR,),
        fields=(replace(SAID, words=words("鉴定什么、谁来鉴定", "What is appraised, and by whom")),),
        guard=is_mediator,
        audience=Audience.REPORTER,
    ),
    Action(
        key="appraised",
        words=words("鉴定结束", "The appraisal is there"),
        done=words("鉴定结束，继续调解", "the appraisal is there; it goes on"),
        frm=("appraising",),
        to="mediating",
        by=(MEDIATOR,),
        fields=(replace(SAID, required=False), PAPERS),
        guard=is_mediator,
        audience=Audience.REPORTER,
    ),
    Action(
        key="draft",
        words=words("写事实和责任", "Write the facts and liability"),
        done=words("写了主要事实、争议点和责任", "wrote the facts, the points and what each answers for"),
        frm=TALKED,
        to=STAY,
        by=(MEDIATOR,),
        renews=True,
        fields=tuple(
            Field(
                key=key,
                kind=Kind.LONG_TEXT,
                words=words(zh, en),
                required=True,
                audience=Audience.REPORTER,
                shortest=4,
                longest=2000,
            )
            for key, zh, en in (
                ("facts", "主要事实", "The main facts"),
                ("points", "争议点", "The points in dispute"),
                ("liability", "各方责任", "What each side answers for"),
            )
        ),
        effect=rules.draft,
        audience=Audience.REPORTER,
    ),
    Action(
        key="term",
        words=words("加一条协议内容", "Add a term"),
        done=words("加了一条协议内容", "added a term"),
        frm=TALKED,
        to=STAY,
        by=(MEDIATOR,),
        fields=TERM,
        effect=rules.term,
        audience=Audience.REPORTER,
    ),
    Action(
        key="drop_term",
        words=words("去掉一条", "Take a term out"),
        done=words("去掉了一条协议内容", "took a term out"),
        frm=TALKED,
        to=STAY,
        by=(MEDIATOR,),
        fields=(WHICH,),
        effect=rules.drop_term,
        audience=Audience.REPORTER,
    ),
    Action(
        key="settle",
        words=words("形成协议书", "Make the agreement"),
        done=words("形成了协议书，待签署", "made the agreement, to be signed"),
        frm=TALKED,
        to="signing",
        by=(MEDIATOR,),
        fields=(PARTLY, DOCUMENT),
        effect=rules.settle,
        audience=Audience.REPORTER,
    ),
    Action(
        key="agree_orally",
        words=words("记录口头协议", "Record an oral agreement"),
        done=words("记录了口头协议", "recorded an oral agreement"),
        frm=TALKED,
        to="performing",
        by=(MEDIATOR,),
        fields=(
            *TERM,
            PARTLY,
            Field(
                key="both",
                kind=Kind.YES_NO,
                words=words(
                    "各方当面都说同意，并且不要书面协议", "All have said so here, and want nothing in writing"
                ),
                required=True,
                fact=True,
            ),
        ),
        effect=rules.agree_orally,
        audience=Audience.REPORTER,
    ),
    Action(
        key="rework",
        words=words("退回修改", "Change the text"),
        done=words("把协议书退回修改", "took the agreement back to change it"),
        frm=("signing",),
        to="mediating",
        by=(MEDIATOR,),
        fields=(replace(SAID, required=False),),
        effect=rules.rework,
        audience=Audience.REPORTER,
    ),
    sign(frm=("signing",), roles=("side1", "side2")),
    replace(sign_on_paper(frm=("signing",), by=(MEDIATOR,)), guard=rules.may_attest),
    replace(countersign(frm=("signing",), by=(MEDIATOR,)), guard=rules.may_countersign),
    replace(seal(frm=("signing",), to="performing", by=(MEDIATOR,)), effect=rules.seal),
    Action(
        key="fail",
        words=words("调解不成，结束", "End without an agreement"),
        done=words("调解不成，结束了", "ended it without an agreement"),
        frm=(*TALKS, "signing"),
        to="failed",
        may_lead_to=("performing",),
        by=(MEDIATOR,),
        fields=(
            Field(
                key="ground",
                kind=Kind.CHOICE,
                words=words("原因", "Ground"),
                required=True,
                fact=True,
                choices=(
                    ("apart", words("分歧太大", "Too far apart")),
                    ("absent", words("一方不来", "A side does not come")),
                    ("feigned", words("虚假调解", "It is feigned")),
                    ("harm", words("损害他人或者公共利益", "It would harm others or the public")),
                    ("facts", words("事实查不清", "The facts cannot be found")),
                    ("time", words("期限届满", "Its time is over")),
                    ("danger", words("有危险，已报告公安机关", "There is danger; the police were told")),
                    ("other", words("其他", "Other")),
                ),
            ),
            TOLD,
        ),
        effect=rules.fail,
        audience=Audience.REPORTER,
    ),
)
