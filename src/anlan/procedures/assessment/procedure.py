# SPDX-License-Identifier: Apache-2.0
"""The social-stability risk assessment of a major decision (稳评).

Before a decision of the catalogue is made, an assessor plans how to find out what it does to whom; puts the draft before everybody for thirty
days, and hears people in meetings with seven days' notice; answers every comment; lists risk points with their measures; and reports a level.
A third body checks its legality; then the deciding body decides together, with dissent written down. What is not low is not decided until
it is. Afterwards it is tracked, and reviewed by another body than the one that assessed it.
"""

from anlan.cases.define import Notice, Procedure, Relation, Retention
from anlan.cases.standard import words
from anlan.procedures.assessment import actions, actions_decide
from anlan.procedures.assessment.facts import FACTS, MEASURES
from anlan.procedures.assessment.groups import GROUPS
from anlan.procedures.assessment.states import CLOCKS, STAGES, STATES
from anlan.procedures.assessment.steps import steps

NOTICES = (
    Notice(key="opened", on="open", to=Relation.ROOM, words=words("有一项重大决策启动风险评估", "A major decision is being assessed")),
    Notice(key="time_over", on="consultation_over", to=Relation.HOLDER, words=words("征求意见期限已到，请清点", "The time for comments has ended: please count them")),
    Notice(key="measure", on="add_risk", to=Relation.ASSISTING, words=words("有一项风险防范措施由你们负责", "A measure against a risk is yours")),
    Notice(key="reported", on="hand_in", to=Relation.ROOM, words=words("评估报告已形成，待送审", "A report waits to be passed on")),
    Notice(key="shortened", on="shorten", to=Relation.HOLDER, words=words("决策机关同意缩短征求意见时间", "The deciding body agrees to less time for comments")),
    Notice(key="passed_on", on="pass_on", to=Relation.HOLDER, words=words("请做合法性审查", "Please check the legality of a decision")),
    Notice(key="taken_back", on="take_back", to=Relation.HOLDER, words=words("合法性审查已收回，将另送审查", "The legality check was taken back, for another to make")),
    Notice(key="opined_back", on="opine", to=Relation.HOLDER, words=words("合法性审查意见已出具", "The legality check has an opinion")),
    Notice(key="opined", on="opine", to=Relation.ROOM, words=words("合法性审查意见已出具", "The legality check has an opinion")),
    Notice(key="sent_back", on="send_back", to=Relation.HOLDER, words=words("评估被退回", "An assessment came back")),
    Notice(key="decided", on="decide", to=Relation.HOLDER, words=words("已决定实施，请跟踪", "It was decided: please track it")),
    Notice(key="decided_above", on="decide", to=Relation.UPPER, words=words("下级作出了一项重大决策", "A major decision was made below you")),
    Notice(key="trouble", on="track", to=Relation.ROOM, words=words("实施中发现问题", "A problem was found in carrying it out")),
    Notice(key="commissioned", on="commission", to=Relation.HOLDER, words=words("请做决策后评估", "Please review a decision")),
    Notice(key="reviewed", on="review", to=Relation.ROOM, words=words("决策后评估已提交", "The review was handed in")),
    Notice(key="soon", on="remind", to=Relation.HOLDER, words=words("评估时限将到", "A limit will end soon")),
    Notice(key="late", on="overdue", to=Relation.UPPER, words=words("下级的评估超期", "An assessment below you is overdue")),
)  # fmt: skip

ASSESSMENT = Procedure(
    key="assessment",
    version=1,
    words=words("重大决策风险评估", "Assessment of a major decision"),
    purpose=words(
        "只用于评估这一项决策的风险、听取和答复公众意见。",
        "Used only to assess the risks of this decision, and to hear and answer what people say of it.",
    ),
    parties=(),
    stages=STAGES,
    states=STATES,
    actions=(*actions.ACTIONS, *actions_decide.ACTIONS),
    clocks=CLOCKS,
    notices=NOTICES,
    facts=FACTS,
    measures=MEASURES,
    publication=None,
    retention=Retention(
        years=10,
        basis=words(
            "结束后十年：决策过程记录和材料归档（重大行政决策程序暂行条例第 33 条），年限由本流程规定",
            "Ten years after its end: records of a decision are archived (Decision-Procedure Regulation art. 33); the years are this procedure's",
        ),
    ),
    record="assessment.AssessmentRecord",
    attachments=("application/pdf", "image/jpeg", "image/png", "image/webp", "image/heic"),
    most_attachments=30,
    steps=steps,
    groups=GROUPS,
)
