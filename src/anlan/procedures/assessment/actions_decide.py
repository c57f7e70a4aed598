# SPDX-License-Identifier: Apache-2.0
"""What is done from the report on: the legality check, the decision, what is found afterwards, the review by another body."""

from dataclasses import replace

from anlan.cases import standard, standard_system, succession
from anlan.cases.define import STAY, Action, Audience, Field, Kind
from anlan.cases.standard import words
from anlan.procedures.assessment import rules_decide as rules
from anlan.procedures.assessment.actions import FILES
from anlan.procedures.assessment.states import ENDED, LEGALITY_DAYS, OPEN, TIMED
from anlan.procedures.assessment.terms import (
    ASSESSOR,
    DECIDER,
    MEASURER,
    RESULTS,
    TRIGGERS,
    shown,
    written,
)

MEETING = (
    Field(key="present", kind=Kind.WHOLE_NUMBER, words=words("参加集体讨论的人数", "How many took part"), required=True, fact=True, low=2, high=500),
    Field(key="dissent", kind=Kind.CHOICE, words=words("有没有不同意见", "Was there dissent?"), required=True, fact=True, choices=(("none", words("没有", "None")), ("some", words("有", "Some")))),
    written("dissent_words", "不同意见（如实记录）", "The other opinions, as they were given", when=("dissent", "some")),
    written("minutes", "会议记录", "Minutes", required=True, longest=20_000),
    replace(FILES, words=words("会议纪要等文件", "Minutes as a file, and others")),
)  # fmt: skip
WHY = shown(
    "words",
    "公布的决定和理由，公众意见的采纳情况",
    "What is published: the decision, why, and what became of the comments",
    required=True,
)

ACTIONS = (
    Action(
        key="pass_on",
        words=words("送合法性审查", "Pass it on to the legality check"),
        done=words("送合法性审查", "passed it on to the legality check"),
        frm=("report_ready",),
        to="legality",
        by=(DECIDER,),
        fields=(Field(key="days", kind=Kind.WHOLE_NUMBER, words=words("审查时间（工作日）", "Time for it (working days)"), required=True, fact=True, low=1, high=90, hint=words(f"不少于 {LEGALITY_DAYS} 个工作日", f"{LEGALITY_DAYS} at least")),),
        effect=rules.pass_on,
    ),
    Action(
        key="opine",
        words=words("合法性审查意见", "Opinion on legality"),
        done=words("出具了合法性审查意见", "gave an opinion on legality"),
        frm=("legality",),
        to=None,
        by=(DECIDER,),
        fields=(
            Field(key="result", kind=Kind.CHOICE, words=words("审查结论", "Opinion"), required=True, fact=True, choices=(("lawful", words("合法，可以提请讨论", "Lawful: it may be decided on")), ("not_lawful", words("不合法，退回修改", "Not lawful: back to be changed")))),
            written("words", "审查意见", "The opinion", required=True, longest=8000),
            Field(key="enough", kind=Kind.YES_NO, words=words("审查时间已经足够", "The time was enough"), fact=True),
            FILES,
        ),
        effect=rules.opine,
        may_lead_to=("deciding", "listing"),
    ),
    Action(
        key="decide",
        words=words("决定实施", "Decide that it is done"),
        done=words("集体讨论决定实施", "decided together that it is done"),
        frm=("deciding",),
        to="decided",
        by=(DECIDER,),
        fields=(
            Field(key="result", kind=Kind.CHOICE, words=words("决定", "Decision"), required=True, fact=True, choices=RESULTS),
            *MEETING,
            WHY,
            Field(key="executor", kind=Kind.ORGANISATION, words=words("执行单位", "Who carries it out"), fact=True),
        ),
        effect=rules.decide,
        audience=Audience.PUBLIC,
    ),
    Action(
        key="defer",
        words=words("暂缓实施", "Defer it"),
        done=words("决定暂缓实施", "decided to defer it"),
        frm=("deciding",),
        to="deferred",
        by=(DECIDER,),
        fields=(*MEETING, WHY),
        effect=rules.defer,
        audience=Audience.PUBLIC,
    ),
    Action(
        key="stop",
        words=words("不予实施", "Decide that it is not done"),
        done=words("决定不予实施", "decided that it is not done"),
        frm=("deciding", "deferred"),
        to="stopped",
        by=(DECIDER,),
        fields=(*MEETING, WHY),
        effect=rules.stop,
        audience=Audience.PUBLIC,
    ),
    Action(
        key="send_back",
        words=words("退回评估", "Send it back to be assessed"),
        done=words("退回评估，降低风险后重新报告", "sent it back: risks are to be reduced and reported again"),
        frm=("report_ready", "deciding", "deferred"),
        to="listing",
        by=(DECIDER,),
        fields=(written("words", "要改什么、降什么", "What is to change", required=True, longest=2000),),
        effect=rules.send_back,
    ),
    Action(
        key="file_report",
        words=words("报备", "File it"),
        done=words("报上级备案", "filed it with the office above"),
        frm=("decided",),
        to=STAY,
        by=(DECIDER, ASSESSOR),
        fields=(
            Field(key="with", kind=Kind.ORGANISATION, words=words("备案单位", "With whom"), required=True, fact=True),
            Field(key="on", kind=Kind.DATE, words=words("日期", "On"), required=True, fact=True),
            FILES,
        ),
        material=False,
    ),
    Action(
        key="track",
        words=words("报告实施中的问题", "Report a problem in carrying it out"),
        done=words("报告了实施中的问题", "reported a problem in carrying it out"),
        frm=("decided",),
        to=STAY,
        by=(ASSESSOR, DECIDER, MEASURER),
        fields=(written("words", "什么问题，怎样处理", "What it is and what is done", required=True), FILES),
        effect=rules.track,
        material=False,
    ),
    Action(
        key="connect",
        words=words("关联上报或纠纷", "Link a report or dispute"),
        done=words("关联了一件由此引起的事项", "linked a case that came of it"),
        frm=("decided",),
        to=STAY,
        by=(ASSESSOR, DECIDER),
        fields=(Field(key="other", kind=Kind.CASE, words=words("事项编号", "Case number"), required=True),),
        effect=rules.connect,
        needs=("cases",),
        material=False,
    ),
    Action(
        key="commission",
        words=words("启动决策后评估", "Have it reviewed"),
        done=words("启动决策后评估，另行委托评估单位", "had another body review it"),
        frm=("decided",),
        to="reviewing",
        by=(DECIDER,),
        fields=(
            Field(key="reviewer", kind=Kind.ORGANISATION, words=words("决策后评估单位", "Who reviews it"), required=True, fact=True),
            Field(key="trigger", kind=Kind.CHOICE, words=words("启动的情形", "Why"), required=True, fact=True, choices=TRIGGERS),
        ),
        effect=rules.commission,
    ),
    Action(
        key="review",
        words=words("提交决策后评估", "Hand in the review"),
        done=words("提交了决策后评估", "handed in the review"),
        frm=("reviewing",),
        to="reviewed",
        by=(ASSESSOR,),
        fields=(
            Field(key="keep", kind=Kind.CHOICE, words=words("建议", "Advice"), required=True, fact=True, choices=(("keep", words("继续执行", "Go on")), ("change", words("修改后执行", "Change it")), ("end", words("停止执行", "End it")))),
            shown("words", "公布的评估结果", "What is published of it", required=True),
            FILES,
        ),
        effect=rules.review,
        audience=Audience.PUBLIC,
    ),
    Action(
        key="end",
        words=words("结束跟踪", "End the tracking"),
        done=words("结束了跟踪", "ended the tracking"),
        frm=("decided",),
        to="ended",
        by=(DECIDER,),
        fields=(written("words", "实施情况", "How it went", required=True),),
    ),
    standard.note(frm=OPEN, by=(ASSESSOR, DECIDER, MEASURER)),
    standard.remind(frm=TIMED),
    standard.overdue(frm=TIMED),
    standard.rezone(frm=OPEN, by=()),
    succession.reform(frm=OPEN),
    replace(standard.erase(frm=ENDED, by=()), words=words("删除文字", "Erase its words"), done=words("文字已删除", "its words were erased"), on_screen=False),
    standard_system.recalculate(frm=(*OPEN, *ENDED)),
    standard_system.nobody_at_work(frm=OPEN),
    standard_system.adopt_version(frm=OPEN),
)  # fmt: skip
