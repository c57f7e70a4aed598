# SPDX-License-Identifier: Apache-2.0
"""Whom a mediation tells of what. What travels says number and state; of a side's own matters the other hears nothing (`cases.notices`)."""

from anlan.cases.define import Channel, Notice, Relation
from anlan.cases.standard import words

BOTH = (Channel.INBOX, Channel.SMS)
PARTY, ROOM, UPPER = Relation.PARTY, Relation.ROOM, Relation.UPPER


def _tell(on: str, to: Relation, zh: str, en: str) -> Notice:
    return Notice(
        key=f"{on}_{to}",
        on=on,
        to=to,
        words=words(zh, en),
        channels=BOTH if to is PARTY else (Channel.INBOX,),
    )


NOTICES = (
    _tell("ask", PARTY, "您的调解申请已收到", "Your application is here"),
    _tell("ask", ROOM, "新到一件调解申请", "A new application for mediation"),
    _tell("ask_for", PARTY, "您的调解申请已登记", "Your application was taken down"),
    _tell("ask_for", ROOM, "新到一件调解申请", "A new application for mediation"),
    _tell("start", ROOM, "新的主动调解", "A mediation of our own motion"),
    _tell("advise", PARTY, "您的咨询有了答复", "Your question is answered"),
    _tell("go_on", ROOM, "当事人选择了下一步", "The person chose the next step"),
    _tell("invite", PARTY, "有一件纠纷请您确认是否愿意调解", "You are asked whether you want a mediation"),
    _tell("consent", ROOM, "一方同意调解", "A side agrees to mediation"),
    _tell("refuse", ROOM, "一方不同意调解", "A side does not want mediation"),
    _tell("refuse", PARTY, "有一方不同意，调解结束", "A side does not want it: the mediation ends"),
    _tell(
        "consent_for",
        PARTY,
        "登记了一方是否愿意调解，有误请联系",
        "What a side wants was entered; please say if it is wrong",
    ),
    _tell(
        "sign_on_paper",
        PARTY,
        "登记了一方的纸质签名，有误请联系",
        "A signature on paper was entered; please say if it is wrong",
    ),
    _tell("accept", PARTY, "已受理，请选调解员", "Taken on: please choose a mediator"),
    _tell(
        "not_accept",
        PARTY,
        "没有受理，理由和其他途径在里面",
        "Not taken on: why, and the other ways, are inside",
    ),
    _tell("withdraw", ROOM, "一方退出调解", "A side has left"),
    _tell(
        "withdraw",
        PARTY,
        "有一方退出，这次调解结束，已生效的协议仍然有效",
        "A side has left: these talks end; what was agreed before still stands",
    ),
    _tell("pass_on", ROOM, "移送来一件", "One was passed on to you"),
    _tell("hand_up", ROOM, "下级上交一件调解", "A mediation was handed up to you"),
    _tell("hand_up", PARTY, "已交给上一级调解", "It was handed up a level"),
    _tell("choose", ROOM, "当事人选了调解员", "A side chose a mediator"),
    _tell(
        "appoint",
        PARTY,
        "调解员已指定，不合适可以要求换",
        "A mediator was appointed; you may ask for another",
    ),
    _tell("recuse", ROOM, "当事人要求换调解员", "A side asks for another mediator"),
    _tell("recuse", PARTY, "有一方要求换调解员，请另选", "A side asks for another mediator: please choose"),
    _tell("step_down", PARTY, "调解员回避，请另选", "The mediator stepped aside: please choose another"),
    _tell("step_down", ROOM, "调解员回避，请另行安排", "The mediator stepped aside: please see to another"),
    _tell("relieve", PARTY, "原调解员不能继续，请另选", "The mediator cannot go on: please choose another"),
    _tell("begin", PARTY, "开始调解", "The mediation begins"),
    _tell("say", PARTY, "调解有新的内容", "Something new in your mediation"),
    _tell("say", ROOM, "当事人说了新的情况", "A side has said something"),
    _tell("tell_1", PARTY, "调解有新的内容", "Something new in your mediation"),
    _tell("tell_2", PARTY, "调解有新的内容", "Something new in your mediation"),
    _tell("confide_1", ROOM, "当事人说了新的情况", "A side has said something"),
    _tell("confide_2", ROOM, "当事人说了新的情况", "A side has said something"),
    _tell("offer", PARTY, "有一个方案", "There is an offer"),
    _tell("meet", PARTY, "安排了调解会", "A meeting is arranged"),
    _tell("meet_side1", PARTY, "安排了谈话", "A meeting is arranged"),
    _tell("meet_side2", PARTY, "安排了谈话", "A meeting is arranged"),
    _tell("call_off", PARTY, "调解会取消了", "A meeting was called off"),
    _tell("call_off_side1", PARTY, "谈话取消了", "A meeting was called off"),
    _tell("call_off_side2", PARTY, "谈话取消了", "A meeting was called off"),
    _tell("settle", PARTY, "协议书待您签署", "The agreement waits for you to sign"),
    _tell("sign", ROOM, "一方签署了协议", "A side has signed"),
    _tell("seal", PARTY, "协议生效", "The agreement is in force"),
    _tell("agree_orally", PARTY, "口头协议已记录", "The oral agreement is recorded"),
    _tell("fail", PARTY, "调解不成，其他途径在里面", "No agreement: the other ways are inside"),
    _tell(
        "fall_due",
        PARTY,
        "协议里有一条的日子将到或者已到，请看看",
        "The day of a term is near or has come: please look",
    ),
    _tell(
        "fall_due",
        ROOM,
        "协议里有一条的日子将到或者已到，请跟进",
        "The day of a term is near or has come: please ask",
    ),
    _tell(
        "performed",
        PARTY,
        "协议里有一条记为已履行，有误请马上联系",
        "A term was marked as kept; please say at once if it is wrong",
    ),
    _tell(
        "reopen",
        PARTY,
        "重新调解，原协议在达成新协议前仍然有效",
        "It is mediated again; the agreement binds until there is another",
    ),
    _tell("not_performed", ROOM, "一方反映没有履行", "A side says that a term is not kept"),
    _tell("join_in", ROOM, "当事人申请司法确认", "Judicial confirmation is asked for"),
    _tell(
        "join_in",
        PARTY,
        "有一方申请司法确认，需要各方都申请",
        "A side asks the court to confirm it; all sides must",
    ),
    _tell(
        "prepare",
        PARTY,
        "司法确认申请书备好了，请来签名",
        "The application to the court is ready: please come and sign",
    ),
    _tell("court_said", PARTY, "法院有了答复", "The court has answered"),
    _tell("remind", ROOM, "一件调解的期限将到", "A mediation's limit ends soon"),
    _tell("overdue", ROOM, "一件调解超期", "A mediation is overdue"),
    _tell("overdue", UPPER, "下级一件调解超期", "A mediation below you is overdue"),
)
