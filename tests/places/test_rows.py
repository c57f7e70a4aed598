# SPDX-License-Identifier: Apache-2.0
"""Files of places and boundaries: every fault is said with its line, and a file with a fault gives nothing."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.base.boundary import check_words
from anlan.places.codes import code_range, pad
from anlan.places.outlines import read_outlines
from anlan.places.rows import Bad, BadFile, Known, Read, Scheme, decode, read_rows
from anlan.places.source import read_divisions

SINCE = date(2000, 1, 1)
HEADER = "code,name,level,parent\n"
JIANGSU = (
    HEADER
    + "32,江苏省,province,\n3205,苏州市,city,32\n320505,虎丘区,county,3205\n320505001,横塘街道,town,320505\n"
)


def read(
    text: str, *, scheme: Scheme = Scheme.CHINA, root: int | None = None, known: Known | None = None
) -> list[Read]:
    return read_rows(text, known=known or Known(), scheme=scheme, root=root, since=SINCE)


def faults(
    text: str, *, scheme: Scheme = Scheme.CHINA, root: int | None = None, known: Known | None = None
) -> list[Bad]:
    with pytest.raises(BadFile) as refusal:
        read(text, scheme=scheme, root=root, known=known)
    return list(refusal.value.bad)


def tried(text: str) -> tuple[list[Read], tuple[Bad, ...]]:
    try:
        return read(text, scheme=Scheme.ORDER, root=50), ()
    except BadFile as refusal:
        return [], refusal.bad


def said(text: str) -> list[tuple[int, str]]:
    return [(bad.line, bad.why.split(":")[0]) for bad in faults(text)]


def test_a_province_in_any_order_comes_parents_first() -> None:
    lines = JIANGSU.splitlines(keepends=True)
    rows = read(lines[0] + "".join(reversed(lines[1:])))
    assert [(row.padded, row.parent) for row in rows] == [
        (pad("32"), ""), (pad("3205"), "32"), (pad("320505"), "3205"), (pad("320505001"), "320505")
    ]  # fmt: skip
    assert rows[0].valid_from == SINCE


def test_optional_columns_quotes_blank_lines_and_levels_as_numbers() -> None:
    text = '\ufeffname,code,parent,level,name_en,valid_from\n"苏州,市",3205,32,2,Suzhou,2001-02-03\n\n江苏省,32,,1,,\n'
    rows = read(decode(text.encode()))
    assert (rows[1].name, rows[1].name_en, rows[1].valid_from) == ("苏州,市", "Suzhou", date(2001, 2, 3))


def test_every_bad_row_is_said_with_its_line() -> None:
    text = HEADER + (
        "32,江苏省,province,\n"
        "3205,苏州市,city,32\n"
        "3205,又是苏州,city,32\n"
        "320505,虎丘区,county,9999\n"
        "320506,,county,3205\n"
        "320507,相城区,galaxy,3205\n"
        "32050,短,county,3205\n"
        "320508001,横塘,county,3205\n"
        "330106,西湖区,county,3205\n"
        "320509,吴江区\n"
        "3206,没有上级,city,\n"
        "320510,黑名单,county,3205\n"
    )
    refused = said(text)
    assert refused.pop()[0] == 13, "what the boundary refuses, no file brings in"
    assert refused == [
        (4, "the code 3205 is on line 3 already"),
        (5, "the parent 9999 is neither in the file nor loaded"),
        (6, "the name is empty"),
        (7, "'galaxy' is no level"),
        (8, "'32050' is not a place code"),
        (9, "a county has 6 digits, 320508001 has not"),
        (10, "the code 330106 does not begin with its parent's, 3205"),
        (11, "has 2 cells where the header has 4"),
        (12, "a city needs a parent"),
    ]


def test_a_circle_is_found() -> None:
    text = HEADER + "A,甲,city,B\nB,乙,city,C\nC,丙,city,A\nD,丁,city,D\n"
    circles = [bad for bad in faults(text, scheme=Scheme.ORDER, root=50) if "circle" in bad.why]
    assert [(bad.line, bad.why) for bad in circles] == [
        (2, "goes in a circle: A > B > C > A"),
        (5, "goes in a circle: D > D"),
    ]


def test_a_parent_must_be_wider() -> None:
    bad = faults(
        HEADER + "32,省,province,\n3205,市,city,32\n320505,区,county,320505001\n320505001,街,town,320505\n"
    )
    assert (4, "the parent 320505001 is a town, not above a county") in [(b.line, b.why) for b in bad]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("code,name,level\n1,a,province\n", 1, "the column 'parent' is missing"),
        ("code,name,level,parent,phone\n", 1, "the column 'phone' is not known"),
        ("code,name,level,parent,code\n", 1, "the column 'code' is there twice"),
        (HEADER, 1, "there are no rows"),
        ("", 1, "the column 'code' is missing"),
        (HEADER + '32,"江苏,province,\n', 2, "not CSV: unexpected end of data"),
        (
            "code,name,level,parent,valid_from\n32,省,province,,yesterday\n",
            2,
            "'yesterday' is no date: 2021-04-09",
        ),
        (
            HEADER + "32,a\tb,province,\n",
            2,
            "the name is longer than 200 characters or holds unreadable ones",
        ),
    ],
)
def test_files_that_are_no_such_table(text: str, line: int, why: str) -> None:
    assert Bad(line=line, why=why) in faults(text)


def test_what_is_loaded_already_is_not_loaded_twice() -> None:
    known = Known(codes=frozenset({pad("32"), pad("3205")}))
    assert [row.padded for row in read(HEADER + "320505,虎丘区,county,3205\n", known=known)] == [
        pad("320505")
    ]
    assert faults(HEADER + "3205,苏州市,city,32\n", known=known) == [
        Bad(line=2, why="the code 3205 is loaded already")
    ]


def test_gbk_is_named_and_can_be_said() -> None:
    data = JIANGSU.encode("gbk")
    with pytest.raises(BadFile) as refusal:
        decode(data)
    assert refusal.value.bad == (
        Bad(line=2, why="not utf-8; it looks like GBK: save it as UTF-8, or say --encoding gb18030"),
    )
    assert decode(data, encoding="gb18030") == JIANGSU
    assert decode(JIANGSU.encode("utf-16")) == JIANGSU


@pytest.mark.parametrize(
    ("data", "encoding", "why"),
    [
        (b"\xff\xff\xff\x80", None, "please save it as UTF-8"),
        (b"code\x00", None, "NUL"),
        (b"code", "klingon", "no encoding"),
        ("é".encode("latin-1"), None, "save it as UTF-8"),
    ],
)
def test_other_bytes_are_refused(data: bytes, encoding: str | None, why: str) -> None:
    with pytest.raises(BadFile) as refusal:
        decode(data, encoding=encoding)
    assert why in refusal.value.bad[0].why


OREGON = (
    HEADER
    + "US-41,Oregon,province,\n41051,Multnomah,county,US-41\n41005,Clackamas,county,US-41\n4159000,Portland,town,41051\n"
)


def test_any_other_codes_are_numbered_in_their_order_below_a_root() -> None:
    rows = read(OREGON, scheme=Scheme.ORDER, root=71)
    assert {row.code: row.padded for row in rows} == {
        "US-41": pad("71"), "41005": pad("710001"), "41051": pad("710002"), "4159000": pad("710002001")
    }  # fmt: skip


def test_later_files_of_that_kind_go_on_where_the_first_ended() -> None:
    first = read(OREGON, scheme=Scheme.ORDER, root=71)
    known = Known(
        codes=frozenset(row.padded for row in first), sources={row.code: row.padded for row in first}
    )
    more = read(
        HEADER + "41001,Baker,county,US-41\n41002,Salem,town,41005\n", scheme=Scheme.ORDER, known=known
    )
    assert {row.code: row.padded for row in more} == {"41001": pad("710003"), "41002": pad("710001001")}
    again = faults(OREGON, scheme=Scheme.ORDER, root=72, known=known)
    assert [bad.line for bad in again] == [2, 3, 4, 5]


def test_a_root_must_be_said_and_numbers_run_out() -> None:
    assert "--root" in faults(OREGON, scheme=Scheme.ORDER)[0].why
    many = "".join(f"c{n:03},x,city,p\n" for n in range(100))
    assert [b.why for b in faults(HEADER + "p,x,province,\n" + many, scheme=Scheme.ORDER, root=50)] == [
        "there is no number left for it at this level, or it is taken"
    ]
    taken = Known(codes=frozenset({pad("50")}))
    assert "taken" in faults(HEADER + "p,x,province,\n", scheme=Scheme.ORDER, root=50, known=taken)[0].why


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 6), st.integers(-1, 12)), max_size=12))
def test_a_table_is_either_refused_or_a_tree_of_ranges(table: list[tuple[int, int, int]]) -> None:
    text = HEADER + "".join(
        f"k{code},n,{level},{'' if above < 0 else f'k{above}'}\n" for code, level, above in table
    )
    rows, bad = tried(text)
    if bad:
        assert all(0 <= each.line <= len(table) + 1 for each in bad)
        return
    padded = {row.code: row.padded for row in rows}
    assert len(set(padded.values())) == len(rows) == len(table)
    for row in rows:
        if row.parent:
            low, high = code_range(padded[row.parent])
            assert low < row.padded < high


KNOWN = Known(codes=frozenset({pad("3301"), pad("3302"), pad("330106")}))


def square(west: float, code: object = "3301", kind: str = "Polygon") -> dict[str, object]:
    ring = [[west, 30], [west + 1, 30], [west + 1, 31], [west, 31], [west, 30]]
    coordinates: object = [ring] if kind == "Polygon" else [[ring]]
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def collection(*features: object, **more: object) -> str:
    lines = ",\n".join(json.dumps(feature) for feature in features)
    extra = "".join(f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in more.items())
    return f'{{"type": "FeatureCollection",\n{extra}"features": [\n{lines}\n]}}'


def test_boundaries_are_read_in_whole_units() -> None:
    found = read_outlines(
        collection(square(120), square(121, "3302", "MultiPolygon"), square(120, 330106)), known=KNOWN
    )
    assert [(o.line, o.code) for o in found] == [(3, pad("3301")), (4, pad("3302")), (5, pad("330106"))]
    assert found[0].shape.bounds == (1_200_000_000, 300_000_000, 1_210_000_000, 310_000_000)


def test_every_bad_feature_is_said_with_its_line() -> None:
    bow = square(120, "3302")
    bow["geometry"] = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    point = square(120) | {"geometry": {"type": "Point", "coordinates": [1, 2]}}
    broken = square(120) | {"geometry": {"type": "Polygon", "coordinates": [[["x"]]]}}
    empty = square(120) | {"geometry": {"type": "Polygon", "coordinates": []}}
    far = square(500)
    text = collection(
        square(120), bow, square(120), square(9, "77"), square(9, ""), point, broken, empty, far, 7
    )
    with pytest.raises(BadFile) as refusal:
        read_outlines(text, known=KNOWN)
    assert [(bad.line, bad.why[:32]) for bad in refusal.value.bad] == [
        (4, "the geometry is not valid: Self-"),
        (5, "the place is on line 3 already"),
        (6, "no place with the code '77' is l"),
        (7, "the feature has no properties.co"),
        (8, "the geometry must be a Polygon o"),
        (9, "the geometry cannot be read: cou"),
        (10, "the geometry is empty"),
        (11, "the geometry has coordinates tha"),
        (12, "the feature has no properties.co"),
        (12, "the geometry must be a Polygon o"),
    ]


def test_outlines_of_one_level_may_touch_but_not_overlap() -> None:
    with pytest.raises(BadFile) as refusal:
        read_outlines(collection(square(120), square(120.5, "3302")), known=KNOWN)
    assert refusal.value.bad == (Bad(line=4, why="overlaps the place on line 3"),)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "not JSON"),
        ("[1]", "not a GeoJSON feature collection"),
        (collection(), "there are no features"),
        (collection(square(1), crs={"properties": {"name": "EPSG:3857"}}), "WGS-84 or CGCS2000"),
        ('{"features": [{"x": NaN}]}', "NaN is no number"),
    ],
)
def test_files_that_are_no_boundaries(text: str, why: str) -> None:
    with pytest.raises(BadFile) as refusal:
        read_outlines(text, known=KNOWN)
    assert why in refusal.value.bad[0].why


def test_every_real_place_of_zhejiang_passes_the_boundary() -> None:
    for division in read_divisions():
        check_words(division.name, where="place name")
