# SPDX-License-Identifier: Apache-2.0
"""The states of an assessment and the clocks that run in them."""

from anlan.cases.define import Clock, Escalation, Relation, State
from anlan.cases.standard import words
from anlan.places.calendars import Limit, Unit

STAGES = (
    ("plan", words("制定方案", "Plan")),
    ("hear", words("听取意见", "Hearing people")),
    ("assess", words("评估", "Assessment")),
    ("decide", words("决策", "Decision")),
    ("after", words("跟踪", "Afterwards")),
)

STATES = (
    State(key="planned", words=words("制定评估方案", "Being planned"), public=words("准备中", "Being prepared"), clocks=("plan",), stage="plan"),
    State(key="commenting", words=words("公开征求意见", "Draft before the public"), public=words("征求意见中", "Open for comments"), clocks=("consult",), stage="hear"),
    State(key="commented", words=words("征求意见已结束，待清点", "Consultation over, to be counted"), public=words("征求意见已结束", "Consultation over"), clocks=("count",), stage="hear"),
    State(key="listing", words=words("识别风险、答复意见", "Listing risks, answering comments"), public=words("评估中", "Being assessed"), clocks=("assess",), stage="assess"),
    State(key="report_ready", words=words("评估报告待送审", "Report to be passed on"), public=words("评估中", "Being assessed"), clocks=("pass_on",), stage="assess"),
    State(key="legality", words=words("合法性审查", "Legality check"), public=words("合法性审查中", "Legality being checked"), clocks=("legality",), stage="decide"),
    State(key="deciding", words=words("待集体讨论决定", "To be decided"), public=words("待决定", "To be decided"), clocks=("decide",), stage="decide"),
    State(key="decided", words=words("已决定，跟踪实施", "Decided, being tracked"), public=words("已决定", "Decided"), clocks=("track",), stage="after"),
    State(key="reviewing", words=words("决策后评估", "Review afterwards"), public=words("决策后评估中", "Being reviewed"), clocks=("review",), stage="after"),
    State(key="deferred", words=words("暂缓实施", "Deferred"), public=words("暂缓实施", "Deferred"), stage="assess"),
    State(key="stopped", words=words("不予实施", "Not to be implemented"), public=words("不予实施", "Not to be implemented"), open=False, stage="assess"),
    State(key="withdrawn", words=words("已撤回", "Withdrawn"), public=words("已撤回", "Withdrawn"), open=False, stage="plan"),
    State(key="reviewed", words=words("已完成决策后评估", "Reviewed afterwards"), public=words("已完成决策后评估", "Reviewed afterwards"), open=False, stage="after"),
    State(key="ended", words=words("跟踪结束", "Tracking ended"), public=words("已决定", "Decided"), open=False, stage="after"),
)  # fmt: skip

OPEN = tuple(state.key for state in STATES if state.open)
ENDED = tuple(state.key for state in STATES if not state.open)
TIMED = tuple(state.key for state in STATES if state.clocks)
BEFORE_REPORT = ("planned", "commenting", "commented", "listing", "report_ready")
HEARING = ("commenting", "commented", "listing")

REMIND, OVERDUE = Escalation(percent=80, action="remind"), Escalation(percent=100, action="overdue")
OURS = words("本流程规定，可另定", "Set by this procedure; a place may set its own")
DRAFT_DAYS, LEGALITY_DAYS, HEARING_DAYS = 30, 7, 7


def _clock(
    key: str,
    zh: str,
    en: str,
    owner: Relation,
    *,
    n: int,
    unit: Unit = Unit.WORKING_DAY,
    runs_out: bool = False,
) -> Clock:
    return Clock(
        key=key,
        words=words(zh, en),
        owner=owner,
        limit=Limit(n=n, unit=unit),
        escalate=(REMIND, OVERDUE),
        basis=OURS,
        runs_out=runs_out,
    )


CLOCKS = (
    _clock("plan", "制定方案时限", "To plan", Relation.HOLDER, n=20),
    Clock(
        key="consult",
        words=words("征求意见截止", "Comments until"),
        owner=Relation.HOLDER,
        limit=Limit(n=DRAFT_DAYS, unit=Unit.DAY, roll=True),
        escalate=(REMIND, Escalation(percent=100, action="consultation_over")),
        basis=words(
            "一般不少于三十日；决策机关同意缩短的，公开说明理由（重大行政决策程序暂行条例第 15 条）",
            "Thirty days at least; where the deciding body agrees to less its reasons are published (Decision-Procedure Regulation art. 15)",
        ),
        told=True,
        runs_out=True,
    ),
    _clock("count", "清点时限", "To count the comments", Relation.HOLDER, n=5),
    _clock("assess", "评估时限", "To assess", Relation.HOLDER, n=60),
    _clock("pass_on", "送审时限", "To pass it on", Relation.ROOM, n=5),
    Clock(
        key="legality",
        words=words("合法性审查时限", "Legality check"),
        owner=Relation.HOLDER,
        limit=Limit(n=LEGALITY_DAYS, unit=Unit.WORKING_DAY),
        escalate=(REMIND, OVERDUE),
        basis=words(
            "一般不少于七个工作日（重大行政决策程序暂行条例第 26 条）",
            "Seven working days at least (Decision-Procedure Regulation art. 26)",
        ),
    ),
    _clock("decide", "决定时限", "To decide", Relation.ROOM, n=30),
    _clock("track", "跟踪期", "Tracked until", Relation.HOLDER, n=365, unit=Unit.DAY, runs_out=True),
    _clock("review", "决策后评估时限", "To review", Relation.HOLDER, n=90, unit=Unit.DAY),
)
