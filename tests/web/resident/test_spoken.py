# SPDX-License-Identifier: Apache-2.0
"""A report that was spoken: no words are needed, the desk is told to type it up, its person reads what was typed."""

import pytest
from django.test import Client

from anlan.cases.models import Case
from anlan.people.may import Role
from anlan.procedures.report.models import ReportRecord
from tests.cases.files import webm
from tests.web.resident.visits import WORDS, fill, hidden, text, upload
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.django_db


def recording() -> object:
    return upload("recording.webm", webm(), "audio/webm")


def drawn_rows(desk: Client) -> str:
    """The desk's list without the queues beside it."""
    return text(desk.get("/desk/")).partition("<ul data-cases")[2].partition("</ul>")[0]


def test_a_recording_stands_for_words_and_is_typed_up(client: Client) -> None:
    assert fill(client, words=None, files=recording()).status_code == 302
    assert ReportRecord.objects.get().untyped
    number = f"{Case.objects.get().number:016d}"
    desk = enter(post_of(Role.DISPATCHER))
    assert "待录入文字" in drawn_rows(desk)
    page = text(desk.get(f"/desk/cases/{int(number)}"))
    assert "<audio" in page
    heard = desk.get(f"/desk/cases/{int(number)}/files/1")
    assert heard["Content-Type"] == "audio/webm"
    form = text(desk.get(f"/desk/cases/{int(number)}/do/type_up"))
    given = {name: hidden(form, name) for name in ("expect",)}
    assert desk.post(f"/desk/cases/{int(number)}/do/type_up", {**given, "words": WORDS}).status_code == 302
    assert "待录入文字" not in drawn_rows(desk)
    assert WORDS in text(desk.get(f"/desk/cases/{int(number)}"))
    assert "/do/type_up" not in text(desk.get(f"/desk/cases/{int(number)}"))
    own = text(client.get(f"/follow/{number}"))
    assert f'<h1 class="anlan-title">{WORDS}' in own
    assert "<audio" in own


def test_words_with_a_recording_need_no_typing(client: Client) -> None:
    assert fill(client, files=recording()).status_code == 302
    assert not ReportRecord.objects.get().untyped


def test_without_words_and_recording_the_words_are_asked_for(client: Client) -> None:
    answer = fill(client, words=None)
    assert answer.status_code == 422
    assert "请写怎么了" in text(answer)
