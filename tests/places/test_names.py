# SPDX-License-Identifier: Apache-2.0
"""Typed addresses: names in characters, pinyin, initials and English narrow the list; nothing found is no error."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.places.codes import pad
from anlan.places.kinds import core
from anlan.places.names import narrow
from anlan.places.spell import spell

VILLAGE = "浙江省杭州市西湖区西溪街道文三社区"


@pytest.mark.usefixtures("zhejiang")
class TestNarrow:
    @pytest.mark.parametrize(
        "typed",
        ["文三社区", "文三", "西湖区文三社区 文三路10号", "wensan", "wensanshequ", "wen san", "WenSan", "Wensan Community",
         "西湖 wensan", "wssq", "xihu wensan", "文三路与学院路口，文三社区附近", "ｗｅｎｓａｎ"],
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

    def test_the_path_in_english(self) -> None:
        assert narrow("文三", language="en")[0].path.endswith("Xihu District, Hangzhou, Zhejiang Province")

    def test_old_districts_are_not_offered(self) -> None:
        assert "江干区" not in [c.spot.name for c in narrow("江干区")]

    def test_it_is_fast_enough_for_each_key_stroke(self) -> None:
        narrow("文")
        start = time.monotonic()
        for typed in ("西湖区文三社区文三路10号", "sanlian", "x", "三联", "杭州市"):
            narrow(typed)
        assert time.monotonic() - start < 0.5, "a laptop takes 0.03 s"

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
