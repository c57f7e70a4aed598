# SPDX-License-Identifier: Apache-2.0
"""A draft before the public, from the desk that puts it there to the page that says what became of every comment."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from anlan.base.clock import now
from anlan.base.keys import aad, keyring
from anlan.cases.escalate import escalate
from anlan.cases.models import Case
from anlan.people.may import Role
from anlan.people.models import Account, AccountKind
from anlan.places.codes import pad
from anlan.procedures.assessment.models import PublicComment
from tests.cases.world import place
from tests.procedures.assessment.cast import DAY, DRAFT, Road, decider, survey
from tests.web.resident.visits import sign_in
from tests.web.staff import enter, photo, post_of

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


def road(days_ago: int = 1) -> Road:
    return Road(at=now() - days_ago * DAY).consult()


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address, **ENGLISH)  # type: ignore[arg-type]
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def code(one: Road) -> str:
    return str(one.case.published_as)


def sent(client: Client, address: str, data: dict[str, Any], status: int = 302) -> str:
    answer = client.post(address, data, **ENGLISH)  # type: ignore[arg-type]
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def test_a_draft_is_read_and_commented_on_without_an_account() -> None:
    one = road()
    client = Client()
    assert "文三路快速化改造" in page(client, reverse("public:consultations"))
    here = reverse("public:consultation", args=[code(one)])
    text = page(client, f"{here}?section=2")
    assert "夜间不施工" in text
    assert "Sign in to answer" in text
    assert re.search(r'value="2"[^>]*selected', text)
    said = {"section": "2", "words": "请装隔音屏。", "town": str(pad("330106004"))}
    sent(client, reverse("public:comment", args=[code(one)]), said)
    row = PublicComment.objects.get(case_id=one.id)
    assert (row.section, row.town) == (2, pad("330106004"))
    sent(client, reverse("public:comment", args=[code(one)]), said | {"words": ""}, 422)
    assert "请装隔音屏" not in page(client, here)


def test_who_writes_a_number_is_asked_before_it_is_sent_and_goes_back_with_every_word() -> None:
    one = road()
    client = Client()
    address = reverse("public:comment", args=[code(one)])
    said = {"section": "2", "words": "我叫张三，电话13812345678，请装隔音屏。", "town": ""}
    asked = sent(client, address, said, 200)
    assert "Please take out names yourself" in asked
    assert not PublicComment.objects.filter(case_id=one.id).exists()
    assert said["words"] in sent(client, address, said | {"back": "1"}, 200)
    without = re.findall(r'name="words" value="([^"]+)"', asked)[0]
    assert "13812345678" not in without
    sent(client, address, said | {"words": without, "checked": "1"})
    row = PublicComment.objects.get(case_id=one.id)
    sealed = keyring().unwrap(one.key).open(bytes(row.sealed), aad=aad(one.id, "comment", 0, row.id.hex))
    assert "请装隔音屏" in sealed.decode(errors="ignore")
    assert b"13812345678" not in sealed


def test_who_names_somebody_is_asked_too_and_sends_it_if_nobody_is_meant() -> None:
    one = road()
    client = Client()
    address = reverse("public:comment", args=[code(one)])
    said = {"section": "2", "words": "三楼王大爷天天抱怨噪声，请装隔音屏。", "town": ""}
    asked = sent(client, address, said, 200)
    assert "Your words may name somebody" in asked
    assert "王大爷" in asked
    assert not PublicComment.objects.filter(case_id=one.id).exists()
    sent(client, address, said | {"checked": "1"})
    sent(client, address, said | {"words": "老小区的金属围栏太吵，请装隔音屏。"})
    assert PublicComment.objects.filter(case_id=one.id).count() == 2


def test_once_the_time_is_over_nothing_is_taken_and_what_was_typed_is_still_there() -> None:
    one = road(60)
    client = Client()
    assert "Send the comment" not in page(client, reverse("public:consultation", args=[code(one)]))
    sent(client, reverse("public:comment", args=[code(one)]), {"section": "0", "words": "晚了。"}, 409)
    assert not PublicComment.objects.filter(case_id=one.id).exists()


@pytest.mark.parametrize("swept", [False, True])
def test_a_consultation_that_ran_its_time_says_so_everywhere_and_is_not_late(*, swept: bool) -> None:
    one = road(60)
    if swept:
        escalate(at=now())
    public = page(Client(), reverse("public:consultation", args=[code(one)]))
    assert "Consultation over" in public
    assert "The time for comments ended" in public
    assert "Open for comments" not in public
    client = enter(post_of(Role.ASSESSOR))
    comments = reverse("desk:comments", args=[one.number])
    case = page(client, reverse("desk:case", args=[one.number]))
    assert re.search(rf'<a class="govuk-button"[^>]*href="{comments}"[^>]*>End the consultation', case)
    if swept:
        assert "Consultation over, to be counted" in case
        assert not re.search("overdue by|after its limit", case)
    assert "told to the resident" not in case
    assert "Count them and end" in page(client, comments)
    reader = enter(post_of(Role.COUNTY_DISPATCHER))
    assert "Count them and end" not in page(reader, comments)


def test_what_is_wrong_is_said_once_above_the_form() -> None:
    one = road()
    text = sent(Client(), reverse("public:comment", args=[code(one)]), {"section": "0", "words": ""}, 422)
    assert text.count("govuk-error-summary__title") == 1
    one.comment()
    here = reverse("desk:comments", args=[one.number])
    text = sent(enter(post_of(Role.ASSESSOR)), here, {"adopted": "yes", "words": ""}, 422)
    assert text.count("govuk-error-summary__title") == 1


def test_the_questionnaire_takes_one_voice_an_account(settings: Settings) -> None:
    one = road()
    client = Client()
    door = reverse("public:survey", args=[code(one)])
    assert reverse("resident:sign_in") in client.post(door, {"q1": "1"})["Location"]
    settings.ANLAN_DEMO = True
    sign_in(client, "13900001111")
    account = Account.objects.get(kind=AccountKind.RESIDENT)
    here = reverse("public:consultation", args=[code(one)])
    assert "Send the answers" in page(client, here)
    sent(client, door, {"q1": "1", "q2": "4", "q4": "早点完工"})
    text = page(client, here)
    assert "You have answered the questionnaire" in text
    assert "Send the answers" not in text
    sent(client, door, {"q1": "2"}, 409)
    row = PublicComment.objects.get(case_id=one.id)
    assert row.answers == [1, 4, 0, 0]
    assert account.pk.to_bytes(8, "big") not in bytes(row.voice or b"") + bytes(row.sealed)


def test_what_the_questionnaire_gives_is_read_by_no_office_while_voices_still_come_in() -> None:
    one = road(60)
    for account in range(6):
        survey(one, account, q1="1")
    client = enter(post_of(Role.ASSESSOR))
    here = reverse("desk:comments", args=[one.number])
    assert "What the questionnaire gave" in page(client, here), "its time is over"
    other = road()
    for account in range(6):
        survey(other, account, q1="1")
    here = reverse("desk:comments", args=[other.number])
    assert "What the questionnaire gave" not in page(client, here)


def test_an_assessor_opens_one_after_reading_the_catalogue() -> None:
    client = enter(post_of(Role.ASSESSOR))
    text = page(client, reverse("desk:new_assessment"))
    assert "ordinary track only" in text
    where = place("330106004")
    form = page(client, reverse("desk:assess", args=[where]))
    offered = re.findall(r"<option[^>]*>([^<]+)</option>", form)
    assert any("People" in name or "人民政府" in name for name in offered)
    assert not any("Committee" in name or "委员会" in name for name in offered)
    draft = re.search(r'name="draft" value="([^"]+)"', form)
    assert draft is not None
    data = {"draft": draft[1], "kind": "works", "track": "simplified", "title": "学校路改造"}
    assert "simplified track is not open" in sent(client, reverse("desk:assess", args=[where]), data, 422)
    sent(client, reverse("desk:assess", args=[where]), data | {"track": "ordinary"})
    sent(client, reverse("desk:assess", args=[where]), data | {"track": "ordinary"})
    case = Case.objects.get(procedure="assessment")
    text = page(client, reverse("desk:case", args=[case.number]))
    assert "Put the draft before the public" in text
    assert 'id="assessment"' not in text, "nothing is there to be shown yet"
    assert enter(post_of(Role.HANDLER)).get(reverse("desk:new_assessment")).status_code == 403


def test_the_desk_answers_many_and_leaves_out_with_a_reason() -> None:
    one = road(29)
    ids = [one.comment(f"意见 {n}", section=n % 2) for n in range(5)]
    one.at = now()
    client = enter(post_of(Role.ASSESSOR))
    here = reverse("desk:comments", args=[one.number])
    assert "Count them" not in page(client, here)
    assert "choose comments" in sent(client, here, {"withhold": "1", "reason": "insult"}, 422)
    sent(client, here, {"withhold": "1", "reason": "insult", "comment": ids[0].hex})
    assert "fill this in" in sent(client, here, {"withhold": "1", "comment": ids[1].hex}, 422)
    text = page(client, here)
    assert re.findall(r'numeric">(\d+)<', text) == [*"5401", *"3201", *"2200"]
    assert '<option value="1">all that wait about: 一、线路 (2)' in text
    sent(client, here, {"section": "1", "adopted": "yes", "words": "采纳。"})
    assert '<option value="1">' not in page(client, here)
    sent(client, here, {"comment": [ids[2].hex, ids[4].hex], "adopted": "no", "words": "不具备条件。"})
    assert "意见 0" in page(client, f"{here}?which=withheld")
    assert page(client, f"{here}?which=answered").count("采纳。") >= 2
    assert enter(post_of(Role.SUPERVISOR)).get(here).status_code == 404


def test_a_medium_risk_blocks_and_the_case_page_says_why_and_draws_the_matrix() -> None:
    one = road(90)
    one.ended()
    one.count().risk(3, 4).report("low").checked()
    client = enter(post_of(Role.COUNTY_DISPATCHER))
    text = page(client, reverse("desk:case", args=[one.number]))
    assert "may not be decided" in text
    assert "anlan-matrix" in text
    assert "夜间噪声" in text
    assert "/do/decide" not in text
    assert "/do/send_back" in text
    one.do("send_back", decider(), words="降低")
    one.do("rate_again", risk=1, left_likelihood=1, left_impact=2, words="已落实")
    one.report().checked()
    assert "/do/decide" in page(client, reverse("desk:case", args=[one.number]))


def test_the_desk_puts_a_draft_before_the_public_with_its_attachments_and_records_a_hearing() -> None:
    one = Road(at=now() - DAY)
    client = enter(post_of(Role.ASSESSOR))
    do = reverse("desk:do", args=[one.number, "consult"])
    assert re.search(r'name="days" value="30"', page(client, do)), "as long as the draft has to be there"
    said = {"explanation": "缓解拥堵。", "draft": DRAFT.replace("\n", "\r\n"), "days": "30", "expect": "1"}
    text = sent(client, do, said, 200)
    assert "once more" in text
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', text)
    assert seen is not None
    sent(client, do, {**said, "seen": seen[1], "files": photo("plan.jpg")})
    anybody = Client()
    text = page(anybody, reverse("public:consultation", args=[code(one)]))
    assert "plan.jpg" in text
    address = re.search(r'href="(/consultations/[^"]+/files/\d+)"', text)
    assert address is not None
    answer = anybody.get(address[1])
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert anybody.get(address[1][:-1] + "9").status_code == 404

    other = Road(at=now() - 20 * DAY).consult()
    other.at = now() - 19 * DAY
    begins = other.at + 8 * DAY
    other.do("meet", begins=begins, minutes=90, form="on_site", where="社区礼堂", about="听证")
    assert "社区礼堂" in page(anybody, reverse("public:consultation", args=[code(other)]))
    hold = reverse("desk:do", args=[other.number, "held"])
    sent(client, hold, {"came": "46", "words": "多数人关心噪声。", "expect": str(other.case.seq)})
    assert other.case.record["meetings"][0]["state"] == "held"
    assert "多数人关心噪声" not in page(anybody, reverse("public:consultation", args=[code(other)]))


def test_a_hearing_that_was_called_off_is_not_announced_any_more() -> None:
    one = road(8)
    at = one.at + 20 * DAY
    given: dict[str, Any] = {"begins": at.isoformat(), "minutes": 90, "form": "on_site"}
    one.do("meet", **given, where="三楼会议室")
    one.do("meet", **given, where="二楼会议室")
    here = reverse("public:consultation", args=[code(one)])
    assert "三楼会议室" in page(Client(), here)
    one.do("call_off", meeting=one.case.record["meetings"][0]["seq"], words="报名人数不足")
    text = page(Client(), here)
    assert "二楼会议室" in text
    assert "三楼会议室" not in text


def test_a_number_that_somebody_wrote_into_a_comment_is_read_by_nobody() -> None:
    one = road(60)
    one.at += 2 * DAY
    one.comment("请联系我 13912345678，邮箱 wang@example.com，投资 3000 万元太高。")
    one.ended().count()
    assessor_, decider_ = enter(post_of(Role.ASSESSOR)), Client()
    desk = page(assessor_, f"/desk/cases/{one.number}/comments")
    one.answer(section=1)
    one.risk(2, 2).report().checked().decide()
    public = page(decider_, reverse("public:answered", args=[code(one)]))
    for text in (desk, public):
        assert "投资 3000 万元太高" in text
        assert "13912345678" not in text
        assert "wang@example.com" not in text


def test_who_publishes_a_draft_reads_each_part_under_its_question_first() -> None:
    one = Road(at=now())
    client = enter(post_of(Role.ASSESSOR))
    case = page(client, reverse("desk:case", args=[one.number]))
    assert "found by staff or reported without a name" not in case
    said = {"explanation": "缓解拥堵。", "draft": DRAFT, "days": "30"}
    text = sent(client, reverse("desk:do", args=[one.number, "consult"]), said, 200)
    heading, words = DRAFT.splitlines()[:2]
    assert re.search(
        rf'<h3 class="anlan-card__title">{heading.lstrip("# ")}</h3><p[^>]*>(<span[^>]*>)?{words}', text
    )
    assert heading not in text.split("<textarea")[0], "marks are not what the public reads"
    assert "no name is added" not in text
    assert one.case.state == "planned"


def test_a_report_that_came_back_says_no_level() -> None:
    one = road(90)
    one.ended()
    one.count().risk(3, 4).report("medium", conclusion="defer")
    one.do("send_back", decider(), words="请落实措施。")
    client = enter(post_of(Role.ASSESSOR))
    text = page(client, reverse("desk:case", args=[one.number]))
    assert "By the matrix it is now" in text
    assert "As the assessor sees it" not in text


def test_a_hearing_goes_into_a_calendar_and_out_of_it_once_it_is_called_off() -> None:
    one = road(2)
    one.at = now()
    said: dict[str, Any] = {
        "minutes": 120,
        "form": "on_site",
        "where": "社区礼堂",
        "about": "听证：线路",
    }
    seq = one.do("meet", begins=now() + 9 * DAY, **said).seq
    client = Client()
    address = reverse("public:consultation_meeting", args=[code(one), seq])
    here = reverse("public:consultation", args=[code(one)])
    assert f'href="{address}"' in page(client, here)
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/calendar")
    text = answer.content.decode().replace("\r\n ", "")
    assert "LOCATION:社区礼堂" in text
    assert "STATUS:CONFIRMED" in text
    assert "文三路快速化改造" in text
    assert client.get(reverse("public:consultation_meeting", args=[code(one), 1])).status_code == 404
    one.do("call_off", meeting=seq, words="改期。")
    assert "STATUS:CANCELLED" in client.get(address).content.decode()
    assert address not in page(client, here)


def test_an_extension_is_published_with_its_reason() -> None:
    one = road(29)
    one.at = now()
    one.do("extend", more=10, why="春节占用了时间。")
    text = page(Client(), reverse("public:consultation", args=[code(one)]))
    assert "春节占用了时间" in text
    assert "Send the comment" in text
