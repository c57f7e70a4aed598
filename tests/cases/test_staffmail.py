# SPDX-License-Identifier: Apache-2.0
"""Staff get by mail what they asked for and as soon as they asked for it; from the beginning that is nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from anlan.base.ids import show_number
from anlan.base.keys import keyring
from anlan.cases import daily
from anlan.cases.act import Done, act
from anlan.cases.carry import send
from anlan.cases.deliver import deliver
from anlan.cases.models import Delivery
from anlan.cases.models import Notice as NoticeRow
from anlan.people.grants import lock_account, set_absence
from anlan.people.may import Role, actor_of
from anlan.people.models import Post, StaffMail
from anlan.people.staffmail import MailWish, When, get_wish, set_wish
from tests.cases.test_notices import dispatched, read_all, telling
from tests.cases.world import MONDAY, dispatcher, envelope
from tests.databases import Clone
from tests.people.world import post

__all__ = ["telling"]
ADDRESS = "li@work.example"


def want(*, pressing: When = When.NEVER, rest: When = When.NEVER) -> Post:
    """A member of staff of the office that `dispatched` names, who wants this."""
    found = post(Role.HANDLER, "dept:330106:housing")
    set_wish(found.account_id, MailWish(address=ADDRESS, pressing=pressing, rest=rest))
    return found


def mails(done: Done) -> list[str]:
    return list(Delivery.objects.filter(case_id=done.case_id, channel="email").values_list("key", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rest", "told"), [(When.NEVER, []), (When.DAILY, []), (When.NOW, ["sent", "noted"])]
)
def test_what_somebody_did_comes_as_soon_as_was_asked(telling: None, rest: When, told: list[str]) -> None:
    want(pressing=When.NOW, rest=rest)
    done = dispatched()
    act(envelope("note", dispatcher(), done.case_id, data={"words": "看过了"}))
    read_all()
    assert sorted(mails(done)) == sorted(told)
    read_all()
    assert len(mails(done)) == len(told)


@pytest.mark.django_db
def test_who_asked_for_nothing_leaves_no_address_and_a_locked_account_neither() -> None:
    account = want(rest=When.NOW).account_id
    row = StaffMail.objects.get(account=account)
    assert ADDRESS.encode() not in bytes(row.sealed)
    assert keyring().rewrap(bytes(row.key)) is None
    assert get_wish(account) == MailWish(address=ADDRESS, rest=When.NOW)
    set_wish(account, MailWish(address=ADDRESS))
    assert not StaffMail.objects.exists()
    account = want(pressing=When.DAILY).account_id
    lock_account(account, by=None, at=MONDAY)
    assert not StaffMail.objects.exists()


@pytest.mark.django_db
def test_who_is_away_is_left_in_peace(telling: None) -> None:
    away = want(rest=When.NOW)
    by = actor_of(away, at=MONDAY)
    set_absence(away.pk, since=MONDAY, until=MONDAY + timedelta(days=3), by=by, at=MONDAY)
    done = dispatched()
    read_all()
    assert mails(done) == []


def test_a_mail_to_staff_holds_number_and_state_and_none_is_sent_to_who_wants_none_any_more(
    own_database: Clone, telling: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "ANLAN_DEMO", True)
    monkeypatch.setattr(settings, "ANLAN_HOME", tmp_path)
    monkeypatch.setattr(settings, "ANLAN_ADDRESS", "https://anlan.example")
    account = want(rest=When.NOW).account_id
    done = dispatched()
    read_all()
    Delivery.objects.filter(channel="sms").update(outcome="sent")
    deliver(send, at=MONDAY)
    line = (tmp_path / "sent.log").read_text("utf-8")
    assert line == (
        f"…mple 事项 {show_number(done.number)}：办理。 https://anlan.example/desk/cases/{done.number}"
        " 哪些提醒发邮件，在工作台“提醒”页更改。本邮件自动发出，请勿回复。\n"
    )
    act(envelope("note", dispatcher(), done.case_id, data={"words": "看过了"}))
    read_all()
    set_wish(account, MailWish())
    deliver(send, at=MONDAY)
    outcomes = Delivery.objects.filter(channel="email").order_by("position").values_list("outcome", flat=True)
    assert list(outcomes) == ["sent", "failed"]
    assert (tmp_path / "sent.log").read_text("utf-8") == line


def test_each_morning_one_mail_says_how_many_wait_and_a_day_without_any_is_quiet(
    own_database: Clone, telling: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "ANLAN_DEMO", True)
    monkeypatch.setattr(settings, "ANLAN_HOME", tmp_path)
    want(rest=When.DAILY)
    for _ in range(2):
        dispatched()
    read_all()
    Delivery.objects.update(outcome="sent")
    morning = MONDAY + timedelta(hours=20)
    assert daily.wish_daily(at=morning) == 1
    assert daily.wish_daily(at=morning) == 0
    deliver(send, at=morning)
    assert "昨天以来有 2 条未读提醒，其中 0 条是报警或时限。" in (tmp_path / "sent.log").read_text("utf-8")
    assert daily.wish_daily(at=morning + timedelta(days=1)) == 0
    Delivery.objects.filter(key=daily.KEY).update(outcome="waiting", at=morning)
    NoticeRow.objects.update(read_at=morning)
    deliver(send, at=morning)
    assert Delivery.objects.get(key=daily.KEY).outcome == "failed"
