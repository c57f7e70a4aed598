# SPDX-License-Identifier: Apache-2.0
"""The gateway over HTTPS, against a real server of this test's own."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from pytest_django import Settings

from anlan.people import sms
from anlan.people.carriers import NotSent, Unknown
from anlan.people.sms import DemoGateway, HttpGateway, gateway
from anlan.people.sms_form import BadForm, SmsForm, read_form
from tests.certificates import secured

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


class Relay(BaseHTTPRequestHandler):
    """Answers what the path says and keeps what came."""

    got: list[tuple[dict[str, str], str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.got.append((dict(self.headers), body))
        status, _, said = self.path.strip("/").partition("/")
        self.send_response(int(status))
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said.encode())

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def relay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    Relay.got.clear()
    with secured(Relay, tmp_path, monkeypatch) as port:
        yield port


def send(port: int, path: str, *, form: SmsForm | None = None) -> None:
    HttpGateway(url=f"https://localhost:{port}/{path}", key="k", form=form or SmsForm()).send(
        "+8613805710001", "123456", reference="r1", at=AT
    )


def test_what_is_sent_and_what_each_answer_means(relay: int) -> None:
    send(relay, "200")
    ((headers, body),) = Relay.got
    assert json.loads(body) == {"phone": "+8613805710001", "text": "123456", "reference": "r1"}
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer k", "r1")
    signed = f"{int(AT.timestamp())}.{body}".encode()
    assert headers["X-Anlan-Signature"] == hmac.new(b"k", signed, hashlib.sha256).hexdigest()
    for path, meaning in (("400", NotSent), ("403", NotSent), ("500", Unknown), ("302", Unknown)):
        with pytest.raises(meaning):
            send(relay, path)


def test_another_provider_is_another_file(relay: int, tmp_path: Path) -> None:
    file = tmp_path / "sms.toml"
    file.write_text(
        'type = "form"\ntaken = "code=0"\n[headers]\nX-App = "{key}"\nX-Sign = "{signature}"\n'
        '[body]\nmobile = "{national}"\ncontent = "{text}"\nsign = "安澜"\n',
        "utf-8",
    )
    form = read_form(file)
    send(relay, "200/code=0", form=form)
    headers, body = Relay.got[-1]
    assert parse_qs(body) == {"mobile": ["13805710001"], "content": ["123456"], "sign": ["安澜"]}
    assert headers["X-App"] == "k"
    signed = f"{int(AT.timestamp())}.{body}".encode()
    assert headers["X-Sign"] == hmac.new(b"k", signed, hashlib.sha256).hexdigest()
    with pytest.raises(NotSent, match="did not take it"):
        send(relay, "200/code=17", form=form)


def test_values_stand_where_the_provider_wants_them_and_break_nothing() -> None:
    form = SmsForm(body={"to": ["{phone}"], "message": {"text": "{text}", "kind": 1}}, headers={})
    _headers, body = form.make({**_given(), "text": 'a"}{phone}\n'}, key="k")
    assert json.loads(body) == {"to": ["+8613805710001"], "message": {"text": 'a"}{phone}\n', "kind": 1}}


@pytest.mark.parametrize(
    "text",
    [
        "type = ",
        'type = "xml"',
        'colour = "red"',
        '[body]\nphone = "{phone}"',
        '[body]\ntext = "{text}{secret}"',
        '[headers]\nX-To = "{phone}"',
        'taken = "("',
    ],
)
def test_a_file_that_cannot_be_used_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "sms.toml").write_text(text, "utf-8")
    with pytest.raises(BadForm, match=r"sms\.toml"):
        read_form(tmp_path / "sms.toml")
    with pytest.raises(BadForm):
        read_form(tmp_path / "none.toml")


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


def _given() -> dict[str, str]:
    return {
        "phone": "+8613805710001",
        "national": "13805710001",
        "text": "123456",
        "reference": "r1",
        "time": "1",
    }
