# SPDX-License-Identifier: Apache-2.0
"""People who report while everything falls over: each keeps the key of a report and sends it until it is taken.

One in eight loses patience at the first failure, as people do. What was acknowledged is written down here, outside of
everything that is killed.
"""

import http.client
import itertools
import json
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from tests.faults.deployment import wait_until

VILLAGE = "330106004066"
LATER = frozenset({429, 500, 502, 503, 504})
"""Answers after which the same request is sent again. 500 is among them so that it is found in `odd`, not in a hang."""


@dataclass(kw_only=True)
class Report:
    """One report as its sender knows it."""

    key: UUID
    words: str
    phone: str = ""
    number: str = ""
    code: str = ""
    dispatched: bool = False
    tries: int = 0


@dataclass(frozen=True, kw_only=True)
class Town:
    """What a town needs to dispatch: its token, the unit and the category."""

    token: str
    unit: int
    category: int


@dataclass(kw_only=True)
class Load:
    """`people` threads that report to one port until `stop`; every third report is dispatched by the town."""

    port: int
    town: Town
    people: int = 4
    pause: float = 0.05
    acknowledged: list[Report] = field(default_factory=list)
    given_up: list[Report] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._count = itertools.count(1)
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(self.people)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """No new reports; those begun are still seen through."""
        self._stop.set()
        for thread in self._threads:
            thread.join(180)
            assert not thread.is_alive(), "a report was never taken"

    def await_more(self, n: int) -> None:
        """Waits until `n` more reports have been acknowledged: it works again."""
        reached = len(self.acknowledged) + n
        wait_until(lambda: len(self.acknowledged) >= reached or self.odd, what="reports acknowledged")

    def _run(self, n: int) -> None:
        dice = random.Random(n)
        while not self._stop.is_set():
            at = next(self._count)
            report = Report(key=uuid4(), words=f"文三路第 {at} 号井盖松动，{dice.getrandbits(64):x}")
            if at % 2:
                report.phone = f"138{at:08d}"
            patient = dice.random() >= 1 / 8
            if self._report(report, patient=patient):
                if at % 3 == 0:
                    self._dispatch(report)
                with self._lock:
                    self.acknowledged.append(report)
            else:
                with self._lock:
                    self.given_up.append(report)
            time.sleep(self.pause)

    def _report(self, report: Report, *, patient: bool) -> bool:
        body = {
            "procedure": "report",
            "action": "open",
            "place": VILLAGE,
            "data": {"words": report.words, "address": "文三路"},
            "contact": {"phone": report.phone} if report.phone else None,
        }
        answer = self._send("cases", body, key=report.key, patient=patient, report=report)
        if answer is None:
            return False
        report.number, report.code = answer["number"], answer["follow_code"]
        return True

    def _dispatch(self, report: Report) -> None:
        body = {"data": {"unit": self.town.unit, "category": self.town.category}, "expect": 1}
        where = f"cases/{report.number.replace(' ', '')}/actions/dispatch"
        if self._send(where, body, key=uuid4(), patient=True, report=report, token=self.town.token):
            report.dispatched = True

    def _send(
        self, where: str, body: Any, *, key: UUID, patient: bool, report: Report, token: str = ""
    ) -> dict[str, Any] | None:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(key)}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        while True:
            report.tries += 1
            status, said = self._once(where, json.dumps(body).encode(), headers)
            if status in {200, 201}:
                return dict(json.loads(said))
            if status and (status not in LATER or status == 500):
                with self._lock:
                    self.odd.append(f"{where} got {status}: {said[:500]!r}")
                return None
            if not patient:
                return None
            time.sleep(0.2)

    def _once(self, where: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and answer; 0 when the connection broke, with whatever was done or not done behind it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", f"/api/v1/{where}", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()
