# SPDX-License-Identifier: Apache-2.0
"""Twelve written stories of the demo's street, in Chinese and English: what was reported, what each office did, how it ended.

All are made up and say so. `demo_stories` lets them happen through the engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from anlan.people.demo import VILLAGE

COAST = "330903001001"
"""A village at the open sea, for what a typhoon does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One act: when after the report, by whom (`reporter`, `system`, or the part of an organisation), with which words."""

    after: timedelta
    who: str
    action: str
    zh: str = ""
    en: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    photo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """One story: on the last Monday at least so many days before the demo's first day, or on the typhoon's third day, at this
    local time. `joined` is how many others reported the same, saying what `joining` says, `about_town` that it is about the
    town's own office, `mine` that the demo's resident wrote it.
    """

    key: str
    code: str
    nth: int
    scene: str
    days: int
    at: tuple[int, int]
    zh: str
    en: str
    where: tuple[str, str]
    deeds: tuple[Deed, ...]
    kind: str
    joined: int = 0
    joining: tuple[tuple[str, str], ...] = ()
    village: str = VILLAGE
    about_town: bool = False
    mine: bool = False
    release: bool = False
    by_grid: bool = False
    in_storm: bool = False


def deed(hours: float, who: str, action: str, zh: str = "", en: str = "", **more: Any) -> Deed:
    """One act, so many hours after the report; `photo` adds the picture of afterwards."""
    photo = bool(more.pop("photo", False))
    return Deed(after=timedelta(hours=hours), who=who, action=action, zh=zh, en=en, more=more, photo=photo)


def fixed(hours: float, who: str, zh: str, en: str) -> Deed:
    """A unit says that it is mended, with a picture."""
    return deed(hours, who, "done", zh, en, photo=True, outcome="fixed", met="yes")


LAMPS = (
    ("我家楼下的路灯也不亮。", "The lamp below my window is out too."),
    ("桥头那一段全黑，请修一修。", "It is all dark by the bridge, please mend it."),
    ("昨天晚上差点撞到人，路灯不亮。", "I nearly ran into somebody last night: no lamps."),
    ("孩子上晚自习回来，这段路没有灯。", "My child comes home from evening school without light here."),
    ("和邻居说的是同一段路灯，也报一下。", "The same lamps as my neighbours say; reporting it too."),
)
"""What the others say who report the same."""
HOUSING, ENFORCEMENT, ECOLOGY, JUSTICE = "dept:housing", "dept:enforcement", "dept:ecology", "dept:justice"

TALES = (
    Tale(
        key="manhole", code="P01-02", nth=1, scene="manhole", kind="road", days=12, at=(7, 42), mine=True, release=True,
        zh="小学门口斑马线边上的井盖不见了，只插着一根树枝，八点就是上学的时候，请快来人看着。",
        en="The cover beside the crossing at the school gate is gone, only a branch marks the hole; children come at eight.",
        where=("小学门口斑马线旁", "at the crossing by the school gate"),
        deeds=(
            deed(0.1, "town", "accept"),
            deed(0.2, "town", "dispatch", "上学前先派人守住，再换井盖。", "Guard it before school begins, then replace the cover."),
            deed(0.45, HOUSING, "take"),
            fixed(2.9, HOUSING, "七点五十五分到场围护并有人值守，十点半换好新井盖，加装了防坠网。",
                   "Fenced and guarded from 7:55; a new cover with a safety net is in since half past ten."),
            deed(3.3, "village", "check", "现场看过，盖板平整，不响。", "Seen on site: level, and silent under cars.", photo=True, result="holds"),
            deed(3.6, "town", "close"),
            deed(5.5, "reporter", "rate", "孩子们放学的时候已经好了，谢谢守在那里的师傅。",
                  "It was done when the children came out. Thanks to the man who stood there.", rating=5),
        ),
    ),
    Tale(
        key="lamps", code="P01-37", nth=2, scene="lamps", kind="facility", days=21, at=(19, 20), mine=True, joined=37, joining=LAMPS, release=True,
        zh="从桥头到菜场的路灯全黑了，晚上骑车看不见路。", en="All lamps from the bridge to the market are out; cyclists cannot see the road.",
        where=("桥头到菜场一段", "from the bridge to the market"),
        deeds=(
            deed(13.0, "town", "accept"),
            deed(61.5, "town", "dispatch", "三十八位居民说的是同一件事，请当天查清线路。", "Thirty-eight residents say the same. Please trace the line today."),
            deed(62.5, HOUSING, "take"),
            fixed(69.0, HOUSING, "地下电缆接头进水，已重新制作接头，当晚十二盏灯全部点亮。",
                   "Water had got into a cable joint. The joint is new and all twelve lamps burn since that evening."),
            deed(86.0, "reporter", "confirm", result="holds"),
            deed(87.0, "town", "close"),
            deed(92.0, "reporter", "rate", rating=4),
        ),
    ),
    Tale(
        key="pole", code="P01-31", nth=1, scene="pole", kind="facility", days=33, at=(9, 5), by_grid=True,
        zh="路口有一根通信杆斜了，线绷得很紧。", en="A telecom pole at the crossing leans and its lines are taut.",
        where=("十字路口东南角", "south-east corner of the crossroads"),
        deeds=(
            deed(0.4, "town", "dispatch", "请先围护。", "Please fence it first."),
            deed(1.5, HOUSING, "return", "杆子不是市政设施，应由产权单位处理。", "The pole is not the town's; its owner must act.", reason="other_owner"),
            deed(2.0, "town", "dispatch", "杆上没有标识，请先处置。", "It bears no sign of an owner; please act first.", unit=ENFORCEMENT),
            deed(3.2, ENFORCEMENT, "return", "不属于执法职责。", "Not a matter of enforcement.", reason="not_our_duty"),
            deed(7.5, "county", "rule", "无主杆线危及通行，由建设部门先行处置，再查产权。裁定后不再退回。",
                  "A pole without an owner endangers people: housing acts first and finds the owner after. No more returns.", unit=HOUSING),
            deed(8.2, HOUSING, "take"),
            fixed(24.5, HOUSING, "已扶正加固并挂牌，产权单位也已查到。", "Upright, anchored and signed; its owner was found too."),
            deed(26.0, "village", "check", result="holds", photo=True),
            deed(27.0, "town", "close"),
        ),
    ),
    Tale(
        key="river", code="E01-26", nth=1, scene="river", kind="water", days=64, at=(10, 15), release=True,
        zh="河水发黑发臭，排水口一直在出灰水，说过两次了。", en="The river is black and smells; grey water keeps coming from the outlet. I said so twice.",
        where=("河边步道亭子旁", "by the pavilion on the riverside walk"),
        deeds=(
            deed(0.8, "town", "accept"),
            deed(1.2, "town", "dispatch", "请溯源。", "Please trace the source."),
            deed(2.0, ECOLOGY, "take"),
            deed(14 * 24, "system", "overdue"),
            deed(14 * 24 + 1, "reporter", "urge"),
            deed(14 * 24 + 4, "county", "supervise", "一周内查清源头，每两天报一次进展。", "Find the source within a week and report every two days.", reason="overdue"),
            fixed(21 * 24, ECOLOGY, "查到一处雨污混接，已改接入污水管，连续三次水质检测合格。",
                   "A foul drain was joined to the storm drain. It now runs to the sewer, and three tests in a row are good."),
            deed(22 * 24, "reporter", "confirm", result="holds"),
            deed(22 * 24 + 1, "town", "close"),
            deed(23 * 24, "reporter", "rate", "最后办好了，就是太久。", "Done in the end, but it took long.", rating=3),
        ),
    ),
    Tale(
        key="hole", code="E01-13", nth=1, scene="hole", kind="road", days=44, at=(8, 50), mine=True,
        zh="非机动车道上有个坑，积水以后看不见，昨天有人摔了。", en="There is a hole in the cycle lane that water hides; somebody fell yesterday.",
        where=("公交站前二十米", "twenty metres before the bus stop"),
        deeds=(
            deed(0.6, "town", "dispatch", "请当天填补。", "Please fill it today."),
            deed(1.4, HOUSING, "take"),
            fixed(30.0, HOUSING, "已用冷补料填平。", "Filled with cold asphalt."),
            deed(31.0, "village", "check", result="holds", photo=True),
            deed(32.0, "town", "close"),
            deed(7 * 24 + 1, "reporter", "reopen", "下了一场雨，补的料全冲走了，和原来一样。", "One rain washed the filling out; it is as before."),
            deed(7 * 24 + 2, "town", "dispatch", "冷补不行，请铣刨后热铺。", "Cold filling does not hold: mill it and lay hot asphalt."),
            deed(7 * 24 + 3, HOUSING, "take"),
            fixed(9 * 24 + 2, HOUSING, "已铣刨重铺六平方米，雨后复查完好。", "Six square metres milled and laid anew; sound after rain."),
            deed(10 * 24, "reporter", "confirm", result="holds"),
            deed(10 * 24 + 1, "town", "close"),
            deed(10 * 24 + 3, "reporter", "rate", "这次是真的好了。", "This time it is truly mended.", rating=4),
        ),
    ),
    Tale(
        key="counter", code="S1-02", nth=1, scene="", kind="other", days=28, at=(15, 10), about_town=True,
        zh="下午三点去街道的窗口，门口没有通知，也没有人，白跑了一趟。请不要让窗口知道是我说的。",
        en="At three there was nobody at the town's counter and no notice, so I came for nothing. Please do not let the counter know it was me.",
        where=("街道办事大厅", "the town's service hall"),
        deeds=(
            deed(1.0, "county", "accept"),
            deed(1.6, "county", "dispatch", "请到现场看，不要提是谁反映的。", "Please go and see, and do not say who reported it.", unit=JUSTICE),
            deed(17.0, JUSTICE, "take"),
            deed(42.0, JUSTICE, "done", "当天供电检修，通知只发在网上。以后停窗口会提前三天在门口和网上同时告知，并留人值守电话。",
                  "The power was being serviced and the notice stood online only. From now on it is posted at the door too, three days before.", outcome="explained"),
            deed(66.0, "reporter", "confirm", result="holds"),
            deed(67.0, "county", "close"),
            deed(70.0, "reporter", "rate", rating=5),
        ),
    ),
    Tale(
        key="pipe", code="E05-01", nth=1, scene="pipe", kind="facility", days=16, at=(2, 14), release=True,
        zh="路中间水管爆了，水喷到二楼，旁边几幢楼都没水了。", en="A main has burst in the road; it sprays to the second floor and the houses beside it are dry.",
        where=("老街中段", "middle of the old street"),
        deeds=(
            deed(0.1, "town", "accept"),
            deed(0.15, "town", "dispatch", "请先关阀，再抢修。", "Shut the valve first, then repair."),
            deed(0.5, HOUSING, "take"),
            fixed(3.6, HOUSING, "两点五十分关阀止水，五点四十分换好管段恢复供水，路面夜里先铺钢板。",
                   "Shut at 2:50, a new piece of pipe and water again at 5:40; a steel plate covers the road for now."),
            deed(6.2, "village", "check", "水压正常，钢板平稳。", "Pressure is right and the plate lies firm.", photo=True, result="holds"),
            deed(7.0, "town", "close"),
            deed(9.0, "reporter", "rate", "早上起来已经有水了。", "There was water when we got up.", rating=5),
            deed(9.2, "reporter", "release", allow="photos"),
        ),
    ),
    Tale(
        key="dispute", code="E01-28", nth=1, scene="", kind="noise", days=40, at=(20, 30),
        zh="楼上装修赔偿的事一直谈不拢，想请你们让他赔钱。", en="We cannot agree on the damage from the flat above. Please make them pay.",
        where=("小区北门", "the estate's north gate"),
        deeds=(
            deed(13.0, "town", "not_accept",
                  "邻里之间的赔偿不能由行政机关决定。街道人民调解委员会免费调解，周一到周五都在；谈不成还可以起诉。",
                  "Offices may not decide what neighbours owe each other. The town's mediators help free of charge on weekdays; court stays open.",
                  reason="other_route"),
            deed(11 * 24, "system", "lapse"),
        ),
    ),
    Tale(
        key="tree", code="P04-02", nth=1, scene="tree", kind="green", days=0, at=(6, 25), by_grid=True,
        in_storm=True, village=COAST,
        zh="台风刮倒一棵行道树，横在路上，公交过不去。", en="The typhoon blew a street tree across the road; buses cannot pass.",
        where=("公交站旁", "beside the bus stop"),
        deeds=(
            deed(0.1, "town", "dispatch", "公交要道，请优先。", "A bus route: please come here first."),
            deed(0.3, ENFORCEMENT, "take"),
            fixed(1.9, ENFORCEMENT, "已锯断移走，八点十分恢复通行，树坑围好，秋天补种。",
                   "Sawn and taken away, traffic from 8:10; the pit is fenced and planted again in autumn."),
            deed(2.4, "village", "check", result="holds", photo=True),
            deed(4.0, "town", "close"),
        ),
    ),
    Tale(
        key="van", code="E04-10", nth=1, scene="van", kind="street", days=8, at=(11, 5), mine=True,
        zh="一辆面包车停在盲道上，轮椅过不去。", en="A van stands on the tactile paving and a wheelchair cannot pass.",
        where=("卫生站旁边", "beside the health station"),
        deeds=(deed(0.5, "reporter", "withdraw", "车已经开走了，不用来了，谢谢。", "The van has left. No need to come, thank you."),),
    ),
    Tale(
        key="rubble", code="E01-11", nth=1, scene="rubble", kind="rubbish", days=53, at=(9, 30), release=True,
        zh="一辆小货车在围墙外面倒了一大堆装修垃圾，物业说不归他们管。", en="A small truck tipped a heap of renovation rubble outside the wall; the estate's manager says it is not theirs.",
        where=("小区北门围墙外", "outside the wall at the estate's north gate"),
        deeds=(
            deed(1.0, "town", "not_accept", "属于小区内部管理，请向物业反映。", "It is the estate's own matter; please ask its manager.", reason="other"),
            deed(7.0, "reporter", "object", "垃圾在围墙外面的人行道上，不是小区里面，照片能看出来。",
                  "It lies on the pavement outside the wall, not within the estate; the photo shows it."),
            deed(25.0, "county", "decide_objection", "现场在红线外的公共区域，应当受理。", "The spot is public ground outside the boundary: it must be accepted.", decision="accept"),
            deed(26.0, "town", "dispatch", "请清运并查来源。", "Please clear it and find where it came from."),
            deed(27.0, ENFORCEMENT, "take"),
            fixed(49.0, ENFORCEMENT, "已清走四车，联系到倾倒人补交了清运费，加装了提示牌。",
                   "Four loads are gone, whoever tipped it has paid for that, and a sign was put up."),
            deed(73.0, "reporter", "confirm", result="holds"),
            deed(74.0, "town", "close"),
            deed(76.0, "reporter", "rate", "说清楚就办了，很好。", "Once it was clear it was done. Good.", rating=5),
            deed(76.2, "reporter", "release", allow="photos"),
        ),
    ),
    Tale(
        key="toilet", code="P03-01", nth=2, scene="toilet", kind="rubbish", days=25, at=(8, 40), mine=True, release=True,
        zh="公厕的扶手松了，老人起身没有地方扶，地上也滑。", en="The rail in the public toilet is loose: old people have nothing to hold, and the floor is slippery.",
        where=("广场南面公厕", "public toilet south of the square"),
        deeds=(
            deed(1.0, "town", "accept"),
            deed(1.5, "town", "dispatch", "请连同防滑一起解决。", "Please see to the floor as well."),
            deed(2.5, ENFORCEMENT, "take"),
            deed(3.0, ENFORCEMENT, "ask", "请问是男厕还是女厕？", "Is it the men's or the women's side?"),
            deed(4.0, "reporter", "answer", "两边都有，女厕那边完全掉了。", "Both; on the women's side it has come off."),
            fixed(26.0, ENFORCEMENT, "两侧换成落地扶手，铺了防滑垫，门口加了呼叫铃，铃声通到值班室。您说的情况帮我们把全街道的公厕都查了一遍。",
                   "Both sides have rails that stand on the floor, mats, and a bell to the duty room. What you said made us check every public toilet of the town."),
            deed(28.0, "reporter", "confirm", result="holds"),
            deed(29.0, "town", "close"),
            deed(31.0, "reporter", "rate", "答复说得清楚，做得比我想的还多，点赞。", "A clear answer, and more was done than I had hoped. Well done.", rating=5),
        ),
    ),
)  # fmt: skip
