# SPDX-License-Identifier: Apache-2.0
"""Typed addresses: names in characters, pinyin, initials and English narrow the list; nothing found is no error."""

from collections.abc import Callable
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.places.codes import Level, pad
from anlan.places.find import revision, tree
from anlan.places.kinds import core
from anlan.places.names import narrow
from anlan.places.spell import spell
from anlan.places.tree import Spot

Way = Callable[[list[Spot]], str]


def stem(spot: Spot) -> str:
    return core(spot.name)[0]


def pinyin(spot: Spot, between: str = "") -> str:
    return between.join(spell(spot.name).pinyin.split()[: len(stem(spot))])


WAYS: tuple[Way, ...] = (
    lambda path: "".join(each.name for each in path),
    lambda path: "".join(each.name for each in path[1:]),
    lambda path: " ".join(each.name for each in reversed(path)),
    lambda path: f"{path[2].name} {path[-1].name}",
    lambda path: f"{path[2].name}{path[-1].name}",
    lambda path: f"{path[-1].name}，{path[2].name}",
    lambda path: "".join(stem(each) for each in (path[1], path[2], path[-1])),
    lambda path: f"{pinyin(path[2])} {pinyin(path[-1])}",
    lambda path: f"{pinyin(path[-1], ' ')} {pinyin(path[1])}",
    lambda path: f"{path[2].name}{pinyin(path[-1])}",
    lambda path: "".join(part[0] for part in spell(path[-1].name).pinyin.split()),
    lambda path: ", ".join(each.called("en") for each in reversed(path)),
)
"""How people type a place: `path` is the province, city, county and what lies in it, down to the place."""


@lru_cache(maxsize=1)
def _places(_revision: int) -> list[list[Spot]]:
    """Towns and villages with those above them, whose names are of Chinese characters, two or more before the kind."""
    current = tree()
    living = (spot for spot in current.each(down_to=Level.VILLAGE) if spot.valid_to is None)
    paths = ([*current.above(spot), spot] for spot in living if spot.level >= Level.TOWN)
    return [
        path
        for path in paths
        if len(path) > 3
        and all(len(stem(each)) > 1 and spell(each.name).pinyin for each in path)
        and all("\u4e00" <= letter <= "\u9fff" for letter in path[-1].name)
    ]


VILLAGE = "浙江省杭州市西湖区西溪街道文三社区"


@pytest.mark.usefixtures("zhejiang")
class TestNarrow:
    @pytest.mark.parametrize(
        "typed",
        ["文三社区", "文三", "西湖区文三社区 文三路10号", "wensan", "wensanshequ", "wen san", "xi hu wen san", "WenSan", "Wensan Community",
         "西湖 wensan", "wssq", "xihu wensan", "西湖区 文三社区", "西湖区文三社区", "杭州西湖文三", "文三社区 西湖区", "文三路与学院路口，文三社区附近", "ｗｅｎｓａｎ"],
    )  # fmt: skip
    def test_each_way_of_typing_finds_the_village_first(self, typed: str) -> None:
        assert narrow(typed)[0].path == VILLAGE

    def test_the_many_villages_of_one_name_are_all_shown_with_their_paths(self) -> None:
        found = narrow("三联村委会")
        same = [c for c in found if c.spot.name == "三联村委会"]
        assert len(same) == 21
        assert len({c.path for c in found}) == len(found)
        assert all(c.path.startswith("浙江省") for c in found)

    def test_a_wider_name_decides_between_them(self) -> None:
        every = narrow("三联")
        town = next(c for c in every if c.spot.name == "三联村委会" and "河上镇" in c.path)
        assert narrow("萧山区河上镇三联村")[0].spot == town.spot
        assert narrow("xiaoshan heshang sanlian")[0].spot == town.spot
        assert narrow("三联", within=pad("330109"))[0].spot == town.spot

    def test_the_place_above_is_left_out_when_a_narrower_one_is_meant(self) -> None:
        assert "浙江省杭州市西湖区" not in [c.path for c in narrow("西湖区文三社区")]
        assert narrow("杭州市西湖区")[0].path == "浙江省杭州市西湖区"

    @pytest.mark.parametrize(
        "typed", ["", " ", "!!!", "12号楼3单元", "東京タワー", "qqqzzz", "\x00", "网格", "a" * 5000]
    )
    def test_no_match_is_an_empty_answer(self, typed: str) -> None:
        assert narrow(typed) == ()

    @pytest.mark.parametrize(
        "typed",
        ["西湖区 文三社区", "西湖区文三社区", "xihu wensan", "杭州西湖文三", "文三社区 西湖区",
         "Wensan Community, Xixi Subdistrict, Xihu District, Hangzhou, Zhejiang Province"],
    )  # fmt: skip
    def test_nothing_that_misses_a_part_is_shown(self, typed: str) -> None:
        found = narrow(typed)
        assert [(each.path, each.whole) for each in found] == [(VILLAGE, True)]

    @pytest.mark.parametrize("typed", ["西湖区 文", "西湖区文", "文 西湖区", "xihu w", "w xihu"])
    def test_the_beginning_of_a_name_is_enough_where_the_place_above_is_named(self, typed: str) -> None:
        found = narrow(typed, limit=60)
        assert VILLAGE in [each.path for each in found]
        assert all(each.whole for each in found)

    def test_where_nothing_has_every_part_the_closest_are_shown_and_marked(self) -> None:
        found = narrow("西湖区 三联")
        assert not any(each.whole for each in found)
        assert found[0].path == "浙江省杭州市西湖区"
        assert "三联村委会" in [each.spot.name for each in found]
        street = narrow("文三路478号 文三社区")
        assert [(each.path, each.whole) for each in street] == [(VILLAGE, False)]

    def test_whole_names_come_before_beginnings_and_those_before_the_middle_of_names(self) -> None:
        found = [each.spot.name for each in narrow("西湖", limit=200)]
        ranks = [0 if core(name)[0] == "西湖" else 1 if name.startswith("西湖") else 2 for name in found]
        assert ranks == sorted(ranks)
        assert set(ranks) == {0, 1, 2}

    def test_of_one_bare_name_the_widest_place_comes_first(self) -> None:
        assert [each.path for each in narrow("西湖")[:2]] == [
            "浙江省杭州市西湖区",
            "浙江省杭州市西湖区西湖街道",
        ]

    @settings(deadline=None)
    @given(st.integers(min_value=0), st.sampled_from(WAYS))
    def test_a_path_typed_in_any_way_finds_its_place_first_or_among_equals(self, n: int, way: Way) -> None:
        places = _places(revision())
        spots = places[n % len(places)]
        typed = way(spots)
        found = narrow(typed, limit=1000)
        mine = next((each.score for each in found if each.spot == spots[-1]), ())
        assert mine, (typed, [each.path for each in found[:5]])
        assert found[0].whole
        # However deep; and a place above may bear the same name (吴兴区 wuxing), never one elsewhere.
        better = [each.spot for each in found if each.score[:-1] > mine[:-1]]
        assert all(each in spots for each in better), (typed, better[:5])

    def test_the_path_in_english(self) -> None:
        assert narrow("文三", language="en")[0].path.endswith("Xihu District, Hangzhou, Zhejiang Province")

    def test_old_districts_are_not_offered(self) -> None:
        assert "江干区" not in [c.spot.name for c in narrow("江干区")]

    @settings(deadline=None)
    @given(st.text(max_size=60), st.integers(1, 10))
    def test_any_text_is_only_read(self, typed: str, limit: int) -> None:
        found = narrow(typed, limit=limit)
        assert len(found) <= limit
        assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)


@pytest.mark.parametrize(
    ("name", "english", "stem"),
    [
        ("文三社区", "Wensan Community", "文三"),
        ("三联村村委会", "Sanlian Village", "三联"),
        ("北山街道", "Beishan Subdistrict", "北山"),
        ("临安区", "Lin'an District", "临安"),
        ("景宁畲族自治县", "Jingning She Autonomous County", "景宁"),
        ("丽水市", "Lishui", "丽水"),
        ("村", "Cun", "村"),
        ("Springfield", "", "Springfield"),
    ],
)
def test_how_names_are_spelt(name: str, english: str, stem: str) -> None:
    assert spell(name).english == english
    assert core(name)[0] == stem
