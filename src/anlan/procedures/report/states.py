# SPDX-License-Identifier: Apache-2.0
"""The states of a report and the clocks that run in them."""

from dataclasses import replace

from anlan.cases.define import Clock, Escalation, Relation, State
from anlan.cases.standard import words
from anlan.places.calendars import Limit, Unit

_STATES = (
    State(
        key="reported",
        words=words("待受理", "To be accepted"),
        public=words("已收到", "Received"),
        clocks=("accept", "alarm"),
        stage="received",
    ),
    State(
        key="accepted",
        words=words("待派遣", "To be dispatched"),
        public=words("已受理", "Accepted"),
        clocks=("dispatch",),
        stage="arranged",
    ),
    State(
        key="not_accepted",
        words=words("不予受理，可以异议", "Not accepted, may be objected to"),
        public=words("不予受理", "Not accepted"),
        clocks=("objection",),
        stage="received",
    ),
    State(
        key="objected",
        words=words("异议审查", "Objection being decided"),
        public=words("异议审查中", "Objection being decided"),
        clocks=("decide_objection",),
        stage="received",
    ),
    State(
        key="dispatched",
        words=words("待签收", "To be taken up"),
        public=words("已交办", "Passed to a unit"),
        clocks=("take", "handle"),
        stage="arranged",
    ),
    State(
        key="returned",
        words=words("已退回，待重派", "Returned, to be dispatched again"),
        public=words("重新确定承办单位", "Finding the right unit"),
        clocks=("dispatch", "handle"),
        stage="arranged",
    ),
    State(
        key="competence",
        words=words("待裁定管辖", "Competence to be ruled"),
        public=words("重新确定承办单位", "Finding the right unit"),
        clocks=("ruling", "handle"),
        stage="arranged",
    ),
    State(
        key="in_hand",
        words=words("办理中", "In hand"),
        public=words("办理中", "In hand"),
        clocks=("handle",),
        stage="working",
    ),
    State(
        key="delay_asked",
        words=words("申请延期", "Delay asked for"),
        public=words("办理中", "In hand"),
        clocks=("handle", "delay"),
        stage="working",
    ),
    State(
        key="paused",
        words=words("中止计时", "Paused"),
        public=words("暂停办理", "Paused"),
        clocks=("pause",),
        pauses=("handle",),
        stage="working",
    ),
    State(
        key="checking",
        words=words("待核实", "To be checked"),
        public=words("核实中", "Being checked"),
        clocks=("check",),
        stage="checking",
    ),
    State(
        key="confirming",
        words=words("待核实、待报告人确认", "To be checked or confirmed"),
        public=words("请您确认", "Please confirm"),
        clocks=("check", "confirm"),
        stage="checking",
    ),
    State(
        key="checked",
        words=words("已核实，待办结", "Checked, to be closed"),
        public=words("已核实", "Checked"),
        clocks=("close",),
        stage="checking",
    ),
    State(
        key="closed",
        words=words("办结", "Closed"),
        public=words("已办结", "Closed"),
        open=False,
        stage="closed",
    ),
    State(
        key="refused",
        words=words("不予受理（终）", "Not accepted (final)"),
        public=words("不予受理", "Not accepted"),
        open=False,
        stage="closed",
    ),
    State(
        key="withdrawn",
        words=words("已撤回", "Withdrawn"),
        public=words("已撤回", "Withdrawn"),
        open=False,
        stage="closed",
    ),
    State(
        key="merged",
        words=words("已并案", "Merged"),
        public=words("与同一件事合并办理", "Handled with the same matter"),
        open=False,
        stage="closed",
        goes_on=True,
    ),
)

STATES = tuple(replace(state, clocks=(*state.clocks, "tell", "erasure")) for state in _STATES)
"""In each of them somebody may have to tell the person in person, and an appeal about their data may run."""

STAGES = (
    ("received", words("收到", "Received")),
    ("arranged", words("交办", "Passed on")),
    ("working", words("办理", "In hand")),
    ("checking", words("结果", "Outcome")),
    ("closed", words("办结", "Closed")),
)
"""The steps a resident sees. The fourth holds an outcome, which somebody checks, the reporter confirms, or nobody answers."""

OPEN = tuple(state.key for state in STATES if state.open)
ENDED = tuple(state.key for state in STATES if not state.open)
AT_THE_ROOM = ("reported", "accepted", "returned")
AT_THE_UNIT = ("dispatched", "in_hand", "delay_asked", "paused")
AT_THE_CHECK = ("checking", "confirming")
BEFORE_DONE = (*AT_THE_ROOM, *AT_THE_UNIT)
TIMED = tuple(state.key for state in _STATES if state.clocks)
ROOM_TIMED = ("delay_asked", *AT_THE_CHECK, "checked")
"""States with a limit of the room's while the lead is a unit."""

REMIND = Escalation(percent=80, action="remind")
OVERDUE = Escalation(percent=100, action="overdue")
REMIND_ROOM = Escalation(percent=80, action="remind_room")
OVERDUE_ROOM = Escalation(percent=100, action="overdue_room")
FAR = Escalation(percent=150, action="far_overdue")
ALARM = Limit(n=5, unit=Unit.MINUTE)
"""So long somebody of the room may take to look at something urgent, day and night; then the office above is told."""
OURS = words("本流程规定，县（市、区）可另定", "Set by this procedure; a county may set its own")

CLOCKS = (
    Clock(
        key="accept",
        words=words("受理时限", "To accept"),
        owner=Relation.ROOM,
        limit=Limit(n=2, unit=Unit.WORKING_HOUR),
        escalate=(REMIND, OVERDUE),
        basis=OURS,
    ),
    Clock(
        key="alarm",
        words=words("紧急件查看时限", "To look at something urgent"),
        owner=Relation.ROOM,
        limit=ALARM,
        escalate=(Escalation(percent=1, action="alarm"), Escalation(percent=100, action="alarm_above")),
        basis=OURS,
        on_call=True,
    ),
    Clock(
        key="dispatch",
        words=words("派遣时限", "To dispatch"),
        owner=Relation.ROOM,
        limit=Limit(n=2, unit=Unit.WORKING_HOUR),
        escalate=(REMIND, OVERDUE),
        basis=OURS,
    ),
    Clock(
        key="take",
        words=words("签收时限", "To take up"),
        owner=Relation.HOLDER,
        limit=Limit(n=4, unit=Unit.WORKING_HOUR),
        escalate=(REMIND, OVERDUE),
        basis=OURS,
    ),
    Clock(
        key="handle",
        words=words("办理时限", "To handle"),
        owner=Relation.HOLDER,
        limit=Limit(n=5, unit=Unit.WORKING_DAY),
        escalate=(REMIND, OVERDUE, FAR),
        basis=words(
            "按立案情形；没有规定的 5 个工作日（潍坊市 12345 条例第 20 条）",
            "By its condition; 5 working days where none is set (Weifang 12345 Regulation art. 20)",
        ),
        keep=True,
        told=True,
    ),
    Clock(
        key="delay",
        words=words("延期审批时限", "To decide on a delay"),
        owner=Relation.ROOM,
        limit=Limit(n=1, unit=Unit.WORKING_DAY),
        escalate=(REMIND_ROOM, OVERDUE_ROOM),
        basis=OURS,
    ),
    Clock(
        key="pause",
        words=words("中止到期", "End of the pause"),
        owner=Relation.HOLDER,
        limit=Limit(n=30, unit=Unit.DAY),
        escalate=(REMIND, Escalation(percent=100, action="resume_due")),
        basis=OURS,
    ),
    Clock(
        key="ruling",
        words=words("管辖裁定时限", "To rule on competence"),
        owner=Relation.HOLDER,
        limit=Limit(n=2, unit=Unit.WORKING_DAY),
        escalate=(REMIND, OVERDUE),
        basis=words(
            "潍坊市 12345 条例第 22 条；期限由本流程规定",
            "Weifang 12345 Regulation art. 22; the limit is this procedure's",
        ),
    ),
    Clock(
        key="check",
        words=words("核实时限", "To check"),
        owner=Relation.ROOM,
        limit=Limit(n=2, unit=Unit.WORKING_DAY),
        escalate=(REMIND_ROOM, OVERDUE_ROOM),
        basis=OURS,
    ),
    Clock(
        key="confirm",
        words=words("等待报告人确认", "Waiting for the reporter"),
        owner=Relation.ROOM,
        limit=Limit(n=7, unit=Unit.DAY),
        escalate=(
            Escalation(percent=60, action="remind_reporter"),
            Escalation(percent=100, action="close_silent"),
        ),
        basis=OURS,
        told=True,
    ),
    Clock(
        key="close",
        words=words("办结时限", "To close"),
        owner=Relation.ROOM,
        limit=Limit(n=1, unit=Unit.WORKING_DAY),
        escalate=(REMIND_ROOM, OVERDUE_ROOM),
        basis=OURS,
    ),
    Clock(
        key="objection",
        words=words("可以提出异议的期限", "Time to object"),
        owner=Relation.ROOM,
        limit=Limit(n=10, unit=Unit.DAY),
        escalate=(Escalation(percent=100, action="lapse"),),
        basis=OURS,
        told=True,
    ),
    Clock(
        key="erasure",
        words=words("删除申诉时限", "To decide the appeal about erasing"),
        owner=Relation.UPPER,
        limit=Limit(n=15, unit=Unit.DAY),
        escalate=(Escalation(percent=100, action="erasure_overdue"),),
        basis=OURS,
        on_call=True,
    ),
    Clock(
        key="tell",
        words=words("告知时限", "To tell"),
        owner=Relation.ROOM,
        limit=Limit(n=1, unit=Unit.WORKING_DAY),
        escalate=(
            Escalation(percent=80, action="remind_tell"),
            Escalation(percent=100, action="tell_overdue"),
        ),
        basis=OURS,
        on_call=True,
    ),
    Clock(
        key="decide_objection",
        words=words("异议审查时限", "To decide the objection"),
        owner=Relation.HOLDER,
        limit=Limit(n=5, unit=Unit.WORKING_DAY),
        escalate=(REMIND, OVERDUE),
        basis=OURS,
    ),
)

URGENT = Limit(n=1, unit=Unit.HOUR)
"""Accepting, dispatching and taking up something urgent: each within an hour, day and night."""
REOPEN = Limit(n=15, unit=Unit.DAY)
"""How long after closing the reporter may have it reopened, where no dated row for the stage ``reopen`` says otherwise."""
