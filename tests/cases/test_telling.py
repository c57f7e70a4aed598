# SPDX-License-Identifier: Apache-2.0
"""What a party chose decides what travels, also after it was wished; refused mail is tried again and can be sent again."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from anlan.base.clock import now
from anlan.base.ids import show_number
from anlan.cases.act import Done
from anlan.cases.carry import send
from anlan.cases.catalogue import current
from anlan.cases.deliver import TRIES, deliver
from anlan.cases.models import Delivery
from anlan.cases.queries import get_view
from anlan.cases.telling import Told, Way, get_told, set_told
from anlan.people.may import SYSTEM
from tests.cases.test_notices import dispatched, read_all, telling
from tests.cases.world import MONDAY
from tests.databases import Clone
from tests.people.mailbox import mailbox

__all__ = ["telling"]


def choose(done: Done, told: Told) -> None:
    view = get_view(SYSTEM, done.case_id, known=current(), at=MONDAY, parties=(1,))
    set_told(view, told)
    assert get_told(view) == told


def fate(done: Done) -> tuple[str, str, int]:
    row = Delivery.objects.get(case_id=done.case_id)
    return row.channel, row.outcome, row.tries


def test_mail_travels_as_a_text_does_is_tried_again_when_refused_and_can_be_sent_again(
    own_database: Clone, telling: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "ANLAN_ADDRESS", "https://anlan.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    good, full = dispatched(), dispatched()
    choose(good, Told(way=Way.EMAIL, address="wang@example.org"))
    choose(full, Told(way=Way.EMAIL, address="451@example.org"))
    at = now()
    read_all()
    Delivery.objects.update(at=at)
    with mailbox(tmp_path) as box:
        monkeypatch.setattr(settings, "ANLAN_MAIL", box.mailer())
        deliver(send, at=at)
        assert fate(good) == ("email", "sent", 1)
        assert fate(full) == ("email", "waiting", 1)
        deliver(send, at=at + timedelta(minutes=1))
        assert fate(full) == ("email", "waiting", 1)
        for n in range(2, TRIES + 1):
            deliver(send, at=at + timedelta(hours=n))
        assert fate(full) == ("email", "failed", TRIES)
        call_command("deliveries", "--resend", "all", "--days", "9999")
        assert fate(full) == ("email", "waiting", 0)
        ((to, message),) = box.got
    assert to == "wang@example.org"
    assert message["Subject"] == f"安澜 {show_number(good.number)}"
    assert message.get_content().split("\n") == [
        f"事项 {show_number(good.number)}：办理。",
        "",
        f"详情，以及改变通知方式：https://anlan.example/follow/{good.number:016d}",
        "",
        "本邮件自动发出，请勿回复。",
        "",
    ]


def test_who_chose_another_way_since_is_not_written_to(
    own_database: Clone, telling: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "ANLAN_DEMO", True)
    monkeypatch.setattr(settings, "ANLAN_HOME", tmp_path)
    done = dispatched()
    read_all()
    choose(done, Told(way=Way.PAGE))
    deliver(send, at=MONDAY)
    assert fate(done) == ("sms", "failed", 1)
    assert not (tmp_path / "sent.log").exists()
