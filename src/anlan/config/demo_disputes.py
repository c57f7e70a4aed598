# SPDX-License-Identifier: Apache-2.0
"""Five disputes of the demo's street: one waits for its committee, one is mediated in the town with its terms drafted, one is signed
by everybody, sealed, and its paper can be verified, one stands before the court, one is confirmed by it. And what the register says of the demo's mediators.

Through the engine's own acts, all made up and marked so. Ids follow from the day, so a start that was killed goes on and none is there
twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from anlan.base.keys import keyring
from anlan.cases.act import act
from anlan.cases.envelope import NewParty
from anlan.cases.models import Case, Request
from anlan.config.demo_stories import Stage
from anlan.config.fill_cast import new_id
from anlan.config.fill_forms import EPOCH, MICRO
from anlan.config.fill_words import MADE_UP, in_own, tongue
from anlan.parts.documents.making import act_with_papers
from anlan.parts.signing.proof import prove
from anlan.people.demo import demo_resident
from anlan.people.may import Actor, Role, anonymous
from anlan.people.models import Post
from anlan.places.calendars import Unit
from anlan.procedures.mediation.models import MediationRecord, Mediator
from anlan.procedures.mediation.procedure import MEDIATION
from anlan.web.action_forms import make_envelope

FIRST, SECOND = "side1", "side2"
PEOPLE = {FIRST: 1, SECOND: 2}
CLERK, VILLAGE, TOWN = "clerk", "village", "town"
ACTORS = {
    CLERK: ("village", Role.VILLAGE_CLERK),
    VILLAGE: ("village", Role.MEDIATOR),
    TOWN: ("town", Role.MEDIATOR),
}
"""Who acts for an office: the clerk of the committee, its mediator, and the town's."""
MARKED = frozenset({"words", "matter", "facts"})
"""Texts that say that they are made up."""
DRAWN = {
    FIRST: "M70 130L84 92L104 62L120 56L124 74L112 108L104 140L118 112L140 84L158 78L162 98L154 126L172 104L194 86L210 92"
    "L206 122L228 100L252 84L272 96L268 126L296 108L334 84L372 92L350 118L388 112L440 96L520 84M150 46L196 38L236 44",
    SECOND: "M64 96L96 60L128 52L132 82L100 128L84 142L120 118L164 92L190 96L184 124L210 110L238 74L252 70L246 118L240 152"
    "L262 112L292 92L318 98L312 128L344 106L380 100L366 132L412 118L480 122",
    VILLAGE: "M80 60L130 52L176 56L122 100L82 146L134 126L186 84L202 86L190 134L222 96L250 88L254 122L290 94L318 72L334 76"
    "L318 120L304 160L342 124L392 104L420 112L402 138L452 126L530 108M220 48L262 44",
}
"""What fingers drew, in the box of `parts.signing.drawn`; no name can be read in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act: working hours after the one before, by whom, with which words in both languages and which other answers. A `day` is so
    many days after the act.
    """

    after: int
    who: str
    action: str
    said: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarrel:
    """One dispute, `days` working days before the demo's first day; `mine` that the demo's neighbour asked for it."""

    key: str
    days: int
    kind: str
    words: tuple[str, str]
    want: tuple[str, str]
    other: tuple[str, str]
    names: tuple[str, str]
    names_en: tuple[str, str]
    steps: Sequence[Step] = ()
    mine: bool = False


def step(after: int, who: str, action: str, /, *, day: int | None = None, **answers: Any) -> Step:
    """One act; answers in two languages are what is said."""
    said = {key: value for key, value in answers.items() if isinstance(value, tuple)}
    more = {key: value for key, value in answers.items() if key not in said}
    return Step(after=after, who=who, action=action, said=said, more=more, day=day)


def _both_agree(who: str, matter: tuple[str, str]) -> tuple[Step, ...]:
    """Each is asked alone, the other side agrees, it is taken on."""
    return (
        step(2, who, "ask_alone", who=1, afraid="no"),
        step(1, who, "bring_in", joins=SECOND),
        step(2, who, "ask_alone", who=2, afraid="no"),
        step(1, who, "invite", matter=matter),
        step(4, SECOND, "consent"),
        step(1, who, "accept", channel="people"),
    )


def _signed(who: str) -> tuple[Step, ...]:
    """The text is put forward, all sign it, and it is sealed."""
    return (
        step(2, who, "settle"),
        step(3, FIRST, "sign"),
        step(4, SECOND, "sign"),
        step(1, who, "countersign"),
        step(1, who, "seal"),
    )


def _before_the_court(who: str) -> tuple[Step, ...]:
    """Both ask the court, the papers go there, it admits them."""
    return (
        step(6, FIRST, "join_in"),
        step(6, SECOND, "join_in"),
        step(4, who, "prepare"),
        step(8, who, "filed"),
        step(6, who, "court_said", answer="admitted", words=("法院受理，正在审查。", "The court has admitted it and examines it.")),
    )  # fmt: skip


QUARRELS = (
    Quarrel(
        key="corridor", days=1, kind="neighbours", names=("林知秋", "吴向晚"), names_en=("Lin Zhiqiu", "Wu Xiangwan"),
        words=(
            "对门在楼道里堆了两年纸箱和旧家具，婴儿车都推不过去，我说了几次，一说就吵。",
            "The neighbour across has kept boxes and old furniture in the corridor for two years; the pram does not pass, and talking ends in a row.",
        ),
        want=("楼道清空，以后不再堆放。", "The corridor is cleared and stays clear."),
        other=("同一层对门", "The flat across the corridor"),
    ),
    Quarrel(
        key="leak", days=12, kind="damage", names=("方晓雨", "陆远山"), names_en=("Fang Xiaoyu", "Lu Yuanshan"),
        words=(
            "楼上卫生间漏水，我家吊顶和衣柜都泡坏了。楼上说是楼管的事，物业说是楼上的事，拖了三个月。",
            "The bathroom above leaks; my ceiling and wardrobe are ruined. The owner above points at the pipes, the manager at the owner, for three months now.",
        ),
        want=("先修好漏水，再赔吊顶和衣柜。", "Stop the leak first, then pay for the ceiling and the wardrobe."),
        other=("楼上的业主，物业有联系方式", "The owner above; the estate's manager has the number"),
        steps=(
            step(3, VILLAGE, "hand_up", ground="expert", words=("要弄清漏水的原因，请镇街的调解员来。", "It needs somebody who can find where the water comes from.")),
            *_both_agree(TOWN, ("楼上卫生间漏水造成楼下吊顶和衣柜受损", "A leak from the bathroom above and the damage below")),
            step(3, FIRST, "choose", mediator=TOWN),
            step(2, SECOND, "choose", mediator=TOWN),
            step(4, TOWN, "begin", no_interest=True, rights=True),
            step(3, TOWN, "say", words=("今天和双方一起看了现场，请水电师傅试水 24 小时，确认是楼上地漏的防水层破了。", "Seen on site with both today; a plumber's test of 24 hours shows that the seal at the drain above has failed.")),
            step(5, FIRST, "confide_1", words=("其实衣柜是旧的，赔一半我也能接受，先别告诉楼上。", "The wardrobe is old; half would do for me. Please do not tell them yet.")),
            step(6, TOWN, "draft",
                 facts=("楼上卫生间地漏处防水层破损，渗水三个月，楼下吊顶和衣柜受损。", "The seal at the drain above failed; water came through for three months and damaged ceiling and wardrobe below."),
                 points=("由谁修、吊顶和衣柜赔多少。", "Who repairs it, and how much is paid for ceiling and wardrobe."),
                 liability=("楼上业主负责修复并赔偿，楼下提供维修所需的便利。", "The owner above repairs and pays; the household below gives access.")),
            step(1, TOWN, "term", day=14, who=2, mode="act", what=("重做卫生间地漏处防水层，并做 24 小时闭水试验", "Renew the seal at the bathroom's drain and test it with standing water for 24 hours")),
            step(1, TOWN, "term", day=30, who=2, mode="transfer", amount=180_000, what=("赔偿楼下吊顶修复和衣柜损失", "Pay for the ceiling and the wardrobe below")),
        ),
    ),
    Quarrel(
        key="noise", days=18, kind="neighbours", names=("周听松", "许望舒"), names_en=("Zhou Tingsong", "Xu Wangshu"), mine=True,
        words=(
            "楼上每晚十一点还拖椅子、跑跑跳跳，孩子要中考，睡不好。上去说过，对方不高兴。",
            "Chairs are dragged and people run about above until eleven every night; our child has exams and cannot sleep. They did not like my asking.",
        ),
        want=("晚上十点以后安静。", "Quiet after ten at night."),
        other=("楼上一户，有个三岁的孩子", "The household above, with a child of three"),
        steps=(
            *_both_agree(VILLAGE, ("楼上夜间活动的声响影响楼下休息", "Sounds at night from above that disturb the sleep below")),
            step(2, CLERK, "appoint", mediator=VILLAGE),
            step(2, VILLAGE, "begin", no_interest=True, rights=True),
            step(5, SECOND, "say", words=("孩子小，确实没注意，我们愿意铺地垫。", "Our child is small and we did not think of it. We are ready to lay mats.")),
            step(6, VILLAGE, "draft",
                 facts=("楼上住户夜间拖动桌椅、儿童跑跳，影响楼下休息约两个月。", "For about two months chairs moved and a child ran at night above, which disturbed the sleep below."),
                 points=("几点以后保持安静，怎样减少声响。", "From which hour on it is quiet, and how to make less sound."),
                 liability=("楼上采取隔音措施，楼下对白天的正常活动予以理解。", "Above takes measures against sound; below accepts ordinary life by day.")),
            step(1, VILLAGE, "term", day=10, who=2, mode="act", what=("在客厅和儿童房铺设隔音地垫，桌椅脚加装软垫", "Lay mats in the living room and the child's room, and pads under chairs and tables")),
            step(1, VILLAGE, "term", day=7, who=2, mode="cease", what=("晚上十点到早上七点不拖动桌椅、不跑跳", "No moving of furniture and no running from ten at night to seven in the morning")),
            step(1, VILLAGE, "term", day=7, who=1, mode="cease", what=("不再敲暖气管、不再上门争吵，有声响先打电话商量", "No more knocking on pipes or rows at the door: a call first when there is sound")),
            *_signed(VILLAGE),
            step(40, VILLAGE, "performed", term=1),
        ),
    ),
    Quarrel(
        key="deposit", days=13, kind="contract", names=("沈若溪", "顾长风"), names_en=("Shen Ruoxi", "Gu Changfeng"),
        words=(
            "租房到期搬走一个月了，房东说墙面脏了不退押金 4,000 元，我搬进来时就是这样。",
            "I moved out a month ago; the landlord keeps the deposit of 4,000 yuan for marks on a wall that was so when I came.",
        ),
        want=("退还押金。", "The deposit back."),
        other=("房东，住在同一个社区", "The landlord, who lives in the same community"),
        steps=(
            *_both_agree(VILLAGE, ("租房到期后押金的退还", "The deposit of a flat after the lease")),
            step(2, CLERK, "appoint", mediator=VILLAGE),
            step(2, VILLAGE, "begin", no_interest=True, rights=True),
            step(4, VILLAGE, "draft",
                 facts=("租期届满已交房，押金 4,000 元未退，客厅一面墙有污损。", "The lease ended and the flat was handed over; a deposit of 4,000 yuan was kept, and one wall is marked."),
                 points=("墙面谁来修、押金退多少。", "Who repairs the wall, and how much of the deposit goes back."),
                 liability=("承租人承担一半粉刷费，房东退还其余押金。", "The tenant bears half of the painting, the landlord gives back the rest.")),
            step(1, VILLAGE, "term", day=30, who=2, mode="transfer", amount=190_000, what=("退还押金第一笔", "The first part of the deposit")),
            step(1, VILLAGE, "term", day=60, who=2, mode="transfer", amount=190_000, what=("退还押金第二笔；粉刷费 400 元各担一半，此后两清", "The second part; each bears half of the painting's 400 yuan, and nothing else is owed")),
            *_signed(VILLAGE),
            *_before_the_court(VILLAGE),
        ),
    ),
    Quarrel(
        key="wages", days=25, kind="wages", names=("高远", "齐安"), names_en=("Gao Yuan", "Qi An"),
        words=(
            "在小区装修做木工，干完活包工头欠我 12,000 元，半年了一直说没钱。",
            "I did the carpentry of a flat here; the contractor has owed me 12,000 yuan for half a year and says there is no money.",
        ),
        want=("把工钱结清，可以分期。", "The wages paid, by instalments if need be."),
        other=("装修包工头", "The contractor"),
        steps=(
            step(3, VILLAGE, "hand_up", ground="expert", words=("涉及工钱结算，请镇街的调解员来。", "It is about wages: please let a mediator of the town see to it.")),
            *_both_agree(TOWN, ("装修木工工钱的结算", "The wages for the carpentry")),
            step(3, FIRST, "choose", mediator=TOWN),
            step(2, SECOND, "choose", mediator=TOWN),
            step(4, TOWN, "begin", no_interest=True, rights=True),
            step(6, TOWN, "draft",
                 facts=("木工活已完成，双方确认尚欠工钱 12,000 元。", "The work is done; both agree that 12,000 yuan are still owed."),
                 points=("什么时候付、分几次付。", "When it is paid, and in how many parts."),
                 liability=("包工头分两次付清，逾期的可以申请强制执行。", "The contractor pays in two parts; what is late can be enforced.")),
            step(1, TOWN, "term", day=20, who=2, mode="transfer", amount=600_000, what=("支付第一笔工钱", "The first part of the wages")),
            step(1, TOWN, "term", day=120, who=2, mode="transfer", amount=600_000, what=("支付第二笔工钱，付清后两清", "The second part; then nothing else is owed")),
            *_signed(TOWN),
            *_before_the_court(TOWN),
            step(48, TOWN, "court_said", answer="confirmed", words=("裁定协议有效。", "The agreement is confirmed.")),
            step(8, TOWN, "performed", term=1),
        ),
    ),
)  # fmt: skip

REGISTER = {
    "wensan-mediator": (("neighbours", "family", "property"), ("普通话", "杭州话"), "周一至周五 9:00–17:00"),
    "xixi-mediator": (
        ("damage", "neighbours", "house", "property"),
        ("普通话", "杭州话", "英语"),
        "周一至周六 9:00–18:00",
    ),
    "xixi-mediator-2": (("labour", "wages", "contract"), ("普通话", "四川话"), "周二、周四 13:00–20:00"),
    "xihu-mediator": (
        ("medical", "traffic", "consumer", "contract"),
        ("普通话", "温州话"),
        "周一至周五 9:00–17:00",
    ),
}
"""What each mediator of the demo knows, speaks, and when they are there."""


def tell_disputes(stage: Stage) -> int:
    """All of them, and the register; how many cases they became."""
    for username, (kinds, languages, hours) in REGISTER.items():
        post = Post.objects.get(account__username=username)
        Mediator.objects.update_or_create(
            post_id=post.pk, defaults={"kinds": list(kinds), "languages": list(languages), "hours": hours}
        )
    for quarrel in QUARRELS:
        _tell(stage, quarrel)
    return len(QUARRELS)


def dispute_id(stage: Stage, quarrel: Quarrel) -> UUID:
    """The case of a dispute."""
    began = _began(stage, quarrel)
    drawn = sha256(f"dispute/{quarrel.key}/{began:%Y%m%d}".encode()).digest()[:10]
    return UUID(bytes=new_id((began - EPOCH) // MICRO, drawn))


def _began(stage: Stage, quarrel: Quarrel) -> datetime:
    """In the morning of a day that is worked."""
    calendar = stage.scene.known.calendar
    day = stage.at.astimezone(calendar.zone).date()
    left = quarrel.days
    while left:
        day -= timedelta(days=1)
        left -= calendar.works(day)
    return datetime(day.year, day.month, day.day, 9, 20, tzinfo=calendar.zone)


def _tell(stage: Stage, quarrel: Quarrel) -> None:
    case_id, at = dispute_id(stage, quarrel), _began(stage, quarrel)
    _ask(stage, quarrel, case_id, at=at)
    calendar = stage.scene.known.calendar
    for n, each in enumerate(quarrel.steps, 1):
        length = timedelta(hours=each.after, minutes=7 * n % 31)
        at = min(calendar.advance(at, length, Unit.WORKING_HOUR), stage.at)
        _do(stage, quarrel, each, case_id, at=at, n=n)


def _ask(stage: Stage, quarrel: Quarrel, case_id: UUID, *, at: datetime) -> None:
    there = Case.objects.filter(pk=case_id).values_list("key", flat=True).first()
    said = {key: _said(key, getattr(quarrel, key)) for key in ("words", "want", "other")}
    asked = make_envelope(
        "ask",
        by=anonymous(),
        at=at,
        case_id=case_id,
        request_id=uuid5(case_id, "ask"),
        data={"kind": quarrel.kind, "wish": "mediate", **said},
        procedure=MEDIATION.key,
        place=stage.street.grids[0].place,
        source="resident",
        parties=(_party(quarrel, FIRST),),
        key=bytes(there) if there is not None else keyring().new_case_key()[0],
    )
    act(replace(asked, flags=(MADE_UP,)))


def _do(stage: Stage, quarrel: Quarrel, each: Step, case_id: UUID, *, at: datetime, n: int) -> None:
    once = uuid5(case_id, str(n))
    if Request.objects.filter(case_id=case_id, request_id=once).exists():
        return  # done by a start that was killed; what it signed may be sealed by now
    data = {**each.more, **{key: _said(key, words) for key, words in each.said.items()}}
    joins = data.pop("joins", None)
    if each.day is not None:
        zone = stage.scene.known.calendar.zone
        data["day"] = (at.astimezone(zone).date() + timedelta(days=each.day)).isoformat()
    if "mediator" in data:
        data["mediator"] = _actor(stage, data["mediator"]).post_id
    record = MediationRecord.objects.get(pk=case_id)
    if each.action == "performed":
        data["term"] = record.clauses[data["term"] - 1]
    if each.action in {"sign", "countersign"}:
        data |= {
            "document": record.document,
            "drawn": DRAWN.get(each.who, DRAWN[VILLAGE]),
            "name": _name(stage, quarrel, each.who),
        }
    if each.action == "sign":
        data["proof"] = prove(case_id, PEOPLE[each.who], record.document, way="code", at=at)
    party = PEOPLE.get(each.who)
    envelope = make_envelope(
        each.action,
        by=anonymous() if party else _actor(stage, each.who),
        at=at,
        case_id=case_id,
        request_id=once,
        data=data,
        party=party,
        parties=(_party(quarrel, joins),) if joins else (),
        source="resident" if party else "office",
    )
    act_with_papers(envelope, known=stage.scene.known)


def _said(key: str, words: tuple[str, str]) -> str:
    """In the language of the place; the longer texts bear the mark, a paper has it with its facts."""
    return in_own(*words) if key in MARKED else words[0 if tongue() == "zh" else 1]


def _party(quarrel: Quarrel, side: str) -> NewParty:
    mine = quarrel.mine and side == FIRST
    return NewParty(
        role=side,
        contact={"language": tongue(), "name": _called(quarrel, side)},
        account_id=demo_resident("neighbour") if mine else None,
    )


def _called(quarrel: Quarrel, side: str) -> str:
    names = quarrel.names if tongue() == "zh" else quarrel.names_en
    return names[PEOPLE[side] - 1]


def _name(stage: Stage, quarrel: Quarrel, who: str) -> str:
    if who in PEOPLE:
        return _called(quarrel, who)
    return Post.objects.get(pk=_actor(stage, who).post_id or 0).published_name


def _actor(stage: Stage, who: str) -> Actor:
    part, role = ACTORS[who]
    return stage.scene.actor(stage.street.orgs[part], role)
