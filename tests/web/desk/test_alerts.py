# SPDX-License-Identifier: Apache-2.0
"""Alerts at the doors: written by one, released by another, seen by everybody below, confirmed, withdrawn; and who may not."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base.clock import now
from anlan.base.ids import show_number
from anlan.people.may import Role, actor_of
from anlan.places.codes import pad
from anlan.procedures.alert.answers import answers
from anlan.procedures.alert.standing import get_numbered
from tests.cases.world import VILLAGE, place
from tests.people.world import post
from tests.procedures.alert.cast import COUNTY, EVERYWHERE, HOUR, Storm, releaser
from tests.web.staff import enter, matter, number, post_of

pytestmark = pytest.mark.django_db
WRITTEN = {
    "kind": "typhoon",
    "level": "red",
    "certainty": "likely",
    "title_zh": "台风红色预警",
    "title_en": "Red typhoon alert",
    "words_zh": "今夜台风登陆，请待在室内。",
    "words_en": "A typhoon lands tonight.\nPlease stay <inside>.",
    "asks": "on",
}


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def band(html: str) -> str:
    return html.partition("data-alerts=")[2].partition("</div>")[0]


def storm(**data: object) -> Storm:
    """A red alert for the county that stands at this moment."""
    return Storm(at=now() - timedelta(minutes=1), **data).issue()  # type: ignore[arg-type]


def filled(client: Client, address: str, **given: str) -> dict[str, str]:
    """The form at this address with what it proposes."""
    html = text(client.get(address))
    form = html[html.index('<form class="anlan-warn"') :]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    times = dict(re.findall(r'name="(starts|ends)" value="([^"]*)"', form))
    return {**hidden, **times, **WRITTEN, **given}


def write(client: Client, *, drill: bool = False, **given: str) -> int:
    """A draft for the county; its number."""
    address = reverse("desk:write_drill" if drill else "desk:write_alert", args=[place(COUNTY)])
    answer = client.post(address, filled(client, address, **given))
    assert answer.status_code == 302, text(answer)
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def release(client: Client, number: int, name: str = "西湖区") -> int:
    html = text(client.get(reverse("desk:one_alert", args=[number])))
    return client.post(reverse("desk:issue_alert", args=[number]), read(html, name=name)).status_code


def read(html: str, **given: str) -> dict[str, str]:
    """What the page of a draft sends when it is released."""
    sent = dict(re.findall(r'<input type="hidden" name="(request_id|expect)" value="([^"]*)"', html))
    return {**sent, **given}


def withdraw(client: Client, number: int, **why: str) -> int:
    """Says why, looks, and withdraws; the last answer."""
    address = reverse("desk:revoke_alert", args=[number])
    first = client.post(address, {**read(text(client.get(address))), **why})
    html = text(first)
    seen = re.search(r'name="seen" value="([^"]+)"', html)
    assert seen, html
    return client.post(address, {**read(html), **why, "seen": seen[1]}).status_code


def test_two_people_warn_a_county_and_everybody_below_sees_it() -> None:
    one, two = enter(post_of(Role.COUNTY_DISPATCHER)), enter(post_of(Role.COUNTY_DISPATCHER))
    worker, elsewhere = (
        enter(post_of(Role.GRID_WORKER)),
        enter(post_of(Role.COUNTY_DISPATCHER, "county:330109")),
    )
    made = write(one)
    visitor = Client(HTTP_ACCEPT_LANGUAGE="zh-hans")
    for client, address in ((worker, "/field/"), (visitor, "/")):
        assert "台风红色预警" not in text(client.get(address))
    # The office that writes it finds its draft by its name in the list, and is not warned by it.
    assert "红色（Ⅰ级） · 台风" not in text(one.get("/desk/"))
    assert "要由另一人发布" in text(one.get(f"/desk/alerts/{made}"))
    assert release(one, made) == 422
    assert release(two, made, "西湖") == release(two, made, "") == 422
    assert release(two, made, " 西湖区 ") == 302
    for client, address in (
        (worker, "/field/"),
        (worker, "/desk/notices"),
        (one, "/desk/"),
        (one, f"/desk/cases/{made}"),
        (two, "/desk/wall"),
        (visitor, "/"),
        (visitor, f"/place/{VILLAGE}"),
        (visitor, "/place/33"),
    ):
        html = text(client.get(address))
        assert "台风红色预警" in band(html), address
        assert "红色（Ⅰ级） · 台风" in band(html), address
    assert "台风红色预警" in text(worker.get("/desk/alerts/now"))
    for client, address in ((elsewhere, "/desk/"), (visitor, "/place/330109")):
        html = text(client.get(address))
        assert "data-alerts" in html
        assert "台风红色预警" not in html


def test_words_that_the_second_person_has_not_read_are_not_released() -> None:
    one, two = enter(post_of(Role.COUNTY_DISPATCHER)), enter(post_of(Role.COUNTY_DISPATCHER))
    made = write(one)
    sent = read(text(two.get(reverse("desk:one_alert", args=[made]))), name="西湖区")
    address = reverse("desk:change_alert", args=[made])
    assert one.post(address, filled(one, address, title_zh="全县立即撤离")).status_code == 302
    release_it = reverse("desk:issue_alert", args=[made])
    assert two.post(release_it, {"name": "西湖区"}).status_code == 422, "nor what nobody says to have read"
    answer = two.post(release_it, sent)
    html = text(answer)
    assert answer.status_code == 409
    assert "您打开后，有人作了修改" in html
    assert "您打开以后的新情况" in html
    assert "标题（中文）：全县立即撤离" in html
    assert 'value="西湖区"' in html, "nothing typed is lost"
    assert two.post(release_it, read(html, name="西湖区")).status_code == 302


def test_of_two_who_change_a_draft_the_second_reads_what_the_first_wrote() -> None:
    one, two = enter(post_of(Role.COUNTY_DISPATCHER)), enter(post_of(Role.COUNTY_DISPATCHER))
    made = write(one)
    address = reverse("desk:change_alert", args=[made])
    mine, theirs = (filled(each, address, words_zh=words) for each, words in ((one, "甲改"), (two, "乙改")))
    away = read(text(two.get(reverse("desk:one_alert", args=[made]))))
    assert one.post(address, mine).status_code == 302
    answer = two.post(address, theirs)
    assert answer.status_code == 409
    assert "甲改" in text(answer)
    assert "乙改" in text(answer)
    two.post(reverse("desk:discard_alert", args=[made]), away)
    assert get_numbered(made, drafts=EVERYWHERE).state == "drafted"
    anew = {**theirs, **read(text(answer))}
    assert two.post(address, anew).status_code == 302
    assert get_numbered(made, drafts=EVERYWHERE).words.zh == "乙改"
    assert two.post(address, mine).status_code in {404, 409}


def test_a_form_sent_twice_writes_one_and_a_fault_loses_nothing() -> None:
    client = enter(post_of(Role.COUNTY_DISPATCHER))
    address = reverse("desk:write_alert", args=[place(COUNTY)])
    sent = filled(client, address)
    twice = {client.post(address, sent).headers["Location"] for _ in range(2)}
    assert len(twice) == 1
    answer = client.post(address, filled(client, address, title_en="", words_zh="请上报重点人员名单"))
    assert answer.status_code == 422
    assert "请上报重点人员名单" in text(answer)
    assert "Please stay &lt;inside&gt;." in text(answer)


def test_the_form_says_how_long_an_alert_may_stand() -> None:
    clerk = enter(post_of(Role.COUNTY_DISPATCHER))
    assert "最短 1 小时，最长 14 天" in text(clerk.get(reverse("desk:write_alert", args=[place(COUNTY)])))


def test_what_is_written_in_chinese_only_says_so_in_english_and_is_one_block_for_programs() -> None:
    one, two = enter(post_of(Role.COUNTY_DISPATCHER)), enter(post_of(Role.COUNTY_DISPATCHER))
    made = write(one, title_en="", words_en="")
    assert release(two, made) == 302
    page = text(two.get(f"/desk/alerts/{made}"))
    assert page.count('class="anlan-told"') == 1
    code = re.search(r'href="/alerts/([^"]+)"', page)
    assert code
    english, chinese = Client(HTTP_ACCEPT_LANGUAGE="en"), Client(HTTP_ACCEPT_LANGUAGE="zh-hans")
    read = text(english.get(f"/alerts/{code[1]}"))
    assert "This alert was written in Chinese only." in read
    assert '<h1 class="anlan-title" lang="zh-Hans">台风红色预警</h1>' in read
    assert '<span lang="zh">今夜台风登陆' in read
    assert 'lang="zh-Hans">台风红色预警' in band(text(english.get("/")))
    assert "这条预警只有中文" not in text(chinese.get(f"/alerts/{code[1]}"))
    assert "<language>en</language>" not in text(english.get(f"/alerts/{code[1]}.xml"))
    assert withdraw(one, made, why_zh="路径改变。", why_en="") == 302
    assert '<span lang="zh">路径改变。</span>' in text(english.get(f"/alerts/{code[1]}"))


def test_a_draft_in_chinese_only_is_changed_without_the_chinese_standing_in_the_english() -> None:
    client = enter(post_of(Role.COUNTY_DISPATCHER))
    made = write(client, title_en="", words_en="")
    html = text(client.get(f"/desk/alerts/{made}/change"))
    assert html.count("台风红色预警") == 1
    assert "解除只需一个人" in html
    assert "一个人就可以" in text(enter(post_of(Role.COUNTY_DISPATCHER)).get(f"/desk/alerts/{made}"))


def test_a_resident_finds_alerts_when_none_stands_and_ways_that_need_no_leave() -> None:
    visitor = Client(HTTP_ACCEPT_LANGUAGE="zh-hans")
    front = text(visitor.get("/"))
    assert 'href="/alerts/"' in front or 'href="/alerts"' in front
    assert "现在没有生效的预警" in front
    listed = text(visitor.get(reverse("public:alerts")))
    assert "现在没有生效的预警" in listed
    assert reverse("public:places") in listed
    placed = text(visitor.get(reverse("public:alerts"), {"place": pad(COUNTY)}))
    for way in ("收藏起来", "半分钟内", f'href="/place/{COUNTY}"'):
        assert way in placed, way
    storm()
    assert "现在生效的预警" in text(visitor.get("/"))
    assert "现在没有生效的预警" not in text(visitor.get(reverse("public:alerts")))


def test_nobody_releases_or_reads_a_draft_of_another_county() -> None:
    one = Storm(at=now())
    other = enter(post_of(Role.COUNTY_DISPATCHER, "county:330109"))
    worker = enter(post_of(Role.GRID_WORKER))
    administrator = enter(post_of(Role.SYSTEM_ADMIN))
    assert "台风红色预警" not in text(administrator.get("/desk/alerts"))
    for client in (other, worker, administrator):
        for address, method in (
            ("", "get"),
            ("/change", "get"),
            ("/release", "post"),
            ("/discard", "post"),
            ("/withdraw", "get"),
            ("/read", "post"),
        ):
            answer = getattr(client, method)(f"/desk/alerts/{one.number}{address}", {"name": "西湖区"})
            assert answer.status_code in {403, 404}, (address, answer.status_code)
    assert one.case.state == "drafted"
    assert other.get(reverse("desk:write_alert", args=[place(COUNTY)])).status_code == 404
    assert worker.get(reverse("desk:alert_place")).status_code == 403
    assert Client().get(f"/desk/alerts/{one.number}").status_code == 302
    assert Client().get(f"/alerts/{one.number}").status_code == 404


def test_what_was_released_elsewhere_is_read_and_not_touched() -> None:
    one = storm()
    other = enter(post_of(Role.COUNTY_DISPATCHER, "county:330109"))
    html = text(other.get(f"/desk/alerts/{one.number}"))
    assert "台风红色预警" in html
    assert "解除</a>" not in html
    assert other.get(f"/desk/alerts/{one.number}/withdraw").status_code == 404
    assert (
        other.post(f"/desk/alerts/{one.number}/withdraw", {"why_zh": "a", "why_en": "b"}).status_code == 404
    )
    assert other.post(f"/desk/alerts/{one.number}/read").status_code == 302
    assert answers(one.read, at=now())[0].confirmed == 0
    assert one.case.state == "in_force"


def test_a_post_confirms_and_its_place_is_counted() -> None:
    who = post_of(Role.GRID_WORKER)
    one, worker, chief = storm(), enter(who), enter(post_of(Role.COUNTY_DISPATCHER))
    assert "请阅读并确认" in band(text(worker.get("/field/")))
    page = f"/desk/alerts/{one.number}"
    assert "我已阅读" in text(worker.get(page))
    assert "谢谢，您已读" in text(worker.post(f"{page}/read", follow=True))
    html = text(worker.get(page))
    assert "您已确认读过" in html
    assert "谁已读" not in html
    assert "请阅读并确认" not in text(worker.get("/field/"))
    seen = text(chief.get(page))
    assert "谁已读" in seen
    assert who.account.name not in seen


def test_what_ended_is_gone_by_itself_and_cannot_be_confirmed() -> None:
    at = now() - 6 * HOUR - timedelta(minutes=1)
    one = Storm(at=at).issue()
    worker = enter(post_of(Role.GRID_WORKER))
    assert "台风红色预警" not in text(worker.get("/field/"))
    assert "台风红色预警" not in text(Client().get("/"))
    worker.post(f"/desk/alerts/{one.number}/read")
    assert answers(one.read, at=at)[0].confirmed == 0
    html = text(Client(HTTP_ACCEPT_LANGUAGE="zh-hans").get(f"/alerts/{one.read.code}"))
    assert "已到期" in html
    assert "我已阅读" not in html


def test_a_drill_is_a_drill_everywhere_and_not_on_residents_pages() -> None:
    one, two = enter(post_of(Role.COUNTY_DISPATCHER)), enter(post_of(Role.COUNTY_DISPATCHER))
    made = write(one, drill=True)
    assert release(two, made, "") == 302
    worker = enter(post_of(Role.GRID_WORKER))
    assert "anlan-alert--drill" in band(text(worker.get("/field/")))
    assert "演练" in band(text(worker.get("/field/")))
    assert "anlan-alert--red" not in text(worker.get("/field/"))
    for address in ("/", f"/place/{COUNTY}", "/alerts"):
        assert "台风红色预警" not in text(Client().get(address))


def test_drills_do_not_push_what_is_real_out_of_the_band() -> None:
    storm(asks=False)
    for n in range(3):
        drill = Storm(at=now() - timedelta(minutes=1), drill=True, level="blue", title_zh=f"演练{n}")
        drill.do("issue", releaser())
    html = band(text(enter(post_of(Role.GRID_WORKER)).get("/field/")))
    assert "台风红色预警" in html
    assert "演练2" in html


def test_lists_go_on_to_the_next_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anlan.procedures.alert.standing.MOST", 1)
    for title in "甲乙":
        storm(title_zh=title)
    chief, visitor = enter(post_of(Role.COUNTY_DISPATCHER)), Client(HTTP_ACCEPT_LANGUAGE="zh-hans")
    for client, address in (
        (chief, "/desk/alerts"),
        (visitor, "/alerts"),
        (visitor, f"/alerts?place={pad(COUNTY)}"),
    ):
        first = text(client.get(address))
        onward = re.search(r'rel="next" href="([^"]+)"', first)
        assert onward, address
        second = text(client.get(onward[1].replace("&amp;", "&")))
        assert sorted(re.findall(r'anlan-item__title">(甲|乙)<', first + second)) == sorted("甲乙")
        assert 'rel="next"' not in second
    feed = text(visitor.get("/alerts/feed.xml"))
    assert feed.count("<entry>") == 2
    assert chief.get("/desk/alerts?drills=x").headers["Location"] == "/desk/alerts"
    assert visitor.get("/alerts?after=x").status_code == 422


def test_withdrawn_and_corrected_pages_say_so() -> None:
    one, two = enter(post_of(Role.COUNTY_DISPATCHER)), enter(post_of(Role.COUNTY_DISPATCHER))
    first = storm()
    address = f"{reverse('desk:write_alert', args=[place(COUNTY)])}?corrects={first.number}"
    sent = filled(one, address, level="orange", title_zh="台风橙色预警")
    made = int(one.post(address, sent).headers["Location"].rsplit("/", 1)[1])
    assert release(two, made) == 302
    assert first.case.state == "superseded"
    assert "台风橙色预警" in band(text(one.get("/desk/")))
    assert "台风红色预警" not in band(text(one.get("/desk/")))
    assert withdraw(one, made, why_zh="台风转向", why_en="It turned away") == 302
    assert "台风橙色预警" not in text(one.get("/desk/"))
    zh = Client(HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert "已解除" in text(zh.get("/alerts"))
    assert zh.get(f"{reverse('desk:write_alert', args=[place(COUNTY)])}").status_code == 302
    assert one.get(f"{reverse('desk:write_alert', args=[place(COUNTY)])}?corrects={made}").status_code == 404


def test_an_office_below_is_not_offered_the_correction_of_an_alert() -> None:
    chief = actor_of(post(Role.SUPERVISOR, "city:3301"), at=now())
    other = actor_of(post(Role.SUPERVISOR, "city:3301"), at=now())
    red = Storm(by=chief, at=now() - timedelta(minutes=1)).issue(other)
    below = enter(post_of(Role.COUNTY_DISPATCHER))
    assert "corrects=" not in text(below.get(f"/desk/alerts/{red.number}"))
    address = reverse("desk:write_alert", args=[place(COUNTY)])
    assert below.get(f"{address}?corrects={red.number}").status_code == 404


def test_residents_are_counted_once_a_browser_and_nothing_is_kept_of_them() -> None:
    one = storm()
    visitor = Client(HTTP_ACCEPT_LANGUAGE="zh-hans")
    page = f"/alerts/{one.read.code}"
    answer = visitor.get(f"{page}?place={pad(VILLAGE)}")
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    for _twice in range(2):
        assert visitor.post(f"{page}/read", {"place": str(pad(VILLAGE))}).status_code == 302
    assert "您说过已读" in text(visitor.get(page))
    assert answers(one.read, at=now())[0].readers == 1
    assert [key for key in visitor.cookies if "anlan" in key] == ["anlan_read"]
    assert visitor.cookies["anlan_read"]["path"] == page
    for wrong in ("nothing", "0", "x" * 300):
        assert visitor.get(f"/alerts/{wrong}").status_code == 404
    assert visitor.get("/alerts/now?place=1e400").status_code == 200


def test_an_alert_is_named_in_lists_and_leads_to_its_page() -> None:
    one = Storm(at=now())
    client = enter(post_of(Role.COUNTY_DISPATCHER))
    html = text(client.get("/desk/"))
    assert "预警：台风" in html
    page = text(client.get(f"/desk/cases/{one.number}"))
    assert f"/desk/alerts/{one.number}" in page
    assert show_number(one.number) in page


def test_who_is_over_a_place_is_not_asked() -> None:
    one = storm()
    for who in (post(Role.SUPERVISOR, "city:3301"), post(Role.AUDITOR, "province:33")):
        assert actor_of(who, at=now()).role
        assert "我已阅读" not in text(enter(who).get(f"/desk/alerts/{one.number}"))
    assert number(matter())
