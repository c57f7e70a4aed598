# SPDX-License-Identifier: Apache-2.0
"""Whom a report tells of what. SMS carries only number and state; everything else is read on the follow page."""

from dataclasses import replace

from anlan.cases.define import Channel, Notice, Relation
from anlan.cases.standard import words
from anlan.procedures.report.record import TELL

BOTH = (Channel.INBOX, Channel.SMS)
RECEIPTS = ("open", "speak", "open_for", "open_part", "merge")
"""What tells of no answer and no question."""


def _tell(
    on: str, to: Relation, zh: str, en: str, *, sms: bool = False, too: bool = False, when: str = ""
) -> Notice:
    channels = BOTH if sms else (Channel.INBOX,)
    return Notice(key=f"{on}_{to}", on=on, to=to, words=words(zh, en), channels=channels, too=too, when=when)


PARTY, ROOM, HOLDER, UPPER, ASSIST, AREA = (
    Relation.PARTY,
    Relation.ROOM,
    Relation.HOLDER,
    Relation.UPPER,
    Relation.ASSISTING,
    Relation.AREA,
)

_NOTICES = (
    _tell("open", PARTY, "您上报的事已收到", "We have received your report", sms=True),
    _tell("open", ROOM, "新到一件上报", "A new report"),
    _tell("speak", PARTY, "您上报的事已收到", "We have received your report", sms=True),
    _tell("speak", ROOM, "新到一件语音上报，请录入", "A new spoken report: please type it up"),
    _tell("open_for", PARTY, "有人受您委托上报了一件事", "A report was made for you", sms=True),
    _tell("open_for", ROOM, "新到一件代报", "A new report, made for somebody"),
    _tell("alarm", ROOM, "可能有危险，请立即查看", "This may be dangerous: please look at once"),
    _tell(
        "alarm_above",
        UPPER,
        "下级一件可能有危险，五分钟没有人查看",
        "Something dangerous below you: nobody has looked for five minutes",
    ),
    _tell("open_part", ROOM, "拆分出一件", "A part was split off"),
    _tell(
        "open_part", PARTY, "您上报的一部分另行办理", "A part of your report is handled on its own", sms=True
    ),
    _tell(
        "not_accept",
        PARTY,
        "没有受理，理由在里面，您可以提出异议",
        "Not accepted; you can read why, and object",
        sms=True,
    ),
    _tell("object", HOLDER, "有一件异议待审查", "An objection is to be decided"),
    _tell("decide_objection", PARTY, "异议已经审查", "Your objection was decided", sms=True),
    _tell("decide_objection", ROOM, "异议已经审查", "The objection was decided"),
    _tell("dispatch", PARTY, "已交给承办单位", "A unit has it now", too=True),
    _tell("dispatch", HOLDER, "新派一件，请签收", "A new case: please take it up"),
    _tell("dispatch", ASSIST, "请协助办理", "You are asked to assist"),
    _tell("reassign", PARTY, "换了承办单位", "Another unit has it now"),
    _tell("reassign", HOLDER, "改派一件，请签收", "A case was passed to you: please take it up"),
    _tell("return", HOLDER, "一件被退回", "A case was returned"),
    _tell("refer", HOLDER, "请裁定管辖", "Please rule on competence"),
    _tell("rule", HOLDER, "裁定由你单位承办", "It was ruled that this is yours"),
    _tell("call_in", ASSIST, "请协助办理", "You are asked to assist"),
    _tell("hand_up", ROOM, "下级交来一件", "A case was handed up to you"),
    _tell("hand_up", PARTY, "已交上级处理", "Passed to the level above"),
    _tell(
        "nobody_at_work",
        HOLDER,
        "下级单位没有人值班，请接办",
        "Nobody is at work below you: please take it over",
    ),
    _tell(
        "nobody_at_work",
        ROOM,
        "下级单位没有人值班，这一件已上移",
        "Nobody was at work there: this case moved up",
    ),
    _tell(
        "nobody_at_work",
        UPPER,
        "有一个单位没有人值班，所办事项已上移",
        "An office has nobody at work: its case moved up",
    ),
    _tell("nobody_at_work", PARTY, "改由上级单位办理", "The office above has it now"),
    _tell(
        "reform", ROOM, "区划调整，一件换了负责单位", "The divisions changed: a case has other offices now"
    ),
    _tell(
        "reform", HOLDER, "区划调整，一件换了负责单位", "The divisions changed: a case has other offices now"
    ),
    _tell("hand_down", ROOM, "上级交来一件", "A case was handed down to you"),
    _tell("bar", ROOM, "一件反映公共单位的事由你们受理", "A report about a public office is yours now"),
    _tell("merge", PARTY, "与同一件事合并办理", "Handled together with the same matter", sms=True),
    _tell(
        "unmerge",
        PARTY,
        "不是同一件事，重新单独办理",
        "It is not the same matter: handled on its own",
        sms=True,
    ),
    _tell(
        "let_out", HOLDER, "并入的一件不是同一件事，已移出", "A report merged into yours was let out again"
    ),
    _tell(
        "more_said",
        HOLDER,
        "同一件事的另一位报告人补充了情况",
        "Another reporter of the same matter has added something",
    ),
    _tell("ask", PARTY, "有一个问题想问您", "There is a question for you", sms=True),
    _tell("answer", HOLDER, "报告人回答了", "The reporter has answered"),
    _tell("add", HOLDER, "报告人补充了情况", "The reporter has added something"),
    _tell(
        "answer",
        ROOM,
        "保密的报告人回答了，请决定转什么",
        "A confidential reporter has answered: please pass it on",
        when="unscreened",
    ),
    _tell(
        "add",
        ROOM,
        "保密的报告人有补充，请决定转什么",
        "A confidential reporter adds something: please pass it on",
        when="unscreened",
    ),
    _tell("screen", HOLDER, "受理单位转来了内容", "The room has passed something on"),
    _tell("appeal_erasure", UPPER, "有一件删除申诉待决定", "An appeal about erasing is to be decided"),
    _tell("decide_erasure", PARTY, "删除申诉已经决定", "Your appeal about erasing was decided", sms=True),
    _tell("erasure_overdue", UPPER, "一件删除申诉超期", "An appeal about erasing is overdue"),
    _tell("ask_delay", ROOM, "有一件延期申请", "A delay is asked for"),
    _tell("decide_delay", PARTY, "办理时间有变化", "The date has changed", too=True),
    _tell("decide_delay", HOLDER, "延期申请已审批", "The delay was decided"),
    _tell("pause", PARTY, "依据规定暂停办理", "It is paused, on a ground in the rules"),
    _tell("resume", PARTY, "恢复办理", "It goes on"),
    _tell("resume_due", HOLDER, "中止到期，请继续办理", "The pause has ended: please go on"),
    _tell("urge", HOLDER, "报告人催办", "The reporter urges"),
    _tell("urge", UPPER, "报告人催办超期件", "A reporter urges an overdue case"),
    _tell("prompt", HOLDER, "请尽快办理", "Please see to it soon"),
    _tell("supervise", HOLDER, "上级督办", "Under supervision"),
    _tell("supervise", ROOM, "上级督办", "Under supervision"),
    _tell("remind", HOLDER, "时限将到", "A limit will end soon"),
    _tell("remind_room", ROOM, "时限将到", "A limit will end soon"),
    _tell("overdue_room", ROOM, "已经超期", "Overdue"),
    _tell("overdue_room", UPPER, "下级一件已经超期", "A case below you is overdue"),
    _tell("overdue", HOLDER, "已经超期", "Overdue"),
    _tell("overdue", ROOM, "一件已经超期", "A case is overdue"),
    _tell("overdue", UPPER, "下级一件已经超期", "A case below you is overdue"),
    _tell("far_overdue", UPPER, "下级一件严重超期", "A case below you is far overdue"),
    _tell(
        "done", PARTY, "办理结果出来了，请您确认", "There is an outcome: please confirm", sms=True, too=True
    ),
    _tell("done", ROOM, "一件待核实", "A case is to be checked"),
    _tell("done", AREA, "一件待现场核实", "A case is to be checked on site"),
    _tell(
        "check",
        PARTY,
        "办理结果已经核实；没有办好的，您仍可以提出",
        "The outcome was checked; if it is not fixed you can still say so",
        sms=True,
    ),
    _tell("check", ROOM, "核实有了结果", "The check is in"),
    _tell("check", HOLDER, "核实有了结果", "The check is in"),
    _tell("confirm", ROOM, "报告人已确认", "The reporter has said how it is"),
    _tell("confirm", HOLDER, "报告人已确认", "The reporter has said how it is"),
    _tell("rework", HOLDER, "需要返工", "Rework is needed"),
    _tell("remind_reporter", PARTY, "请确认办理结果", "Please say how it is now", sms=True),
    _tell(
        "close",
        PARTY,
        "已办结，请评价；没有办好的，可以要求重新办理",
        "Closed; please rate it, or reopen it if it is not fixed",
        sms=True,
        too=True,
    ),
    _tell(
        "close_silent",
        PARTY,
        "没有等到您的确认，先办结；您仍可要求重新办理",
        "Closed without your word; you can still reopen it",
        sms=True,
        too=True,
    ),
    _tell(
        "publish",
        PARTY,
        "办理情况的摘要已经公开，您随时可以收回",
        "A summary was published; you can take it back any time",
    ),
    _tell("reopen", ROOM, "一件要求重新办理", "A case was reopened"),
    _tell("reopen", PARTY, "重新办理", "It was reopened", sms=True, too=True),
    _tell(
        "doubted",
        PARTY,
        "同一件事的另一位报告人说没有办好，继续办理",
        "Another reporter says it is not fixed; it goes on",
    ),
    _tell(
        "doubted",
        ROOM,
        "同一件事的另一位报告人说没有办好",
        "Another reporter of the same matter says it is not fixed",
    ),
    _tell(
        "doubted",
        HOLDER,
        "同一件事的另一位报告人说没有办好",
        "Another reporter of the same matter says it is not fixed",
    ),
    _tell("remind_tell", ROOM, "告知本人的时限将到", "The time to tell the person ends soon"),
    _tell("tell_overdue", ROOM, "该告知本人的还没有告知", "The person has not been told in time"),
    _tell(
        "tell_overdue",
        UPPER,
        "下级一件该告知本人的还没有告知",
        "Below you a person has not been told in time",
    ),
    _tell("tell", HOLDER, "已告知本人，本人的话记在里面", "The person was told; what they said is noted"),
    _tell("withdraw", HOLDER, "报告人已撤回", "The reporter has withdrawn it"),
    _tell(
        "called",
        PARTY,
        "您来电来访时，有单位为您打开了内容",
        "An office opened it for you, when you called or came",
    ),
    _tell("look", PARTY, "有单位因监督查看了内容", "An office opened your words, for a stated reason"),
)

IN_PERSON = tuple(
    dict.fromkeys(
        notice.on
        for notice in _NOTICES
        if notice.to is PARTY and Channel.SMS in notice.channels and notice.on not in RECEIPTS
    )
)
"""What a message tells: where a person is to be told in person, it becomes a task."""

NOTICES = (
    *_NOTICES,
    *(
        replace(
            _tell(
                on,
                ROOM,
                "请按本人选择的方式告知本人",
                "Please tell the person, in the way they chose",
                when=TELL,
            ),
            key=f"{on}_{TELL}",
        )
        for on in IN_PERSON
    ),
)
