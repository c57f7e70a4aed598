# SPDX-License-Identifier: Apache-2.0
"""Papers, opened: what they say can be read back, whatever was written; and nobody makes another say it is real."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pikepdf
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.base.errors import Invalid
from anlan.parts.documents.blocks import (
    Document,
    Heading,
    Items,
    Pairs,
    Seal,
    Signature,
    Signatures,
    Table,
    Text,
)
from anlan.parts.documents.render import GETA, Unprintable, as_data, printable, render

AT = datetime(2026, 11, 27, 6, 32, tzinfo=UTC)
HOSTILE = '#panic(1) #read("/etc/passwd") $x^2$ *b* _i_ `c` @x <y> = 标题 \\ // /* ~ -- "q" [z] #{1+1}'
DOCUMENT = Document(
    title="人民调解协议书",
    note="（2026）灵隐调字第 0012 号",
    number="4821 0937 5516 2047",
    code="7K2M 9QXT 4HJD 0PWA",
    address="https://anlan.example/verify/7K2M9QXT4HJD0PWA",
    made_at=AT,
    blocks=(
        Pairs(rows=(("申请人", "欧阳若兰"), ("被申请人", "王建国"))),
        Heading(text="一、争议事实"),
        Text(text=f"夜间弹琴。\n{HOSTILE}"),
        Items(texts=("每日21:30以后不弹琴；", "支付人民币1,234.50元。")),
        Heading(text="（一）履行", level=3),
        Table(head=("谁", "做什么", "金额（元）"), rows=(("王建国", HOSTILE, "1,234.50"),), shares=(1, 3, 1)),
        Signatures(
            lines=(
                Signature(
                    role="申请人", name="欧阳若兰", how="手机验证码签署", path="M60 120L80 60L120 40L150 130"
                ),
                Signature(role="被申请人"),
            )
        ),
        Seal(organisation="灵隐街道人民调解委员会", day="2026年11月27日", how="在系统中盖章确认"),
    ),
)


def words_of(pdf: bytes) -> str:
    """What a reader selects on the pages, without the spaces that setting put between letters."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"[\s\u200b]", "", "".join(page.extract_text() for page in pages))


def test_what_it_says_is_read_back() -> None:
    words = words_of(render(DOCUMENT))
    for said in (
        "人民调解协议书", "申请人：欧阳若兰", "一、争议事实", "（一）履行", "2.支付人民币1,234.50元。", "手机验证码签署",
        "灵隐街道人民调解委员会", "编号4821093755162047", "校验码7K2M9QXT4HJD0PWA", "https://anlan.example/verify",
    ):  # fmt: skip
        assert said in words, said
    assert re.search(r"第1页，共\d页", words)
    assert words.count(re.sub(r"\s", "", HOSTILE)) == 2


def test_the_same_document_is_the_same_bytes() -> None:
    assert render(DOCUMENT) == render(DOCUMENT)
    assert render(DOCUMENT) != render(replace(DOCUMENT, title="调解协议书"))


def test_it_keeps_for_decades_and_can_be_read_without_eyes() -> None:
    with pikepdf.open(io.BytesIO(made := render(DOCUMENT))) as pdf:
        told = bytes(pdf.Root.Metadata.read_bytes()).decode()
        assert "<pdfaid:part>2</pdfaid:part>" in told
        assert "<pdfaid:conformance>A</pdfaid:conformance>" in told
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).lower().startswith("zh")
        fonts = {
            str(obj.FontName)
            for obj in pdf.objects
            if isinstance(obj, pikepdf.Dictionary) and "/FontName" in obj
        }
        assert fonts
        assert all(re.fullmatch(r"/[A-Z]{6}\+Noto(Serif|Sans)SC-Regular", name) for name in fonts), fonts
        assert "/Author" not in pdf.docinfo
    assert len(made) < 150_000, "the fonts are embedded only as far as they are used"


def test_a_character_that_no_font_has_is_named_or_marked() -> None:
    document = replace(DOCUMENT, blocks=(Text(text="好😀😀的🏠"),))
    with pytest.raises(Unprintable) as refused:
        render(document)
    assert refused.value.character in {"😀", "🏠"}
    assert f"好{GETA * 2}的{GETA}" in words_of(render(document, marks=True))


def test_rare_letters_of_names_are_set() -> None:
    names = "龘䶮㛃𬭊𰻝𫖯喆堃"
    assert names in words_of(render(replace(DOCUMENT, blocks=(Text(text=names),))))


def test_what_cannot_be_seen_is_not_printed() -> None:
    assert printable("甲\u202e乙\x07丙\u2028丁\r\n戊") == "甲乙丙\n丁\n戊"
    assert printable("a" * 45).replace("\u200b", "") == "a" * 45


@pytest.mark.parametrize(
    "hidden", ["\ufeff", "\u2060", "\u00ad", "\u200d", "\u061c", "\U000e0041", "\u0301" * 3000]
)
def test_nothing_that_cannot_be_seen_keeps_a_paper_from_being_made(hidden: str) -> None:
    """A mark of order comes along with what is copied; a tower of accents would take all memory."""
    document = replace(
        DOCUMENT,
        blocks=(Text(text=f"欧阳{hidden}若兰"), Signatures(lines=(Signature(role=f"甲{hidden}方"),))),
    )
    assert "若兰" in words_of(render(document))


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(Invalid):
        render(replace(DOCUMENT, blocks=(Text(text="长" * 1_500_000),)))


def test_a_long_report_is_set_in_bounded_time() -> None:
    rows = tuple((f"{n}", "群众关心施工噪声和出行", "低") for n in range(1_000))
    made = render(replace(DOCUMENT, blocks=(Table(head=("序号", "意见", "级别"), rows=rows),)))
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) > 20


def test_no_drawing_is_more_than_strokes() -> None:
    line = Signature(role="甲", name="乙", path='M1 1L2 2"/><image href="/etc/passwd"/>')
    with pytest.raises(ValueError, match="path"):
        as_data(replace(DOCUMENT, blocks=(Signatures(lines=(line,)),)))


@settings(max_examples=12)
@given(st.text(st.characters(codec="ascii"), min_size=1, max_size=60))
def test_whatever_is_written_stands_there_as_it_was_written(words: str) -> None:
    shown = re.sub(r"\s", "", printable(words))
    assert re.sub(r"[\s\u200b]", "", shown) in words_of(
        render(replace(DOCUMENT, blocks=(Text(text=f"始{words}终"),)))
    )
