# SPDX-License-Identifier: Apache-2.0
"""Whoever asked is warned, each once, whatever dies meanwhile; nobody else is, and no list says who asked."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pytest_django import Settings

from anlan.cases.deliver import LOST_AFTER, give_up_lost
from anlan.cases.models import Delivery
from anlan.config import warned
from anlan.people import follows
from anlan.people.follows import LASTS, follow_place, follows_place, leave_place
from anlan.people.grants import set_absence
from anlan.people.may import Role, actor_of
from anlan.people.models_push import PlaceFollow, StaffBrowser
from anlan.people.push import Subscription, read_subscription
from anlan.people.quiet import read_quiet
from anlan.people.staffding import get_user, set_user
from anlan.people.staffpush import PushWish, add_browser, set_push
from tests.cases.world import MONDAY, place
from tests.config.alerts_told import go, read_all
from tests.databases import Clone
from tests.people.ding_service import Ding, ding_service, texts
from tests.people.push_service import PushService, push_service
from tests.people.world import post
from tests.procedures.alert.cast import Storm, releaser

COUNTY, TOWN, OTHER, CITY = "330106", "330106004", "330108", "3301"
MORNING = read_quiet("08:00-12:00")


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    with push_service(tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture
def ding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ding]:
    with ding_service(tmp_path, monkeypatch) as found:
        yield found


def subscription(service: PushService, name: str, *, answer: int = 201, language: str = "zh") -> Subscription:
    return read_subscription(service.browser(name, answer=answer).given, language=language)


def resident(service: PushService, name: str, code: str, **how: str) -> Subscription:
    given = subscription(service, name, **how)  # type: ignore[arg-type]
    follow_place(place(code), given, at=MONDAY)
    return given


def staff(service: PushService, name: str, role: Role, key: str, wish: PushWish | None = None) -> int:
    found = post(role, key)
    if wish is not None:
        set_push(found.account_id, wish)
    add_browser(found.account_id, subscription(service, name))
    return found.pk


def at_dingtalk(user: str, *, role: Role = Role.DISPATCHER, key: str = "town:330106004", **wish: Any) -> int:
    account = post(role, key).account_id
    set_push(account, PushWish(**wish))
    set_user(account, user)
    return account


def names(service: PushService) -> list[str]:
    return sorted(path[1:] for path, _headers, _shown in service.got)


def test_who_follows_the_place_or_one_within_or_around_it_is_warned_and_nobody_else(
    own_database: Clone, service: PushService
) -> None:
    for name, code in (("here", COUNTY), ("within", TOWN), ("around", CITY), ("beside", OTHER)):
        resident(service, name, code)
    staff(service, "clerk", Role.DISPATCHER, "town:330106004")
    staff(service, "above", Role.SUPERVISOR, "city:3301")
    staff(service, "no_alerts", Role.DISPATCHER, "town:330106004", PushWish(alerts=False))
    go()
    storm = Storm()
    go()
    assert service.got == [], "a draft warns nobody"
    storm.issue()
    go()
    assert names(service) == ["around", "clerk", "here", "within"]
    (_, headers, shown), *_ = service.got
    assert (shown["body"], headers["Urgency"], headers["TTL"]) == ("台风红色预警", "high", str(6 * 3600))
    assert shown["title"].startswith("红色（Ⅰ级） · 台风 · ")
    assert "西湖区" in shown["title"]
    assert shown["url"] == f"/alerts/{storm.read.code}"
    service.got.clear()
    storm.do("revoke", releaser(), why_zh="台风转向", why_en="It turned away")
    go()
    assert names(service) == ["around", "clerk", "here", "within"]
    assert {shown["tag"] for _path, _headers, shown in service.got} == {storm.read.code}, (
        "it replaces the first"
    )
    assert service.got[0][2]["title"].startswith("已解除：红色")
    assert service.got[0][2]["body"] == "台风转向"


def test_a_drill_is_told_to_staff_alone_and_says_so(own_database: Clone, service: PushService) -> None:
    resident(service, "here", COUNTY)
    staff(service, "clerk", Role.DISPATCHER, "town:330106004")
    read_all()
    Storm(drill=True).issue()
    go()
    assert names(service) == ["clerk"]
    assert service.got[0][2]["title"].startswith("演练：红色")


def test_each_reads_their_language(own_database: Clone, service: PushService) -> None:
    resident(service, "en", COUNTY, language="en")
    read_all()
    Storm().issue()
    go()
    (shown,) = service.told("en")
    assert shown["title"].startswith("Red (level I) · Typhoon · ")
    assert shown["body"] == "Red typhoon alert"


def test_many_go_in_bounded_parts_each_once_and_what_is_refused_comes_later(
    own_database: Clone, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warned, "BATCH", 10)
    for n in range(47):
        resident(service, f"b{n}", TOWN)
    service.answers["/b7"] = 410, {}
    service.answers["/b9"] = 503, {}
    read_all()
    Storm().issue()
    go()
    assert len(service.got) == 45
    assert len(set(names(service))) == 45
    assert PlaceFollow.objects.count() == 46, "who is gone is forgotten"
    waits = Delivery.objects.get(outcome="waiting")
    assert waits.recipient.startswith("follower:")
    service.answers["/b9"] = 201, {}
    go(MONDAY + timedelta(minutes=2))
    assert len(service.told("b9")) == 1
    assert len(service.got) == 46


def test_a_process_that_dies_in_the_midst_delays_a_part_and_loses_none(
    own_database: Clone, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warned, "BATCH", 10)
    for n in range(25):
        resident(service, f"b{n}", TOWN)
    read_all()
    Storm().issue()
    read_all()
    # As kill -9 leaves it: claimed, the next part wished, nothing sent.
    first = Delivery.objects.get(recipient="followers:")
    found = follows.followers(int("330106".ljust(15, "0")), after=b"", most=10, at=MONDAY)
    Delivery.objects.filter(recipient="followers:").update(outcome="sending", at=MONDAY)
    Delivery.objects.create(
        position=first.position,
        recipient=f"followers:{found[-1].id.hex()}",
        channel="push",
        case_id=first.case_id,
        key="issue",
        at=MONDAY,
    )
    go()
    assert len(service.got) == 15
    later = MONDAY + LOST_AFTER + timedelta(seconds=1)
    give_up_lost(at=later)
    go(later)
    assert len(set(names(service))) == 25


def test_an_alert_that_is_over_meanwhile_is_told_no_more(own_database: Clone, service: PushService) -> None:
    resident(service, "here", COUNTY)
    read_all()
    Storm().issue()
    go(MONDAY + timedelta(hours=7))
    assert service.got == []


def test_a_correction_takes_the_place_of_what_it_corrects(own_database: Clone, service: PushService) -> None:
    resident(service, "here", COUNTY)
    read_all()
    first = Storm().issue()
    go()
    second = Storm(title_zh="更正：台风橙色预警", level="orange", replaces=str(first.id))
    second.issue(replaces=str(first.id))
    go()
    assert [shown["tag"] for shown in service.told("here")] == [first.read.code] * 2
    assert service.told("here")[1]["body"] == "更正：台风橙色预警"


@pytest.mark.parametrize(("level", "waits"), [("blue", True), ("orange", False)])
def test_in_their_quiet_hours_staff_hear_of_grave_alerts_alone(
    own_database: Clone, service: PushService, *, level: str, waits: bool
) -> None:
    staff(service, "clerk", Role.DISPATCHER, "town:330106004", PushWish(quiet=MORNING))
    read_all()
    Storm(level=level).issue()
    go()
    assert names(service) == ([] if waits else ["clerk"])
    go(MONDAY.astimezone(settings.ANLAN_REGION.zone).replace(hour=12))
    assert names(service) == ["clerk"]


def test_who_is_away_or_whose_browser_was_taken_out_is_not_told(
    own_database: Clone, service: PushService
) -> None:
    away = post(Role.DISPATCHER, "town:330106004")
    add_browser(away.account_id, subscription(service, "away"))
    by = actor_of(away, at=MONDAY)
    set_absence(away.pk, since=MONDAY, until=MONDAY + timedelta(days=3), by=by, at=MONDAY)
    read_all()
    Storm().issue()
    go()
    assert service.got == []


@pytest.mark.django_db
def test_a_row_says_nothing_of_its_browser_and_two_of_one_have_nothing_in_common(
    service: PushService,
) -> None:
    given = resident(service, "one", COUNTY)
    follow_place(place(TOWN), given, at=MONDAY)
    follow_place(place(TOWN), given, at=MONDAY)
    one, two = PlaceFollow.objects.all()
    for row in (one, two):
        held = b"".join(map(bytes, (row.id, row.key, row.sealed)))
        assert given.endpoint.encode() not in held
        assert given.secret not in held
    assert bytes(one.id)[:8] != bytes(two.id)[:8]
    assert follows_place(place(TOWN), given, at=MONDAY)
    leave_place(place(TOWN), given)
    assert not follows_place(place(TOWN), given, at=MONDAY)
    assert follows_place(place(COUNTY), given, at=MONDAY + LASTS)
    assert not follows_place(place(COUNTY), given, at=MONDAY + LASTS + timedelta(days=1))
    assert follows.count_lapsed(MONDAY + LASTS) == 0
    assert follows.forget_lapsed(MONDAY + LASTS + timedelta(days=2)) == 1


@pytest.mark.django_db
def test_where_nobody_is_told_nothing_is_wished(settings: Settings) -> None:
    read_all()
    Storm().issue()
    read_all()
    assert not Delivery.objects.exists()
    assert not StaffBrowser.objects.exists()


def test_an_alert_reaches_who_works_there_in_calls_of_many(
    own_database: Clone, ding: Ding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anlan.config.warned.MOST", 2)
    for n in range(5):
        at_dingtalk(f"u{n}")
    at_dingtalk("no", alerts=False)
    at_dingtalk("above", role=Role.SUPERVISOR, key="city:3301")
    read_all()
    Storm().issue()
    ding.answers = [{"errcode": 90018, "errmsg": "接口调用频率超限"}]
    go()
    assert len(ding.got) == 2
    go(MONDAY + timedelta(minutes=2))
    told = ",".join(each["userid_list"] for each in ding.got)
    assert sorted(told.split(",")) == [f"u{n}" for n in range(5)]
    assert all("台风红色预警" in each for each in texts(ding))


def test_in_their_quiet_hours_they_hear_of_grave_alerts_alone(own_database: Clone, ding: Ding) -> None:
    at_dingtalk("li", quiet=MORNING)
    read_all()
    Storm(level="blue", ends=MONDAY + timedelta(hours=9)).issue()
    go()
    assert ding.got == []
    go(MONDAY.astimezone(settings.ANLAN_REGION.zone).replace(hour=12))
    assert len(ding.got) == 1


@pytest.mark.parametrize("code", [33012, 400002])
def test_an_id_that_nobody_has_keeps_none_of_the_same_call_from_being_warned(
    own_database: Clone, ding: Ding, code: int
) -> None:
    accounts = [at_dingtalk(f"u{n}") for n in range(3)]
    read_all()
    Storm().issue()
    ding.unknown = {"u1"}
    ding.refuses = code
    go()
    assert sorted(each["userid_list"] for each in ding.got) == ["u0", "u2"]
    assert [get_user(each) for each in accounts] == ["u0", "" if code == 33012 else "u1", "u2"]


def test_who_followed_a_place_for_a_year_is_warned_no_more_though_no_sweep_came(
    own_database: Clone, service: PushService
) -> None:
    resident(service, "lapsed", COUNTY)
    resident(service, "here", COUNTY)
    PlaceFollow.objects.filter(
        pk=follows._id(place(COUNTY), read_subscription(service.browsers["/lapsed"].given))
    ).update(until=MONDAY.date() - timedelta(days=1))
    read_all()
    Storm().issue()
    go()
    assert names(service) == ["here"]


def test_what_comes_again_after_a_withdrawal_is_the_withdrawal_alone(
    own_database: Clone, service: PushService
) -> None:
    resident(service, "here", COUNTY)
    service.answers["/here"] = 503, {}
    read_all()
    storm = Storm().issue()
    go()
    storm.do("revoke", releaser(), why_zh="台风转向", why_en="It turned away")
    service.answers["/here"] = 201, {}
    go(MONDAY + timedelta(minutes=2))
    assert [shown["body"] for shown in service.told("here")] == ["台风转向"]


def test_who_was_to_be_told_again_by_a_service_that_is_ours_no_more_is_told_no_more(
    own_database: Clone, service: PushService, settings: Settings
) -> None:
    resident(service, "here", COUNTY)
    service.answers["/here"] = 503, {}
    read_all()
    Storm().issue()
    go()
    settings.ANLAN_PUSH_SERVICES = ("web.push.apple.com",)
    go(MONDAY + timedelta(minutes=2))
    assert Delivery.objects.get(recipient__startswith="follower:").outcome == "failed"
    assert not PlaceFollow.objects.exists()
