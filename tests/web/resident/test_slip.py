# SPDX-License-Identifier: Apache-2.0
"""The slip after sending: what it holds, and how short a time it shows the follow code."""

from datetime import timedelta

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.cases.queries import find_case_id
from anlan.people.may import Role
from anlan.web import followed
from anlan.web.look.squares import draw_square
from anlan.web.resident import grants
from anlan.web.resident import report as door
from tests.procedures.report.cast import Matter, unit
from tests.web.resident.visits import answers, hidden, picture, report, text
from tests.web.staff import at_work

pytestmark = pytest.mark.django_db
SLIP, GONE = "/report/sent", "查询码已不再显示"


def shows(page: str, code: str) -> bool:
    return code in page and GONE not in page


def test_only_what_was_sent_with_the_report_is_counted(client: Client) -> None:
    at_work(Role.DISPATCHER, Role.HANDLER)
    number, _code = report(client, files=[picture()])
    matter = Matter.known(find_case_id(int(number)), at=now())
    matter.dispatch()
    matter.do("take", unit())
    matter.finish()
    assert "附 1 个文件" in text(client.get(SLIP))


def test_the_code_is_shown_again_on_a_reload_and_no_more_once_another_page_was_opened(client: Client) -> None:
    number, code = report(client)
    assert shows(text(client.get(SLIP)), code)
    client.get("/nothing-here")
    client.get("/preferences/", {"language": "en", "next": SLIP})
    client.get("/preferences/", {"language": "zh-hans", "next": SLIP})
    assert shows(text(client.get(SLIP)), code)
    client.get(f"/follow/{number}")
    page = text(client.get(SLIP))
    assert GONE in page
    assert code not in page
    assert f'href="/follow/{number}"' in page


@pytest.mark.parametrize("path", ["/", "/public", "/follow", "/report", "/sign-in", "/desk/sign-in"])
def test_any_page_of_the_site_ends_it(client: Client, path: str) -> None:
    _number, code = report(client)
    assert client.get(path).status_code == 200
    assert not shows(text(client.get(SLIP)), code)


def test_after_ten_minutes_it_is_gone_and_an_open_page_loads_itself_again_by_then(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _number, code = report(client)
    answer = client.get(SLIP)
    assert 0 < int(answer["Refresh"]) <= 601
    monkeypatch.setattr(grants, "SHOWN", timedelta(0))
    answer = client.get(SLIP)
    assert GONE in text(answer)
    assert code not in text(answer)
    assert "Refresh" not in answer


def test_the_form_behind_the_back_button_does_not_bring_it_back(client: Client) -> None:
    draft = hidden(text(client.get("/report")))
    client.post("/report", answers(draft=draft))
    assert GONE not in text(client.get(SLIP))
    client.get("/")
    client.post("/report", answers(draft=draft))
    assert GONE in text(client.get(SLIP))
    other, code = report(client, checked="1")
    assert other
    client.post("/report", answers(draft=draft))
    page = text(client.get(SLIP))
    assert GONE in page
    assert code not in page
    assert other not in page.replace(" ", "")


def test_who_never_saw_the_slip_gets_it_by_sending_again(client: Client) -> None:
    draft = hidden(text(client.get("/report")))
    client.post("/report", answers(draft=draft))
    client.post("/report", answers(draft=draft))
    assert GONE not in text(client.get(SLIP))


def test_once_the_case_is_closed_to_this_browser_the_slip_leads_to_following(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(client)
    client.get("/")
    monkeypatch.setattr(followed, "LASTS", timedelta(0))
    assert client.get(SLIP)["Location"] == "/follow"


def test_the_square_and_the_printed_link_lead_back_without_the_code(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def note(said: str) -> str:
        drawn.append(said)
        return draw_square(said)

    monkeypatch.setattr(door, "draw_square", note)
    number, code = report(client)
    assert drawn == [f"http://testserver/follow?number={number}"]
    page = text(client.get(SLIP))
    assert "<svg" in page
    assert code.replace(" ", "") not in drawn[0]
    assert f'value="{number}"' in text(client.get(drawn[0]))
