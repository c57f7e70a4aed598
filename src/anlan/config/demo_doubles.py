# SPDX-License-Identifier: Apache-2.0
"""Matters of the demo's year that two people reported, each in their own words, and that the town made one. All made up."""

from collections.abc import Iterator
from dataclasses import dataclass

from anlan.config.demo_tales import ECOLOGY, ENFORCEMENT, HOUSING, Tale, deed, fixed
from anlan.people.demo import TOWN

EACH, FIRST_DAYS, EVERY_DAYS = 4, 26, 14
"""How often each happened, how long before the demo's first day the last of all was, and how far they lie apart."""
VILLAGES = ("066", "060", "061", "065")
"""Where in the town, one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Double:
    """What one says and what the other says, who mends it, and what they answer; each in Chinese and English."""

    code: str
    scene: str
    nth: int
    kind: str
    unit: str
    one: tuple[str, str]
    other: tuple[str, str]
    where: tuple[str, str]
    answer: tuple[str, str]


TWICE = (
    Double(
        code="E01-13", scene="hole", nth=1, kind="road", unit=HOUSING,
        one=("路口的沥青塌了一块，下雨积水看不见。", "A piece of the asphalt has sunk at the crossing; rain hides it."),
        other=("十字路口地面陷下去了，电动车很危险。", "The ground has given way at the crossroads; bad for scooters."),
        where=("十字路口", "at the crossroads"),
        answer=("已铣刨重铺，路面平整。", "Milled and laid anew; the surface is level."),
    ),
    Double(
        code="P01-37", scene="lamps", nth=2, kind="facility", unit=HOUSING,
        one=("老街东头的两盏路灯不亮。", "Two lamps at the east end of the old street are out."),
        other=("晚上从老街走回来，有一段没有灯。", "Walking home by the old street there is a part without light."),
        where=("老街东头", "east end of the old street"),
        answer=("换了镇流器，两盏灯都亮了。", "New ballasts; both lamps burn."),
    ),
    Double(
        code="E01-10", scene="rubble", nth=1, kind="rubbish", unit=ENFORCEMENT,
        one=("垃圾桶旁边堆了十几袋垃圾，没人收。", "A dozen bags lie beside the bins and nobody takes them."),
        other=("垃圾点满出来了，味道很大。", "The rubbish point is overflowing and smells."),
        where=("小区北门", "at the estate's north gate"),
        answer=("已清运冲洗，早晚各加收一次。", "Taken away and washed; it is emptied twice a day now."),
    ),
    Double(
        code="E01-26", scene="river", nth=1, kind="water", unit=ECOLOGY,
        one=("河面上漂着一层油，一直到桥下。", "Oil floats on the river, all the way to the bridge."),
        other=("桥下的水有油花，还有鱼翻肚皮。", "There is oil under the bridge and fish float belly up."),
        where=("桥头", "at the bridge head"),
        answer=("已围油清理，找到漏油的工地并停工整改。", "Boomed and cleaned; the leaking site was found and had to stop."),
    ),
)  # fmt: skip


def _doubles() -> Iterator[Tale]:
    for n in range(EACH * len(TWICE)):
        twice = TWICE[n % len(TWICE)]
        yield Tale(
            key=f"double-{n}",
            code=twice.code,
            nth=twice.nth,
            scene=twice.scene,
            kind=twice.kind,
            days=FIRST_DAYS + EVERY_DAYS * n,
            at=(8 + n % 9, n * 17 % 60),
            zh=twice.one[0],
            en=twice.one[1],
            where=twice.where,
            joined=1,
            joining=(twice.other,),
            village=f"{TOWN}{VILLAGES[n // len(TWICE) % len(VILLAGES)]}",
            deeds=(
                deed(0.5, "town", "accept"),
                deed(24, "town", "dispatch", "两位居民说的是同一件事。", "Two residents say the same."),
                deed(25, twice.unit, "take"),
                fixed(31, twice.unit, *twice.answer),
                deed(33, "village", "check", result="holds", photo=True),
                deed(34, "town", "close"),
            ),
        )


DOUBLES = tuple(_doubles())
