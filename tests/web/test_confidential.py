# SPDX-License-Identifier: Apache-2.0
"""A confidential report at every door: the unit finds neither the writer nor their words, the room looks with a reason."""

import secrets

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.base.ids import new_id
from anlan.cases.models import Case
from anlan.people.may import Role
from tests.cases.world import organisation
from tests.procedures.report import cast
from tests.web.api.conftest import Api, token_of
from tests.web.resident.visits import answers, fill, hidden, picture, report, text
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.django_db
SAID = "我在三楼天天闻到油烟"
PHONE = "13912345678"
PLAIN = "餐馆油烟扰民，请检查"


@pytest.fixture
def number(client: Client) -> int:
    """A report sent with the box ticked, passed on as a summary, and dispatched."""
    made, _code = report(
        client, words=SAID, kind="noise", confidential="on", phone=PHONE, files=[picture()], checked="1"
    )
    desk = enter(post_of(Role.DISPATCHER))
    page = text(desk.get(f"/desk/cases/{int(made)}"))
    assert "do/screen" in page
    assert "do/dispatch" not in page
    assert SAID in page
    assert PHONE not in page
    form = text(desk.get(f"/desk/cases/{int(made)}/do/screen"))
    sent = desk.post(
        f"/desk/cases/{int(made)}/do/screen",
        {"decision": "summary", "summary": PLAIN, "expect": hidden(form, "expect")},
    )
    assert sent.status_code == 302
    matter = cast.Matter.known(Case.objects.get(number=int(made)).pk, at=now())
    matter.dispatch()
    return int(made)


def test_neither_desk_nor_print_nor_notices_nor_search_show_the_unit_who_wrote_it(number: int) -> None:
    unit = enter(post_of(Role.HANDLER))
    page = text(unit.get(f"/desk/cases/{number}"))
    assert PLAIN in page
    pages = [
        page,
        text(unit.get("/desk/")),
        text(unit.get("/desk/notices")),
        text(unit.get("/desk/?words=油烟")),
    ]
    for each in pages:
        for word in (SAID, "三楼", PHONE, "5678"):
            assert word not in each
    assert unit.get(f"/desk/cases/{number}/files/1").status_code == 404
    assert "do/look" not in page


def test_nor_does_the_api(number: int) -> None:
    held = post_of(Role.HANDLER)
    api = Api(client=Client(), token=token_of(held, ("report",), ("take", "ask"), None))
    answers = [api.get(f"cases/{number:016d}"), api.get(f"cases/{number:016d}/entries")]
    assert [answer.status_code for answer in answers] == [200, 200]
    shown = "".join(answer.content.decode() for answer in answers)
    assert PLAIN in shown
    for word in (SAID, "三楼", PHONE):
        assert word not in shown


def test_nor_the_field(number: int) -> None:
    page = text(enter(post_of(Role.GRID_WORKER)).get(f"/field/cases/{number}"))
    for word in (SAID, "三楼", PHONE):
        assert word not in page


def test_the_room_sees_who_it_was_for_a_reason_that_the_person_reads(number: int, client: Client) -> None:
    desk = enter(post_of(Role.DISPATCHER))
    assert PHONE not in text(desk.get(f"/desk/cases/{number}"))
    assert desk.post(f"/desk/cases/{number}/do/look", {"reason": "emergency"}).status_code == 302
    assert "5678" in text(desk.get(f"/desk/cases/{number}"))
    mine = text(client.get(f"/follow/{number:016d}"))
    assert "紧急情况需要联系当事人" in mine
    assert SAID in mine


def test_who_reports_is_told_of_a_number_in_their_words_and_it_is_taken_out_if_they_wish(
    client: Client,
) -> None:
    words = "路面破损，找老板 13700001111"
    page = text(fill(client, words=words))
    assert "找老板 …" in page
    sent = client.post("/report", answers(draft=hidden(page), words=words, checked="1", personal="out"))
    assert sent.status_code == 302
    assert "13700001111" not in text(client.get(f"/follow/{Case.objects.get().number:016d}"))


def test_who_wants_to_stay_unknown_is_asked_whether_it_is_about_the_office_that_would_take_it(
    client: Client,
) -> None:
    typed = {"words": "办事要收钱，我怕被知道是我说的", "confidential": "on"}
    page = text(fill(client, **typed))
    room = organisation(cast.TOWN_ROOM)
    assert f'name="concerned" value="{room}"' in page
    assert 'value="" checked' in page
    number, _code = report(client, **typed, checked="1", concerned=str(room))
    case = Case.objects.get(number=int(number))
    assert case.barred == room
    assert case.holder_id != room
    assert (
        enter(post_of(Role.DISPATCHER, cast.TOWN_ROOM)).get(f"/desk/cases/{int(number)}").status_code == 404
    )
    assert 'name="concerned"' not in text(fill(client, words=typed["words"]))


def test_what_was_answered_there_holds_where_the_phone_sends_it_later(client: Client) -> None:
    room = organisation(cast.TOWN_ROOM)
    of = {"case": new_id().hex, "secret": secrets.token_hex(32)}
    typed = answers(words="办事要收钱，怕被知道", confidential="on", checked="1", concerned=str(room), **of)
    assert client.post("/report/phone", typed).status_code == 200
    case = Case.objects.get()
    assert case.barred == room
    assert case.holder_id != room


def test_an_office_that_is_no_office_of_there_is_refused_and_nothing_is_lost(client: Client) -> None:
    for wrong in ("0", "x", "99999999", "1" * 500):
        answer = fill(client, words="怕人知道", confidential="on", checked="1", concerned=wrong)
        assert answer.status_code == 422
        assert "怕人知道" in text(answer)
