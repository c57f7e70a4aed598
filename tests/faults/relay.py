# SPDX-License-Identifier: Apache-2.0
"""A text message carrier that runs: HTTPS on this machine, writes down all it is handed, and now and then says nothing.

It stands where the operator's relay stands, so what a person would really have got can be counted.
"""

import http.server
import json
import random
import threading
from collections import Counter
from pathlib import Path

from tests.certificates import certify


class Relay:
    """Counts messages by reference. `silent`: the share of messages that it takes without ever answering."""

    def __init__(self, folder: Path, *, silent: float, dice: random.Random) -> None:
        self.certificate = folder / "cert.pem"
        self.taken: Counter[str] = Counter()
        self.texts: dict[str, tuple[str, str]] = {}
        self._silent, self._dice, self._lock = silent, dice, threading.Lock()
        context = certify(folder)
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            timeout = 10

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if relay._take(body):
                    self.send_response(202)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                else:
                    self.close_connection = True

            def log_message(self, *_arguments: object) -> None:
                """Stays quiet."""

        self._server = _Quiet(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def env(self) -> dict[str, str]:
        """What a deployment needs to send through this carrier and trust it."""
        url = f"https://127.0.0.1:{self._server.server_address[1]}/send"
        return {"ANLAN_SMS_URL": url, "ANLAN_SMS_KEY": "tests only", "SSL_CERT_FILE": str(self.certificate)}

    def close(self) -> None:
        """Takes no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _take(self, body: dict[str, str]) -> bool:
        with self._lock:
            self.taken[body["reference"]] += 1
            self.texts[body["reference"]] = (body["phone"], body["text"])
            return self._dice.random() >= self._silent


class _Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments: object) -> None:
        """Who is killed while sending leaves a broken connection: that is the test."""
