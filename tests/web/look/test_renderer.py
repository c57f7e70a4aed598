# SPDX-License-Identifier: Apache-2.0
"""Lists to choose from are drawn as Django draws them."""

from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from hypothesis import given
from hypothesis import strategies as st

from anlan.web.look.renderer import SELECT, Renderer

TEXT = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=8)
OPTIONS = st.lists(st.tuples(TEXT | st.integers(), TEXT), max_size=5)
CHOICES = st.lists(st.tuples(TEXT, TEXT | OPTIONS), max_size=5)


@given(
    CHOICES,
    st.data(),
    st.dictionaries(st.sampled_from(["class", "id", "title", "required"]), TEXT | st.booleans()),
)
def test_a_list_is_what_django_draws(
    choices: list[tuple[str, str | list[tuple[str, str]]]],
    data: st.DataObject,
    attrs: dict[str, str | bool],
) -> None:
    widget = forms.Select(choices=choices)
    values = [option["value"] for _n, options, _i in widget.optgroups("place", []) for option in options]
    value = data.draw(st.sampled_from([None, *values]))
    context = widget.get_context("place", value, attrs)
    drawn, wanted = (one.render(SELECT, context) for one in (Renderer(), DjangoTemplates()))
    assert parse_html(drawn) == parse_html(wanted)


def test_what_was_typed_is_no_markup() -> None:
    widget = forms.Select(choices=[("<b>", "<i>&"), ("\"'", [("x", "<u>")])])
    drawn = widget.render("p", "<b>", {"title": '"><script>'}, Renderer())
    assert not [tag for tag in ("<b>", "<i>", "<u>", "<script>") if tag in drawn]
    assert 'value="&lt;b&gt;" selected' in drawn
