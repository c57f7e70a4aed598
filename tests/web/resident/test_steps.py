# SPDX-License-Identifier: Apache-2.0
"""The steps keep their names and order for the whole life of a case, and what was promised is kept or replaced in words."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import translation

from anlan.base.clock import now
from anlan.cases.queries import find_case_id
from anlan.people.may import Role
from anlan.procedures.report.procedure import REPORT
from anlan.web.resident.steps import steps_of
from tests.procedures.report.cast import REPORTER, Matter, grid_worker, town, unit
from tests.web.resident.visits import follow, report, text
from tests.web.staff import at_work

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_steps_keep_their_names_and_their_order_in_every_state(language: str) -> None:
    case = Matter().now
    names = [words.in_language(language) for _key, words in REPORT.stages]
    with translation.override(language):
        for state in REPORT.states:
            steps = steps_of(replace(case, state=state.key, open=state.open), REPORT)
            words = [step.word for step in steps]
            assert words == [name for name in names if name in words], state.key
            present = dict(zip(dict(REPORT.stages), names, strict=True))[state.stage]
            here = next(step for step in steps if step.word == present)
            assert here.state in {"now", "done"}
            assert all(step.state == "done" for step in steps[: steps.index(here)])


def test_what_the_step_is_called_now_stands_under_its_name() -> None:
    case = Matter().now
    with translation.override("zh-hans"):
        steps = steps_of(replace(case, state="confirming"), REPORT)
    assert [(step.word, step.state, step.note) for step in steps] == [
        ("收到", "done", ""),
        ("交办", "done", ""),
        ("办理", "done", ""),
        ("结果", "now", "请您确认"),
        ("办结", "next", ""),
    ]


@pytest.mark.parametrize(
    ("language", "sooner", "checked", "closed"),
    [
        (
            "zh-hans",
            "可能提前办结",
            "已核实。如果没有办好，您现在就可以说，办结后15 天内也可以。",
            "如果没有办好，您可以在",
        ),
        (
            "en",
            "may be closed sooner",
            "Checked. If it is not fixed, say so now, or within 15",
            "you can have it reopened until",
        ),
    ],
)
def test_whose_check_ended_the_days_to_confirm_is_told_what_holds_now(
    client: Client, language: str, sooner: str, checked: str, closed: str
) -> None:
    at_work(Role.DISPATCHER, Role.HANDLER, Role.GRID_WORKER)
    number, code = report(client)
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = language
    follow(client, number, code)
    case = Matter.known(find_case_id(int(number)), at=now())

    def page() -> str:
        return text(client.get(f"/follow/{number}"))

    case.dispatch()
    assert checked not in page()
    assert sooner not in page()
    case.finish()
    assert sooner in page()
    assert checked not in page()
    case.do("check", grid_worker(), result="holds")
    assert checked in page()
    assert f"/follow/{number}/do/confirm" in page()
    case.do("close", town())
    assert page().count(f"/follow/{number}/do/reopen") == 1
    assert page().index(f"/follow/{number}/do/reopen") < page().index(f"/follow/{number}/do/rate")
    assert checked not in page()
    assert closed in page()
    case.at += timedelta(days=1)
    case.do("reopen", town(), words="还有一个坑没有补")
    assert closed not in page()


def test_the_notice_of_the_check_and_of_closing_say_what_can_still_be_done() -> None:
    told = {notice.key: notice.words for notice in REPORT.notices}
    assert "您仍可以提出" in told["check_party"].zh
    assert "要求重新办理" in told["close_party"].zh


def test_who_has_confirmed_is_not_asked_to_say_it_again(client: Client) -> None:
    at_work(Role.DISPATCHER, Role.HANDLER)
    number, code = report(client)
    follow(client, number, code)
    case = Matter.known(find_case_id(int(number)), at=now())
    case.dispatch()
    case.finish()
    case.do("confirm", REPORTER, result="holds")
    page = text(client.get(f"/follow/{number}"))
    assert f"/follow/{number}/do/confirm" not in page
    assert "办结后15 天内您仍可以提出" in page
    assert "现在就可以说" not in page


def test_the_latest_never_says_what_a_reopening_or_a_rework_took_back(client: Client) -> None:
    at_work(Role.DISPATCHER, Role.HANDLER, Role.GRID_WORKER)
    number, code = report(client)
    follow(client, number, code)
    case = Matter.known(find_case_id(int(number)), at=now())

    def latest() -> str:
        return text(client.get(f"/follow/{number}")).split("最新</h2>", 1)[1].split("</section>", 1)[0]

    case.dispatch()
    case.do("take", unit())
    case.finish()
    assert "路面已经修补平整" in latest()
    case.do("check", grid_worker(), result="fails", words="又开裂了")
    assert "路面已经修补平整" not in latest()
    assert "又开裂了" in latest()
    case.finish(answer="重新铺了一层")
    assert "重新铺了一层" in latest()
    case.do("check", grid_worker(), result="holds")
    case.do("close", town())
    assert "重新铺了一层" in latest()
    case.do("reopen", REPORTER, words="还有一个坑没有补")
    assert "重新铺了一层" not in latest()
    assert "重新办理" in latest()
    assert "还有一个坑没有补" in latest()
    assert "重新铺了一层" in text(client.get(f"/follow/{number}"))
