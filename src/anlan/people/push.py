# SPDX-License-Identifier: Apache-2.0
"""Web push: a message to one browser through the service that its maker runs, which cannot read it (RFC 8030, 8291, 8292).

A subscription comes from a browser and is a stranger's word: its address must be one of a service that the deployment names, so
nobody makes Anlan call elsewhere. What is sent twice replaces itself (Topic here, `tag` on the screen), so where no answer came it is
tried again.
"""

import base64
import binascii
import http.client
import json
import logging
import os
import re
import ssl
import struct
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from py_vapid import Vapid02

from anlan.base.clock import ahead
from anlan.base.errors import Invalid
from anlan.base.keys import Keyring, keyring
from anlan.base.outbox import ORDER
from anlan.people.carriers import Ended, Message, NotSent

log = logging.getLogger(__name__)

SECONDS = 10
LONGEST = 2_000
"""Characters of a subscription."""
RECORD = 4_096
"""What every service takes (RFC 8030 section 7.2): one record of RFC 8188."""
PADDED = 1_024
"""Every message is as long as this, or a multiple of it: its length says nothing."""
LONGEST_WAIT = 28 * 86_400
"""Seconds that every service keeps a message for."""
SIGNED_FOR = timedelta(hours=12)
LEFT_ALONE = timedelta(minutes=1)
IN_A_ROW = 3
"""Connections to a service that fail, with none between them that holds, before it is left alone."""
MOST_FAILING = 1_000
NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
"""A host's name, as every resolver takes it."""
LINES = 64
"""Connections at once, when many are told."""
PURPOSE = b"anlan push"
TAKEN = range(200, 300)
GONE = {404, 410}
BUSY = {408, 425, 429}
AS_SIGNED = {"no-strict": True}
"""py_vapid takes no address with a port for a sender's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One browser: where its service takes messages for it, its public key and secret, and the language its person reads."""

    endpoint: str
    key: bytes
    secret: bytes
    language: str

    def as_text(self) -> str:
        """What `read_subscription` reads again."""
        keys = {"p256dh": _spelt(self.key), "auth": _spelt(self.secret)}
        return json.dumps({"endpoint": self.endpoint, "keys": keys, "language": self.language})


def offered() -> bool:
    """Whether browsers can be told: there are services, and pages come over HTTPS or, in a demo, from this machine."""
    return bool(settings.ANLAN_PUSH_SERVICES) and (
        settings.ANLAN_DEMO or settings.ANLAN_ADDRESS.startswith("https://")
    )


def read_subscription(text: str, *, language: str = "") -> Subscription:
    """What a browser gave as JSON, or what `as_text` wrote. Raises Invalid."""
    wrong = Invalid(
        fields={"subscription": _("This browser cannot be told. Please try again, or choose another way.")}
    )
    if len(text) > LONGEST:
        raise wrong
    try:
        given: Any = json.loads(text)
        endpoint, keys = given["endpoint"], given["keys"]
        key, secret = _unspelt(keys["p256dh"]), _unspelt(keys["auth"])
        where = urlsplit(endpoint)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
        port = where.port
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error, RecursionError):
        raise wrong from None
    known = where.hostname and is_service(where.hostname if port in {None, 443} else where.netloc)
    if (
        where.scheme != "https"
        or "@" in where.netloc
        or not known
        or not endpoint.isascii()
        or len(secret) != 16
    ):
        raise wrong
    if not endpoint.isprintable() or " " in endpoint or len(key) != 65:
        raise wrong
    said = str(given.get("language") or language)
    return Subscription(
        endpoint=endpoint, key=key, secret=secret, language="zh" if said.startswith("zh") else "en"
    )


def is_service(host: str) -> bool:
    """Whether the deployment names this host, by itself or with `*.` for all below a name."""
    return NAME.fullmatch(host.partition(":")[0]) is not None and any(
        host.endswith(name[1:]) if name.startswith("*.") else host == name
        for name in settings.ANLAN_PUSH_SERVICES
    )


@lru_cache(maxsize=2)
def _private_key(ring: Keyring) -> ec.EllipticCurvePrivateKey:
    # Of the ring's last key, like the phone index: browsers are subscribed to it, and a new key in front must lose none of them.
    scalar = int.from_bytes(ring.derive(PURPOSE, key_id=ring.last, length=48), "big")
    return ec.derive_private_key(scalar % (ORDER - 1) + 1, ec.SECP256R1())


def public_key() -> str:
    """What a browser subscribes with: the point that every message is signed for, in base64url."""
    return _spelt(_point(_private_key(keyring()).public_key()))


def encrypt(
    plain: bytes,
    to: Subscription,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
    padded: int = 1,
) -> bytes:
    """One record that this browser alone reads (RFC 8291), filled up to a multiple of `padded` bytes. `key` and `salt` are made for
    each message; a test names them.
    """
    key, salt = key or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(16)
    receiver = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), to.key)
    own = _point(key.public_key())
    secret = _derive(
        key.exchange(ec.ECDH(), receiver), salt=to.secret, info=b"WebPush: info\0" + to.key + own, length=32
    )
    cipher = AESGCM(_derive(secret, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16))
    nonce = _derive(secret, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    whole = plain + b"\x02"
    whole += bytes(-len(whole) % padded)
    return salt + struct.pack("!LB", RECORD, len(own)) + own + cipher.encrypt(nonce, whole, b"")


def topic_of(to: Subscription, about: str) -> str:
    """What a later message of the same replaces at the service: of one browser alone, so that none of its maker's sees who is told of the same."""
    return _spelt(keyring().index("push topic", f"{to.endpoint}|{about}"))[:32]


_failing: dict[str, tuple[int, float]] = {}
"""By service, how often in a row this process got no connection to it, and when last: others' messages must not wait for its silence."""


def _is_left_alone(host: str) -> bool:
    n, last = _failing.get(host, (0, 0.0))
    return n >= IN_A_ROW and time.monotonic() < last + LEFT_ALONE.total_seconds()


def _failed(host: str) -> None:
    n, _last = _failing.get(host, (0, 0.0))
    if len(_failing) >= MOST_FAILING:
        _failing.clear()
    _failing[host] = n + 1, time.monotonic()


class Line:
    """Connections to push services, each kept while it holds: of one thread, for some seconds."""

    def __init__(self) -> None:
        self._held: dict[str, http.client.HTTPSConnection] = {}
        self._context = ssl.create_default_context()

    def send(self, to: Subscription, message: Message, *, at: datetime) -> None:
        """One message. Raises Ended, NotSent."""
        where = urlsplit(to.endpoint)
        shown = {"title": message.line, "body": message.text, "url": message.url, "tag": message.about}
        body = encrypt(json.dumps(shown, ensure_ascii=False).encode(), to, padded=PADDED)
        claims = {
            "aud": f"https://{where.netloc}",
            "exp": int((at - ahead() + SIGNED_FOR).timestamp()),
            "sub": settings.ANLAN_ADDRESS or "mailto:demo@localhost",
        }
        headers = {
            **Vapid02(_private_key(keyring()), AS_SIGNED).sign(claims),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(min(int(message.lasts.total_seconds()), LONGEST_WAIT)),
            "Urgency": "high" if message.urgent else "normal",
            "Topic": topic_of(to, message.about),
        }
        path = f"{where.path or '/'}?{where.query}" if where.query else where.path or "/"
        status, after = self._ask(where.netloc, path, body, headers)
        if status in TAKEN:
            return
        if status in GONE:
            raise Ended(f"the push service answered {status}")
        again = status >= 500 or status in BUSY
        raise NotSent(f"the push service answered {status}", again=again, after=after)

    def _ask(self, host: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, timedelta]:
        if _is_left_alone(host):
            raise NotSent("the push service did not answer just now", after=LEFT_ALONE)
        for last in (False, True):
            connection = self._held.pop(host, None)
            fresh = connection is None
            connection = connection or http.client.HTTPSConnection(
                host, timeout=SECONDS, context=self._context
            )
            try:
                connection.request("POST", path, body, headers)
                answer = connection.getresponse()
                answer.read(RECORD)
                if not answer.isclosed() or answer.will_close:
                    connection.close()
                else:
                    self._held[host] = connection
                _failing.pop(host, None)
                return answer.status, _wait(answer.headers.get("Retry-After", ""))
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                # A service ends a connection that it was tired of holding: then on a new one.
                if fresh or last:
                    _failed(host)
                    raise NotSent(type(error).__name__, after=LEFT_ALONE) from None
        raise AssertionError

    def close(self) -> None:
        """Ends the connections."""
        for connection in self._held.values():
            connection.close()


def send(to: Subscription, message: Message, *, at: datetime) -> None:
    """One message to one browser. Raises Ended, NotSent."""
    line = Line()
    try:
        line.send(to, message, at=at)
    finally:
        line.close()


def send_many(
    wanted: Sequence[tuple[Subscription, Message]], *, at: datetime, lines: int = LINES
) -> list[NotSent | None]:
    """Many at once; of each the answer, None where the service took it."""

    def work(part: Sequence[tuple[Subscription, Message]]) -> list[NotSent | None]:
        line, answers = Line(), list[NotSent | None]()
        for to, message in part:
            try:
                line.send(to, message, at=at)
            except NotSent as refused:
                answers.append(refused)
            except Exception as error:
                # One browser's own fault, whatever it is: the others of its part are told.
                log.exception("a browser cannot be told")
                answers.append(NotSent(type(error).__name__, again=False))
            else:
                answers.append(None)
        line.close()
        return answers

    size = max(1, -(-len(wanted) // lines))
    parts = [wanted[n : n + size] for n in range(0, len(wanted), size)]
    if len(parts) <= 1:
        return [answer for part in parts for answer in work(part)]
    with ThreadPoolExecutor(max_workers=lines) as pool:
        return [answer for answers in pool.map(work, parts) for answer in answers]


def first_taken(answers: Iterable[NotSent | None]) -> NotSent | None:
    """Of one person's browsers: None when one took it, else the answer that leaves most hope. Raises ValueError without any."""
    found = list(answers)
    if not found:
        raise ValueError("nobody was asked")
    refused = [each for each in found if each is not None]
    return None if len(refused) < len(found) else max(refused, key=lambda each: each.again)


def _wait(said: str) -> timedelta:
    """Retry-After in seconds; a date is taken for none, no service here sends one."""
    return (
        timedelta(seconds=min(int(said), 86_400))
        if said.isascii() and said.isdecimal() and len(said) < 9
        else timedelta(0)
    )


def _derive(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _spelt(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unspelt(text: str) -> bytes:
    return base64.b64decode(
        text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True
    )
