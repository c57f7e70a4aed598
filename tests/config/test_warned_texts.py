# SPDX-License-Identifier: Apache-2.0
"""Whoever asked for it is warned by text of what is grave, once, by a message that says how to end it; no row says who asked."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from pytest_django import Settings

from anlan.base.errors import TooMany
from anlan.cases.carry import send
from anlan.cases.deliver import LOST_AFTER, deliver, give_up_lost
from anlan.cases.models import Delivery
from anlan.cases.rotate import check
from anlan.cases.undelivered import Which, resend
from anlan.config import warned_texts
from anlan.people import texts
from anlan.people.follows import LASTS
from anlan.people.models_push import PlaceText
from anlan.people.quiet import read_quiet
from anlan.people.texts import DAILY, PLACES, end_by_link, find_by_link, follow_by_text, may_text
from tests.cases.world import MONDAY, place
from tests.config.alerts_told import go, read_all
from tests.databases import Clone
from tests.people.sms_relay import Relay, sms_relay
from tests.procedures.alert.cast import Storm, releaser

COUNTY, TOWN, OTHER, CITY = "330106", "330106004", "330108", "3301"
LINK = re.compile(r"https://anlan\.example/alerts/end/([a-z2-7]{16})$")


@pytest.fixture
def relay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    with sms_relay(tmp_path, monkeypatch) as found:
        yield found


def number(n: int) -> str:
    return f"+86139000{n:05d}"


def wish(n: int, code: str, *, language: str = "zh") -> None:
    follow_by_text(place(code), number(n), language=language, at=MONDAY)


def told(relay: Relay) -> list[int]:
    return sorted(int(phone[-5:]) for phone in relay.got)


def test_who_follows_the_place_or_one_within_or_around_it_gets_one_text(
    own_database: Clone, relay: Relay, settings: Settings
) -> None:
    settings.ANLAN_QUIET = read_quiet("08:00-12:00")  # it is nine: who sleeps is woken
    for n, code in enumerate((COUNTY, TOWN, CITY, OTHER)):
        wish(n, code)
    wish(0, TOWN)
    go()
    storm = Storm()
    go()
    assert told(relay) == [], "a draft warns nobody"
    storm.issue()
    go()
    assert told(relay) == [0, 1, 2]
    assert {len(texts) for texts in relay.got.values()} == {1}, "also to who follows two of these places"
    (text,) = relay.got[number(1)]
    assert text.startswith("【安澜】红色（Ⅰ级） · 台风 · ")
    assert (
        f"西湖区：台风红色预警。详情 https://anlan.example/alerts/{storm.read.code} 不再接收 https://" in text
    )
    go()
    storm.do("revoke", releaser(), why_zh="台风转向。", why_en="It turned away")
    go()
    assert "已解除：红色" in relay.got[number(1)][1]
    assert "：台风转向。详情" in relay.got[number(1)][1]
    assert told(relay) == [0, 1, 2]


@pytest.mark.parametrize(
    ("how", "tells"),
    [
        ({"level": "blue"}, False),
        ({"level": "yellow"}, False),
        ({"level": "orange"}, True),
        ({"drill": True}, False),
    ],
)
def test_only_what_is_grave_and_real_is_worth_a_text(
    own_database: Clone, relay: Relay, how: dict[str, object], *, tells: bool
) -> None:
    wish(1, COUNTY)
    read_all()
    Storm(**how).issue()  # type: ignore[arg-type]
    go()
    assert told(relay) == ([1] if tells else [])


def test_a_correction_downwards_reaches_who_was_told_of_the_grave_one(
    own_database: Clone, relay: Relay
) -> None:
    wish(1, COUNTY)
    read_all()
    first = Storm().issue()
    go()
    second = Storm(title_zh="更正：台风蓝色预警", level="blue", replaces=str(first.id))
    second.issue(replaces=str(first.id))
    go()
    assert [text.split("：")[0] for text in relay.got[number(1)]] != []
    assert "更正：台风蓝色预警" in relay.got[number(1)][1]


def test_each_reads_their_language_and_a_long_title_is_cut(own_database: Clone, relay: Relay) -> None:
    wish(1, COUNTY, language="en")
    read_all()
    Storm(title_en="A typhoon " * 10).issue()
    go()
    (text,) = relay.got[number(1)]
    assert text.startswith("[Anlan] Red (level I) · Typhoon · ")
    assert "A typhoon A typhoon A typhoon A typhoon A typhoon A typhoon…. More: https://" in text


def test_the_link_ends_it_and_a_stranger_s_does_not(own_database: Clone, relay: Relay) -> None:
    wish(1, COUNTY)
    read_all()
    storm = Storm().issue()
    go()
    found = LINK.search(relay.got[number(1)][0])
    assert found
    assert find_by_link("a" * 16) is None
    followed = find_by_link(found[1])
    assert followed is not None
    assert (followed.place, followed.until) == (place(COUNTY), (MONDAY + LASTS).date())
    end_by_link(found[1], at=MONDAY)
    assert not PlaceText.objects.exists()
    storm.do("revoke", releaser(), why_zh="台风转向", why_en="It turned away")
    go()
    assert len(relay.got[number(1)]) == 1


def test_many_go_in_bounded_parts_each_once_and_what_is_refused_comes_later(
    own_database: Clone, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warned_texts, "BATCH", 10)
    monkeypatch.setattr(warned_texts, "LINES", 4)
    for n in range(47):
        wish(n, TOWN)
    relay.answers = {number(7): 429, number(9): 0}
    read_all()
    Storm().issue()
    go()
    assert len(relay.got) == 46
    assert {len(each) for each in relay.got.values()} == {1}
    waits = Delivery.objects.get(outcome="waiting")
    assert waits.recipient.startswith("phone:")
    assert number(7)[3:] not in waits.recipient
    relay.answers.clear()
    go(MONDAY + timedelta(minutes=2))
    assert len(relay.got[number(7)]) == 1
    assert len(relay.got[number(9)]) == 1, "it may have arrived: it is not sent again"
    assert set(Delivery.objects.values_list("outcome", flat=True)) == {"sent"}


def test_no_more_go_in_a_second_than_the_provider_takes_whatever_alerts_there_are(
    own_database: Clone, relay: Relay, settings: Settings
) -> None:
    settings.ANLAN_SMS_RATE = 4
    for n in range(11):
        wish(n, TOWN)
    read_all()
    Storm().issue()
    go()
    sent = [len(relay.got)]
    other = Storm(title_zh="又一条")
    other.issue()
    for second in range(1, 8):
        before = sum(map(len, relay.got.values()))
        go(MONDAY + timedelta(seconds=second))
        sent.append(sum(map(len, relay.got.values())) - before)
    assert max(sent) == 4 + 4, "the first part of an alert is not made to wait"
    assert max(sent[2:]) == 4
    assert {len(each) for each in relay.got.values()} == {2}


def test_a_process_that_dies_in_the_midst_delays_a_part_and_tells_nobody_twice(
    own_database: Clone, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warned_texts, "BATCH", 10)
    for n in range(25):
        wish(n, TOWN)
    read_all()
    Storm().issue()
    go()
    # As kill -9 leaves it: all were sent, and of one part nobody wrote that.
    Delivery.objects.filter(recipient="part-phones:").update(outcome="sending", at=MONDAY)
    later = MONDAY + LOST_AFTER + timedelta(seconds=1)
    wish(99, TOWN)
    give_up_lost(at=later)
    go(later)
    assert {len(each) for each in relay.got.values()} == {1}
    assert len(relay.got) in {25, 26}, "who asked meanwhile may be in the part that begins again"
    assert not Delivery.objects.exclude(outcome="sent").exists()


def test_one_number_gets_so_many_a_day_and_begins_so_many_follows(own_database: Clone, relay: Relay) -> None:
    wish(1, COUNTY)
    read_all()
    for _ in range(DAILY.n + 2):
        Storm().issue()
        go()
    assert len(relay.got[number(1)]) == DAILY.n
    for _ in range(PLACES.n - 1):
        wish(1, TOWN)
    with pytest.raises(TooMany):
        wish(1, OTHER)
    assert PlaceText.objects.count() == 2


def test_it_ends_after_a_year_also_before_the_night_erases_it(own_database: Clone, relay: Relay) -> None:
    wish(1, COUNTY)
    end = MONDAY + LASTS + timedelta(days=2)
    assert texts.count_lapsed(MONDAY + LASTS) == 0
    read_all()
    Storm(at=end).issue()
    go(end)
    assert told(relay) == []
    assert texts.find_phone(bytes(PlaceText.objects.get().id), at=end) is None
    assert texts.forget_lapsed(end) == 1


@pytest.mark.django_db
def test_a_row_says_nothing_of_its_number_and_two_of_one_have_nothing_in_common() -> None:
    wish(1, COUNTY)
    wish(1, TOWN)
    wish(1, TOWN)
    one, two = PlaceText.objects.all()
    for row in (one, two):
        held = b"".join(map(bytes, (row.id, row.key, row.sealed, row.link)))
        assert number(1)[3:].encode() not in held
    assert bytes(one.id)[:8] != bytes(two.id)[:8]
    assert bytes(one.link)[:8] != bytes(two.link)[:8]
    assert [(held.count, held.readable) for held in check() if held.table == "people_placetext"] == [
        (2, True)
    ]


@pytest.mark.django_db
def test_a_restored_backup_ends_again_what_was_ended_and_not_what_was_asked_for_anew(
    settings: Settings, tmp_path: Path
) -> None:
    settings.ANLAN_ERASURES = tmp_path / "erasures.jsonl"
    wish(1, COUNTY)
    backed_up = PlaceText.objects.get()
    phone = texts.find_phone(bytes(backed_up.id), at=MONDAY)
    assert phone is not None
    end_by_link(phone.link, at=MONDAY + timedelta(days=1))
    end_by_link(phone.link, at=MONDAY + timedelta(days=1))
    said = (tmp_path / "ended-texts.jsonl").read_text()
    assert said.count("\n") == 1
    assert phone.link not in said
    backed_up.save(force_insert=True)
    assert texts.reapply_ends() == 1
    assert not PlaceText.objects.exists()
    follow_by_text(place(COUNTY), number(1), language="zh", at=MONDAY + timedelta(days=3))
    assert texts.reapply_ends() == 0
    PlaceText.objects.all().delete()
    backed_up.save(force_insert=True)
    assert texts.reapply_ends() == 0, "they asked for it again since"


@pytest.mark.django_db
def test_where_no_texts_go_out_nothing_is_wished() -> None:
    read_all()
    Storm().issue()
    read_all()
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_who_asks_anew_on_the_day_they_ended_it_is_told_after_a_restore(
    settings: Settings, tmp_path: Path
) -> None:
    settings.ANLAN_ERASURES = tmp_path / "erasures.jsonl"
    wish(1, COUNTY)
    phone = texts.find_phone(bytes(PlaceText.objects.get().id), at=MONDAY)
    assert phone is not None
    end_by_link(phone.link, at=MONDAY + timedelta(hours=1))
    follow_by_text(place(COUNTY), number(1), language="zh", at=MONDAY + timedelta(hours=2))
    assert texts.reapply_ends() == 0
    assert PlaceText.objects.exists()


def test_where_no_carrier_is_set_up_any_more_it_is_said_so_and_may_be_sent_again(
    own_database: Clone, relay: Relay, settings: Settings
) -> None:
    wish(1, COUNTY)
    read_all()
    Storm().issue()
    read_all()
    there, settings.ANLAN_SMS_URL = settings.ANLAN_SMS_URL, ""
    deliver(send, at=MONDAY)
    row = Delivery.objects.get(channel="sms")
    assert (row.outcome, row.why) == ("failed", "no_carrier")
    settings.ANLAN_SMS_URL = there
    resend(Which(since=MONDAY - timedelta(days=1)), by=None, at=MONDAY)
    go()
    assert told(relay) == [1]


def test_a_number_that_no_key_opens_waits_for_its_key(own_database: Clone, relay: Relay) -> None:
    wish(1, COUNTY)
    relay.answers = {number(1): 429}
    read_all()
    Storm().issue()
    go()
    row = PlaceText.objects.get()
    key, row.key = row.key, b"\x01\x09\x01" + bytes(row.key)[3:]
    row.save()
    go(MONDAY + timedelta(minutes=2))
    waits = Delivery.objects.get(recipient__startswith="phone:")
    assert (waits.outcome, waits.why) == ("waiting", "no_key")
    relay.answers.clear()
    row.key = key
    row.save()
    go(MONDAY + timedelta(minutes=30))
    assert told(relay) == [1]


def test_a_part_that_breaks_off_begins_again_for_a_repetition_tells_nobody_twice(
    own_database: Clone, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warned_texts, "LINES", 2)
    for n in range(6):
        wish(n, TOWN)
    read_all()
    Storm().issue()
    read_all()
    asked: list[str] = []

    def busy(*given: object, **named: object) -> bool:
        asked.append(str(given[0]))
        if len(asked) == 4:
            raise OperationalError("canceling statement due to lock timeout")
        return may_text(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(warned_texts, "may_text", busy)
    go()
    assert len(relay.got) < 6
    go(MONDAY + timedelta(minutes=2))
    assert len(relay.got) >= 5, "one that was counted as it broke off is in doubt"
    assert {len(each) for each in relay.got.values()} == {1}
