# SPDX-License-Identifier: Apache-2.0
"""Photos beside a summary: copies on which faces and plates are blurred; the original is under no public address, ever."""

import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from PIL import Image, ImageDraw

from anlan.base.clock import now
from anlan.base.errors import Invalid, NotFound
from anlan.base.keys import keyring
from anlan.cases import attachments
from anlan.cases.catalogue import current
from anlan.cases.models import Attachment, Case
from anlan.cases.pictures import Ready
from anlan.cases.queries import PublicFilters, get_summary, public_list, read_summary_photo
from anlan.cases.veiling import Mark, read_choice, read_marks, veil, write_choice
from anlan.people.may import Role, anonymous
from anlan.web.api import door
from tests.procedures.report import cast
from tests.web.api.conftest import Api, token_of
from tests.web.staff import enter, number, post_of

pytestmark = pytest.mark.django_db
SUMMARY = "当天用冷补料填平路面，第二天复查完好。"
PLATE = (300, 200, 420, 240)


def picture() -> bytes:
    """A grey road with a plate of black and white bars on it."""
    drawn = Image.new("RGB", (800, 600), "gray")
    brush = ImageDraw.Draw(drawn)
    for x in range(PLATE[0], PLATE[2], 8):
        brush.rectangle((x, PLATE[1], x + 3, PLATE[3]), fill="white")
        brush.rectangle((x + 4, PLATE[1], x + 7, PLATE[3]), fill="black")
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=95)
    return out.getvalue()


ORIGINAL = picture()
MARKS = "360.275.40-375.250.150.50"
"""In thousandths of 800 pixels: a circle on the plate's middle, and a rectangle over all of it."""


def contrast(data: bytes, box: tuple[int, int, int, int] = PLATE) -> int:
    shades = Image.open(io.BytesIO(data)).convert("L").crop(box).tobytes()
    return max(shades) - min(shades)


def closed() -> cast.Matter:
    """A closed case with two photos of the reporter's, who allowed that photos are published."""
    matter = cast.Matter.opened("open", anonymous(), files=2, at=now() - timedelta(days=1), words="坑")
    matter.at = now()
    matter.close()
    matter.do("release", cast.REPORTER, allow="photos")
    key = keyring().unwrap(bytes(Case.objects.get(pk=matter.id).key))
    for n in (1, 2):
        kept = attachments.store(matter.id, key, Ready(data=ORIGINAL, kind="image/jpeg"))
        Attachment.objects.filter(case_id=matter.id, n=n).update(keyed=kept.keyed)
    return matter


@pytest.fixture
def settled() -> cast.Matter:
    return closed()


def send(desk: Client, matter: cast.Matter, **given: Any) -> Any:
    """Looks at it as it will be, then sends what was looked at."""
    address = f"/desk/cases/{number(matter)}/do/publish"
    sent = {"summary": SUMMARY, "expect": matter.now.seq, **given}
    first = desk.post(address, sent)
    seen = re.search(r'name="seen" value="(\w+)"', first.content.decode())
    return desk.post(address, {**sent, "seen": seen[1]}) if seen else first


def page_of(matter: cast.Matter) -> str:
    return f"/public/summaries/{Case.objects.get(pk=matter.id).published_as}"


def test_everybody_sees_the_blurred_copy_and_nobody_the_original(
    settled: cast.Matter, client: Client
) -> None:
    desk = enter(post_of(Role.DISPATCHER))
    form = desk.get(f"/desk/cases/{number(settled)}/do/publish").content.decode()
    assert 'name="photo" value="1"' in form
    assert "checked" not in form.partition('name="photo"')[2].partition(">")[0]
    assert send(desk, settled, photo=["1"], veil_1=MARKS, veil_2="1.1.1").status_code == 302
    page = client.get(page_of(settled))
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex' in page.content.decode()
    assert page.content.decode().count("/photos/") == 2, "one photo, its thumbnail and its link"
    seen = client.get(f"{page_of(settled)}/photos/1")
    assert seen["Content-Type"] == "image/jpeg"
    assert seen["X-Robots-Tag"] == "noindex, nofollow"
    assert contrast(ORIGINAL) > 200
    assert contrast(seen.content) < 40
    for n in (0, 2, 3, 4):
        assert client.get(f"{page_of(settled)}/photos/{n}").status_code == 404
    copy = Attachment.objects.get(case_id=settled.id, audience="public")
    assert bytes(copy.keyed) not in {
        bytes(one.keyed) for one in Attachment.objects.filter(case_id=settled.id).exclude(n=copy.n)
    }
    original = desk.get(f"/desk/cases/{number(settled)}/files/1")
    assert original.content == ORIGINAL


def test_no_public_address_has_the_bytes_that_were_covered(settled: cast.Matter, client: Client) -> None:
    desk = enter(post_of(Role.DISPATCHER))
    send(desk, settled, photo=["1", "2"], veil_1=MARKS, veil_2=MARKS)
    wanted = f"{settled.now.number:016d}"
    rows = Attachment.objects.filter(case_id=settled.id)
    for n in rows.values_list("n", flat=True):
        for address in (
            f"/desk/cases/{wanted}/files/{n}",
            f"/field/cases/{wanted}/files/{n}",
            f"/follow/{wanted}/files/{n}",
            f"/api/v1/cases/{wanted}/files/{n}",
            f"{page_of(settled)}/files/{n}",
            f"{page_of(settled)}/photos/{n}",
        ):
            answer = client.get(address)
            assert answer.content != ORIGINAL
            if answer.status_code == 200 and answer["Content-Type"] == "image/jpeg":
                assert contrast(answer.content) < 40


def data_of(matter: cast.Matter) -> str:
    return f"/api/v1/summaries/{Case.objects.get(pk=matter.id).published_as}"


def test_data_give_the_photos_of_the_page_and_no_other(settled: cast.Matter, client: Client) -> None:
    desk = enter(post_of(Role.DISPATCHER))
    send(desk, settled, photo=["1"], veil_1=MARKS)
    told = client.get(data_of(settled)).json()
    assert told["photos"] == [f"{data_of(settled)}/photos/1"]
    assert client.get("/api/v1/summaries").json()["summaries"][0]["photos"] == told["photos"]
    seen = client.get(told["photos"][0])
    assert (seen["Content-Type"], seen["Cache-Control"]) == ("image/jpeg", "no-store")
    assert seen["X-Robots-Tag"] == "noindex, nofollow"
    assert seen.content == client.get(f"{page_of(settled)}/photos/1").content
    assert contrast(seen.content) < 40
    for n in (0, 2, 3, 10**12):
        absent = client.get(f"{data_of(settled)}/photos/{n}")
        assert (absent.status_code, absent.json()["code"]) == (404, "not_found")
    assert client.get("/api/v1/summaries/ABCDEFGH/photos/1").status_code == 404
    assert client.get(f"{told['photos'][0]}?size=5").status_code == 422


def test_data_lose_the_photos_with_the_page(settled: cast.Matter, client: Client) -> None:
    desk = enter(post_of(Role.DISPATCHER))
    send(desk, settled, photo=["1"], veil_1=MARKS)
    photo = f"{data_of(settled)}/photos/1"
    assert client.get(photo).status_code == 200
    settled.do("release", cast.REPORTER, allow="yes")
    assert client.get(photo).status_code == 404, "the consent ended, and the publication with it"
    send(desk, settled)
    told = client.get(data_of(settled)).json()
    assert (told["summary"], told["photos"]) == (SUMMARY, [])
    assert client.get(f"{data_of(settled)}/photos/1").status_code == 404


def test_the_document_says_what_a_photo_is() -> None:
    where = json.loads(door._document())["paths"]["/api/v1/summaries/{code}/photos/{n}"]["get"]
    assert list(where["responses"]["200"]["content"]) == ["image/jpeg"]
    assert list(where["responses"]["404"]["content"]) == ["application/problem+json"]
    assert {} in where["security"], "nobody needs a token"


def test_they_go_with_the_page_and_with_a_smaller_consent(settled: cast.Matter, client: Client) -> None:
    desk = enter(post_of(Role.DISPATCHER))
    send(desk, settled, photo=["1"], veil_1=MARKS)
    photo = f"{page_of(settled)}/photos/1"
    assert client.get(photo).status_code == 200
    settled.do("release", cast.REPORTER, allow="yes")
    assert settled.now.published_as is None
    assert client.get(photo).status_code == 404
    refused = send(desk, settled, photo=["1"], veil_1=MARKS)
    assert refused.status_code == 422
    assert "只同意公开文字" in refused.content.decode()
    assert send(desk, settled).status_code == 302
    assert client.get(f"{page_of(settled)}/photos/1").status_code == 404
    settled.do("release", cast.REPORTER, allow="photos")
    assert client.get(page_of(settled)).status_code == 200, "who allows more takes nothing off"


def test_after_twelve_months_page_and_photos_go_by_themselves(settled: cast.Matter) -> None:
    send(enter(post_of(Role.DISPATCHER)), settled, photo=["1"], veil_1=MARKS)
    code = str(Case.objects.get(pk=settled.id).published_as)
    known, at = current(), now()
    assert read_summary_photo(code, 1, known=known, at=at + timedelta(days=360))
    later = at + timedelta(days=373)
    with pytest.raises(NotFound):
        read_summary_photo(code, 1, known=known, at=later)
    with pytest.raises(NotFound):
        get_summary(code, known=known, at=later)
    assert public_list(known=known, at=later, filters=PublicFilters(with_page=True)).rows == ()


def test_written_anew_without_photos_it_has_none(settled: cast.Matter, client: Client) -> None:
    desk = enter(post_of(Role.DISPATCHER))
    send(desk, settled, photo=["1"], veil_1=MARKS)
    send(desk, settled, summary="第二天复查完好。")
    assert client.get(page_of(settled)).status_code == 200
    assert client.get(f"{page_of(settled)}/photos/1").status_code == 404


def test_what_was_looked_at_is_what_is_sent(settled: cast.Matter) -> None:
    desk = enter(post_of(Role.DISPATCHER))
    address = f"/desk/cases/{number(settled)}/do/publish"
    sent = {"summary": SUMMARY, "expect": settled.now.seq, "photo": ["1"], "veil_1": MARKS}
    first = desk.post(address, sent).content.decode()
    assert 'src="data:image/jpeg;base64,' in first
    assert f'name="veil_1" value="{MARKS}"' in first
    seen = re.search(r'name="seen" value="(\w+)"', first)
    assert seen
    again = desk.post(address, {**sent, "veil_1": "", "seen": seen[1]})
    assert again.status_code == 200
    assert settled.now.published_as is None, "the marks are not those that were looked at"


@pytest.mark.parametrize(
    "sent",
    [
        {"photo": ["1"], "veil_1": "x"},
        {"photo": ["1"], "veil_1": "1.2"},
        {"photo": ["1"], "veil_1": "-".join(["1.1.1"] * 900)},
        {"photo": ["99"]},
        {"photo": ["1"] * 40, "veil_1": "９.1.1"},
        {"photo": [str(n) for n in range(1, 12)]},
    ],
)
def test_strange_marks_and_photos_publish_nothing(settled: cast.Matter, sent: dict[str, Any]) -> None:
    assert send(enter(post_of(Role.DISPATCHER)), settled, **sent).status_code == 422
    assert settled.now.published_as is None


def test_a_program_publishes_no_photos(settled: cast.Matter) -> None:
    api = Api(client=Client(), token=token_of(post_of(Role.DISPATCHER)))
    data = {"summary": SUMMARY, "photos": "1:"}
    answer = api.act(f"{settled.now.number:016d}", "publish", data, seen=SUMMARY)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["photos"]
    settled.do("release", cast.REPORTER, allow="yes")
    with pytest.raises(Invalid):
        settled.do("publish", cast.town(), files=1, summary=SUMMARY)


def test_what_looks_like_a_name_is_marked_before_it_is_sent(settled: cast.Matter) -> None:
    desk, address = enter(post_of(Role.DISPATCHER)), f"/desk/cases/{number(settled)}/do/publish"
    page = desk.post(
        address, {"summary": "请李阿姨家放心，路已修好", "expect": settled.now.seq}
    ).content.decode()
    assert "<mark>李阿姨</mark>" in page
    refused = desk.post(
        address, {"summary": "请打 138 0013 8000", "expect": settled.now.seq}
    ).content.decode()
    assert "<mark>138 0013 8000</mark>" in refused
    plain = desk.post(address, {"summary": SUMMARY, "expect": settled.now.seq}).content.decode()
    assert "<mark>" not in plain


def test_what_is_covered_is_gone_and_the_rest_stays() -> None:
    made = veil(ORIGINAL, read_marks(MARKS))
    assert contrast(made) < 40
    assert contrast(veil(ORIGINAL, [])) > 150
    assert contrast(made, (500, 300, 700, 500)) < 10
    far = veil(ORIGINAL, [Mark((99_999, 99_999, 99_999)), Mark((5, 5, 0))])
    assert contrast(far) > 150
    assert not Image.open(io.BytesIO(made)).getexif()


def test_a_choice_is_read_as_it_was_written() -> None:
    chosen = {1: MARKS, 3: ""}
    assert read_choice(write_choice(chosen)) == chosen
    assert read_choice("") == {}
    for strange in ("1", ":", "x:", "1:1", "1:1.1.1;;2", "1:1.1.1.1.1", "1000:1.1.1"):
        with pytest.raises(Invalid):
            read_choice(strange)
