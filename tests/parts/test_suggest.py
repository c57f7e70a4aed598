# SPDX-License-Identifier: Apache-2.0
"""From closed cases to what a dispatcher is offered: learnt from words that are still there, shown to who reads them."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from anlan.base.clock import now
from anlan.parts.suggestions import learn
from anlan.parts.suggestions.models import Classifier
from anlan.parts.suggestions.suggest import _samples, newest, suggest, train
from anlan.people.may import Role, anonymous
from tests.procedures.report.cast import REPORTER, Matter, category, grid_worker
from tests.web.staff import at_work, matter

pytestmark = pytest.mark.django_db
ROAD, DIRT = "E01-13", "E01-12"
SAID = {ROAD: "路面有个大坑", DIRT: "路上很脏没人扫"}


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn, "FEWEST_SAMPLES", 20)
    monkeypatch.setattr("anlan.parts.suggestions.suggest.FEWEST_SAID", 2)


def settled(code: str, n: int) -> Matter:
    return Matter.opened(
        "settle",
        grid_worker(),
        reporter=False,
        files=1,
        at=now() - timedelta(days=2, minutes=n),
        words=f"巡查发现{SAID[code]}",
        category=category(code),
        outcome="fixed",
        answer="已经当场处理好了，恢复原状",
    )


def closed_cases() -> list[Matter]:
    return [settled(code, n) for n in range(12) for code in SAID]


def test_a_dispatcher_is_offered_what_the_words_suggest_and_nothing_is_chosen() -> None:
    closed_cases()
    assert train("report", at=now()) is not None
    desk = at_work(Role.DISPATCHER, Role.COUNTY_DISPATCHER)
    page = f"/desk/cases/{matter(words='小区门口路面有大坑').now.number}/do/dispatch"
    form = desk[Role.DISPATCHER].get(page).context["form"]
    words, offered = form.fields["category"].choices[1]
    assert str(words) in {"Suggested by the words", "根据描述推荐"}
    assert offered[0][0] == str(category(ROAD))
    assert "10" in offered[0][1]
    assert not form["category"].value()


def test_who_does_not_read_the_words_is_offered_nothing() -> None:
    closed_cases()
    train("report", at=now())
    case = matter(words="小区门口路面有大坑")
    above = at_work(Role.SUPERVISOR)[Role.SUPERVISOR]
    shown = above.get(f"/desk/cases/{case.now.number}")
    assert shown.status_code == 200
    assert "大坑" not in shown.content.decode()
    assert "推荐" not in shown.content.decode()


def test_words_that_were_erased_are_not_learnt() -> None:
    case = matter(words="路面有个大坑")
    case.dispatch()
    case.do("withdraw", REPORTER)
    assert len(_samples("report", at=now())) == 1
    case.do("erase", REPORTER)
    assert _samples("report", at=now()) == []


def test_a_name_that_a_party_gave_is_not_learnt() -> None:
    case = Matter.opened("open", anonymous(), name="欧阳锋", at=now(), words="欧阳锋家门口路面有坑")
    case.dispatch()
    case.do("withdraw", REPORTER)
    (sample,) = _samples("report", at=now())
    assert not sample.tokens & {"欧阳", "阳锋"}
    assert "路面" in sample.tokens


def test_only_the_newest_training_keeps_its_weights() -> None:
    closed_cases()
    first, second = train("report", at=now()), train("report", at=now())
    assert first is not None
    assert second is not None
    assert newest("report") == second
    assert [row.weights is None for row in Classifier.objects.order_by("pk")] == [True, False]


def test_nothing_is_suggested_before_anything_was_learnt() -> None:
    assert train("report", at=now()) is None
    assert suggest("report", "路面有个大坑") == []


def test_the_command_says_what_the_suggestions_are_worth(capsys: pytest.CaptureFixture[str]) -> None:
    closed_cases()
    call_command("suggestions", "report", "--train")
    assert "closed cases" in capsys.readouterr().out
