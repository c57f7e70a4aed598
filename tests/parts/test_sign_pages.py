# SPDX-License-Identifier: Apache-2.0
"""Signing and meetings where a party follows their case: without a script, and in a browser at 360 px."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from anlan.base.clock import now
from anlan.cases.act import act
from anlan.cases.catalogue import current
from anlan.cases.queries import follow_code_of, get_view
from anlan.parts.signing import rules
from tests.cases.world import dispatcher, envelope
from tests.parts.papers import WORDS
from tests.parts.test_documents import words_of
from tests.parts.test_making import SOON, case_of, does, drafted, opened, wish_to_sign

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def demo(settings: Settings) -> None:
    settings.ANLAN_DEMO = True


def number_of(case_id: UUID) -> str:
    return f"{case_of(case_id).number:016d}"


def party(case_id: UUID, n: int) -> Client:
    """A browser in which this party's code was given."""
    visitor = Client()
    visitor.cookies["django_language"] = "en"
    code = {"number": number_of(case_id), "code": follow_code_of(case_id, n)}
    assert visitor.post("/follow", code).status_code == 302
    return visitor


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no {name}: {page}"
    return found[1]


def filled(page: str, **more: Any) -> dict[str, Any]:
    given = {name: field(page, name) for name in ("request_id", "document")}
    return given | {"name": "欧阳若兰", "agreed": "on", "drawn": ""} | more


def code_on(page: str) -> str:
    found = re.search(r'<span class="anlan-code">(\d{6})</span>', page)
    assert found, page
    return found[1]


@pytest.mark.usefixtures("pact")
@pytest.mark.django_db
class TestWithoutScript:
    def test_read_name_code_signed(self) -> None:
        case_id = drafted()
        visitor, url = party(case_id, 1), f"/follow/{number_of(case_id)}/sign"
        assert f'href="{url}"' in visitor.get(f"/follow/{number_of(case_id)}").content.decode()
        page = visitor.get(url).content.decode()
        assert "0 of 2 people have signed" in page
        link = re.search(r'href="(/follow/\d+/files/\d+)"', page)
        assert link
        assert re.sub(r"\s", "", WORDS) in words_of(visitor.get(link[1]).content)
        page = visitor.post(url, filled(page)).content.decode()
        code = code_on(page)
        wrong = visitor.post(url, filled(page, code="000000" if code != "000000" else "111111"))
        assert wrong.status_code == 422
        assert case_of(case_id).record["signed"] == []
        answer = visitor.post(url, filled(page, code=code), follow=True)
        assert "You have signed the document." in answer.content.decode()
        assert case_of(case_id).record["signed"] == [1]
        again = visitor.post(url, filled(page, code=code), follow=True)
        assert again.redirect_chain
        assert case_of(case_id).record["signed"] == [1]

    def test_nothing_is_signed_without_reading_nor_without_the_own_name(self) -> None:
        case_id = drafted()
        visitor, url = party(case_id, 1), f"/follow/{number_of(case_id)}/sign"
        page = visitor.get(url).content.decode()
        for given in ({"agreed": ""}, {"name": " "}, {"name": "完全另一个人"}):
            assert visitor.post(url, filled(page, **given)).status_code == 422

    def test_what_changed_meanwhile_is_read_anew(self) -> None:
        case_id = drafted()
        visitor, url = party(case_id, 1), f"/follow/{number_of(case_id)}/sign"
        page = visitor.get(url).content.decode()
        asked = visitor.post(url, filled(page)).content.decode()
        does(case_id, "draft", words="改过的协议")
        answer = visitor.post(url, filled(asked, code=code_on(asked)), follow=True)
        assert answer.redirect_chain[0][0] == url
        assert rules.CHANGED.en in answer.content.decode()
        assert case_of(case_id).record["signed"] == []

    def test_who_starts_again_at_once_may_still_enter_the_code_that_came(self) -> None:
        case_id = drafted()
        visitor, url = party(case_id, 1), f"/follow/{number_of(case_id)}/sign"
        code = code_on(visitor.post(url, filled(visitor.get(url).content.decode())).content.decode())
        again = visitor.post(url, filled(visitor.get(url).content.decode()))
        assert again.status_code == 429
        page = again.content.decode()
        assert "If the code has come, enter it here." in page
        visitor.post(url, filled(page, code=code))
        assert case_of(case_id).record["signed"] == [1]

    def test_a_code_for_one_signs_not_for_the_other(self) -> None:
        case_id = drafted()
        url = f"/follow/{number_of(case_id)}/sign"
        first, second = party(case_id, 1), party(case_id, 2)
        asked = first.post(url, filled(first.get(url).content.decode())).content.decode()
        other = second.get(url).content.decode()
        assert second.post(url, filled(other, code=code_on(asked))).status_code == 422

    def test_a_bad_drawing_is_told_and_nothing_signed(self) -> None:
        case_id = drafted()
        visitor, url = party(case_id, 1), f"/follow/{number_of(case_id)}/sign"
        page = visitor.post(url, filled(visitor.get(url).content.decode(), drawn="M1 1L2 2")).content.decode()
        answer = visitor.post(url, filled(page, drawn="M1 1L2 2", code=code_on(page)))
        assert answer.status_code == 422
        assert "Please draw it again" in answer.content.decode()

    def test_who_has_nothing_to_sign_is_led_back(self) -> None:
        case_id = opened()
        url = f"/follow/{number_of(case_id)}/sign"
        assert party(case_id, 1).get(url)["Location"] == url.removesuffix("/sign")
        assert Client().get(url)["Location"].startswith("/follow?")

    def test_what_was_not_made_here_is_signed_by_nobody(self) -> None:
        case_id = opened()
        act(envelope("draft", dispatcher(), case_id, data={"words": "协议", "document": "a" * 64}, at=SOON))
        url = f"/follow/{number_of(case_id)}/sign"
        answer = party(case_id, 1).get(url, follow=True)
        assert answer.redirect_chain[0][0] == url.removesuffix("/sign")
        assert "cannot be opened any more" in answer.content.decode()

    def test_the_forms_of_all_deeds_lead_here(self) -> None:
        case_id = drafted()
        url = f"/follow/{number_of(case_id)}"
        assert party(case_id, 1).get(f"{url}/do/sign")["Location"] == f"{url}/sign"

    def test_the_timeline_shows_no_digest_and_no_strokes(self) -> None:
        case_id = drafted()
        act(wish_to_sign(case_id, 1))
        page = party(case_id, 1).get(f"/follow/{number_of(case_id)}").content.decode()
        assert case_of(case_id).record["document"] not in page
        assert "L80 60" not in page


def invite(case_id: UUID, action: str, **more: Any) -> int:
    data = {
        "begins": now() + timedelta(days=2),
        "minutes": 45,
        "form": "on_site",
        "where": "灵隐街道调解室",
    } | more
    done = act(envelope(action, dispatcher(), case_id, data=data, at=now()))
    return done.seq


@pytest.mark.usefixtures("pact")
@pytest.mark.django_db
class TestMeetings:
    def test_both_sides_read_of_it_and_take_it_into_their_calendar(self) -> None:
        case_id = opened()
        seq = invite(case_id, "meet", about="带上照片")
        for n in (1, 2):
            visitor, url = party(case_id, n), f"/follow/{number_of(case_id)}"
            page = visitor.get(url).content.decode()
            assert "You are invited" in page
            assert f"{url}/meetings/{seq}.ics" in page
            file = visitor.get(f"{url}/meetings/{seq}.ics")
            assert file["Content-Type"].startswith("text/calendar")
            assert "灵隐街道调解室" in file.content.decode().replace("\r\n ", "")
            assert "欧阳若兰" not in file.content.decode()

    def test_a_sides_own_meeting_is_not_there_for_the_other(self) -> None:
        case_id = opened()
        seq = invite(case_id, "meet_side1", where="城西派出所旁调解点")
        invite(case_id, "meet")
        url = f"/follow/{number_of(case_id)}"
        assert party(case_id, 1).get(f"{url}/meetings/{seq}.ics").status_code == 200
        other = party(case_id, 2)
        assert other.get(f"{url}/meetings/{seq}.ics").status_code == 404
        for path in (url, f"{url}/data.json"):
            answer = other.get(path)
            assert "城西派出所" not in answer.content.decode()
            assert "one side alone" not in answer.content.decode()
        lines = get_view(dispatcher(), case_id, known=current(), at=now()).timeline.lines
        assert len([line for line in lines if "meetings_side1" in line.outcomes.get("record", {})]) == 1

    def test_one_called_off_is_on_the_page_no_more(self) -> None:
        case_id = opened()
        seq = invite(case_id, "meet")
        act(envelope("call_off", dispatcher(), case_id, data={"words": "改期"}, at=now()))
        visitor, url = party(case_id, 1), f"/follow/{number_of(case_id)}"
        assert "You are invited" not in visitor.get(url).content.decode()
        assert b"STATUS:CANCELLED" in visitor.get(f"{url}/meetings/{seq}.ics").content

    def test_no_other_entry_is_a_meeting(self) -> None:
        case_id = opened()
        visitor = party(case_id, 1)
        for seq in (1, 99):
            assert visitor.get(f"/follow/{number_of(case_id)}/meetings/{seq}.ics").status_code == 404
