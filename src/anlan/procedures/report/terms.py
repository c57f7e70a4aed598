# SPDX-License-Identifier: Apache-2.0
"""Who may act on a report, and the questions and lists of answers that several of its actions share."""

from dataclasses import replace

from anlan.cases.define import Audience, Field, Kind, Relation, Who
from anlan.cases.standard import words

ROOMS = ("dispatcher", "county_dispatcher", "supervisor")
WORKERS = ("handler", "village_clerk", "grid_worker", "dispatcher", "county_dispatcher", "supervisor")
HIGHER = ("county_dispatcher", "supervisor")

ROOM = Who(relation=Relation.ROOM, roles=ROOMS)
UNIT = Who(relation=Relation.HOLDER, roles=WORKERS)
VILLAGE = Who(relation=Relation.HOLDER, roles=("village_clerk",))
RULING = Who(relation=Relation.HOLDER, roles=HIGHER)
ASSISTING = Who(relation=Relation.ASSISTING, roles=WORKERS)
ABOVE = Who(relation=Relation.UPPER, roles=HIGHER)
OVERSEER = Who(relation=Relation.AREA, roles=(*HIGHER, "auditor"))
CHECKER = Who(relation=Relation.AREA, roles=("grid_worker", "village_clerk"))
REPORTER = Who(relation=Relation.PARTY, roles=("reporter",))
ANYONE = Who(relation=Relation.ANYONE)
FINDER = Who(relation=Relation.STAFF, roles=("grid_worker", "village_clerk"))
HELPER = Who(
    relation=Relation.STAFF,
    roles=("grid_worker", "village_clerk", "dispatcher", "county_dispatcher", "hotline_agent"),
)

CLERK = Who(
    relation=Relation.AREA, roles=("village_clerk", "dispatcher", "county_dispatcher", "hotline_agent")
)
"""Who sits at a counter or a telephone."""

WORDS = Field(
    key="words",
    kind=Kind.LONG_TEXT,
    words=words("说明", "Explanation"),
    required=True,
    audience=Audience.REPORTER,
)
"""What the reporter reads too."""
INTERNAL = replace(WORDS, audience=Audience.OFFICE)
OPTIONAL = replace(WORDS, required=False)
FILES = Field(key="files", kind=Kind.FILES, words=words("照片", "Photos"), audience=Audience.REPORTER)
UNIT_FIELD = Field(
    key="unit",
    kind=Kind.ORGANISATION,
    words=words("承办单位", "Lead unit"),
    fact=True,
    hint=words("不选则按分派规则派给应承办的单位。", "Left empty, the routing rules choose."),
)
ASSIST_FIELD = Field(
    key="assisting", kind=Kind.ORGANISATIONS, words=words("协办单位", "Assisting units"), fact=True
)
CATEGORY = Field(key="category", kind=Kind.CATEGORY, words=words("类别", "Category"), fact=True)
CONDITION = Field(
    key="condition",
    kind=Kind.CONDITION,
    words=words("立案情形", "Condition"),
    fact=True,
    hint=words(
        "情形决定办理时限和结案条件。", "The condition sets the limit and what must be true to close."
    ),
)
ABOUT = Field(
    key="about_organisation",
    kind=Kind.ORGANISATION,
    words=words("反映的是哪个单位或其工作人员", "The public office this is about, or whose staff"),
    fact=True,
    hint=words(
        "填了，就由它的上级受理；它看不到，也不能核实和办结。",
        "If given, the office above takes it; the one named can neither see, check nor close it.",
    ),
)

CONTACTS = (
    ("person", words("本人的", "The person's")),
    ("helper", words("代报人的", "The helper's")),
    ("none", words("都不留", "Nobody's")),
)
"""Whose contact is left where somebody reports for a person."""
WAYS = (
    ("sms", words("发短信", "Text message")),
    ("call", words("打电话", "Call back")),
    ("visit", words("上门告诉", "Visit")),
    ("post", words("寄信", "Letter by post")),
    ("slip", words("本人凭编号和查询码查看", "They look it up with number and code")),
)
"""How that person is answered."""

CONFIDENTIAL = Field(
    key="confidential",
    kind=Kind.YES_NO,
    words=words("对承办单位保密我的身份", "Keep me secret from who handles it"),
    fact=True,
    hint=words(
        "只有受理单位说明理由后才能看到是谁报的，您会看到谁看过；有问题由系统转给您。",
        "Only the office that takes it may see who you are, for a reason that you can read; questions reach you through the system.",
    ),
)

REFUSALS = (
    (
        "other_route",
        words(
            "应当或已经通过诉讼、仲裁、纪检、复议、信息公开等途径处理",
            "Belongs to court, arbitration, discipline, review or information requests",
        ),
    ),
    ("petition", words("已经进入信访程序", "Already a petition")),
    (
        "protected",
        words(
            "涉及国家秘密、商业秘密、个人隐私或者违背公序良俗", "Touches secrets, privacy or public morals"
        ),
    ),
    ("answered", words("已经依法答复过，没有新的事实", "Already lawfully answered, nothing new")),
    ("other", words("其他依法不予受理的情形", "Another ground in law")),
)
"""Grounds on which a report is not accepted (Weifang 12345 Regulation art. 19)."""

NOT_OURS = (
    ("not_our_duty", words("不属于本单位职责", "Not this unit's duty")),
    ("not_our_place", words("不在本单位管辖地", "Not this unit's area")),
    ("other_owner", words("设施或场所属于其他单位", "The facility or place is another unit's")),
    ("wrong_category", words("类别或情形定错了", "The category or condition is wrong")),
)

CANNOT = (
    ("no_power", words("本级没有权限", "This level has no power to")),
    ("no_means", words("缺少资金、设备或技术条件", "No money, equipment or technique")),
    ("several_places", words("涉及几个地方，需要上级协调", "Several places are concerned")),
    ("law_bars", words("法律法规不允许", "The law does not allow it")),
    ("owner_refuses", words("产权人依法不同意", "The owner lawfully refuses")),
    ("history", words("历史遗留，需要专门研究", "An old matter that needs a decision of its own")),
)
"""Why a level cannot settle a report."""

OUTCOMES = (
    ("fixed", words("已经解决", "Fixed")),
    ("made_safe", words("已经排除危险，后续另行处理", "Made safe; the rest follows")),
    ("explained", words("已经解释说明", "Explained")),
    ("cannot", words("依法或因条件无法解决", "Cannot be settled")),
    ("not_found", words("现场没有发现", "Not found on site")),
)

PAUSES = (
    ("appraisal", words("专家鉴定、评估", "Expert appraisal")),
    ("test", words("第三方检验、检测", "Third-party test")),
    ("hearing", words("听证", "Hearing")),
    ("mediation", words("调解期间", "Mediation")),
    ("decision", words("等待其他机关的决定或者裁判", "Another authority's decision is awaited")),
    ("reporter", words("等待报告人补充材料", "The reporter's answer is awaited")),
    ("nature", words("恶劣天气等不可抗力", "Weather or other force majeure")),
)
"""The only grounds on which the handling limit stands still; each also names the rule that allows it."""

SUPERVISIONS = (
    ("refused", words("推诿、拒不办理", "Shirked or refused")),
    ("overdue", words("超过时限", "Overdue")),
    ("unsolved", words("多次反映没有解决", "Reported again and again, not solved")),
    ("poor", words("办理质量差", "Poorly handled")),
    ("serious", words("情况重大或紧急", "Serious or urgent")),
)
"""When a case is supervised (Weifang 12345 Regulation art. 26)."""
