# SPDX-License-Identifier: Apache-2.0
"""Whoever a procedure names is told once; what travels outside holds the number and the state and nothing else."""

import io
import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import resolve

from anlan.base.clock import now
from anlan.base.ids import show_number
from anlan.cases import follow, journal, registry
from anlan.cases.act import Done, act, open_case
from anlan.cases.carry import MAIL, SMS, send, write
from anlan.cases.define import Channel, Notice, Relation
from anlan.cases.deliver import Sending, deliver
from anlan.cases.envelope import NewParty
from anlan.cases.follow import Follows
from anlan.cases.models import Delivery, Follower, Party
from anlan.cases.models import Notice as NoticeRow
from anlan.config.wiring import tell_offices
from anlan.people.models import AdminLine
from tests.cases.toy import TOY, w
from tests.cases.world import MONDAY, dispatcher, envelope, handler, opening, organisation
from tests.databases import Clone
from tests.faults.relay import Relay

FOLLOWER = Follows(name="notices", handler=tell_offices, sends=True)
BOTH = (Channel.INBOX, Channel.SMS)
TELLING = replace(
    TOY,
    notices=(
        Notice(key="new", on="open", to=Relation.ROOM, words=w("新到", "new")),
        Notice(key="sent", on="dispatch", to=Relation.HOLDER, words=w("交办", "dispatched")),
        Notice(key="help", on="dispatch", to=Relation.ASSISTING, words=w("协办", "assist")),
        Notice(key="started", on="dispatch", to=Relation.PARTY, words=w("已受理", "taken on"), channels=BOTH),
        Notice(key="noted", on="note", to=Relation.HOLDER, words=w("有记录", "a note")),
        Notice(key="noted_room", on="note", to=Relation.ROOM, words=w("一件有记录", "a case has a note")),
        Notice(key="above", on="close", to=Relation.UPPER, words=w("已办结", "closed")),
        Notice(key="done", on="close", to=Relation.PARTY, words=w("已办结", "closed"), channels=BOTH),
    ),
)
PERSON = (NewParty(role="reporter", contact={"name": "王小明", "phone": "+8613800001234"}),)


@pytest.fixture
def telling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._procedures, ("toy", 1), TELLING)


def read_all(at: datetime = MONDAY) -> None:
    Follower.objects.get_or_create(name="notices", sends=True)
    while journal.number(at=at):
        pass
    while follow.advance(FOLLOWER):
        pass


def dispatched() -> Done:
    done = open_case(opening(parties=PERSON))
    data = {"unit": organisation("dept:330106:housing"), "assisting": [organisation("dept:330106:water")]}
    act(envelope("dispatch", dispatcher(), done.case_id, data=data))
    return done


@pytest.mark.django_db
def test_each_relation_is_told_as_of_its_entry(telling: None) -> None:
    done = dispatched()
    act(envelope("close", handler(), done.case_id))
    read_all()
    told = {
        (row.key, row.organisation_id, row.party) for row in NoticeRow.objects.filter(case_id=done.case_id)
    }
    assert told == {
        ("new", organisation("town:330106004"), None),
        ("sent", organisation("dept:330106:housing"), None),
        ("help", organisation("dept:330106:water"), None),
        ("started", None, 1),
        ("above", organisation("county:330106"), None),
        ("done", None, 1),
    }
    assert Delivery.objects.filter(case_id=done.case_id, channel="sms", recipient="party:1").count() == 2


@pytest.mark.django_db
def test_who_holds_a_case_as_its_room_is_told_of_one_entry_once(telling: None) -> None:
    done = open_case(opening())
    act(envelope("note", dispatcher(), done.case_id, data={"words": "看过了"}))
    read_all()
    told = NoticeRow.objects.filter(case_id=done.case_id, seq=2)
    assert [(row.key, row.organisation_id) for row in told] == [("noted", organisation("town:330106004"))]


@pytest.mark.django_db
def test_reading_again_tells_nobody_twice(telling: None) -> None:
    dispatched()
    read_all()
    before = NoticeRow.objects.count(), Delivery.objects.count()
    Follower.objects.filter(name="notices").update(position=0)
    read_all()
    assert (NoticeRow.objects.count(), Delivery.objects.count()) == before


@pytest.mark.django_db
def test_what_reaches_the_journal_days_late_is_not_sent_out(telling: None) -> None:
    done = dispatched()
    read_all(at=MONDAY + timedelta(days=5))
    assert NoticeRow.objects.filter(case_id=done.case_id, key="started").exists()
    assert not Delivery.objects.filter(case_id=done.case_id).exists()


@pytest.mark.django_db
def test_who_gave_no_number_is_told_here_and_nothing_is_sent_after_them(telling: None) -> None:
    done = open_case(opening(parties=(NewParty(role="reporter", contact={"name": "王小明"}),)))
    data = {"unit": organisation("dept:330106:housing"), "assisting": []}
    act(envelope("dispatch", dispatcher(), done.case_id, data=data))
    read_all()
    assert NoticeRow.objects.filter(case_id=done.case_id, key="started", party=1).exists()
    assert not Delivery.objects.filter(case_id=done.case_id).exists()


@pytest.mark.parametrize(("channel", "form"), [("sms", SMS), ("email", MAIL)])
def test_words_that_travel_hold_number_state_and_link_alone(
    channel: str, form: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = 4821093755162047
    told = set()
    for language, state in (("zh", "办理"), ("en", "in hand")):
        link = f"https://anlan.example/follow/{number}"
        for address, where in (
            ("", "查询页" if language == "zh" else "the page where you follow it"),
            ("https://anlan.example", link),
        ):
            monkeypatch.setattr(settings, "ANLAN_ADDRESS", address)
            text = write(sending(channel), number, TOY, "handling", language=language).text
            for part in (show_number(number), state, where):
                assert part in text
                text = text.replace(part, "")
            told.add(text)
    assert told == {each.format(number="", state="", where="") for each in form.values()}
    assert resolve(f"/follow/{number:016d}").view_name == "resident:case"


def test_a_locked_screen_shows_number_and_state_alone() -> None:
    for language, name, state in (("zh", "安澜", "办理"), ("en", "Anlan", "in hand")):
        shown = write(sending("push"), 4821093755162047, TOY, "handling", language=language)
        assert (shown.line, shown.text) == (f"{name} {show_number(4821093755162047)}", state)


def sending(channel: str) -> Sending:
    return Sending(
        position=1, recipient="party:1", channel=channel, case_id=UUID(int=1), key="k", tries=1, at=MONDAY
    )


def test_a_text_goes_out_once_and_an_erased_contact_gets_none(
    own_database: Clone, telling: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "ANLAN_DEMO", True)
    monkeypatch.setattr(settings, "ANLAN_HOME", tmp_path)
    first, second = dispatched(), dispatched()
    read_all()
    Party.objects.filter(case_id=second.case_id).update(sealed=None)
    for _ in range(3):
        deliver(send, at=MONDAY)
    lines = (tmp_path / "sent.log").read_text("utf-8").splitlines()
    assert len(lines) == 1
    assert show_number(first.number) in lines[0]
    assert "王小明" not in lines[0]
    assert "13800001234" not in lines[0]
    outcomes = dict(Delivery.objects.values_list("case_id", "outcome"))
    assert outcomes == {first.case_id: "sent", second.case_id: "failed"}


def test_without_a_gateway_a_text_fails_and_says_so(
    own_database: Clone, telling: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ANLAN_DEMO", False)
    done = dispatched()
    read_all()
    deliver(send, at=MONDAY)
    assert Delivery.objects.get(case_id=done.case_id).outcome == "failed"


def test_what_failed_is_listed_without_a_word_and_sent_again_and_what_may_have_been_sent_is_not(
    own_database: Clone, telling: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "ANLAN_DEMO", False)
    first, second = dispatched(), dispatched()
    read_all()
    Delivery.objects.update(at=now())
    deliver(send, at=now())
    Delivery.objects.filter(case_id=second.case_id).update(outcome="unknown")
    assert Delivery.objects.get(case_id=first.case_id).outcome == "failed"
    told = io.StringIO()
    call_command("deliveries", stdout=told)
    reference = f"{Delivery.objects.get(case_id=first.case_id).position}-party:1-sms"
    assert reference in told.getvalue()
    assert {"sms failed: 1", "sms unknown: 1"} <= set(told.getvalue().splitlines())
    assert not [
        word for word in ("13800001234", "王小明", show_number(first.number)) if word in told.getvalue()
    ]
    other = f"{Delivery.objects.get(case_id=second.case_id).position}-party:1-sms"
    with pytest.raises(CommandError, match="did not fail"):
        call_command("deliveries", "--resend", other)
    monkeypatch.setattr(settings, "ANLAN_DEMO", True)
    monkeypatch.setattr(settings, "ANLAN_HOME", tmp_path)
    call_command("deliveries", "--resend", "all", stdout=told)
    assert "1 will be sent again" in told.getvalue()
    deliver(send, at=now())
    outcomes = dict(Delivery.objects.values_list("case_id", "outcome"))
    assert outcomes == {first.case_id: "sent", second.case_id: "unknown"}
    assert AdminLine.objects.filter(what="deliveries.resend", after={"outcome": "failed", "n": 1}).exists()


def test_over_the_wire_a_text_holds_number_and_state_alone_and_is_signed(
    own_database: Clone, telling: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    relay = Relay(tmp_path, silent=0, dice=random.Random(1))
    try:
        monkeypatch.setenv("SSL_CERT_FILE", relay.env["SSL_CERT_FILE"])
        monkeypatch.setattr(settings, "ANLAN_SMS_URL", relay.env["ANLAN_SMS_URL"])
        monkeypatch.setattr(settings, "ANLAN_SMS_KEY", relay.env["ANLAN_SMS_KEY"])
        done = dispatched()
        read_all()
        deliver(send, at=MONDAY)
    finally:
        relay.close()
    sent = Delivery.objects.get(case_id=done.case_id)
    text = f"【安澜】事项 {show_number(done.number)}：办理。详情和通知设置：查询页"
    assert relay.texts == {f"{sent.position}-party:1-sms": ("+8613800001234", text)}
    assert sent.outcome == "sent"
