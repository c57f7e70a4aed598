# SPDX-License-Identifier: Apache-2.0
"""Form fields: everything tied together by id, wrong answers asked for by name, nothing typed lost or unescaped."""

import re
from datetime import date

import pytest
from django import forms
from django.utils.translation import override

from anlan.web.look.fields import NAMELESS, DateBoxes, date_boxes, problems
from anlan.web.look.styles import SampleForm
from anlan.web.look.templatetags.look import errors, field, fields

SENT = {"place": "<b>文三路", "since_year": "2026", "since_month": "13", "since_day": "1", "topics": ["road"]}


@pytest.fixture
def sent() -> SampleForm:
    with override("zh-hans"):
        form = SampleForm(SENT)
        form.is_valid()
    return form


def test_every_reference_finds_its_element_and_every_id_is_unique(sent: SampleForm) -> None:
    with override("zh-hans"):
        html = fields(sent)
    ids = re.findall(r'\bid="([^"]+)"', html)
    wanted = set(re.findall(r'\bfor="([^"]+)"', html))
    for described in re.findall(r'aria-describedby="([^"]+)"', html):
        wanted |= set(described.split())
    assert len(ids) == len(set(ids))
    assert wanted <= set(ids)


def test_each_problem_leads_to_a_control(sent: SampleForm) -> None:
    with override("zh-hans"):
        html, problems = fields(sent), errors(sent)["problems"]
    assert [p.words for p in problems] == [
        "请填写：发生了什么",
        "请选择：会不会马上伤到人",
        "请选择：派给",
        "从哪天开始：输入一个有效的日期。",
        "请选择：我写的是我看到的",
    ]
    for problem in problems:
        assert re.search(rf'<(input|select|textarea)[^>]* id="{problem.target}"', html), problem


def test_a_doors_own_words_stay_as_they_are() -> None:
    class Own(forms.Form):
        name = forms.CharField(label="名称", error_messages={"required": "写下街道的名称。"})

    form = Own({})
    form.is_valid()
    form.add_error(None, "现在不能提交。")
    assert [p.words for p in errors(form)["problems"]] == ["现在不能提交。", "写下街道的名称。"]


def test_what_was_typed_comes_back_escaped(sent: SampleForm) -> None:
    with override("zh-hans"):
        html = fields(sent)
    assert 'value="&lt;b&gt;文三路"' in html
    assert 'value="13"' in html
    assert re.search(r'value="road" checked', html)


def test_a_date_in_boxes_reads_in_the_order_of_the_language() -> None:
    class Day(forms.Form):
        day = forms.DateField(widget=DateBoxes)

    for language, order in (("zh-hans", ["year", "month", "day"]), ("en", ["day", "month", "year"])):
        with override(language):
            form = Day({"day_year": "2026", "day_month": "2", "day_day": "28"})
            assert form.is_valid(), form.errors
            assert form.cleaned_data["day"] == date(2026, 2, 28)
            assert re.findall(r'name="day_(\w+)"', field(form["day"])) == order


def test_the_boxes_of_a_date_are_named_by_their_part() -> None:
    with override("zh-hans"):
        assert [box.label for box in date_boxes(SampleForm()["since"])] == ["年", "月", "日"]


def test_long_text_is_counted_not_cut() -> None:
    html = field(SampleForm()["what"])
    assert 'data-maxlength="500"' in html
    assert " maxlength=" not in html


@pytest.mark.parametrize(
    ("most", "data", "drawn"),
    [(6, {}, None), (8, {}, ""), (8, {"units": ["3"]}, " open"), (8, {"units": ["x"]}, " open")],
)
def test_many_boxes_are_folded_until_one_is_ticked(
    most: int, data: dict[str, list[str]], drawn: str | None
) -> None:
    class Units(forms.Form):
        units = forms.MultipleChoiceField(
            choices=[(str(n), f"单位{n}") for n in range(most)], widget=forms.CheckboxSelectMultiple
        )

    form = Units(data) if data else Units()
    with override("zh-hans"):
        html = field(form["units"])
    found = re.search(r"<details class=\"govuk-details anlan-fold\"( open)?>", html)
    assert (found and (found[1] or "")) == drawn
    assert html.count("checkbox") >= most
    assert ("从 8 个中选择" in html) == (most == 8)


def test_a_hidden_field_draws_only_itself() -> None:
    class Hidden(forms.Form):
        seen = forms.CharField(widget=forms.HiddenInput, initial="4")

    assert field(Hidden()["seen"]) == '<input type="hidden" name="seen" value="4" id="id_seen">'


def test_what_is_missing_is_not_called_optional_in_the_same_breath() -> None:
    class Form(forms.Form):
        amount = forms.CharField(label="Amount (optional)", required=False)

    form = Form({})
    form.fields["amount"].plain = "Amount"  # type: ignore[attr-defined]
    form.add_error("amount", forms.ValidationError("a payment needs one", code=NAMELESS))
    with override("en"):
        assert [problem.words for problem in problems(form)] == ["Amount: a payment needs one"]
