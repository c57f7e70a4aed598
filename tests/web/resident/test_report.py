# SPDX-License-Identifier: Apache-2.0
"""Reporting: nothing typed is lost, nothing is opened twice, files are what they are."""

import io
import re
import struct
import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.db import connection
from django.test import Client
from PIL import Image

from anlan.cases.models import Case
from anlan.people.models import Organisation
from anlan.people.rates import Cap
from anlan.web import drafts
from anlan.web.drafts import SALT
from anlan.web.resident import report as door
from tests.cases.world import TOWN, VILLAGE, place
from tests.web.resident.visits import WORDS, answers, fill, hidden, located, picture, report, text, upload

pytestmark = pytest.mark.django_db


def cases() -> int:
    return Case.objects.count()


def bomb() -> bytes:
    """A PNG of a few hundred bytes that announces 60,000 x 60,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def cut() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((400, 300), 80).convert("RGB").save(out, "JPEG")
    return out.getvalue()[:2000]


def test_a_report_without_an_account_gives_number_code_office_and_date(client: Client) -> None:
    answer = fill(client, files=[picture(), picture("b.png", "PNG", colour="red")])
    assert (answer.status_code, answer["Location"]) == (302, "/report/sent")
    slip = text(client.get("/report/sent"))
    assert "西溪街道综合信息指挥室" in slip
    assert "下一步：受理，" in slip
    assert "附 2 个文件" in slip
    assert Case.objects.get().source == "resident"


def test_the_typed_address_is_kept_verbatim_and_the_place_as_chosen(client: Client) -> None:
    number, _code = report(client, address="文三路 478 号 <后门>", place=place(TOWN))
    page = text(client.get(f"/follow/{number}"))
    assert "文三路 478 号 &lt;后门&gt;" in page
    assert Case.objects.get().place_id == place(TOWN)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("cut.jpg", cut()),
        ("bomb.png", bomb()),
        ("page.jpg", b"<html><script>alert(1)</script></html>"),
        ("empty.jpg", b" "),
        ("program.pdf", b"MZ\x90\x00" + b"\0" * 200),
    ],
)
def test_a_bad_file_is_named_and_all_else_is_kept(client: Client, name: str, data: bytes) -> None:
    answer = fill(client, files=[picture("good.jpg"), upload(name, data)], phone="138 0000 0000")
    page = text(answer)
    assert answer.status_code == 422
    assert cases() == 0
    assert f"“{name}”" in page
    assert WORDS in page
    assert "文三路 文三社区" in page
    assert "138 0000 0000" in page
    assert "不要 good.jpg" in page
    again = client.post("/report", answers(draft=hidden(page)))
    assert again.status_code == 302
    number = Case.objects.get().number
    assert text(client.get(f"/follow/{number:016d}")).count("/files/1") > 0


def test_a_kept_file_can_be_left_out(client: Client) -> None:
    page = text(fill(client, files=[picture()], place=None, address="没有这样的地方呀"))
    assert client.post("/report", answers(draft=hidden(page), drop=hidden(page, "drop"))).status_code == 302
    assert "/files/1" not in text(client.get(f"/follow/{Case.objects.get().number:016d}"))


def test_more_files_than_fit_are_named(client: Client) -> None:
    many = [picture(f"{n}.jpg", colour=f"rgb({n * 20},0,0)") for n in range(10)]
    page = text(fill(client, files=many))
    assert "最多 9 个文件" in page
    assert page.count('name="drop"') == 9


def test_an_oversize_file_is_refused_with_words(client: Client) -> None:
    big = upload("big.jpg", b"\xff\xd8\xff" + b"\0" * (20 * 2**20 + 10))
    answer = fill(client, files=[big])
    assert answer.status_code == 422
    assert "20 MB" in text(answer)


def test_sending_twice_opens_one_case_and_gives_the_same_slip(client: Client) -> None:
    draft = hidden(text(client.get("/report")))
    first = client.post("/report", answers(draft=draft))
    slip = text(client.get("/report/sent"))
    second = client.post("/report", answers(draft=draft))
    assert (first.status_code, second.status_code, cases()) == (302, 302, 1)
    assert _code(slip) == _code(text(client.get("/report/sent")))


def test_sending_again_with_other_words_opens_nothing_more_and_says_so(client: Client) -> None:
    draft = hidden(text(client.get("/report")))
    client.post("/report", answers(draft=draft))
    again = client.post("/report", answers(draft=draft, words="别的话"), follow=True)
    assert cases() == 1
    assert "之前已经收到了" in text(again)
    number = Case.objects.get().number
    assert "别的话" not in text(client.get(f"/follow/{number:016d}"))


def test_a_draft_is_worth_nothing_in_another_browser_nor_after_two_hours(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = hidden(text(client.get("/report")))
    assert client.post("/report", answers(draft=draft)).status_code == 302
    number = Case.objects.get().number
    thief = Client()
    thief.get("/report")
    answer = thief.post("/report", answers(draft=draft))
    assert answer.status_code == 422
    assert WORDS in text(answer)
    assert thief.get(f"/follow/{number:016d}").status_code == 302
    assert cases() == 1
    assert drafts.LASTS <= 2 * 3600
    monkeypatch.setattr(drafts, "LASTS", -1)
    assert client.post("/report", answers(draft=draft)).status_code == 422


def test_a_forged_or_old_draft_opens_a_case_of_its_own_and_keeps_the_words(client: Client) -> None:
    real = hidden(text(client.get("/report")))
    salt = f"{SALT}.{client.cookies[settings.CSRF_COOKIE_NAME].value}"
    forged = signing.dumps(signing.loads(real, salt=salt), salt=salt, key="somebody else's")
    for draft in (forged, "", "x:y:z", "\x00"):
        answer = client.post("/report", answers(draft=draft))
        assert answer.status_code == 422
        assert WORDS in text(answer)
    assert cases() == 0


def test_place_names_narrow_without_script_and_choose_nothing(client: Client) -> None:
    draft = hidden(text(client.get("/report")))
    page = text(client.post("/report", answers(draft=draft, place=None, find="1", files=[picture()])))
    assert "浙江省杭州市西湖区西溪街道文三社区" in page
    assert "checked" not in _part(page, 'id="places"')
    assert "不要 坑.jpg" in page
    assert WORDS in page
    assert "govuk-error" not in page


def test_only_places_with_every_part_are_offered_else_the_closest_and_it_is_said(client: Client) -> None:
    page = text(client.post("/report/places", {"address": "西湖区 文三社区"}))
    assert page.count('type="radio"') == 1
    assert "浙江省杭州市西湖区西溪街道文三社区" in page
    assert "最接近" not in page
    page = text(client.post("/report/places", {"address": "文三社区 文三路478号"}))
    assert page.count('type="radio"') == 1
    assert "下面是最接近的" in page


def test_the_kind_is_proposed_from_the_words_and_a_choice_is_kept(client: Client) -> None:
    draft = hidden(text(client.get("/report")))
    sent = {"find": "1", "draft": draft}
    page = text(client.post("/report", answers(words="小区门口路灯不亮", kind=None, **sent)))
    assert re.search(r'value="facility" checked', page)
    assert "根据您写的话选的" in page
    page = text(client.post("/report", answers(words="小区门口路灯不亮", kind="road", **sent)))
    assert re.search(r'value="road" checked', page)
    assert 'value="facility" checked' not in page


def test_without_a_place_the_list_is_offered(client: Client) -> None:
    answer = fill(client, place=None)
    assert answer.status_code == 422
    assert "请从列表中选择地点" in text(answer)
    nowhere = text(fill(client, place=None, address="qqqq"))
    assert "请在下面选择县" in nowhere


def test_everything_that_is_missing_is_said_at_once_each_at_its_field(client: Client) -> None:
    page = text(fill(client, words=None, kind=None, address=None, place=None, phone="138 0000 0000"))
    summary = _part(page, 'class="govuk-error-summary"')
    for words, field in (("请写怎么了", "id_open_words"), ("请写在哪里", "id_open_address")):
        assert f'<a href="#{field}">{words}' in summary
        assert re.search(rf'id="{field}-error"[^>]*>.*{words}', page)
    assert '<details class="govuk-details" open><summary' in page
    assert "138 0000 0000" in page
    assert cases() == 0
    nowhere = text(fill(client, words=None, address="qqqq", place=None))
    assert "请写怎么了" in nowhere
    assert '<details class="govuk-details" open><summary' in nowhere


def test_the_numbers_to_call_stand_calmly_on_the_form(client: Client) -> None:
    page = text(client.get("/report"))
    for number in ("110", "119", "120", "122"):
        assert f'href="tel:{number}"' in page
    assert "anlan-call--now" not in page


@pytest.mark.parametrize(
    "given", [{"danger": "on"}, {"words": "楼道里着火了"}, {"words": "A man is Trapped"}]
)
def test_in_danger_one_is_told_once_to_call_and_may_still_send(client: Client, given: dict[str, str]) -> None:
    answer = fill(client, **given)
    page = text(answer)
    assert (answer.status_code, cases()) == (200, 0)
    assert "anlan-call--now" in page
    assert "请马上打电话" in page
    assert all(f'href="tel:{number}"' in page for number in ("110", "119", "120", "122"))
    carried = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert carried["words"] == given.get("words", WORDS)
    assert given.get("words", WORDS) in text(client.post("/report", carried | {"back": "1"}))
    sent = client.post("/report", carried | {"called": "no"})
    assert (sent.status_code, cases()) == (302, 1)
    assert Case.objects.get().urgent


def test_a_county_is_enough(client: Client) -> None:
    report(client, place=None, address="qqqq", county=place("330106"))
    assert Case.objects.get().place_id == place("330106")


@pytest.mark.parametrize("wrong", ["33", "3301", "nobody", "-1", "99999999"])
def test_a_place_that_may_not_be_chosen_is_not_taken(client: Client, wrong: str) -> None:
    given = place(wrong) if wrong in {"33", "3301"} else wrong
    assert fill(client, place=given).status_code == 422
    assert cases() == 0


def test_a_position_gives_the_county_and_places_to_confirm(client: Client) -> None:
    point = {"lng": "1201551000", "lat": "302741000", "metres": "30"}
    page = text(client.post("/report/places", {"address": "", **point}))
    assert "示意，非测绘" in page
    assert "只知道县" in page
    assert 'name="lng" value="1201551000"' in page
    report(client, **point)
    number = Case.objects.get().number
    assert "30.27410, 120.15510" in text(client.get(f"/follow/{number:016d}"))
    outside = text(client.post("/report/places", {"lng": "1", "lat": "1"}))
    assert 'type="radio"' not in outside


def test_where_a_photo_was_taken_is_offered_and_sent_only_if_agreed(client: Client) -> None:
    page = text(fill(client, files=[located()], place=None, address=""))
    assert "把照片的拍摄地点和时间一起提交" in page
    assert "西湖区" in _part(page, 'id="places"')
    client.post("/report", answers(draft=hidden(page), address="", offered=hidden(page, "offered")))
    assert "30.27500" not in text(client.get(f"/follow/{Case.objects.get().number:016d}"))
    page = text(fill(client, files=[located()], place=None, address=""))
    client.post("/report", answers(draft=hidden(page), address="", offered="1", use_photo="on"))
    shown = [text(client.get(f"/follow/{case.number:016d}")) for case in Case.objects.all()]
    assert sum("30.27500, 120.13333" in each for each in shown) == 1


def test_a_whole_form_with_such_a_photo_is_asked_about_it_once_before_it_is_sent(client: Client) -> None:
    page = text(fill(client, files=[located()]))
    assert "使用照片的地点和时间吗" in page
    assert cases() == 0
    sent = client.post("/report", answers(draft=hidden(page), offered=hidden(page, "offered")))
    assert (sent.status_code, cases()) == (302, 1)


def test_a_photo_whose_clock_is_ahead_says_where_and_not_when(client: Client) -> None:
    page = text(fill(client, files=[located(when="2099:01:01 09:00:00")]))
    sent = client.post("/report", answers(draft=hidden(page), offered="1", use_photo="on"))
    assert sent.status_code == 302
    shown = text(client.get(f"/follow/{Case.objects.get().number:016d}"))
    assert ("30.27500, 120.13333" in shown, "2099" in shown) == (True, False)


def test_a_report_about_an_office_asks_which_and_bars_it(client: Client) -> None:
    page = text(fill(client, about="on"))
    assert ">西溪街道综合信息指挥室</label>" in page
    office = Organisation.objects.get(key=f"town:{TOWN}")
    number, _c = report(client, about="on", about_organisation=office.pk)
    assert Case.objects.get().barred == office.pk
    assert "西湖区社会治理中心" in text(client.get(f"/follow/{number}"))


XSS = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{ 7 }}"


def test_markup_is_words_everywhere(client: Client) -> None:
    refused = text(fill(client, words=XSS, address=XSS, phone=XSS, office=XSS, about="on", place=None))
    number, _c = report(client, words=XSS, address=XSS, files=[picture(XSS[:60] + ".jpg")])
    for page in (refused, text(client.get(f"/follow/{number}")), text(client.get(f"/follow?number={XSS}"))):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in refused


@pytest.mark.parametrize("field", ["words", "address", "phone", "kind", "place", "county", "office", "draft"])
def test_a_nul_is_refused_without_a_fault(client: Client, field: str) -> None:
    draft = hidden(text(client.get("/report")))
    given = answers(**{"draft": draft, field: "a\x00b"})
    assert client.post("/report", given).status_code == 422
    assert client.post("/report", {**given, "find": "1"}).status_code == 200
    assert client.post("/report/places", given).status_code == 200
    assert cases() == 0


def test_too_long_words_are_kept_and_refused(client: Client) -> None:
    answer = fill(client, words="长" * 4001)
    assert answer.status_code == 422
    assert "长" * 4001 in text(answer)


def test_a_body_beyond_the_limit_is_refused(client: Client) -> None:
    assert client.post("/report", {"words": "x" * (9 * 2**20)}).status_code in {400, 413}


def test_many_reports_from_one_connection_wait_with_their_words(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "PER_NETWORK", (Cap(n=1, per=timedelta(hours=1)),))
    report(client)
    answer = fill(client, words="第二件")
    assert (answer.status_code, cases()) == (429, 1)
    assert int(answer["Retry-After"]) > 0
    assert "第二件" in text(answer)


def test_many_reports_with_one_number_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PER_NUMBER", (Cap(n=1, per=timedelta(hours=1)),))
    report(client, phone="13800000001")
    assert fill(client, phone="+86 138-0000-0001").status_code == 429
    report(client, phone="13800000002")


def test_the_phone_lies_nowhere_in_plain(client: Client) -> None:
    report(client, phone="13812345678")
    found: list[Any] = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', ["%13812345678%"])
            row = cursor.fetchone()
            found += [table] if row and row[0] else []
    assert found == []


def test_the_slip_is_for_this_browser_only(client: Client) -> None:
    report(client)
    assert Client().get("/report/sent")["Location"] == "/follow"


def test_the_form_asks_nothing_that_the_office_decides(client: Client) -> None:
    page = text(client.get("/report"))
    assert page.count('name="kind"') == 13
    assert page.count('<svg class="anlan-kind"') == 13
    assert len(set(re.findall(r'<svg class="anlan-kind".*?</svg>', page))) == 13, (
        "a drawing of its own for each"
    )
    assert 'name="category"' not in page
    assert 'name="condition"' not in page


def _part(page: str, mark: str) -> str:
    return page.split(mark, 1)[1].split("<details", 1)[0]


def _code(slip: str) -> str:
    return slip.split('class="anlan-code">')[2].split("<", maxsplit=1)[0]


def test_a_village_is_a_place_for_every_kind_of_reader(client: Client) -> None:
    english = client.post(
        "/report/places", {"address": "Wensan community"}, headers={"accept-language": "en"}
    )
    assert "Wensan Community, Xixi Subdistrict" in text(english)
    assert f'value="{place(VILLAGE)}"' in text(english)
