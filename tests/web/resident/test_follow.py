# SPDX-License-Identifier: Apache-2.0
"""Following: what a code opens and what it does not, what a person can do, what they take along and erase."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django import Settings

from anlan.base.clock import now
from anlan.base.ids import new_code
from anlan.cases import queries
from anlan.cases.catalogue import current
from anlan.people.may import Actor, Role, actor_of
from anlan.people.models import Account, AccountKind, Organisation, Post
from anlan.people.rates import Cap
from anlan.web import followed
from anlan.web.resident import deeds
from anlan.web.resident import follow as door
from tests.cases.world import organisation
from tests.procedures.report import cast
from tests.web.resident.visits import WORDS, answers, follow, hidden, picture, report, sign_in, text, upload

pytestmark = pytest.mark.django_db


def matter(number: str) -> cast.Matter:
    """The same case in the hands of the offices."""
    return cast.Matter.known(queries.find_case_id(int(number)), at=now())


def deed(visitor: Client, number: str, action: str, **given: object) -> Any:
    address = f"/follow/{number}/do/{action}"
    page = text(visitor.get(address))
    return visitor.post(address, {"draft": hidden(page), "expect": hidden(page, "expect"), **given})


def overseer() -> Actor:
    """A supervisor of the city, with a post that exists: a look is kept with it."""
    unit = Organisation.objects.get(key=cast.CITY)
    account = Account.objects.create(kind=AccountKind.STAFF, username="overseer", made_at=now())
    post = Post.objects.create(
        account=account,
        role=Role.SUPERVISOR,
        organisation=unit,
        place_id=unit.place_id,
        valid_from=now() - timedelta(days=2),
    )
    return actor_of(post, at=now())


@pytest.fixture
def sent(client: Client) -> tuple[str, str]:
    return report(client, files=[picture()], phone="13812345678")


def test_number_and_code_open_the_case_in_another_browser(sent: tuple[str, str]) -> None:
    other = Client()
    answer = follow(other, f" {sent[0][:4]} {sent[0][4:]}", sent[1].lower().replace(" ", "-"))
    assert answer["Location"] == f"/follow/{sent[0]}"
    page = text(other.get(answer["Location"]))
    assert WORDS in page
    assert "西溪街道综合信息指挥室" in page


def test_before_there_is_a_category_the_own_choice_is_shown_and_marked(
    client: Client, sent: tuple[str, str], settings: Settings
) -> None:
    settings.ANLAN_DEMO = True
    page = text(client.get(f"/follow/{sent[0]}"))
    assert "道路、桥梁和井盖（提交时所选）" in page
    matter(sent[0]).dispatch()
    assert "提交时所选" not in text(client.get(f"/follow/{sent[0]}"))
    sign_in(client, "13812345678")
    report(client, checked="1")
    assert "道路、桥梁和井盖（提交时所选）" in text(client.get("/mine"))


ROOM, UNIT, CENTRE = (
    ("西溪街道综合信息指挥室", "Xixi Subdistrict Information and Command Room"),
    ("西湖区住房和城乡建设局", "Xihu District Housing and Construction Bureau"),
    ("西湖区社会治理中心", "Xihu District Social Governance Centre"),
)


def says(visitor: Client, number: str) -> tuple[str, str]:
    """What the follow page says of now and next, in Chinese and English."""
    found = []
    for language in ("zh-hans", "en"):
        visitor.cookies[configured.LANGUAGE_COOKIE_NAME] = language
        page = text(visitor.get(f"/follow/{number}"))
        box = page[page.index("</ol>") : page.index('<section class="anlan-card">')]
        found.append(" ".join(re.sub(r"<[^>]+>", " ", box).split()))
    return found[0], found[1]


def now_and_next(said: tuple[str, str], office: tuple[str, str], word: tuple[str, str]) -> bool:
    return (
        f"现在由{office[0]}负责" in said[0]
        and f"Now with {office[1]}" in said[1]
        and f"下一步：{word[0]}，" in said[0]
        and f"Next: {word[1]}, by " in said[1]
    )


def test_each_state_says_who_has_it_now_and_what_comes_next(client: Client, sent: tuple[str, str]) -> None:
    case, number = matter(sent[0]), sent[0]
    assert now_and_next(says(client, number), ROOM, ("受理", "to accept"))
    case.do("accept", cast.town(), category=cast.category(cast.ROAD))
    assert now_and_next(says(client, number), ROOM, ("派遣", "to dispatch"))
    case.dispatch()
    assert now_and_next(says(client, number), UNIT, ("签收", "to take up"))
    case.do("return", cast.unit(), reason="not_our_duty", words=cast.REASONS)
    assert now_and_next(says(client, number), ROOM, ("派遣", "to dispatch"))
    case.do("refer", cast.town(), words="都说不归自己管")
    assert now_and_next(says(client, number), CENTRE, ("管辖裁定", "to rule on competence"))
    case.do("rule", cast.county(), unit=organisation(cast.dept("housing")), words="由住建承办")
    case.do("take", cast.unit())
    chinese, english = says(client, number)
    assert "承诺办结" in chinese
    assert f"现在由{UNIT[0]}负责" in chinese
    assert "下一步" not in chinese
    assert "Promised" in english
    assert f"Now with {UNIT[1]}" in english
    assert "Next:" not in english
    case.finish()
    waits = says(client, number)
    assert now_and_next(waits, ROOM, ("核实", "to check"))
    assert "您可以答复" in waits[0]
    assert "承诺办结" not in waits[0]
    assert "You can answer until" in waits[1]
    assert "Promised" not in waits[1]
    case.do("check", cast.grid_worker(), result="holds")
    assert now_and_next(says(client, number), ROOM, ("办结", "to close"))
    assert UNIT[0] not in says(client, number)[0]


def test_a_refused_report_waits_for_its_reporter_and_nobody_else(
    client: Client, sent: tuple[str, str]
) -> None:
    case, number = matter(sent[0]), sent[0]
    case.do("not_accept", cast.town(), reason="other_route", words="已经在法院处理，请等判决")
    chinese, english = says(client, number)
    assert "您可以答复" in chinese
    assert "负责" not in chinese
    assert "承诺" not in chinese
    assert "You can answer until" in english
    assert "Now with" not in english
    assert "Promised" not in english
    case.do("object", cast.REPORTER, words="法院没有受理")
    assert now_and_next(says(client, number), CENTRE, ("异议审查", "to decide the objection"))


def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(sent: tuple[str, str]) -> None:
    number, code = sent
    other_number = report(Client())[0]
    tries = [
        (number, new_code()),
        (other_number, code),
        ("1234567890123459", code),
        (number[:-1], code),
        (number, "abc"),
        ("xyz", "abc"),
    ]
    answers = [follow(Client(), *each) for each in tries]
    assert {answer.status_code for answer in answers} == {422}
    words = {re.sub(r'value="[^"]*"', "", text(answer)) for answer in answers}
    assert len(words) == 1


def test_tries_are_limited_in_kind_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "TRIES", (Cap(n=2, per=timedelta(minutes=10)),))
    answers = [follow(Client(), "1234567890123459", new_code()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert int(answers[2]["Retry-After"]) > 0
    assert "<h1" in text(answers[2])


def test_a_number_alone_opens_nothing_and_says_nothing(sent: tuple[str, str]) -> None:
    number = sent[0]
    other = Client()
    for there in (number, "1234567890123459"):
        for path in ("", "/data.json", "/files/1", "/do/urge"):
            answer = other.get(f"/follow/{there}{path}")
            assert (answer.status_code, answer["Location"]) == (302, f"/follow?number={there}")
    assert other.get(f"/follow/{number}")["Location"] == f"/follow?number={number}"
    unknown = report(Client())[0]
    assert other.get(f"/follow/{unknown}")["Location"] == f"/follow?number={unknown}"
    assert other.post(f"/follow/{number}/do/urge", {"words": "x"}).status_code == 302
    assert matter(number).column("urged") == 0
    assert other.get("/follow/abc").status_code == 404
    assert other.get("/follow/%00").status_code == 404


def test_a_grant_is_for_one_case_and_half_a_day(
    sent: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign, _code = report(Client())
    other = Client()
    follow(other, *sent)
    assert other.get(f"/follow/{foreign}").status_code == 302
    assert other.get(f"/follow/{sent[0]}").status_code == 200
    monkeypatch.setattr(followed, "LASTS", timedelta(0))
    assert other.get(f"/follow/{sent[0]}").status_code == 302


def test_closing_it_on_a_device_takes_it_away(client: Client, sent: tuple[str, str]) -> None:
    assert client.post(f"/follow/{sent[0]}/leave").status_code == 302
    assert client.get(f"/follow/{sent[0]}").status_code == 302
    assert client.get("/report/sent")["Location"] == "/follow"


def test_who_comes_next_gets_nothing_from_the_form_behind_the_back_button() -> None:
    client = Client(enforce_csrf_checks=True)

    def post(path: str, **given: Any) -> Any:
        return client.post(path, {**given, "csrfmiddlewaretoken": client.cookies["csrftoken"].value})

    draft = hidden(text(client.get("/report")))
    old = client.cookies["csrftoken"].value
    number = hidden_number(post("/report", **answers(draft=draft)), client)
    assert post(f"/follow/{number}/leave").status_code == 302
    for words in (WORDS, "换了一个人写的话，完全不同"):
        given = answers(draft=draft, words=words, csrfmiddlewaretoken=old)
        assert client.post("/report", given).status_code == 403
        post("/report", **answers(draft=draft, words=words))
        assert client.get("/report/sent")["Location"] == "/follow"
        assert client.get(f"/follow/{number}").status_code == 302


def hidden_number(sent: Any, client: Client) -> str:
    assert sent.status_code == 302, text(sent)
    slip = text(client.get(sent["Location"]))
    return str(re.findall(r'<span class="anlan-code">([^<]+)</span>', slip)[0]).replace(" ", "")


def test_pages_of_a_case_are_kept_nowhere(client: Client, sent: tuple[str, str]) -> None:
    for path in ("", "/data.json", "/files/1", "/do/urge"):
        assert "no-store" in client.get(f"/follow/{sent[0]}{path}")["Cache-Control"]
    assert "no-store" in client.get("/report/sent")["Cache-Control"]


def test_the_way_from_report_to_rating(client: Client, sent: tuple[str, str]) -> None:
    number = sent[0]
    case = matter(number)
    deed(client, number, "add", words="坑边没有路灯", files=[picture("b.jpg", colour="red")])
    case.dispatch()
    case.do("take", cast.unit())
    case.do("ask", cast.unit(), question="在慢车道还是快车道？")
    page = text(client.get(f"/follow/{number}"))
    assert "承诺办结" in page
    assert "在慢车道还是快车道？" in page
    assert f"/follow/{number}/do/answer" in page
    deed(client, number, "answer", words="慢车道")
    page = text(client.get(f"/follow/{number}"))
    assert f"/follow/{number}/do/answer" not in page
    assert f"/follow/{number}/do/urge" not in page, "it is too early to urge"
    for early in (client.get, client.post):
        assert "还在时限之内" in text(early(f"/follow/{number}/do/urge", follow=True))
    case.finish()
    page = text(client.get(f"/follow/{number}"))
    assert "路面已经修补平整" in page.split("最新", 1)[1]
    deed(client, number, "confirm", result="holds")
    case.do("close", cast.town())
    assert "已办结" in text(client.get(f"/follow/{number}"))
    deed(client, number, "rate", rating="5", words="很快，谢谢")
    assert case.column("rating") == 5
    page = text(client.get(f"/follow/{number}"))
    assert "很快，谢谢" in page
    assert f"/follow/{number}/do/rate" not in page
    deed(client, number, "reopen", words="又塌了")
    assert case.state == "accepted"


def test_what_offices_write_to_each_other_is_not_shown(client: Client, sent: tuple[str, str]) -> None:
    case = matter(sent[0])
    case.do("note", cast.town(), words="内部备注：此人话多")
    case.dispatch()
    case.do("prompt", cast.town(), words="内部督促：抓紧")
    for path in ("", "/data.json"):
        assert "内部" not in text(client.get(f"/follow/{sent[0]}{path}"))


def test_who_looked_is_shown_with_office_post_and_reason(client: Client, sent: tuple[str, str]) -> None:
    case = matter(sent[0])
    assert "除经办人员外，没有人打开过您的信息" in text(client.get(f"/follow/{sent[0]}"))
    queries.open_look(overseer(), case.id, reason="complaint", at=now(), known=current())
    page = text(client.get(f"/follow/{sent[0]}"))
    assert "杭州市" in page.split("谁看过我的信息", 1)[1]
    assert "处理对本件的投诉或异议" in page


def test_who_follows_reads_masked_which_number_messages_go_to(client: Client, sent: tuple[str, str]) -> None:
    page = text(client.get(f"/follow/{sent[0]}"))
    assert "138****5678" in page
    assert "13812345678" not in page
    number, _code = report(client, checked="1")
    page = text(client.get(f"/follow/{number}"))
    assert "****" not in page
    assert "您没有留电话" in page


def test_doing_it_twice_is_doing_it_once(client: Client, sent: tuple[str, str]) -> None:
    address = f"/follow/{sent[0]}/do/add"
    given = {"draft": hidden(text(client.get(address))), "words": "还有一处"}
    assert [client.post(address, given).status_code for _ in range(2)] == [302, 302]
    assert text(client.get(f"/follow/{sent[0]}")).count("还有一处") == 1


def test_a_refused_deed_keeps_words_and_files(client: Client, sent: tuple[str, str]) -> None:
    address = f"/follow/{sent[0]}/do/add"
    draft = hidden(text(client.get(address)))
    files = [picture("c.jpg", colour="blue"), upload("x.svg", b"<svg/>")]
    page = text(client.post(address, {"draft": draft, "words": "坑更大了", "files": files}))
    assert "坑更大了" in page
    assert "“x.svg”" in page
    assert client.post(address, {"draft": hidden(page), "words": "坑更大了"}).status_code == 302
    assert "/files/2" in text(client.get(f"/follow/{sent[0]}"))
    missing = client.post(address, {"draft": hidden(text(client.get(address))), "words": ""})
    assert missing.status_code == 422
    assert "填写" in text(missing)


def test_a_draft_of_one_case_is_worth_nothing_in_another(client: Client, sent: tuple[str, str]) -> None:
    draft = hidden(text(client.get(f"/follow/{sent[0]}/do/add")))
    number, _code = report(client)
    assert client.post(f"/follow/{number}/do/add", {"draft": draft, "words": "x y"}).status_code == 302
    assert "x y" in text(client.get(f"/follow/{number}"))
    assert "x y" not in text(client.get(f"/follow/{sent[0]}"))


def test_a_stale_click_says_so_and_keeps_the_words(client: Client, sent: tuple[str, str]) -> None:
    page = text(client.get(f"/follow/{sent[0]}/do/withdraw"))
    matter(sent[0]).dispatch()
    given = {"draft": hidden(page), "expect": hidden(page, "expect"), "words": "不用办了"}
    answer = client.post(f"/follow/{sent[0]}/do/withdraw", given)
    assert answer.status_code == 409
    assert "不用办了" in text(answer)
    assert matter(sent[0]).state == "dispatched"


@pytest.mark.parametrize(
    "action", ["dispatch", "take", "erase", "overdue", "open", "nothing", "note", "look"]
)
def test_what_is_not_the_persons_to_do_is_not_done(
    client: Client, sent: tuple[str, str], action: str
) -> None:
    before = matter(sent[0]).now.seq
    answer = client.post(f"/follow/{sent[0]}/do/{action}", {"words": "x"})
    assert answer["Location"] == f"/follow/{sent[0]}"
    assert matter(sent[0]).now.seq == before


def test_deeds_are_limited(client: Client, sent: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deeds, "DEEDS_PER_CASE", Cap(n=1, per=timedelta(hours=1)))
    assert deed(client, sent[0], "add", words="一").status_code == 302
    answer = deed(client, sent[0], "add", words="两")
    assert answer.status_code == 429
    assert "两" in text(answer)


def test_a_person_takes_along_all_that_is_theirs(client: Client, sent: tuple[str, str]) -> None:
    answer = client.get(f"/follow/{sent[0]}/data.json")
    data = json.loads(answer.content)
    assert answer["Content-Disposition"].startswith("attachment")
    assert data["entries"][0]["words"][0]["words"] == WORDS
    assert data["contact"] == [{"phone": "+8613812345678", "language": "zh"}]
    assert [file["name"] for file in data["files"]] == ["坑.jpg"]


def test_erasing_leaves_the_bare_facts_and_ends_the_code(client: Client, sent: tuple[str, str]) -> None:
    number, code = sent
    deed(client, number, "withdraw", words="填错了")
    assert "删除我的信息" in text(client.get(f"/follow/{number}"))
    deed(client, number, "erase")
    page = text(client.get(f"/follow/{number}"))
    assert WORDS not in page
    assert "/files/1" not in page
    assert client.get(f"/follow/{number}/files/1").status_code == 404
    assert follow(Client(), number, code).status_code == 422


def test_english_readers_read_english(client: Client, sent: tuple[str, str]) -> None:
    page = text(client.get(f"/follow/{sent[0]}", headers={"accept-language": "en"}))
    assert "Now with Xixi Subdistrict Information and Command Room" in page
    assert "Who looked at my information" in page
    assert "Roads, bridges and covers" in page
