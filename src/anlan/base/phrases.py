# SPDX-License-Identifier: Apache-2.0
"""The grammar behind the boundary: people, and what is done to put them into a register. `terms` lists the words that give a
register away alone; here are those that do so only side by side: 独居老人 is whom a service is for, 独居老人名单 is a list of
people. A new noun or verb goes into its row and is refused in all its combinations.

Whoever acts for an office is not a resident: lists of staff on duty are kept by law, scores and traces of them are not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from anlan.base.terms import Kind, words

# Whom it is about.
CONDITIONS = words("""
    独居, 空巢, 孤寡, 失独, 失能, 失智, 高龄, 留守, 困境, 流动, 外来, 外地, 返乡, 常住, 暂住, 租住, 寄住, 本地, 特殊, 弱势,
    困难, 贫困, 低保, 特困, 残疾, 残障, 精神障碍, 精神疾病, 精神异常, 心理异常, 信教, 信访, 上访, 涉访, 矫正, 戒毒, 解教,
    闲散, 无业, 单身, 离异, 外籍, 无国籍
""")
PEOPLE = words("人员, 人口, 人群, 群体, 群众, 家庭, 对象, 户, 人, 老人, 老年人, 儿童, 妇女, 青少年, 学生")
SENSITIVE = words("""
    人口, 信访人, 上访人, 重点人, 重点群体, 租客, 租户, 房客, 承租人, 外地人, 外国人, 农民工, 务工人员, 信徒, 教徒, 信众,
    信教, 社区矫正, 精神障碍, 病人, 患者, 感染者, 举报人, 投诉人, 报告人
""")
RESIDENTS = words("""
    老人, 老年人, 儿童, 未成年人, 青少年, 妇女, 学生, 残疾人, 住户, 居民, 村民, 市民, 群众, 家庭, 业主
""")
STAFF = words("""
    人员, 网格员, 员工, 职工, 工人, 干部, 教师, 医生, 护士, 司机, 骑手, 民警, 协管员, 志愿者, 个人
""")
FEARED = words("""
    风险, 问题, 可疑, 异常, 危险, 不稳定, 不放心, 不放心的, 一类, 二类, 四类, 五类, 六类, 七类, 八类, 九类, 1类, 2类,
    4类, 5类, 6类, 7类, 8类, 9类
""")
FEARED_PEOPLE = words("人员, 人口, 人群, 群体, 家庭, 青少年, 学生, 居民, 村民, 住户, 租客")
TRAVELS = words("车辆, 车牌, 号牌, 车主, 手机, 行人")

# What is done to them: what is kept, what is gone and seen, what is held in check. FILLERS may stand between.
RECORDS = words("""
    名单, 名册, 花名册, 底册, 底数, 清册, 清单, 台账, 档案, 造册, 建档, 数据库, 信息库, 资料库, 一览表, 标签, 画像
""")
VISITS = words("登记, 采集, 摸排, 摸底, 排查, 走访, 随访")
CONTROL = words("管理, 管控, 监管, 监控, 监视, 盯防, 核查, 帮教, 分类")
SEARCHES = words("摸排, 摸底, 排查, 管控, 标签, 画像")
SEEKING = words("摸排, 摸底, 排查, 登记, 采集, 监控, 监视, 盯防, 管控, 跟踪, 追踪")
TRACES = words("轨迹, 追踪, 跟踪, 定位, 盯梢")
SCORES = words("评分, 打分, 赋分, 积分, 排名, 排行, 排位, 评级, 星级, 得分, 红黑榜")
FILLERS = words("""
    的, 之, 类, 们, 信息, 情况, 基本, 数据, 动态, 动向, 人员, 走访, 慰问, 日常, 定期, 集中, 全面, 专项, 重点, 身份, 每日,
    每周, 每月, 月度, 季度, 年度, 综合, 绩效, 信用, 风险, 活动, 行动, 出行, 移动, 行驶, 通行, 实时, 辖区, 全部, 所有, 本村
""")

# Behind the phrase: then it is a matter after all, 群众排查隐患, 走访慰问, 登记报修; or a place or thing, 问题居民楼.
MATTERS = words("""
    隐患, 风险点, 安全, 消防, 用气, 用电, 用火, 住房, 房屋, 居住, 家中, 积水, 险情, 线路, 故障, 整改, 慰问, 关爱, 帮扶,
    救助, 补助, 补贴, 诉求, 需求, 意见, 报修, 报名, 预约, 车位
""")
AFTER_CARE = words("服务, 治疗, 反馈, 办理, 督办, 手环, 手表, 安全帽")
PLACES_AND_THINGS = words("密集, 楼, 小区, 房, 用, 食堂, 宿舍, 旅馆, 农场, 乐园, 餐桌, 公寓")

PERSONS_EN = words("""
    person, people, individual, resident, citizen, villager, inhabitant, tenant, lodger, occupant, household, family,
    families, child, children, elder, elderly, senior, migrant, immigrant, foreigner, outsider, petitioner, complainant,
    patient, pupil, student, woman, women, teenager, youth, believer, worshipper, offender, population
""")
STAFF_EN = words("worker, staff, employee, officer, teacher, doctor, driver, volunteer")
REGISTERS_EN = words("""
    list, listing, register, registry, registration, roster, directory, database, ledger, dossier, profile, profiling,
    tracking, monitoring, surveillance
""")
SCORES_EN = words("rank, ranking, score, scoring, grading, leaderboard, league table")
SEEKING_EN = words("register, list, monitor, track, profile, trace")
SCORING_EN = words("rank, score, grade")
FEARED_EN = words(
    "problem, troublesome, troubled, suspicious, suspect, undesirable, risky, unstable, unreliable"
)
FILLERS_EN = words("""
    the, all, our, these, those, local, new, old, older, elderly, lonely, single, homeless, foreign, poor, disabled, sick,
    mentally ill, vulnerable, migrant, at risk, high risk, left behind, living alone, special, certain, key, problem
""")
MATTERS_EN = words("""
    congress, court, hospital, government, park, square, mediation, committee, association, waste, goods, care, home,
    doctor, dormitory, dormitories, rights, service, meal, centre, center, school, playground, seat, canteen, housing
""")


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """One word of each part, in this order, any of `between` between them, and none of `unless` behind them."""

    kind: Kind
    parts: tuple[tuple[str, ...], ...]
    between: tuple[str, ...] = FILLERS
    unless: tuple[str, ...] = ()

    def products(self) -> Iterator[tuple[str, ...]]:
        """Every way to say it: a word for each part."""
        yield from product(*self.parts)


def _english(kind: Kind, *parts: tuple[str, ...]) -> Phrase:
    return Phrase(kind=kind, parts=parts, between=FILLERS_EN, unless=MATTERS_EN)


PHRASES = (
    # 独居老人名单, 外来人口登记, 患者随访, 居民台账
    Phrase(kind=Kind.LIST, parts=(CONDITIONS, PEOPLE, RECORDS)),
    Phrase(kind=Kind.LIST, parts=(CONDITIONS, PEOPLE, VISITS + CONTROL), unless=MATTERS),
    Phrase(kind=Kind.LIST, parts=(SENSITIVE, RECORDS)),
    Phrase(kind=Kind.LIST, parts=(SENSITIVE, VISITS + CONTROL), unless=MATTERS),
    Phrase(kind=Kind.LIST, parts=(RESIDENTS, RECORDS)),
    Phrase(kind=Kind.LIST, parts=(RESIDENTS, VISITS), unless=MATTERS),
    Phrase(kind=Kind.LIST, parts=(STAFF, SEARCHES), unless=MATTERS),
    # 摸排外来人员, 登记租客
    Phrase(kind=Kind.LIST, parts=(SEEKING, CONDITIONS, PEOPLE), unless=MATTERS),
    Phrase(kind=Kind.LIST, parts=(SEEKING, SENSITIVE), unless=MATTERS),
    # 五类人员, 问题家庭
    Phrase(kind=Kind.LIST, parts=(FEARED, FEARED_PEOPLE), between=(), unless=PLACES_AND_THINGS),
    # 车辆轨迹, 老人定位
    Phrase(kind=Kind.TRACE, parts=(SENSITIVE + RESIDENTS + STAFF, TRACES), unless=AFTER_CARE),
    Phrase(kind=Kind.TRACE, parts=(TRAVELS, ("轨迹",))),
    # 网格员评分, 居民年度排名
    Phrase(kind=Kind.SCORE, parts=(SENSITIVE + RESIDENTS + STAFF, SCORES)),
    # list of people, tenant registration, monitor all residents, problem families
    _english(Kind.LIST, REGISTERS_EN, ("of",), PERSONS_EN),
    _english(Kind.LIST, PERSONS_EN, REGISTERS_EN),
    _english(Kind.LIST, SEEKING_EN, PERSONS_EN),
    _english(Kind.LIST, FEARED_EN, PERSONS_EN),
    # ranking of residents, worker score, rank all staff
    _english(Kind.SCORE, SCORES_EN, ("of",), PERSONS_EN + STAFF_EN),
    _english(Kind.SCORE, PERSONS_EN + STAFF_EN, SCORES_EN),
    _english(Kind.SCORE, SCORING_EN, PERSONS_EN + STAFF_EN),
)
