# SPDX-License-Identifier: Apache-2.0
"""What everybody reads of a decision once it is made: every comment with its answer, and what came of it since, as counts alone."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from anlan.people.may import Role, anonymous
from anlan.places.codes import pad
from tests.cases.world import organisation
from tests.procedures.assessment.cast import decider, reviewer
from tests.procedures.report.cast import Matter
from tests.web.staff import enter, post_of
from tests.web.test_consultations import code, page, road, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_what_became_of_every_comment_stands_with_the_decision() -> None:
    one = road(90)
    one.comment("请装隔音屏。", town=pad("330106004"))
    hidden = one.comment("骂人的话")
    one.ended()
    one.count()
    client = enter(post_of(Role.ASSESSOR))
    here = reverse("desk:comments", args=[one.number])
    sent(client, here, {"withhold": "1", "reason": "insult", "comment": hidden.hex})
    sent(client, here, {"section": "1", "adopted": "yes", "words": "加装隔音屏。"})
    anybody = Client()
    assert anybody.get(reverse("public:answered", args=[code(one)])).status_code == 404
    one.risk(1, 2).report().checked().decide()
    text = page(anybody, reverse("public:consultation", args=[code(one)]))
    assert "采纳隔音建议" in text
    assert "一人认为应当缓建" not in text
    text = page(anybody, reverse("public:answered", args=[code(one)]))
    assert "加装隔音屏" in text
    assert "骂人的话" not in text
    assert "insults or threatens" in text


def test_what_came_of_a_decision_stands_with_it_as_counts_alone() -> None:
    one = road(200)
    one.ended()
    one.count().risk(1, 2).report().checked().decide()
    here, anybody = reverse("public:consultation", args=[code(one)]), Client()
    text = page(anybody, here)
    for said in ("Since the decision", "Tracked until", "Who checked its legality", "Justice Bureau"):
        assert said in text
    assert "Filed with" not in text
    text = page(enter(post_of(Role.ASSESSOR)), reverse("desk:case", args=[one.number]))
    assert "Please file the report with the office above" in text
    one.filed()
    text = page(enter(post_of(Role.ASSESSOR)), reverse("desk:case", args=[one.number]))
    assert "Please file the report with the office above" not in text
    assert "Filed with" in text
    matter = Matter.opened("open", anonymous(), at=one.at, words="施工到半夜还在响")
    one.do("connect", decider(), other=str(matter.id))
    one.do("track", words="泥浆车漏洒。")
    text = page(anybody, here)
    assert re.search(r"Problems found in carrying it out</dt>\s*<dd[^>]*>1<", text)
    assert re.search(r"Reports and disputes that came of it</dt>\s*<dd[^>]*>[^<]+ 1<", text)
    assert "Hangzhou" in text, "with whom it was filed"
    for closed in ("施工到半夜还在响", "泥浆车漏洒", str(matter.id)):
        assert closed not in text
    one.do("commission", decider(), reviewer=organisation("city:3301"), trigger="complaints")
    text = page(anybody, here)
    assert "Reviewed by" in text
    assert re.search(
        r"Who assesses the risks</dt>\s*<dd[^>]*>[^<]*Xihu|Who assesses the risks</dt>\s*<dd[^>]*>西湖", text
    )
    one.do("review", reviewer(), keep="change", words="减少夜间施工。")
    text = page(anybody, here)
    assert "Change it" in text
    assert "减少夜间施工" in text


def test_a_draft_that_was_withdrawn_says_why() -> None:
    anybody = Client()
    gone = road()
    gone.do("withdraw", why="方案要重新论证。")
    assert "方案要重新论证" in page(anybody, reverse("public:consultation", args=[code(gone)]))
