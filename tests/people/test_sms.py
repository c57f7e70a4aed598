# SPDX-License-Identifier: Apache-2.0
"""The gateway over HTTPS, against a real server of this test's own."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_django import Settings

from anlan.people import sms
from anlan.people.sms import DemoGateway, HttpGateway, NotSent, Unknown, gateway


class Relay(BaseHTTPRequestHandler):
    """Answers what the path says and keeps what came."""

    got: list[tuple[str, str, str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.got.append((self.headers["Authorization"], self.headers["Idempotency-Key"], body))
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


def _certify(folder: Path) -> None:
    """A certificate for localhost that is good for today, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


@pytest.fixture
def relay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    _certify(tmp_path)
    server = HTTPServer(("localhost", 0), Relay)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    Relay.got.clear()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def send(port: int, path: str) -> None:
    HttpGateway(url=f"https://localhost:{port}/{path}", key="k").send(
        "+8613805710001", "123456", reference="r1"
    )


def test_what_is_sent_and_what_each_answer_means(relay: int) -> None:
    send(relay, "200")
    assert Relay.got == [
        ("Bearer k", "r1", '{"phone": "+8613805710001", "text": "123456", "reference": "r1"}')
    ]
    for path, meaning in (("400", NotSent), ("403", NotSent), ("500", Unknown), ("302", Unknown)):
        with pytest.raises(meaning):
            send(relay, path)


def test_nobody_there_is_not_sent_and_no_trust_is_not_sent(
    relay: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotSent):
        send(1, "200")
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(NotSent):
        send(relay, "200")
    assert Relay.got == []


def test_only_https() -> None:
    with pytest.raises(ValueError, match="https"):
        HttpGateway(url="http://localhost/", key="k")


def test_which_gateway_there_is(settings: Settings) -> None:
    assert gateway() is None
    settings.ANLAN_SMS_URL = "https://sms.example/send"
    found = gateway()
    assert isinstance(found, HttpGateway)
    assert not found.shows
    settings.ANLAN_DEMO = True
    assert isinstance(gateway(), DemoGateway)
    assert sms.SECONDS == 5
