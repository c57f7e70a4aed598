# SPDX-License-Identifier: Apache-2.0
"""Who stands how to a mediation, and the answers its actions ask for."""

from anlan.cases.define import Audience, Field, Kind, Relation, Who
from anlan.cases.standard import words

STAFF_ROLES = ("mediator", "village_clerk", "dispatcher", "county_dispatcher", "hotline_agent")
OFFICE_ROLES = ("mediator", "village_clerk", "dispatcher", "county_dispatcher", "handler")
ANYONE = Who(relation=Relation.ANYONE)
COUNTER = Who(relation=Relation.STAFF, roles=STAFF_ROLES)
"""Who takes an application down for somebody."""
COMMITTEE = Who(relation=Relation.ROOM, roles=OFFICE_ROLES)
MEDIATOR = Who(relation=Relation.ROOM, roles=("mediator",))
ABOVE = Who(relation=Relation.UPPER, roles=("dispatcher", "county_dispatcher", "supervisor"))
SIDE1 = Who(relation=Relation.PARTY, roles=("side1",))
SIDE2 = Who(relation=Relation.PARTY, roles=("side2",))
SIDES = Who(relation=Relation.PARTY, roles=("side1", "side2"))

KINDS = (
    ("neighbours", words("邻里", "Neighbours")),
    ("family", words("婚姻家庭", "Marriage and family")),
    ("house", words("房屋宅基地", "House or homestead")),
    ("contract", words("合同", "Contract")),
    ("business", words("生产经营", "Business")),
    ("damage", words("损害赔偿", "Damages")),
    ("land", words("山林土地", "Forest or land")),
    ("taking", words("征地拆迁", "Land taking and relocation")),
    ("pollution", words("环境污染", "Pollution")),
    ("labour", words("劳动争议", "Labour")),
    ("wages", words("拖欠农民工工资", "Unpaid wages of migrant workers")),
    ("tourism", words("旅游", "Tourism")),
    ("consumer", words("消费", "Consumer")),
    ("medical", words("医疗", "Medical")),
    ("traffic", words("道路交通事故", "Road accident")),
    ("property", words("物业", "Property management")),
    ("online", words("电子商务", "Online trade")),
    ("other", words("其他", "Other")),
)
"""Kinds of dispute, as a provincial mediation system has them."""
WISHES = (
    ("mediate", words("请人调解", "Have it mediated")),
    ("consult", words("先问问怎么办", "Ask what can be done")),
    ("assess", words("请人评估各种办法的利弊", "Have the ways and their prospects assessed")),
)
"""The steps of the funnel: each may end the matter, the next is taken only when a party wishes it."""
CHANNELS = (
    ("people", words("人民调解", "People's mediation")),
    ("industry", words("行业性专业性调解", "Mediation of a trade")),
    ("administrative", words("行政调解", "Administrative mediation")),
    ("labour", words("劳动争议调解", "Labour mediation")),
    ("judicial", words("司法调解", "Court-linked mediation")),
)
ROUTES = (
    ("arbitrate", words("仲裁", "Arbitration")),
    ("court", words("起诉", "Court")),
    ("ruling", words("行政裁决或者复议", "An administrative ruling or review")),
    ("none", words("都不用", "None of these")),
)
"""Where a dispute may go instead; no mediation bars any of them (People's Mediation Law art. 3)."""

KIND = Field(
    key="kind", kind=Kind.CHOICE, words=words("哪一类纠纷", "What kind of dispute"), required=True, fact=True, choices=KINDS
)  # fmt: skip
WISH = Field(
    key="wish",
    kind=Kind.CHOICE,
    words=words("想怎么办", "What is wished"),
    required=True,
    fact=True,
    choices=WISHES,
)
WORDS = Field(
    key="words",
    kind=Kind.LONG_TEXT,
    words=words("是怎么回事", "What it is about"),
    required=True,
    audience=Audience.SIDE1,
    hint=words(
        "对方看不到这里写的话，只有调解员看。", "The other side does not see this; only the mediator does."
    ),
)
WANT = Field(
    key="want",
    kind=Kind.LONG_TEXT,
    words=words("希望怎么解决", "How it should be settled"),
    audience=Audience.SIDE1,
    longest=1000,
)
OTHER = Field(
    key="other",
    kind=Kind.TEXT,
    words=words("对方是谁、怎么联系", "Who the other side is, and how to reach them"),
    audience=Audience.SIDE1,
    longest=300,
    hint=words("不知道电话也可以，写住在哪里。", "Without a phone, say where they live."),
)
AFRAID = Field(
    key="afraid",
    kind=Kind.YES_NO,
    words=words("我怕对方，或者受到压力", "I am afraid of the other side, or under pressure"),
    audience=Audience.SIDE1,
    hint=words(
        "勾选后不会安排见面，您的住址和联系方式不会告诉对方。有危险请马上拨打 110。",
        "Then there is no meeting with them, and where you live stays hidden. In danger call the police at once.",
    ),
)
AFRAID_OF = "yes"
"""The answer, asked alone, that the sides do not meet after."""
TONGUE = Field(
    key="tongue",
    kind=Kind.TEXT,
    words=words("说哪里话方便", "The language or dialect you prefer"),
    audience=Audience.SIDE1,
    longest=60,
)
MANY = Field(
    key="many",
    kind=Kind.WHOLE_NUMBER,
    words=words("大约涉及多少人", "About how many people it concerns"),
    fact=True,
    low=1,
    high=100_000,
    hint=words(
        "人多的推选不超过 5 名代表，不用名单。",
        "A large group chooses up to 5 representatives; no list of names.",
    ),
)
FILES = Field(
    key="files", kind=Kind.FILES, words=words("照片或材料", "Photos or papers"), audience=Audience.SIDE1
)
ORIGIN = Field(
    key="origin",
    kind=Kind.CASE,
    words=words("由哪一件引起（编号）", "The case it comes from (number)"),
    hint=words("只关联，不复制内容。", "It is linked; nothing is copied."),
)
WHO = Field(key="who", kind=Kind.PARTY, words=words("哪一方", "Who"), required=True, fact=True)
TOLD = Field(
    key="told",
    kind=Kind.YES_NO,
    words=words(
        "已告知其他法律途径：仲裁、行政裁决、诉讼",
        "Told of the other legal ways: arbitration, administrative ruling, court",
    ),
    required=True,
    fact=True,
)
"""Every exit tells the other routes (People's Mediation Law art. 26)."""
SAID = Field(
    key="words", kind=Kind.LONG_TEXT, words=words("说明", "Words"), required=True, audience=Audience.REPORTER
)

MODES = (
    ("transfer", words("转账", "Bank transfer")),
    ("cash", words("现金", "Cash")),
    ("act", words("做到某事", "Something is done")),
    ("cease", words("从某天起不再做某事", "Something ceases from that day on")),
    ("deliver", words("交付物品", "Something is handed over")),
    ("apologise", words("赔礼道歉", "An apology")),
)
PAYS = frozenset({"transfer", "cash"})
LASTING = frozenset({"cease"})
"""Modes that begin on their day; the others are done by it."""
TERM = (
    WHO,
    Field(key="mode", kind=Kind.CHOICE, words=words("方式", "How"), required=True, fact=True, choices=MODES),
    Field(
        key="what",
        kind=Kind.LONG_TEXT,
        words=words("做什么", "What"),
        required=True,
        audience=Audience.REPORTER,
        shortest=4,
        longest=600,
    ),
    Field(
        key="amount",
        kind=Kind.MONEY,
        words=words("金额（元）", "Amount (yuan)"),
        audience=Audience.REPORTER,
        low=1,
        hint=words("付款的必须写明。", "Needed where something is paid."),
    ),
    Field(
        key="day",
        kind=Kind.DATE,
        words=words("最迟哪一天（不再做某事的，从哪一天起）", "By which day (what ceases: from which day)"),
        required=True,
        fact=True,
    ),
)
"""A term without who, what, how, how much and when is no term: a court refuses what is unclear (domain of judicial confirmation)."""
