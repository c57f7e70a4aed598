# SPDX-License-Identifier: Apache-2.0
"""The alert (预警): an organisation warns a place and all in it of what is coming, for a time.

A post that answers for the place writes it: what is coming, how grave, from when to when, in both languages. Orange and red
are released by a second person, real ones by naming the place once more. From then on everybody there sees it, until it ends
by itself, is withdrawn with a reason, or a corrected one takes its place. A drill runs the same and says so everywhere.
"""

from dataclasses import replace

from anlan.cases import standard, standard_system, succession
from anlan.cases.define import (
    START,
    STAY,
    Action,
    Audience,
    Clock,
    Escalation,
    Notice,
    Procedure,
    Relation,
    Retention,
    State,
)
from anlan.cases.standard import CLOCK, PERCENT, SYSTEM, clock_is_due, words
from anlan.places.calendars import Limit, Unit
from anlan.procedures.alert import rules
from anlan.procedures.alert.terms import ABOVE, DRAFT, OWN, PLACE, REPLACES, WHY, WRITER

OPEN, ENDED = ("drafted", "in_force"), ("superseded", "revoked", "expired", "discarded")
OURS = words("本流程规定", "Set by this procedure")

STATES = (
    State(key="drafted", words=words("待发布的预警", "Alert to be released"), public=words("起草中", "Being written"), clocks=("release",)),
    State(key="in_force", words=words("生效的预警", "Alert in force"), public=words("生效", "In force"), clocks=("validity",)),
    State(key="superseded", words=words("已更正", "Corrected"), public=words("已由新的预警更正", "Corrected by a newer alert"), open=False),
    State(key="revoked", words=words("已解除", "Withdrawn"), public=words("已解除", "Withdrawn"), open=False),
    State(key="expired", words=words("已到期", "Ended"), public=words("已到期", "Ended"), open=False),
    State(key="discarded", words=words("没有发布", "Not released"), public=words("没有发布", "Not released"), open=False),
)  # fmt: skip

CLOCKS = (
    Clock(
        key="release",
        words=words("发布时限", "To release"),
        owner=Relation.ROOM,
        limit=Limit(n=24, unit=Unit.HOUR),
        escalate=(Escalation(percent=100, action="let_go"),),
        basis=OURS,
    ),
    Clock(
        key="validity",
        words=words("有效期", "In force"),
        owner=Relation.ROOM,
        limit=Limit(n=1, unit=Unit.HOUR),
        escalate=(Escalation(percent=100, action="expire"),),
        basis=words("预警自己写明的结束时间", "The end that the alert itself names"),
    ),
)

DRAFTING = Action(
    key="draft",
    words=words("写预警", "Write an alert"),
    done=words("起草了预警", "wrote an alert"),
    frm=(START,),
    to="drafted",
    by=(WRITER,),
    fields=(*DRAFT, REPLACES),
    effect=rules.draft,
    needs=("cases",),
    on_screen=False,
)
"""Alerts have screens of their own: the generic ones do not draw what may only be done with the place's name typed."""

LAPSING = Action(
    key="let_go",
    words=words("逾时作废", "Let it go"),
    done=words("24 小时没有发布，草稿作废", "it was not released within 24 hours and was let go"),
    frm=("drafted",),
    to="discarded",
    by=(SYSTEM,),
    fields=(CLOCK, PERCENT),
    guard=clock_is_due,
    effect=standard.escalated,
    on_screen=False,
)

ACTIONS = (
    DRAFTING,
    replace(
        DRAFTING,
        key="rehearse",
        words=words("写演练", "Write a drill"),
        done=words("起草了演练", "wrote a drill"),
        effect=rules.rehearse,
    ),
    Action(
        key="redraft",
        words=words("修改", "Change it"),
        done=words("修改了草稿", "changed the draft"),
        frm=("drafted",),
        to=STAY,
        by=(OWN, ABOVE),
        fields=DRAFT,
        effect=rules.redraft,
        on_screen=False,
    ),
    Action(
        key="issue",
        words=words("发布", "Release"),
        done=words("发布了预警", "released it"),
        frm=("drafted",),
        to="in_force",
        by=(OWN, ABOVE),
        fields=(PLACE, REPLACES),
        effect=rules.issue,
        audience=Audience.PUBLIC,
        needs=("posts", "cases"),
        on_screen=False,
    ),
    Action(
        key="discard",
        words=words("不发布", "Do not release it"),
        done=words("决定不发布", "decided not to release it"),
        frm=("drafted",),
        to="discarded",
        by=(OWN, ABOVE),
        on_screen=False,
    ),
    LAPSING,
    Action(
        key="revoke",
        words=words("解除", "Withdraw"),
        done=words("解除了预警", "withdrew it"),
        frm=("in_force",),
        to="revoked",
        by=(OWN, ABOVE),
        fields=WHY,
        effect=rules.revoke,
        audience=Audience.PUBLIC,
        on_screen=False,
    ),
    Action(
        key="supersede",
        words=words("由更正取代", "Give way to its correction"),
        done=words("由更正的预警取代", "gave way to its correction"),
        frm=("in_force",),
        to="superseded",
        by=(SYSTEM,),
        audience=Audience.PUBLIC,
        on_screen=False,
    ),
    replace(
        LAPSING,
        key="expire",
        words=words("到期", "End"),
        done=words("预警到期", "it ended"),
        frm=("in_force",),
        to="expired",
        audience=Audience.PUBLIC,
    ),
    replace(standard.rezone(frm=OPEN, by=()), on_screen=False),
    succession.reform(frm=OPEN),
    replace(standard.erase(frm=ENDED, by=()), words=words("删除文字", "Erase its words"), done=words("文字已删除", "its words were erased"), on_screen=False),
    standard_system.recalculate(frm=(*OPEN, *ENDED)),
    standard_system.nobody_at_work(frm=OPEN),
    standard_system.adopt_version(frm=OPEN),
)  # fmt: skip

ALERT = Procedure(
    key="alert",
    version=1,
    words=words("预警", "Alert"),
    purpose=words(
        "只用于向一个地方发布和解除预警。", "Used only to warn a place of what is coming, and to say when it is over."
    ),
    parties=(),
    states=STATES,
    actions=ACTIONS,
    clocks=CLOCKS,
    notices=(
        Notice(key="drafted", on="draft", to=Relation.ROOM, words=words("有一条预警待发布", "An alert waits to be released")),
        Notice(key="rehearsed", on="rehearse", to=Relation.ROOM, words=words("有一次演练待发布", "A drill waits to be released")),
        Notice(key="issued", on="issue", to=Relation.UPPER, words=words("下级发布了预警", "An alert was released below you")),
        Notice(key="revoked", on="revoke", to=Relation.UPPER, words=words("下级解除了预警", "An alert was withdrawn below you")),
    ),
    facts=(),
    measures=(),
    publication=None,
    retention=Retention(
        years=3,
        basis=words("到期后三年，供复盘和检查", "Three years after its end, to look back on how it went"),
    ),
    record="alert.AlertRecord",
    attachments=(),
    most_attachments=0,
)  # fmt: skip
