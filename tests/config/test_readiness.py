# SPDX-License-Identifier: Apache-2.0
"""Messages count as working when somebody tried them lately, and a restore when its proof was shown, wherever it was made."""

import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from anlan.base.clock import now
from anlan.base.ids import new_id
from anlan.cases.models import Journal
from anlan.config import readiness
from anlan.config.environment import Environment
from anlan.config.runs import RESTORED, note_restore
from tests.people.mailbox import mailbox


def untried(at: datetime) -> set[str]:
    words = [f"{each.words} {each.do}" for each in readiness.missing(at=at)]
    return {
        key
        for key, part in (
            ("sms", "--try-phone"),
            ("mail", "--try-mail"),
            ("restore", "--proof"),
            ("address", "ANLAN_ADDRESS"),
        )
        if any(part in each for each in words)
    }


@pytest.mark.django_db
def test_what_was_set_up_and_never_tried_is_missing_and_what_was_not_set_up_is_not(
    settings: Settings,
) -> None:
    settings.ENVIRONMENT = Environment()
    assert untried(now()) == {"restore"}
    settings.ENVIRONMENT = Environment(sms_url="https://sms.example", mail_host="mail.example")
    assert untried(now()) == {"restore", "sms", "mail", "address"}


@pytest.mark.django_db
def test_a_test_that_the_carrier_took_counts_for_ninety_days(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    settings.ENVIRONMENT = Environment(mail_host="localhost", address="https://anlan.example")
    with mailbox(tmp_path) as box:
        settings.ANLAN_MAIL = box.mailer(password="another")
        with pytest.raises(CommandError, match="Not sent: the mail server answered 535"):
            call_command("deliveries", "--try-mail", "me@example.org")
        assert "mail" in untried(now())
        settings.ANLAN_MAIL = box.mailer()
        call_command("deliveries", "--try-mail", "me@example.org", stdout=io.StringIO())
    assert [to for to, _message in box.got] == ["me@example.org"]
    assert "mail" not in untried(now())
    assert "mail" not in untried(now() + timedelta(days=89))
    assert "mail" in untried(now() + timedelta(days=91))


@pytest.mark.django_db
def test_what_is_not_set_up_cannot_be_tried_and_a_strange_number_is_refused() -> None:
    for arguments in (("--try-phone", "13805710001"), ("--try-mail", "me@example.org")):
        with pytest.raises(CommandError, match="is set up"):
            call_command("deliveries", *arguments)


@pytest.mark.django_db
def test_a_restore_made_elsewhere_is_shown_by_its_proof_and_another_deployments_is_not_taken(
    tmp_path: Path,
) -> None:
    at, running = now() - timedelta(days=1), bytes(range(32))
    Journal.objects.create(position=7, case_id=new_id(), seq=1, digest=bytes(32), running=running, at=at)
    note_restore(tmp_path, at=at, position=7, running=running.hex())
    proof = tmp_path / RESTORED
    assert "restore" in untried(now())
    call_command("restore", "--proof", str(proof), stdout=io.StringIO())
    assert "restore" not in untried(now())
    assert "restore" in untried(at + timedelta(days=91))
    good = json.loads(proof.read_text("utf-8"))
    for wrong in (
        {"running": "00" * 32},
        {"position": 8},
        {"at": (now() + timedelta(days=1)).isoformat()},
        {"at": "yesterday"},
    ):
        proof.write_text(json.dumps(good | wrong), "utf-8")
        with pytest.raises(CommandError):
            call_command("restore", "--proof", str(proof))
