# SPDX-License-Identifier: Apache-2.0
"""What points at somebody never comes out of an answer, and an answer that points at nobody comes out as it is."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.cases.bigrams import plain
from anlan.cases.personal import LEFT_OUT, What, find_personal, mask

SURNAMES = [*"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗", "欧阳", "诸葛"]
GIVEN = st.text("伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英华玉兰", min_size=1, max_size=2)
NAMES = st.builds("{}{}".format, st.sampled_from(SURNAMES), GIVEN)
PHONES = st.builds("1{}".format, st.text("0123456789", min_size=10, max_size=10))
DIVIDERS = st.sampled_from(["", " ", "-", "·", ".", "  ", "–", "_", "\u200b"])
ORDINARY = (
    "路面已经修补平整，可以通行了。",
    "2026-03-02 接报，3月2日9:00-11:30 现场处理，2026年3月5日复查完好。",
    "请于 2026-03-02 15:30 至 2026-03-05 17:00 之间绕行，施工时间 8:30-17:30。",
    "文三路 478 号 3 幢 2 单元 501 室门口的路灯已更换，共 12 盏，每盏 60 瓦。",
    "小区门口的小路已清扫，每 2 小时一次；大家如有问题请拨打 12345。",
    "老师傅们已把老化的管道换好，大约 30 米，对方同意。",
    "The lamp was mended on 2026/3/2; may it shine. Please call 12345.",
    "已转浙江省交通运输厅，投诉单位答复：下周一上午 10 点前完成。",
)


def dressed(text: str, dividers: list[str]) -> str:
    """The same signs with something between them."""
    return "".join(each + dividers[i % len(dividers)] for i, each in enumerate(text))


def wide(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


def bare(text: str) -> str:
    return "".join(each for each in plain(text) if each.isalnum())


@given(
    NAMES,
    PHONES,
    st.lists(DIVIDERS, min_size=1, max_size=5),
    st.sampled_from(ORDINARY),
    st.sampled_from([str, wide]),
)
def test_what_a_contact_holds_never_comes_out(
    name: str, phone: str, dividers: list[str], around: str, spelt: Callable[[str], str]
) -> None:
    written = dressed(phone, dividers)
    answer = f"{around}{dressed(name, dividers)}您好，电话{spelt(written)}已记下。{around}"
    shown = mask(answer, [{"name": name, "phone": f"+86{phone}", "language": "zh"}])
    assert name not in bare(shown)
    assert phone not in bare(shown)
    assert not re.search(r"\d{7}", bare(mask(written, [])))
    assert shown.startswith(around)
    assert shown.endswith(around)


@given(
    st.sampled_from(SURNAMES),
    GIVEN,
    st.sampled_from(
        [
            "{}先生",
            "{} 女士",
            "{}老先生",
            "小{}",
            "老{}",
            "{}某",
            "{}某某",
            "姓{}",
            "{}姓",
            "{}阿姨",
            "{}师傅",
            "{}大爷",
        ]
    ),
    st.sampled_from(ORDINARY),
)
def test_a_surname_with_a_courtesy_does_not_come_out(surname: str, rest: str, form: str, around: str) -> None:
    for called in (
        surname + rest,
        surname + "先生",
        "小" + surname[0] if len(surname) == 1 else surname + rest,
        surname,
    ):
        told = form.format(surname)
        assert told not in mask(f"{around}{told}反映的事已办", [{"name": called}]), called
    assert mask(f"{around}{form.format('沈')}", [{"name": "王明"}]) == f"{around}{form.format('沈')}"


@given(st.lists(NAMES, max_size=4), st.sampled_from(ORDINARY))
def test_an_ordinary_answer_comes_out_as_it_is(names: list[str], answer: str) -> None:
    assert (
        mask(answer, [{"name": name, "phone": "+8613800001234", "language": "zh"} for name in names])
        == answer
    )


@pytest.mark.parametrize(
    ("text", "what", "found"),
    [
        ("请打 138 0013 8000 问", What.NUMBER, "138 0013 8000"),
        ("打一三八零零一三八零零零", What.NUMBER, "一三八零零一三八零零零"),
        ("证号３３０１０６１９９００１０１１２３Ｘ", What.NUMBER, "３３０１０６１９９００１０１１２３Ｘ"),
        ("138 2010-12-12", What.NUMBER, "138 2010-12-12"),
        ("修好了，浙A·12345 的车主", What.PLATE, "浙A·12345"),
        ("电车浙ＡＤ１２３４５挡道", What.PLATE, "浙ＡＤ１２３４５"),
        ("电车浙A 12345F 挡道", What.PLATE, "浙A 12345F"),
        ("教练车浙A1234学", What.PLATE, "浙A1234学"),
        ("发到 Wang.Ming＠example.com 了", What.EMAIL, "Wang.Ming＠example.com"),
        ("Mr. Smith said so", What.NAME, "Mr. Smith"),
        ("Wei Smith said so", What.NAME, "Wei Smith"),
        ("told Smith", What.NAME, "Smith"),
        ("Li女士说", What.NAME, "Li女士"),
    ],
)  # fmt: skip
def test_each_kind_is_found_as_it_is_written(text: str, what: What, found: str) -> None:
    people = [{"name": "Wei Smith"}, {"name": "Li Na"}]
    assert (what, found) in {(each.what, each.text) for each in find_personal(text, people)}
    assert found not in mask(text, people)
    assert LEFT_OUT in mask(text, people)


def test_words_that_only_look_like_it_are_left() -> None:
    people = [{"name": "May Li"}, {"name": "王小明"}, {"name": "路遥"}, {"name": "时进"}]
    for text in ("it may rain", "a list of lights", "新A区 3 号楼 12 层", "小路", "2 小时", "明天小雨"):
        assert mask(text, people) == text


def test_a_longer_word_that_is_nobodys_name_is_left_and_a_name_is_not() -> None:
    people = [{"name": "王小明"}]
    text = "王先生路已修好，王先生满意"
    found = find_personal(text, people, other_words=("王先生路",))
    assert [(each.start, each.text) for each in found] == [(8, "王先生")]
    assert [each.text for each in find_personal("王小明", people, other_words=("王小明",))] == ["王小明"]
    assert [each.what for each in find_personal("13800001234号", people, other_words=("13800001234号",))] == [
        What.NUMBER
    ]


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "text",
    [
        "2024-1-111:00" * 600 + "2", "10:00" + " " * 8000, "9:00至" * 1500, "10:10:" * 1300, "a" * 8000, "a.@" * 2600,
        "x@a" + " " * 8000, "浙A" + "1 " * 4000, "1 1 1" + " " * 8000, "王 " * 4000,
    ],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    assert len(mask(text, [{"name": "王小明"}, {"name": "John Smith"}])) <= len(text)


def test_a_number_written_as_hours_is_a_number() -> None:
    assert mask("打 12:34 10:23 12:11 找我", []) == f"打 {LEFT_OUT} 找我"
    assert mask("王总和李哥都来了", [{"name": "王小明"}, {"name": "李刚"}]) == f"{LEFT_OUT}和{LEFT_OUT}都来了"
