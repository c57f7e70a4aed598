# SPDX-License-Identifier: Apache-2.0
"""Photos stand with the entry they came with: before with the report, after with the answer, at every door."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as configured
from django.test import Client

from anlan.base.clock import now
from anlan.cases.models import Condition
from anlan.cases.queries import find_case_id
from anlan.people.may import Role, anonymous
from tests.procedures.report.cast import Matter, condition, grid_worker, town, unit
from tests.web.resident.visits import follow, picture, report, text
from tests.web.staff import at_work, photo

pytestmark = pytest.mark.django_db
ANSWER = "路面已经修补平整，可以通行了"


def finished() -> Matter:
    """A report with two photos that the unit says is done, with one."""
    case = Matter.opened("open", anonymous(), files=2, at=now(), words="文三路有个大坑")
    case.dispatch(condition=condition("E01-13"))
    case.do("take", unit())
    case.do("note", unit(), files=1, words="现场先围起来")
    case.finish()
    return case


def numbers(photos: Any) -> list[str]:
    """The files that these are, by number."""
    return [one.url.rsplit("/", 1)[-1] for one in photos]


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.DISPATCHER, "/desk/cases/{}"),
        (Role.GRID_WORKER, "/field/cases/{}"),
        (Role.GRID_WORKER, "/field/cases/{}/do/check"),
        (Role.DISPATCHER, "/desk/cases/{}/do/rework"),
    ],
)
def test_photos_stand_with_the_entry_they_came_with(role: Role, page: str) -> None:
    team = at_work(role)
    shown = team[role].get(page.format(finished().now.number)).context
    assert numbers(shown["photos"]) == ["1", "2"]
    assert numbers(shown["after"].photos) == ["4"]
    assert ANSWER in shown["after"].words


def test_before_anything_was_done_there_is_no_after() -> None:
    case = Matter.opened("open", anonymous(), files=2, at=now(), words="文三路有个大坑")
    shown = at_work(Role.DISPATCHER)[Role.DISPATCHER].get(f"/desk/cases/{case.now.number}").context
    assert (numbers(shown["photos"]), shown["after"]) == (["1", "2"], None)


def test_who_settled_it_when_they_found_it_shows_how_it_is_now() -> None:
    case = Matter.opened(
        "settle",
        grid_worker(),
        files=1,
        reporter=False,
        at=now(),
        words="垃圾",
        outcome="fixed",
        answer="已经清走",
        category=Condition.objects.get(pk=condition("E01-13")).category_id,
    )
    shown = at_work(Role.GRID_WORKER)[Role.GRID_WORKER].get(f"/field/cases/{case.now.number}").context
    assert (shown["photos"], numbers(shown["after"].photos)) == ([], ["1"])


def test_who_checks_reads_report_answer_and_closing_condition_above_the_form() -> None:
    grid = at_work(Role.GRID_WORKER)[Role.GRID_WORKER]
    page = grid.get(f"/field/cases/{finished().now.number}/do/check").content.decode()
    form = page.index('name="result"')
    closing = Condition.objects.get(pk=condition("E01-13")).closing
    for words in ("文三路有个大坑", ANSWER, closing, "/files/1", "/files/4"):
        assert 0 < page.find(words) < form, words


def test_who_closes_reads_what_was_found_and_the_closing_condition_above_the_form() -> None:
    team = at_work(Role.DISPATCHER, Role.GRID_WORKER)
    case = finished()
    case.do("check", grid_worker(), result="holds", words="路面平了，车都过得去")
    page = team[Role.DISPATCHER].get(f"/desk/cases/{case.now.number}/do/close").content.decode()
    form = page.index('id="id_close_words"')
    closing = Condition.objects.get(pk=condition("E01-13")).closing
    for words in ("文三路有个大坑", ANSWER, "路面平了，车都过得去", closing):
        assert 0 < page.find(words) < form, words


def test_what_was_found_stands_until_another_outcome_is_reported() -> None:
    client = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    case = finished()
    case.do("check", grid_worker(), result="fails", words="还是坑坑洼洼")
    (found,) = client.get(f"/desk/cases/{case.now.number}").context["looked"]
    assert "还是坑坑洼洼" in found.words
    case.finish()
    assert client.get(f"/desk/cases/{case.now.number}").context["looked"] == []


@pytest.mark.parametrize(
    ("language", "hint"),
    [
        ("zh-hans", "只在上面选“依法或因条件无法解决”时填写。"),
        ("en", "Only where you choose “Cannot be settled” above."),
    ],
)
def test_who_reports_it_done_reads_the_closing_condition_and_when_a_question_is_theirs(
    language: str, hint: str
) -> None:
    client = at_work(Role.HANDLER)[Role.HANDLER]
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = language
    case = Matter.opened("open", anonymous(), at=now(), words="文三路有个大坑")
    case.dispatch(condition=condition("E01-13"))
    page = client.get(f"/desk/cases/{case.now.number}/do/done").content.decode()
    found = Condition.objects.get(pk=condition("E01-13"))
    closing = found.closing if language == "zh-hans" else found.closing_en or found.closing
    assert 0 < page.find(closing) < page.index('name="met"')
    assert hint in page
    assert 'data-when="outcome=cannot"' in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_person_sees_before_and_after_side_by_side(client: Client, language: str) -> None:
    handler = at_work(Role.HANDLER, Role.DISPATCHER, Role.GRID_WORKER)[Role.HANDLER]
    number, code = report(client, files=[picture()])
    Matter.known(find_case_id(int(number)), at=now()).dispatch(condition=condition("E01-13"))
    done = {"outcome": "fixed", "met": "yes", "answer": ANSWER, "files": photo(), "request_id": str(uuid4())}
    assert handler.post(f"/desk/cases/{int(number)}/do/done", done).status_code == 302
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = language
    page = text(follow(client, number, code).client.get(f"/follow/{number}"))
    beside = page[page.index("anlan-beside") : page.index("anlan-card", page.index("anlan-beside"))]
    assert re.findall(r'src="[^"]*/(\d+)"', beside) == ["1", "2"]
    assert len(re.findall(r'src="[^"]*/2"', page)) == 2  # here and in the story


@pytest.mark.parametrize(
    ("language", "twice", "once"),
    [("zh-hans", "现为“办结”", "办结"), ("en", "now “Closed”", "Closed it")],
)
def test_the_story_does_not_say_the_same_word_twice(language: str, twice: str, once: str) -> None:
    case = finished()
    case.do("check", grid_worker(), result="holds")
    case.do("close", town())
    client = at_work(Role.DISPATCHER)[Role.DISPATCHER]
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = language
    titles = [line.title for line in client.get(f"/desk/cases/{case.now.number}").context["lines"]]
    assert titles[0] == once
    assert not any(twice in title for title in titles)
