# SPDX-License-Identifier: Apache-2.0
"""A relay of text messages that runs: it keeps what came for each number, and answers by the number as it is told."""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import settings

from tests.certificates import secured


@dataclass
class Relay:
    """What came, by number, and what is answered to one other than 200; 0 is no answer at all."""

    got: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, int] = field(default_factory=dict)


@contextmanager
def sms_relay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    """A relay for as long as it is needed, which this deployment sends its texts by."""
    relay = Relay()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = relay.answers.get(said["phone"], 200)
            if answer in {200, 0}:
                relay.got[said["phone"]].append(said["text"])
            if answer:
                self.send_response(answer)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    with secured(Door, folder, monkeypatch, kind=ThreadingHTTPServer) as port:
        monkeypatch.setattr(settings, "ANLAN_SMS_URL", f"https://localhost:{port}/send")
        monkeypatch.setattr(settings, "ANLAN_SMS_KEY", "k")
        monkeypatch.setattr(settings, "ANLAN_ADDRESS", "https://anlan.example")
        yield relay
