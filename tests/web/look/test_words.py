# SPDX-License-Identifier: Apache-2.0
"""Words that people wrote, as pages show them."""

from django.utils.translation import override

from anlan.web.look.templatetags.look import as_written, pill
from anlan.web.look.values import Pill, Tone


def test_chinese_says_so_on_an_english_page_only() -> None:
    with override("en"):
        assert as_written("路灯不亮\n三盏") == '<span lang="zh">路灯不亮<br>三盏</span>'
        assert as_written("The lamp is out") == "The lamp is out"
    with override("zh-hans"):
        assert as_written("路灯不亮") == "路灯不亮"


def test_what_was_written_is_no_markup() -> None:
    with override("en"):
        assert as_written("<b>灯") == '<span lang="zh">&lt;b&gt;灯</span>'
        assert as_written("<b>") == "&lt;b&gt;"


def test_what_is_urgent_has_its_mark_wherever_it_is_said() -> None:
    drawn = pill(Pill(word="紧急", tone=Tone.URGENT))
    assert (
        drawn == '<span class="anlan-pill anlan-pill--urgent"><span aria-hidden="true">!</span> 紧急</span>'
    )
