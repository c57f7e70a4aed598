# SPDX-License-Identifier: Apache-2.0
"""A push service that runs: it checks who signed, keeps what came, and answers as a browser's path tells it to. Each browser has a key
of its own, so what came is read as that browser would read it, by other code than wrote it.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02

from anlan.people import push
from tests.certificates import secured


def spelt(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _hmac(key: bytes, data: bytes) -> bytes:
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(data)
    return made.finalize()


def decrypt(body: bytes, key: ec.EllipticCurvePrivateKey, secret: bytes) -> bytes:
    """RFC 8291 section 3.4 word by word, from the side of the browser."""
    salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    sender, sealed = body[21 : 21 + length], body[21 + length :]
    assert len(body) <= size == 4096
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    own = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    ikm = _hmac(_hmac(secret, shared), b"WebPush: info\0" + own + sender + b"\x01")
    prk = _hmac(salt, ikm)
    cek = _hmac(prk, b"Content-Encoding: aes128gcm\0\x01")[:16]
    nonce = _hmac(prk, b"Content-Encoding: nonce\0\x01")[:12]
    plain = AESGCM(cek).decrypt(nonce, sealed, None).rstrip(b"\0")
    assert plain.endswith(b"\x02")
    return plain[:-1]


@dataclass
class Browser:
    """One browser, subscribed here."""

    path: str
    port: int
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"sixteen  secrets"

    @property
    def given(self) -> str:
        """What its page gets and sends to us."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return json.dumps(
            {
                "endpoint": f"https://localhost:{self.port}{self.path}",
                "expirationTime": None,
                "keys": {"p256dh": spelt(point), "auth": spelt(self.secret)},
            }
        )


@dataclass
class PushService:
    """What came, by browser: headers and the message as the browser reads it."""

    port: int = 0
    answers: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    got: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    sizes: set[int] = field(default_factory=set)
    asked: int = 0
    lines: int = 0
    browsers: dict[str, Browser] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def browser(
        self, name: str = "one", *, answer: int = 201, headers: dict[str, str] | None = None
    ) -> Browser:
        """One more browser, for which it answers so."""
        made = self.browsers[f"/{name}"] = Browser(path=f"/{name}", port=self.port)
        self.answers[f"/{name}"] = answer, headers or {}
        return made

    def told(self, name: str = "one") -> list[dict[str, Any]]:
        """What this browser was told."""
        return [shown for path, _headers, shown in self.got if path == f"/{name}"]


@contextmanager
def push_service(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    """A service for as long as it is needed, which this deployment names."""
    service = PushService()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            with service.lock:
                service.lines += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            signed = self.headers["Authorization"]
            assert Vapid02.verify(signed.replace(",k=", ",k="))
            token = signed.partition("t=")[2].partition(",")[0].split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(token + "=="))
            assert claims["aud"] == f"https://localhost:{service.port}"
            assert signed.endswith(f"k={push.public_key()}")
            status, more = service.answers.get(self.path, (404, {}))
            with service.lock:
                service.asked += 1
                service.sizes.add(len(body))
                if status == 201:
                    known = service.browsers[self.path]
                    shown = json.loads(decrypt(body, known.key, known.secret))
                    service.got.append((self.path, dict(self.headers), shown))
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    with secured(Door, folder, monkeypatch, kind=ThreadingHTTPServer) as service.port:
        monkeypatch.setattr(settings, "ANLAN_PUSH_SERVICES", (f"localhost:{service.port}",))
        monkeypatch.setattr(settings, "ANLAN_ADDRESS", "https://anlan.example")
        push._failing.clear()
        yield service
