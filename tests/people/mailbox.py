# SPDX-License-Identifier: Apache-2.0
"""A mail server that runs: STARTTLS or TLS from the first byte, asks for a name and password, and keeps what it takes."""

import email
from asyncio import Server
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from anlan.people.mail import STARTTLS, TLS, Mailer
from tests.certificates import certify

USER, PASSWORD = "anlan", "tests only"


class _AnyPort(Controller):
    """Listens where the system has room."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@dataclass
class Mailbox:
    """What came, and how to send to it. An address that begins with a code is refused with it; "lost" is taken in silence."""

    port: int = 0
    got: list[tuple[str, EmailMessage]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        code = address[:3]
        if code.isdecimal():
            return f"{code} {address} is not here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.got.append((envelope.rcpt_tos[0], message))
        if envelope.rcpt_tos[0].startswith("lost"):
            assert server.transport is not None
            server.transport.close()
        return "452 full" if envelope.rcpt_tos[0].startswith("full") else "250 OK"

    def mailer(self, **other: Any) -> Mailer:
        given: dict[str, Any] = {
            "host": "localhost",
            "port": self.port,
            "tls": STARTTLS,
            "user": USER,
            "password": PASSWORD,
            "sender": "Anlan <anlan@example.org>",
        }
        return Mailer(**(given | other))


@contextmanager
def mailbox(folder: Path, *, tls: str = STARTTLS) -> Iterator[Mailbox]:
    """A server for as long as it is needed; trust cert.pem in `folder`."""
    context, box = certify(folder), Mailbox()

    def judge(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    controller = _AnyPort(
        box,
        hostname="127.0.0.1",
        port=0,
        ssl_context=context if tls == TLS else None,
        tls_context=context if tls == STARTTLS else None,
        require_starttls=tls == STARTTLS,
        auth_require_tls=tls == STARTTLS,
        auth_required=True,
        authenticator=judge,
    )
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()
