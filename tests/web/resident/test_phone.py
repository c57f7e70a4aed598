# SPDX-License-Identifier: Apache-2.0
"""What a phone keeps is sent once, by whom it was written, and its photos follow."""

import json
import secrets
from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from anlan.base.clock import now
from anlan.base.ids import new_id
from anlan.cases.models import Attachment, Case, Entry
from anlan.places.codes import Level
from anlan.places.find import get_place
from anlan.procedures.report.models import ReportRecord
from anlan.web.resident import device as devices
from anlan.web.resident import phone as door
from anlan.web.resident.work import BITS, PARTS
from tests.web.resident.visits import WORDS, answers, fill, follow, hidden, picture, sign_in, text, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    """Codes for signing in are shown."""
    settings.ANLAN_DEMO = True


def ids() -> dict[str, str]:
    """What a phone makes for a new report."""
    return {"case": new_id().hex, "secret": secrets.token_hex(32)}


def send(visitor: Client, of: dict[str, str], **more: Any) -> Any:
    return visitor.post("/report/phone", answers(**of, **more))


def ask(visitor: Client, of: dict[str, str]) -> Any:
    return visitor.post("/report/phone", {**of, "ask": "1"})


def send_photo(visitor: Client, of: dict[str, str], photo: str = "", **more: Any) -> Any:
    return visitor.post("/report/photo", {**of, "photo": photo or new_id().hex, "files": picture(**more)})


def slip(answer: Any) -> list[str]:
    """Number and code."""
    return [each.split("<", 1)[0] for each in answer.json()["slip"].split('class="anlan-code">')[1:]]


def test_a_report_that_waited_gives_its_number_and_code(client: Client) -> None:
    answer = send(client, ids())
    assert answer.status_code == 200
    number, code = slip(answer)
    assert "西溪街道综合信息指挥室" in answer.json()["slip"]
    assert follow(Client(), number, code).status_code == 302
    assert Case.objects.get().source == "resident"


def test_sent_again_without_the_answer_it_is_one_case_with_the_same_slip() -> None:
    of = ids()
    first = send(Client(), of)
    again = send(
        Client(), of, words="改过的话"
    )  # another session, other words: the phone proves that it is its own
    assert slip(first) == slip(again) == slip(ask(Client(), of))
    assert Case.objects.count() == 1


def test_sent_by_the_form_and_then_by_the_queue_it_is_one_case(client: Client) -> None:
    of = ids()
    assert fill(client, **of).status_code == 302
    assert send(Client(), of).status_code == 200
    assert Case.objects.count() == 1


def test_the_form_needs_no_draft_of_the_server_where_the_phone_has_its_own(client: Client) -> None:
    assert client.post("/report", answers(draft="lapsed", **ids())).status_code == 302


def test_a_case_id_opens_nothing_to_who_has_not_its_secret(client: Client) -> None:
    of = ids()
    send(client, of, awaited="1")
    thief, other = Client(), of | {"secret": secrets.token_hex(32)}
    assert ask(thief, other).status_code == 404
    assert send(thief, other).status_code == 409
    assert send_photo(thief, other).status_code == 404
    draft = hidden(text(thief.get("/report")))
    refused = thief.post("/report", answers(draft=draft, **other))
    assert refused.status_code == 422
    assert "anlan-code" not in text(refused)
    assert thief.get("/report/sent")["Location"] == "/follow"


@pytest.mark.parametrize(
    "wrong",
    [{}, {"case": "x"}, {"secret": "00"}, {"case": "0" * 32}, {"case": "12345678123441238123123456781234"}],
)
def test_ids_that_no_phone_makes_are_refused(client: Client, wrong: dict[str, str]) -> None:
    of = {**ids(), **wrong} if wrong else {}
    assert send(client, of).status_code == 422
    assert Case.objects.count() == 0


def test_what_is_missing_is_said_and_nothing_is_opened(client: Client) -> None:
    answer = send(client, ids(), place=None)
    assert answer.status_code == 422
    assert "请从列表中选择地点" in " ".join(each["detail"] for each in answer.json()["errors"])
    assert Case.objects.count() == 0


def test_a_position_alone_goes_to_its_county(client: Client) -> None:
    answer = send(client, ids(), place=None, address=None, lng="1201551000", lat="302741000", metres="30")
    assert answer.status_code == 200
    assert get_place(Case.objects.get().place_id).level is Level.COUNTY


def test_what_was_written_in_one_session_is_not_sent_in_the_name_of_another(client: Client) -> None:
    of = ids()
    sign_in(client, "13800000001")
    assert send(client, of, by="").status_code == 200
    assert slip(ask(client, of))[0] not in text(client.get("/mine"))
    own = ids()
    assert send(client, own, by=client.get("/report/phone").json()["by"]).status_code == 200
    assert slip(ask(client, own))[0] in text(client.get("/mine"))


def test_where_and_when_a_photo_was_taken_is_offered_while_it_is_still_on_the_phone(client: Client) -> None:
    said = {"photo_lng": "1201333333", "photo_lat": "302750000", "photo_at": "2026-03-02T10:00"}
    page = text(fill(client, **ids(), **said))
    assert "使用照片的地点和时间吗" in page
    assert Case.objects.count() == 0
    number, code = slip(send(client, ids(), **said, use_photo="on"))
    follow(client, number, code)
    assert "30.27500, 120.13333" in text(client.get(f"/follow/{number.replace(' ', '')}"))


def test_photos_follow_one_by_one_and_each_counts_once(client: Client) -> None:
    of, first = ids(), new_id().hex
    send(client, of, awaited="2")
    record = ReportRecord.objects.get()
    assert record.awaited == 2
    for _ in range(2):
        assert send_photo(Client(), of, first).status_code == 200
    record.refresh_from_db()
    assert record.awaited == 1
    assert send_photo(Client(), of, colour="red").status_code == 200
    assert send_photo(Client(), of, colour="blue").status_code == 422, "more than were announced"
    assert Attachment.objects.count() == 2
    assert [each.actor for each in Entry.objects.order_by("seq")] == ["party:1"] * 3
    number, code = slip(ask(client, of))
    follow(client, number, code)
    assert text(client.get(f"/follow/{number.replace(' ', '')}")).count("/files/") >= 2


def test_a_picture_that_is_none_is_refused_for_good(client: Client) -> None:
    of = ids()
    send(client, of, awaited="1")
    given = {**of, "photo": new_id().hex, "files": upload("x.jpg", b"<svg>")}
    assert client.post("/report/photo", given).status_code == 422
    assert client.post("/report/photo", {**of, "photo": "x"}).status_code == 422
    assert ReportRecord.objects.get().awaited == 1


def test_after_a_week_the_secret_is_worth_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    of = ids()
    send(client, of, awaited="1")
    later = now() + timedelta(days=7, minutes=1)
    monkeypatch.setattr(door, "now", lambda: later)
    assert ask(client, of).status_code == 404
    assert send_photo(client, of).status_code == 404


def test_the_token_is_asked_for_and_the_queue_needs_it() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert send(strict, ids()).status_code == 403
    token = strict.get("/report/phone").json()["token"]
    answer = strict.post("/report/phone", answers(**ids()), headers={"x-csrftoken": token})
    assert answer.status_code == 200


def test_clearing_the_phone_ends_what_it_may_read(client: Client) -> None:
    assert fill(client, **ids()).status_code == 302
    number = f"{Case.objects.get().number:016d}"
    assert client.get(f"/follow/{number}").status_code == 200
    answer = client.post("/report/clear")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert "这部手机已经清空" in text(client.get(answer["Location"]))
    assert client.get(f"/follow/{number}").status_code == 302


def test_what_opens_without_signal_is_for_nobody_in_particular(client: Client) -> None:
    sign_in(client, "13800000001")
    page = text(client.get("/report/offline"))
    assert "csrfmiddlewaretoken" not in page
    assert "我的事项" not in page
    assert page == text(Client().get("/report/offline"))
    assert page != text(Client().get("/report/offline", headers={"accept-language": "en"}))


def test_the_worker_is_another_when_what_it_keeps_is(client: Client) -> None:
    def told(answer: Any) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(text(answer).split("self.anlan=", 1)[1].split(";\n", 1)[0])
        return found

    answer = client.get("/report/worker.js")
    assert answer["Service-Worker-Allowed"] == "/report"
    assert answer["Content-Type"].startswith("text/javascript")
    kept = told(answer)
    assert (kept["form"], kept["shell"]) == ("/report", "/report/offline")
    assert len(kept["files"]) == 4
    assert told(client.get("/report/worker.js")) == kept
    english = told(client.get("/report/worker.js", headers={"accept-language": "en"}))
    assert english["version"] != kept["version"]


def solved(work: dict[str, Any], case: str) -> str:
    found = []
    for part in range(work["parts"]):
        tried = (f"{work['challenge']}|{case}|{part}|{n}" for n in count())
        fits = (int.from_bytes(sha256(each.encode()).digest()) >> (256 - work["bits"]) == 0 for each in tried)
        found.append(next(n for n, fit in enumerate(fits) if fit))
    return f"{work['challenge']}|{','.join(map(str, found))}"


@pytest.fixture
def flood(settings: Settings) -> None:
    settings.ANLAN_FLOOD = 1
    assert send(Client(), ids()).status_code == 200


def test_in_calm_nobody_computes_anything(client: Client) -> None:
    assert client.get("/report/phone").json()["work"] is None
    assert 'data-work="' not in text(client.get("/report"))


@pytest.mark.usefixtures("flood")
def test_in_a_flood_a_phone_computes_before_it_sends_and_each_work_is_for_one_report(client: Client) -> None:
    work = client.get("/report/phone").json()["work"]
    assert (work["bits"], work["parts"]) == (BITS, PARTS)
    assert 'data-work="' in text(client.get("/report"))
    of = ids()
    done = solved(work, of["case"])
    refused = send(client, of)
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)
    assert send(client, ids(), work=done).status_code == 429
    assert send(client, of, work=done.replace(":", "x", 1)).status_code == 429
    assert send(client, of, work=done).status_code == 200


@pytest.mark.usefixtures("flood")
def test_in_a_flood_words_are_kept_without_script_and_who_signed_in_sends_at_once(client: Client) -> None:
    answer = fill(client)
    assert answer.status_code == 429
    assert WORDS in text(answer)
    assert "先用手机登录" in text(answer)
    sign_in(client, "13800000001")
    assert fill(client).status_code == 302


def test_a_device_reads_what_it_is_given_and_nothing_else() -> None:
    of = ids()
    assert devices.read_device({}) is None
    read = devices.read_device({**of, "photo_lng": "x", "photo_at": "<script>"})
    assert read is not None
    assert (read.case_id, read.point, read.taken_at) == (UUID(hex=of["case"]), None, "")
    again = devices.read_device(of)
    assert again == read
    assert of["secret"] not in repr(read)
