# SPDX-License-Identifier: Apache-2.0
"""The states of a mediation and its limits."""

from anlan.cases.define import Clock, Escalation, Relation, State, Words
from anlan.cases.standard import words
from anlan.places.calendars import Limit, Unit

COURT = ("file", "admit", "confirm")
"""Limits of judicial confirmation; each runs when the step before it was taken."""

STATES = (
    State(key="consulting", words=words("待答复咨询", "Question to be answered"), public=words("正在答复您的咨询", "Your question is being answered"), clocks=("advise",), stage="apply"),
    State(key="assessing", words=words("待评估", "To be assessed"), public=words("正在评估", "Being assessed"), clocks=("assess",), stage="apply"),
    State(key="advised", words=words("已答复，等当事人", "Answered, the person decides"), public=words("已答复，由您决定下一步", "Answered: the next step is yours"), clocks=("rest",), stage="apply"),
    State(key="applied", words=words("待审查", "Application to be looked at"), public=words("已收到申请", "Your application is here"), clocks=("intake",), stage="apply"),
    State(key="consenting", words=words("征求各方同意", "The sides are asked"), public=words("正在征求各方同意", "Both sides are being asked"), clocks=("consent",), stage="apply"),
    State(key="choosing", words=words("选定调解员", "A mediator is chosen"), public=words("正在选定调解员", "A mediator is being chosen"), clocks=("choose",), stage="apply"),
    State(key="mediating", words=words("调解中", "Being mediated"), public=words("调解中", "Being mediated"), clocks=("mediate",), stage="mediate"),
    State(key="appraising", words=words("鉴定中", "Waiting for an appraisal"), public=words("等待鉴定", "Waiting for an appraisal"), clocks=("appraise",), pauses=("mediate",), stage="mediate"),
    State(key="signing", words=words("协议待签", "Agreement to be signed"), public=words("协议待签", "The agreement is to be signed"), clocks=("sign",), stage="agree"),
    State(key="performing", words=words("已达成协议，履行中", "Agreed, being performed"), public=words("已达成协议，履行中", "Agreed, being performed"), clocks=("perform", *COURT), stage="perform"),
    State(key="kept", words=words("已履行", "Agreement kept"), public=words("已履行", "Kept"), open=False, stage="done"),
    State(key="answered", words=words("咨询办结", "Settled by advice"), public=words("咨询办结", "Settled by advice"), open=False, stage="done"),
    State(key="not_accepted", words=words("不予受理", "Not accepted"), public=words("不予受理", "Not accepted"), open=False, stage="done"),
    State(key="refused", words=words("一方不同意调解", "A side does not want it"), public=words("有一方不同意调解", "A side does not want mediation"), open=False, stage="done"),
    State(key="withdrawn", words=words("当事人退出", "A side has left"), public=words("当事人退出调解", "A side has left"), open=False, stage="done"),
    State(key="failed", words=words("调解不成", "No agreement"), public=words("调解不成", "No agreement"), open=False, stage="done"),
)  # fmt: skip

STAGES = (
    ("apply", words("申请", "Application")),
    ("mediate", words("调解", "Mediation")),
    ("agree", words("签协议", "Agreement")),
    ("perform", words("履行", "Performance")),
    ("done", words("结束", "Ended")),
)
OPEN = tuple(state.key for state in STATES if state.open)
ENDED = tuple(state.key for state in STATES if not state.open)
BEFORE_TALKS = ("applied", "consenting", "choosing")
TALKS = ("mediating", "appraising")

REMIND, OVERDUE = Escalation(percent=80, action="remind"), Escalation(percent=100, action="overdue")
OURS = words("本流程规定，县（市、区）可另定", "Set by this procedure; a county may set its own")
CONFIRMATION = words(
    "人民调解法第 33 条、民事诉讼法第 205 条", "People's Mediation Law art. 33, Civil Procedure Law art. 205"
)
TERM = Limit(n=30, unit=Unit.DAY)
"""A mediation normally ends within it (Ningbo art. 24; Shenzhen: 30 days where nothing was agreed)."""
FILE_WITHIN, ADMIT_WITHIN, CONFIRM_WITHIN, CONFIRM_LONGER = (
    Limit(n=n, unit=Unit.DAY, roll=True) for n in (30, 3, 15, 25)
)
"""Of statutes: to the end of the last day, and a day off gives way to the next working day."""


def _clock(
    key: str,
    zh: str,
    en: str,
    limit: Limit,
    *,
    basis: Words = OURS,
    escalate: tuple[Escalation, ...] = (REMIND, OVERDUE),
    **given: bool,
) -> Clock:
    return Clock(
        key=key,
        words=words(zh, en),
        owner=Relation.HOLDER,
        limit=limit,
        escalate=escalate,
        basis=basis,
        **given,
    )


CLOCKS = (
    _clock("advise", "答复时限", "To answer", Limit(n=3, unit=Unit.WORKING_DAY)),
    _clock("assess", "评估时限", "To assess", Limit(n=5, unit=Unit.WORKING_DAY)),
    _clock("rest", "等当事人决定", "The person decides", TERM, escalate=(Escalation(percent=100, action="let_rest"),)),
    _clock(
        "intake", "审查时限", "To look at the application", Limit(n=3, unit=Unit.WORKING_DAY),
        basis=words("本流程规定：不属于本单位的三个工作日内移送；县（市、区）可另定", "Set by this procedure: passed on within 3 working days where it is another's; a county may set its own"),
    ),
    _clock(
        "consent", "征求同意时限", "To ask the sides", Limit(n=3, unit=Unit.WORKING_DAY),
        basis=words("人民法院在线调解规则第 15 条", "Rules on online mediation of the people's courts, art. 15"),
    ),
    _clock(
        "choose", "选定调解员时限", "To choose a mediator", Limit(n=5, unit=Unit.WORKING_DAY),
        basis=words("人民法院在线调解规则第 10、12 条：2 个工作日内选定，否则 3 个工作日内指定", "Online mediation rules art. 10, 12: chosen within 2 working days, else appointed within 3"),
    ),
    _clock(
        "mediate", "调解时限", "To mediate", TERM, keep=True, told=True,
        basis=words("本流程规定：一般一个月，双方同意可以延长；县（市、区）可另定", "Set by this procedure: normally one month, longer where both ask; a county may set its own"),
    ),
    _clock("appraise", "鉴定时限", "To appraise", Limit(n=60, unit=Unit.DAY)),
    _clock("sign", "签署时限", "To sign", Limit(n=7, unit=Unit.DAY)),
    _clock(
        "perform", "履行下一条协议内容", "To keep the next term", TERM, on_call=True, basis=words("协议约定", "As agreed"),
        escalate=(Escalation(percent=80, action="fall_due"), Escalation(percent=100, action="fall_due")),
    ),
    _clock("file", "申请司法确认的期限", "To ask the court", FILE_WITHIN, on_call=True, basis=CONFIRMATION),
    _clock(
        "admit", "法院决定受理", "The court admits it", ADMIT_WITHIN, on_call=True,
        basis=words("司法确认规定第 4 条", "Provisions on judicial confirmation art. 4"),
    ),
    _clock(
        "confirm", "法院审查确认", "The court confirms it", CONFIRM_WITHIN, on_call=True,
        basis=words("司法确认规定第 5 条：15 日，可延长 10 日", "Provisions on judicial confirmation art. 5: 15 days, 10 more at most"),
    ),
)  # fmt: skip
