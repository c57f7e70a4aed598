# SPDX-License-Identifier: Apache-2.0
"""What did not arrive: the system administrator sees why, sends it again or drops it, and learns of no person and no case."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, expect

from anlan.base.clock import now
from anlan.base.errors import NotAllowed
from anlan.cases import journal, undelivered
from anlan.cases.deliver import Refusing, Sending, Why, deliver
from anlan.cases.models import Delivery
from anlan.config.demo_undelivered import SORTS, fail_some
from anlan.people.log import read_log
from anlan.people.may import Role, actor_of
from anlan.web.desk.deliveries import CHANNELS, KINDS, REASONS, WHYS
from tests.databases import Clone
from tests.web.desk.test_browser import served, session_of
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import sound
from tests.web.resident.test_browser import visit as look_at
from tests.web.staff import enter, matter, post_of

PAGE = "/desk/deliveries"
browsers = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)


def row(position: int, recipient: str = "party:1", channel: str = "sms", **given: object) -> Delivery:
    said = {"outcome": "failed", "why": "busy", "answer": "the gateway answered 503", "tries": 5, "key": "k"}
    return Delivery.objects.create(
        position=position,
        recipient=recipient,
        channel=channel,
        case_id=UUID(int=99_000 + position),
        **{**said, "at": now() - timedelta(hours=position), **given},
    )


def some() -> None:
    """Of each sort one."""
    row(1)
    row(2, answer="the gateway answered 403", why="refused", tries=1)
    row(3, "post:77", "email", why="erased", answer="the contact was erased", tries=1)
    row(4, "follower:a1b2c3d4", "push", why="gone", answer="the push service answered 410")
    row(5, "post:77", "email", key="daily", outcome="unknown", why="silent", answer="OSError")
    row(6, "post:77", "dingtalk", outcome="waiting", tries=2, at=now() + timedelta(hours=1))
    row(7, "post:77", "dingtalk", outcome="waiting", tries=0, why="", answer="")
    row(8, outcome="sent", why="", answer="")
    row(9, at=now() - timedelta(days=20))


def outcome(position: int) -> str:
    return Delivery.objects.get(position=position).outcome


@pytest.mark.django_db
def test_the_page_says_which_way_of_what_sort_how_often_and_why_and_no_more() -> None:
    some()
    desk = enter(post_of(Role.SYSTEM_ADMIN))
    page = desk.get(PAGE).content.decode()
    for there in (
        "未发出 4",
        "结果不明 1",
        "自动重试中 1",
        "已放弃 0",
        "短信 · 办件告知",
        "the gateway answered 403",
    ):
        assert there in page, there
    for state in ("failed", "unknown", "waiting", "dropped"):
        page = desk.get(PAGE, {"state": state, "days": "180"}).content.decode()
        for hidden in ("post:77", "follower", "a1b2c3d4", "party:1", str(UUID(int=99_001)), "99001"):
            assert hidden not in page, (state, hidden)
    assert "未发出 5" in desk.get(PAGE, {"days": "30"}).content.decode()


@pytest.mark.django_db
def test_it_is_narrowed_by_channel_sort_reason_and_days_and_takes_any_address() -> None:
    some()
    desk = enter(post_of(Role.SYSTEM_ADMIN))

    def shown(**asked: str) -> int:
        return desk.get(PAGE, asked).content.decode().count("govuk-summary-list__row")

    assert [
        shown(),
        shown(channel="push"),
        shown(kind="warning"),
        shown(kind="staff"),
        shown(why="busy"),
    ] == [
        4,
        1,
        1,
        1,
        1,
    ]
    assert shown(channel="sms", why="busy", days="30") == 2
    assert shown(state="unknown", kind="daily") == 1
    for odd in ({"channel": "x"}, {"kind": "\x00"}, {"days": "9" * 400}, {"state": "sent"}, {"from": "-1"}):
        assert desk.get(PAGE, odd).status_code == 200
    assert desk.get(PAGE, {"from": "9" * 8}).status_code == 200
    assert desk.get(f"{PAGE}/else").status_code == 404


@pytest.mark.django_db
def test_all_that_it_may_help_are_sent_again_and_what_would_fail_again_only_by_itself() -> None:
    some()
    desk = enter(post_of(Role.SYSTEM_ADMIN))
    assert "重新发送 2 条" in desk.get(f"{PAGE}/again").content.decode()
    assert [outcome(n) for n in range(1, 5)] == ["failed"] * 4
    said = desk.post(f"{PAGE}/again?channel=sms&why=busy", follow=True).content.decode()
    assert "重新发送" in said
    assert [outcome(n) for n in range(1, 5)] == ["waiting", "failed", "failed", "failed"]
    assert (Delivery.objects.get(position=1).tries, Delivery.objects.get(position=1).why) == (0, "")
    desk.post(f"{PAGE}/again?state=unknown")
    desk.post(f"{PAGE}/again")
    assert [outcome(n) for n in (2, 3, 4, 5, 9)] == ["waiting", "failed", "failed", "unknown", "failed"]
    (one,) = undelivered.rows(undelivered.Which(since=now() - timedelta(days=1), why="erased"), most=9)
    desk.post(f"{PAGE}/again?one={one.mark}")
    assert outcome(3) == "waiting"
    assert "没有可处理的" in desk.post(f"{PAGE}/again?one={one.mark}", follow=True).content.decode()
    assert [(line.what, line.after) for line in read_log()] == [
        ("deliveries.resend", {"outcome": "failed", "channel": "sms", "why": "busy", "n": 1}),
        ("deliveries.resend", {"outcome": "failed", "n": 1}),
        ("deliveries.resend", {"outcome": "failed", "n": 1}),
    ]


@pytest.mark.django_db
def test_what_is_dropped_has_a_reason_and_stays_dropped() -> None:
    some()
    desk = enter(post_of(Role.SYSTEM_ADMIN))
    assert desk.post(f"{PAGE}/drop?state=unknown").status_code == 422
    assert desk.post(f"{PAGE}/drop?state=unknown", {"reason": "because"}).status_code == 422
    assert outcome(5) == "unknown"
    desk.post(f"{PAGE}/drop?state=unknown", {"reason": "test"})
    desk.post(f"{PAGE}/drop?why=gone", {"reason": "no_receiver"})
    for state in ("waiting", "dropped"):
        desk.post(f"{PAGE}/drop?state={state}", {"reason": "test"})
    assert [outcome(n) for n in (1, 4, 5, 6, 7)] == ["failed", "dropped", "dropped", "waiting", "waiting"]
    desk.post(f"{PAGE}/again?state=dropped")
    assert outcome(4) == "dropped"
    assert [line.after for line in read_log()] == [
        {"outcome": "unknown", "reason": "test", "n": 1},
        {"outcome": "failed", "why": "gone", "reason": "no_receiver", "n": 1},
    ]


@pytest.mark.django_db
def test_nobody_else_sees_or_does_it() -> None:
    some()
    for role in Role:
        if role is Role.SYSTEM_ADMIN:
            continue
        desk = enter(post_of(role))
        for where in (PAGE, f"{PAGE}/again", f"{PAGE}/drop"):
            assert desk.get(where).status_code == 403
            assert desk.post(where, {"reason": "test"}).status_code in {403, 405}
        with pytest.raises(NotAllowed):
            undelivered.resend(
                undelivered.Which(since=now() - timedelta(days=1)),
                by=actor_of(post_of(role), at=now()),
                at=now(),
            )
    assert Client().get(PAGE).status_code == 302
    assert not list(read_log())


def test_each_way_of_failing_is_kept_with_its_reason(own_database: Clone) -> None:
    at = now()
    for n in range(1, 5):
        row(n, outcome="waiting", tries=4, why="", answer="", at=at)
    row(5, outcome="waiting", tries=0, why="", answer="", at=at - timedelta(days=3))

    def send(sending: Sending) -> None:
        match sending.position:
            case 1:
                raise Refusing("the gateway answered 503", again=True)
            case 2:
                raise Refusing("the contact was erased", again=False, why=Why.ERASED)
            case 3:
                raise ValueError("13800001234")

    deliver(send, at=at, batch=9)
    kept = Delivery.objects.order_by("position").values_list("outcome", "why", "answer")
    assert list(kept) == [
        ("failed", "busy", "the gateway answered 503"),
        ("failed", "erased", "the contact was erased"),
        ("unknown", "silent", "ValueError"),
        ("sent", "", ""),
        ("failed", "late", ""),
    ]


def test_every_reason_kind_and_channel_has_words() -> None:
    assert set(WHYS) == set(Why)
    assert set(KINDS) == set(undelivered.KINDS)
    assert set(REASONS) == set(undelivered.REASONS)
    assert {"sms", "email", "push", "dingtalk"} <= set(CHANNELS)


@pytest.mark.django_db
def test_a_look_at_what_failed_is_a_look_into_an_index() -> None:
    blank: dict[str, object] = dict.fromkeys(("channel", "kind", "why", "one"), "")
    which: dict[str, Any] = {**blank, "outcome": "failed", "since": now()}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for statement in (undelivered.COUNT, undelivered.GROUPS, undelivered.ROWS):
            cursor.execute(f"EXPLAIN {statement}", {**which, "in_vain": [], "most": 1, "start": 0})
            assert "Seq Scan" not in "\n".join(line[0] for line in cursor.fetchall())


@browsers
@pytest.mark.parametrize(
    ("width", "language", "large"), [(360, "zh-hans", True), (360, "en", False), (1440, "en", False)]
)
def test_its_pages_read_on_a_phone_and_on_a_desk(
    own_database: Clone, browser: Browser, width: int, language: str, *, large: bool
) -> None:
    some()
    session = session_of(Role.SYSTEM_ADMIN)
    with served() as address:
        page = look_at(browser, address, language=language, width=width, js=True, large=large)
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
        for where in (PAGE, f"{PAGE}?state=dropped", f"{PAGE}/again", f"{PAGE}/drop"):
            page.goto(address + where)
            sound(page)


@browsers
def test_without_script_one_finds_why_and_sends_again(own_database: Clone, browser: Browser) -> None:
    some()
    session = session_of(Role.SYSTEM_ADMIN)
    with served() as address:
        page = look_at(browser, address, language="zh-hans", width=360, js=False)
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
        page.goto(f"{address}/admin/")
        page.get_by_role("link", name="消息", exact=True).click()
        page.get_by_role("link", name="the gateway answered 403").click()
        page.get_by_role("button", name="重新发送 1 条").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("重新发送 1 条消息？")
        page.get_by_role("button", name="重新发送").click()
        expect(page.locator(".anlan-messages")).to_contain_text("1 条消息")
    assert outcome(2) == "waiting"


def test_the_demo_has_some_that_say_that_they_are_made_up(own_database: Clone) -> None:
    cases = [matter() for _ in range(20)]
    while journal.number(at=now()):
        pass
    room, administrator = post_of(Role.DISPATCHER), enter(post_of(Role.SYSTEM_ADMIN))
    n = fail_some(room.pk, at=now())
    assert n == sum(sort.n for sort in SORTS)
    assert fail_some(room.pk, at=now()) == n == Delivery.objects.count()
    assert {one.case_id for one in Delivery.objects.all()} <= {case.id for case in cases}
    html = administrator.get(PAGE).content.decode()
    assert html.count("演示虚构") == 3 + 11, "each sort, and each one"
    assert "429 too many" in html
