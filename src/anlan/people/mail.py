# SPDX-License-Identifier: Apache-2.0
"""E-mail goes out through one server of the operator's, over TLS, as plain text.

Step by step, so that a refusal is told from silence: until the server has the whole message nothing was sent; what it
answers after that is its word; and when it says nothing then, the message may be on its way.
"""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from anlan.people.carriers import NotSent, Unknown

SECONDS = 10
STARTTLS, TLS, PLAIN = "starttls", "tls", "none"
PERMANENT = 500
TAKEN = 250


@dataclass(frozen=True, kw_only=True)
class Mailer:
    """One server, and in whose name. Without TLS it takes no password: it would be read on the way."""

    host: str
    port: int
    tls: str
    user: str
    password: str
    sender: str

    def __post_init__(self) -> None:
        """Raises ValueError for what would send in the clear or in nobody's name."""
        if self.tls not in {STARTTLS, TLS, PLAIN}:
            raise ValueError("ANLAN_MAIL_TLS is starttls, tls or none")
        if self.tls == PLAIN and self.user:
            raise ValueError("ANLAN_MAIL_USER needs ANLAN_MAIL_TLS: a password is never sent in the clear")
        if not self.sender:
            raise ValueError("ANLAN_MAIL_FROM is missing")

    def send(self, address: str, subject: str, text: str, *, reference: str, at: datetime) -> None:
        """Hands one message over; a repetition has the same Message-ID. Raises NotSent or Unknown."""
        try:
            server = self._enter()
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(_said(error)) from None
        try:
            _hand_over(server, self.sender, address, self._write(address, subject, text, reference, at))
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _enter(self) -> smtplib.SMTP:
        """A connection on which this deployment may send; whatever goes wrong, nothing was sent."""
        context = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
            if self.tls == TLS
            else smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        )
        try:
            server.ehlo_or_helo_if_needed()
            if self.tls == STARTTLS:
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _write(self, address: str, subject: str, text: str, reference: str, at: datetime) -> bytes:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, address, subject
        message["Date"] = format_datetime(at)
        host = self.sender.rpartition("@")[2].rstrip("> ") or self.host
        message["Message-ID"] = f"<{reference.replace(':', '.')}@{host}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return bytes(message)


def _hand_over(server: smtplib.SMTP, sender: str, address: str, message: bytes) -> None:
    try:
        for step, party in ((server.mail, sender.rpartition("<")[2].rstrip("> ")), (server.rcpt, address)):
            code, _answer = step(party)
            if not TAKEN <= code < TAKEN + 2:
                raise NotSent(f"the mail server answered {code}", again=code < PERMANENT)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(_said(error)) from None
    except UnicodeError:
        raise NotSent("the address cannot be written", again=False) from None
    try:
        code, _answer = server.data(message)
    except smtplib.SMTPDataError as error:
        raise NotSent(_said(error), again=error.smtp_code < PERMANENT) from None
    except (OSError, smtplib.SMTPException) as error:
        raise Unknown(_said(error)) from None
    if code != TAKEN:
        raise NotSent(f"the mail server answered {code}", again=code < PERMANENT)


def _said(error: Exception) -> str:
    """What went wrong, without the server's words: they often repeat the address."""
    code = getattr(error, "smtp_code", "")
    return f"the mail server answered {code}" if code else f"no mail server: {type(error).__name__}"
