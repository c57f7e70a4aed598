# SPDX-License-Identifier: Apache-2.0
"""Mail against a real server of this test's own: TLS, refused names, refused addresses, and silence."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from anlan.people.carriers import NotSent, Unknown
from anlan.people.mail import PLAIN, STARTTLS, TLS, Mailer
from tests.people.mailbox import Mailbox, mailbox

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


def send(by: Mailer, address: str = "person@example.org") -> None:
    by.send(address, "安澜 4821", "事项 4821：办理中。\n", reference="7-party:1-email", at=AT)


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    return tmp_path


# aiosmtpd takes TLS from the first byte for none.
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("tls", [STARTTLS, TLS])
def test_a_mail_arrives_whole_over_tls_and_a_repetition_has_the_same_id(trusted: Path, tls: str) -> None:
    with mailbox(trusted, tls=tls) as box:
        send(box.mailer(tls=tls))
        send(box.mailer(tls=tls))
        (to, first), (_, second) = box.got
    assert (to, first["Subject"], first["From"]) == (
        "person@example.org",
        "安澜 4821",
        "Anlan <anlan@example.org>",
    )
    assert first.get_content_type() == "text/plain"
    assert first.get_content().split("\n")[:1] == ["事项 4821：办理中。"]
    assert first["Message-ID"] == second["Message-ID"] == "<7-party.1-email@example.org>"


def test_each_refusal_is_told_from_silence_and_no_answer_repeats_the_address(trusted: Path) -> None:
    with mailbox(trusted) as box:
        for address, again in (("550@example.org", False), ("451@example.org", True)):
            with pytest.raises(NotSent, match=rf"^the mail server answered {address[:3]}$") as refused:
                send(box.mailer(), address)
            assert refused.value.again is again
        with pytest.raises(NotSent, match="452"):
            send(box.mailer(), "full@example.org")
        with pytest.raises(NotSent, match="cannot be written"):
            send(box.mailer(), "王@example.org")
        with pytest.raises(Unknown):
            send(box.mailer(), "lost@example.org")


def test_a_wrong_password_no_tls_no_trust_and_nobody_there_send_nothing(
    trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mailbox(trusted) as box:
        for by in (
            box.mailer(password="another"),
            box.mailer(user="", tls=PLAIN),
            box.mailer(tls=STARTTLS, port=1),
        ):
            with pytest.raises(NotSent):
                send(by)
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(NotSent, match="SSLCertVerificationError"):
            send(box.mailer())
        assert box.got == []


@pytest.mark.parametrize("wrong", [{"tls": "ssl"}, {"tls": PLAIN}, {"sender": ""}])
def test_what_would_send_in_the_clear_or_in_nobodys_name_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="ANLAN_MAIL"):
        Mailbox().mailer(**wrong)
