# SPDX-License-Identifier: Apache-2.0
"""Notices that come to a screen: to residents in the browser in which they chose it, to staff on theirs, at night only what cannot wait."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from pytest_django import Settings

from anlan.base.errors import Invalid
from anlan.base.ids import show_number
from anlan.cases.act import Done, act
from anlan.cases.carry import send
from anlan.cases.catalogue import current
from anlan.cases.deliver import LOST_AFTER, TRIES, deliver, give_up_lost
from anlan.cases.models import Case, Delivery, Telling
from anlan.cases.queries import get_view
from anlan.cases.rotate import check, rotate
from anlan.cases.telling import Told, Way, drop_told, set_told
from anlan.cases.undelivered import Which, resend
from anlan.duty import roster
from anlan.duty.roster import Hours
from anlan.people.grants import lock_account
from anlan.people.may import SYSTEM, Role, actor_of
from anlan.people.models import Post
from anlan.people.models_push import StaffBrowser, StaffPush
from anlan.people.push import read_subscription
from anlan.people.quiet import Quiet, read_quiet
from anlan.people.staffding import get_user, set_user
from anlan.people.staffpush import PushWish, add_browser, set_push
from anlan.places.find import ZONE
from tests.cases.test_notices import dispatched, read_all, telling
from tests.cases.world import MONDAY, envelope, handler
from tests.databases import Clone
from tests.people.ding_service import Ding, ding_service, texts
from tests.people.push_service import PushService, push_service
from tests.people.world import post
from tests.procedures.report.cast import Matter

__all__ = ["telling"]
# 09:00 in the morning is quiet too where somebody says so.
MORNING = read_quiet("08:00-12:00")
NOON = MONDAY.astimezone(settings.ANLAN_REGION.zone).replace(hour=12, minute=0)


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    with push_service(tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture
def ding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ding]:
    with ding_service(tmp_path, monkeypatch) as found:
        yield found


def choose(done: Done, given: str) -> None:
    view = get_view(SYSTEM, done.case_id, known=current(), at=MONDAY, parties=(1,))
    set_told(view, Told(way=Way.PUSH, address=read_subscription(given, language="zh").as_text()))


def staff(*browsers: str, wish: PushWish | None = None) -> Post:
    """A member of staff of the office that `dispatched` names, told in these browsers."""
    found = post(Role.HANDLER, "dept:330106:housing")
    if wish is not None:
        set_push(found.account_id, wish)
    for given in browsers:
        add_browser(found.account_id, read_subscription(given, language="zh"))
    return found


def fates(channel: str = "push") -> list[str]:
    return list(
        Delivery.objects.filter(channel=channel).order_by("position").values_list("outcome", flat=True)
    )


def test_a_resident_is_told_in_their_browser_by_number_and_state_alone(
    own_database: Clone, telling: None, service: PushService
) -> None:
    done, one = dispatched(), service.browser()
    choose(done, one.given)
    row = Telling.objects.get(case_id=done.case_id)
    assert b"localhost" not in bytes(row.sealed or b"")
    read_all()
    deliver(send, at=MONDAY)
    assert service.told() == [
        {
            "title": f"安澜 {show_number(done.number)}",
            "body": "办理",
            "url": f"/follow/{done.number:016d}",
            "tag": str(done.number),
        }
    ]
    assert fates() == ["sent"]


def test_who_is_told_in_a_browser_that_is_gone_gets_it_by_text_from_then_on(
    own_database: Clone, telling: None, service: PushService, settings: Settings, tmp_path: Path
) -> None:
    settings.ANLAN_DEMO, settings.ANLAN_HOME = True, tmp_path
    done, one = dispatched(), service.browser(answer=410)
    choose(done, one.given)
    read_all()
    deliver(send, at=MONDAY)
    assert (fates(), fates("sms")) == (["failed"], ["waiting"])
    assert not Telling.objects.exists()
    deliver(send, at=MONDAY)
    assert fates("sms") == ["sent"]
    assert show_number(done.number) in (tmp_path / "sent.log").read_text("utf-8")


def test_what_waits_for_a_browser_that_is_gone_comes_by_text_too(
    own_database: Clone, telling: None, service: PushService, settings: Settings, tmp_path: Path
) -> None:
    settings.ANLAN_DEMO, settings.ANLAN_HOME = True, tmp_path
    done, one = dispatched(), service.browser(answer=410)
    choose(done, one.given)
    act(envelope("close", handler(), done.case_id))
    read_all()
    assert fates() == ["waiting"] * 2
    while deliver(send, at=MONDAY, batch=1):
        pass
    assert (fates(), fates("sms")) == (["failed"] * 2, ["sent"] * 2)


def test_who_chose_another_way_while_something_waited_gets_it_that_way(
    own_database: Clone, telling: None, service: PushService
) -> None:
    done, one = dispatched(), service.browser()
    read_all()
    choose(done, one.given)
    while deliver(send, at=MONDAY):
        pass
    assert (fates("sms"), fates()) == (["failed"], ["sent"])


def test_a_browser_that_was_chosen_anew_meanwhile_is_not_taken_out_with_the_old(
    own_database: Clone, telling: None, service: PushService
) -> None:
    done, old, new = dispatched(), service.browser("old"), service.browser("new")
    choose(done, old.given)
    failed = Telling.objects.get().sealed
    choose(done, new.given)
    drop_told(done.case_id, 1, failed)
    assert Telling.objects.get().way == Way.PUSH
    drop_told(done.case_id, 1, Telling.objects.get().sealed)
    assert not Telling.objects.exists()


@pytest.mark.parametrize("answer", [400, 401, 403, 413])
def test_what_a_service_refuses_for_good_comes_by_text(
    own_database: Clone,
    telling: None,
    service: PushService,
    settings: Settings,
    tmp_path: Path,
    answer: int,
) -> None:
    settings.ANLAN_DEMO, settings.ANLAN_HOME = True, tmp_path
    done, one = dispatched(), service.browser(answer=answer)
    choose(done, one.given)
    read_all()
    while deliver(send, at=MONDAY):
        pass
    assert (fates(), fates("sms")) == (["failed"], ["sent"])
    assert Telling.objects.exists(), "the fault may be ours: the next is tried there again"


def test_what_a_service_did_not_take_in_the_end_comes_by_text(
    own_database: Clone, telling: None, service: PushService
) -> None:
    done, one = dispatched(), service.browser(answer=503)
    choose(done, one.given)
    read_all()
    for n in range(TRIES):
        assert fates("sms") == []
        deliver(send, at=MONDAY + timedelta(hours=n))
    assert (fates(), fates("sms")) == (["failed"], ["waiting"])


def test_a_busy_service_is_asked_when_it_says_and_an_operator_sends_again_what_failed(
    own_database: Clone, telling: None, service: PushService
) -> None:
    one = service.browser(answer=429, headers={"Retry-After": "3600"})
    staff(one.given)
    dispatched()
    read_all()
    Delivery.objects.filter(channel="sms").update(outcome="sent")
    deliver(send, at=MONDAY)
    row = Delivery.objects.get(channel="push")
    assert (row.outcome, row.at) == ("waiting", MONDAY + timedelta(hours=1))
    service.answers["/one"] = 413, {}
    deliver(send, at=MONDAY + timedelta(hours=1))
    assert fates() == ["failed"]
    service.answers["/one"] = 201, {}
    failed = Which(since=MONDAY - timedelta(days=1), channel="push", why="refused")
    assert resend(failed, by=None, at=MONDAY + timedelta(hours=2)) == 1
    deliver(send, at=MONDAY + timedelta(hours=2))
    assert fates() == ["sent"]
    assert len(service.told()) == 1


def test_a_process_that_died_while_it_sent_loses_no_push(own_database: Clone, telling: None) -> None:
    dispatched()
    read_all()
    Delivery.objects.update(outcome="sending", at=MONDAY, channel="push")
    sms = Delivery.objects.create(
        position=999,
        recipient="party:1",
        channel="sms",
        case_id=dispatched().case_id,
        key="k",
        outcome="sending",
        at=MONDAY,
    )
    give_up_lost(at=MONDAY + LOST_AFTER + timedelta(seconds=1))
    assert fates() == ["waiting"]
    sms.refresh_from_db()
    assert sms.outcome == "unknown", "a text that may have come is not sent twice"


def test_staff_are_told_on_every_screen_that_is_there_and_the_others_are_forgotten(
    own_database: Clone, telling: None, service: PushService
) -> None:
    one, gone, busy = (
        service.browser(),
        service.browser("two", answer=404),
        service.browser("three", answer=503),
    )
    account = staff(one.given, gone.given, busy.given).account_id
    assert StaffBrowser.objects.count() == 3
    done = dispatched()
    read_all()
    Delivery.objects.filter(channel="sms").update(outcome="sent")
    deliver(send, at=MONDAY)
    (shown,) = service.told()
    assert (shown["title"], shown["body"]) == (f"安澜 {show_number(done.number)}", "办理")
    assert shown["url"] == f"/desk/cases/{done.number}"
    assert fates() == ["sent"], "one took it"
    assert StaffBrowser.objects.count() == 2
    lock_account(account, by=None, at=MONDAY)
    assert not StaffBrowser.objects.exists()
    assert not StaffPush.objects.exists()


def test_staff_are_told_there_quietly_at_night_and_who_is_unknown_there_is_forgotten(
    own_database: Clone, telling: None, ding: Ding
) -> None:
    account = post(Role.HANDLER, "dept:330106:housing").account_id
    set_push(account, PushWish(quiet=MORNING))
    set_user(account, "li")
    assert b"li" not in bytes(StaffPush.objects.get().sealed or b"")[-18:]
    for _ in range(3):
        dispatched()
    read_all()
    Delivery.objects.filter(channel="sms").update(outcome="sent")
    deliver(send, at=MONDAY)
    assert ding.got == []
    deliver(send, at=NOON)
    assert texts(ding) == ["安澜：3 条提醒\n在提醒页查看。\nhttps://anlan.example/desk/notices"]
    ding.answers = [{"errcode": 60121, "errmsg": "找不到该用户"}]
    set_push(account, PushWish())
    dispatched()
    read_all()
    deliver(send, at=NOON)
    assert get_user(account) == ""
    set_user(account, "li")
    lock_account(account, by=None, at=MONDAY)
    assert not StaffPush.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wish", "told"), [(PushWish(), 1), (PushWish(rest=False), 0), (PushWish(pressing=False), 1)]
)
def test_staff_choose_by_kind(telling: None, service: PushService, wish: PushWish, told: int) -> None:
    staff(service.browser().given, wish=wish)
    dispatched()
    read_all()
    assert len(fates()) == told


def test_what_comes_in_quiet_hours_is_told_together_afterwards(
    own_database: Clone, telling: None, service: PushService
) -> None:
    staff(service.browser().given, wish=PushWish(quiet=MORNING))
    for _ in range(12):
        dispatched()
    read_all()
    Delivery.objects.filter(channel="sms").update(outcome="sent")
    deliver(send, at=MONDAY, batch=100)
    assert service.told() == []
    assert set(Delivery.objects.filter(channel="push").values_list("at", flat=True)) == {NOON}
    deliver(send, at=NOON)
    assert fates() == ["sent"] * 12
    (shown,) = service.told()
    assert shown["title"] == "安澜：12 条提醒"
    assert shown["url"] == "/desk/notices"


def test_what_was_held_back_is_told_of_cases_that_they_still_see_alone(
    own_database: Clone, telling: None, service: PushService
) -> None:
    person = staff(service.browser().given, wish=PushWish(quiet=MORNING))
    cases = [dispatched() for _ in range(3)]
    read_all()
    Delivery.objects.filter(channel="sms").update(outcome="sent")
    with psycopg.connect(own_database.owner_dsn, autocommit=True) as owner:
        owner.execute("ALTER TABLE cases_case DISABLE TRIGGER cases_guard")
    for n, done in enumerate(cases[:2]):
        Delivery.objects.filter(channel="push").update(outcome="waiting", at=NOON)
        Case.objects.filter(pk=done.case_id).update(barred=person.organisation_id)
        deliver(send, at=NOON)
        shown = service.told()[-1]
        assert shown["title"] == ("安澜：2 条提醒" if n == 0 else f"安澜 {show_number(cases[2].number)}")
    Delivery.objects.filter(channel="push").update(outcome="waiting", at=NOON)
    Case.objects.filter(pk=cases[2].case_id).update(barred=person.organisation_id)
    deliver(send, at=NOON)
    assert fates() == ["failed"] * 3
    assert len(service.told()) == 2


@pytest.mark.django_db
def test_who_is_on_duty_has_no_quiet_hours(telling: None, service: PushService) -> None:
    called, other = (
        staff(service.browser(name).given, wish=PushWish(quiet=MORNING)) for name in ("one", "two")
    )
    hours = Hours(weekdays=range(7), begins=time(0), ends=time(0))
    roster.enter(called.pk, hours, by=actor_of(called, at=MONDAY), at=MONDAY, zone=ZONE)
    dispatched()
    read_all()
    told = dict(Delivery.objects.filter(channel="push").values_list("recipient", "at"))
    assert told == {f"post:{called.pk}": MONDAY, f"post:{other.pk}": NOON}


@pytest.mark.django_db
@pytest.mark.parametrize("danger", [True, False])
def test_what_is_urgent_knows_no_quiet_hours(service: PushService, *, danger: bool) -> None:
    person = post(Role.DISPATCHER, "town:330106004")
    matter = Matter(danger=danger)
    set_push(person.account_id, PushWish(quiet=Quiet(start=0, end=1439)))
    add_browser(person.account_id, read_subscription(service.browser().given))
    read_all(at=matter.at)
    first = Delivery.objects.filter(channel="push", key="open_room").get()
    assert (first.at == matter.at) is danger


@pytest.mark.django_db
def test_residents_are_left_in_peace_at_night_but_for_mail(telling: None, settings: Settings) -> None:
    settings.ANLAN_QUIET = MORNING
    text, mail = dispatched(), dispatched()
    view = get_view(SYSTEM, mail.case_id, known=current(), at=MONDAY, parties=(1,))
    set_told(view, Told(way=Way.EMAIL, address="wang@example.org"))
    read_all()
    sent: dict[str, datetime] = dict(Delivery.objects.values_list("channel", "at"))
    assert sent == {"sms": NOON, "email": MONDAY}
    assert text.case_id != mail.case_id


@pytest.mark.django_db
def test_a_sixth_browser_is_refused_and_the_same_again_is_one(service: PushService) -> None:
    account = staff(*(service.browser(f"b{n}").given for n in range(5))).account_id
    add_browser(account, read_subscription(service.browsers["/b0"].given))
    with pytest.raises(Invalid):
        add_browser(account, read_subscription(service.browser("b5").given))
    assert StaffBrowser.objects.count() == 5


@pytest.mark.django_db(transaction=False)
def test_a_new_key_in_front_takes_browsers_with_it(
    service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff(service.browser().given)
    other = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="
    monkeypatch.setattr(settings, "ANLAN_KEYS", f"2:{other},{settings.ANLAN_KEYS}")
    assert rotate(say=lambda _said: None) >= 1
    assert {one.key_id for one in check() if one.table == "people_staffbrowser"} == {2}
