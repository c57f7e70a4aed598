# SPDX-License-Identifier: Apache-2.0
"""The words and fields that actions of an assessment share: whom risks affect, the four tests, what may be decided."""

from anlan.cases.define import Audience, Field, Kind, Relation, Who, Words
from anlan.cases.standard import words
from anlan.people.may import Role
from anlan.procedures.assessment.matrix import LEVELS

ASSESSORS = (str(Role.ASSESSOR),)
DECIDERS = (str(Role.HANDLER), str(Role.COUNTY_DISPATCHER), str(Role.DISPATCHER), str(Role.SUPERVISOR))
DECIDE = (
    "government",
    "county_department",
    "town_room",
    "county_centre",
    "city_supervision",
    "province_supervision",
)
"""Kinds of organisation that make decisions, in the order in which they are offered."""
CHECKERS = (str(Role.HANDLER),)
MEASURERS = (*ASSESSORS, str(Role.HANDLER))

OPENER = Who(relation=Relation.STAFF, roles=ASSESSORS)
ASSESSOR = Who(relation=Relation.HOLDER, roles=ASSESSORS)
DECIDER = Who(relation=Relation.ROOM, roles=DECIDERS)
CHECKER = Who(relation=Relation.HOLDER, roles=CHECKERS)
MEASURER = Who(relation=Relation.ASSISTING, roles=MEASURERS)

ORDINARY, SIMPLIFIED = "ordinary", "simplified"
TRACKS = (
    (ORDINARY, words("一般程序", "Ordinary")),
    (SIMPLIFIED, words("简易程序：不公开征求意见，直接听取有关各方意见", "Simplified: those concerned are heard directly, without a public draft")),
)  # fmt: skip

GROUPS: tuple[tuple[str, Words], ...] = (
    ("residents", words("周边居民", "Residents nearby")),
    ("owners", words("被征收、被拆迁的权利人", "Holders of rights that are taken")),
    ("villagers", words("村集体经济组织成员", "Members of the village collective")),
    ("traders", words("沿线商户和经营者", "Shops and traders")),
    ("workers", words("从业人员和职工", "Workers and employees")),
    ("users", words("服务的使用者", "Users of the service")),
    ("families", words("学生和家长", "Pupils and parents")),
    ("drivers", words("出行的市民", "People on the way")),
    ("enterprises", words("企业和投资人", "Enterprises and investors")),
    ("public", words("社会公众", "The public at large")),
)
"""Categories, never named people."""

TESTS: tuple[tuple[str, Words, Words], ...] = (
    (
        "legal",
        words("合法性", "Legality"),
        words(
            "权限、程序、内容是否合法，政策是否连续",
            "Competence, procedure and content; continuity of policy",
        ),
    ),
    (
        "reasonable",
        words("合理性", "Reasonableness"),
        words(
            "是否符合多数人利益，补偿是否公平，会不会引发攀比",
            "The interest of the majority, fair compensation, no comparison effects",
        ),
    ),
    (
        "feasible",
        words("可行性", "Feasibility"),
        words(
            "是否符合本地实际，人力物力时机是否具备，群众是否接受",
            "It fits the place, its means and timing; it is accepted",
        ),
    ),
    (
        "controllable",
        words("可控性", "Controllability"),
        words(
            "是否会引发公共安全或群体性事件，防范化解措施是否到位",
            "Public safety and conflict; whether measures are ready",
        ),
    ),
)
MET = (("met", words("符合", "Met")), ("unmet", words("不符合", "Not met")))

CONCLUSIONS = (
    ("implement", words("准予实施", "May be implemented")),
    ("with_measures", words("落实措施后实施", "With measures")),
    ("defer", words("暂缓实施", "Deferred")),
    ("stop", words("不予实施", "Not to be implemented")),
)
RESULTS = CONCLUSIONS[:2]

ADVICE = (
    ("keep", words("继续执行", "Go on")),
    ("change", words("修改后执行", "Change it")),
    ("end", words("停止执行", "End it")),
)

TRIGGERS = (
    ("failure", words("实施效果明显不好或者无法实施", "It clearly fails")),
    ("complaints", words("公众意见较大", "Many complaints")),
    ("wish", words("决策机关认为有必要", "The deciding body finds it necessary")),
)
"""What leads to a review afterwards (重大行政决策程序暂行条例第 36 条)."""

WITHHELD: tuple[tuple[str, Words], ...] = (
    ("names", words("含有他人的姓名、电话、住址等", "It names people, phones or addresses")),
    ("insult", words("辱骂、威胁他人", "It insults or threatens")),
    ("unlawful", words("法律禁止的内容", "The law forbids it")),
    ("unrelated", words("与本事项无关（广告等）", "It has nothing to do with the matter")),
)
"""Why a comment is not shown; its original is kept."""

ADOPTED: tuple[tuple[str, Words], ...] = (
    ("yes", words("采纳", "Adopted")),
    ("partly", words("部分采纳", "Adopted in part")),
    ("no", words("未采纳", "Not adopted")),
    ("explained", words("解释说明", "Explained")),
)

KIND = Field(key="kind", kind=Kind.CHOICE, words=words("决策事项的类别", "Kind of decision"), required=True, fact=True)  # fmt: skip
"""With the catalogue's choices: see `actions`."""
SHORTEST_JUSTIFICATION = 10


def written(key: str, zh: str, en: str, **given: object) -> Field:
    """Words in an entry, for the offices unless said otherwise."""
    return Field(key=key, kind=Kind.LONG_TEXT, words=words(zh, en), **given)  # type: ignore[arg-type]


def shown(key: str, zh: str, en: str, **given: object) -> Field:
    """Words that everybody may read."""
    return written(key, zh, en, audience=Audience.PUBLIC, **given)


LIKELY = words(
    "1 几乎不会，2 不大会，3 可能会，4 很可能，5 几乎一定",
    "1 hardly ever, 2 unlikely, 3 possible, 4 likely, 5 almost certain",
)
GRAVE = words(
    "1 很小，2 较小，3 中等，4 较大，5 很大", "1 very small, 2 small, 3 medium, 4 great, 5 very great"
)


def score(key: str, zh: str, en: str, hint: Words) -> Field:
    """A number from 1 to 5; `hint` says what each means."""
    return Field(
        key=key,
        kind=Kind.WHOLE_NUMBER,
        words=words(zh, en),
        required=True,
        fact=True,
        low=1,
        high=5,
        hint=hint,
    )


def counted(key: str) -> Field:
    """A number that this house counts and no person types; see `proof`."""
    return Field(
        key=key,
        kind=Kind.WHOLE_NUMBER,
        words=COUNTS[key],
        required=True,
        fact=True,
        low=0,
        high=10_000_000,
        asked=False,
    )


COUNTS = {
    "comments": words("意见数", "Comments"),
    "surveys": words("问卷数", "Questionnaires answered"),
    "withheld": words("其中未公开", "Of them not shown"),
    "unanswered": words("尚未答复", "Still without an answer"),
    "adopted": words("采纳（含部分采纳）", "Adopted, wholly or in part"),
    "n": words("本次处理", "Dealt with now"),
}
DIGEST = Field(
    key="digest",
    kind=Kind.TEXT,
    words=words("全部意见的摘要值", "Digest over all comments"),
    required=True,
    fact=True,
    longest=64,
    asked=False,
)
REPORT = Field(
    key="paper",
    kind=Kind.TEXT,
    words=words("评估报告文件", "The report as a file"),
    fact=True,
    shortest=64,
    longest=64,
    asked=False,
)
"""The keyed digest (hex) of the report's file, which the door makes."""
PROOF = Field(key="proof", kind=Kind.TEXT, words=words("计数凭证", "Proof of the count"), longest=64, asked=False)  # fmt: skip
RISK = Field(
    key="risk",
    kind=Kind.ITEM,
    words=words("哪个风险点", "Which risk point"),
    required=True,
    fact=True,
    low=1,
    high=100,
)
LEVEL = Field(
    key="level",
    kind=Kind.CHOICE,
    words=words("评估单位认定的风险等级", "The level, as the assessor sees it"),
    required=True,
    fact=True,
    choices=LEVELS,
)
