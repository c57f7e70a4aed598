# SPDX-License-Identifier: Apache-2.0
"""kill -9 of the live service and of PostgreSQL, under load: whoever comes back hears of everything that is theirs to hear, and of nothing else.

On one live service, and on two side by side, between which listeners change whenever a line breaks.
"""

import http.client
import itertools
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.test import Client

from anlan.base.clock import now
from anlan.cases.catalogue import current
from anlan.cases.models import Case
from anlan.people.may import Role
from anlan.web.followed import GRANTS
from anlan.web.live.changes import changes
from anlan.web.live.shown import Shown, admitted
from anlan.web.live.stream import shown_by
from anlan.web.live.topics import Change, Listener, Topics
from tests.faults.deployment import Deployment, free_port, wait_until
from tests.faults.load import Load
from tests.faults.test_kill import is_settled, town
from tests.people.world import post
from tests.procedures.report.cast import dept
from tests.web.staff import enter

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
BLOWS = ("live worker", "live", "backend", "postmaster", "live", "postmaster", "live worker", "everything")
AFTER = 5
"""Reports that must be taken after a blow before the next one."""


@dataclass(frozen=True)
class Event:
    """What was told: up to which position, which cases, whether there was more than they say."""

    at: int
    numbers: frozenset[int]
    more: bool


@dataclass(kw_only=True)
class Ear:
    """A browser's side of a stream, which comes back for ever, each time at the next address, and says what it heard of last."""

    path: str
    headers: dict[str, str]
    ports: Iterator[int]
    heard: list[Event] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    at: int = 0
    opened: int = 0

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def shown(self) -> Shown:
        """What it shows, as the service reads it."""
        found = shown_by(self.path, {name.lower(): value for name, value in self.headers.items()})
        assert found is not None
        return found

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(60)

    def covers(self, change: Change) -> bool:
        """Whether it was told of this change, or to read everything anew after it."""
        return any(e.at >= change.position and (e.more or change.number in e.numbers) for e in self.heard)

    def _run(self) -> None:
        while not self._stop.is_set():
            with suppress(OSError, http.client.HTTPException):
                self._listen(next(self.ports))
            time.sleep(0.2)

    def _listen(self, port: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            line.request(
                "GET", f"{self.path}?after={self.at}" if self.at else self.path, headers=self.headers
            )
            answer = line.getresponse()
            if answer.status != 200:
                self.odd.append(f"{self.path} got {answer.status}")
                return
            fields: dict[str, str] = {}
            while not self._stop.is_set() and (row := answer.readline()):
                name, _colon, value = row.decode().rstrip("\n").partition(": ")
                if name:
                    fields[name] = value
                else:
                    self._take(fields)
                    fields = {}
        finally:
            line.close()

    def _take(self, fields: dict[str, str]) -> None:
        self.at = int(fields.get("id", self.at))
        told = json.loads(fields.get("data", "{}"))
        match fields.get("event"):
            case "here":
                self.opened += 1
                self.at = self.at or told["at"]
            case "cases":
                numbers = frozenset(int(each) for each in told["cases"])
                self.heard.append(Event(self.at, numbers, told["more"] > 0))
            case "anew":
                self.heard.append(Event(self.at, frozenset(), more=True))


@pytest.fixture
def given() -> dict[str, str]:
    return {"ANLAN_LIVE_WORKERS": "2", "ANLAN_LIVE_PORT": str(free_port())}


@contextmanager
def beside(deployment: Deployment, *, wanted: bool) -> Iterator[list[int]]:
    """A second live service, as another machine runs it; nobody starts it again. The ports of both."""
    ports = [int(deployment.env["ANLAN_LIVE_PORT"])]
    if not wanted:
        yield ports
        return
    ports.append(free_port())
    env = deployment.env | {"ANLAN_LIVE_PORT": str(ports[1]), "ANLAN_LIVE_WORKERS": "1"}
    with subprocess.Popen([sys.executable, "-m", "anlan.cli", "live"], env=env) as process:
        try:
            yield ports
        finally:
            process.kill()


def ears_of(ports: list[int], token: str) -> list[Ear]:
    """Posts that see everything, some or nothing of the load, by session and by token; and who follows one case, taken up later."""
    cookies = [
        str(enter(each).cookies[settings.SESSION_COOKIE_NAME].value)
        for each in (
            post(Role.COUNTY_DISPATCHER, "county:330106"),
            post(Role.HANDLER, dept("housing")),
            post(Role.DISPATCHER, "town:330108001"),
        )
    ]
    headers = [{"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}"} for key in cookies]
    headers.append({"Authorization": f"Bearer {token}"})
    return [Ear(path="/live/events", headers=each, ports=itertools.cycle(ports)) for each in headers]


def following(number: int, ports: list[int]) -> Ear:
    case = Case.objects.get(number=number)
    session = Client().session
    session[GRANTS] = [[number, case.pk.hex, 1, now().timestamp()]]
    session.save()
    cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
    return Ear(path=f"/live/cases/{number:016d}", headers={"Cookie": cookie}, ports=itertools.cycle(ports))


def theirs(ear: Ear, found: list[Change], *, since: int) -> list[Change]:
    """What this one must have heard of, by the rule of permission."""
    known = current()
    topics, listener = (
        Topics[Listener](),
        Listener(admitted([ear.shown], known=known, at=now())[ear.shown], case=ear.shown.case),
    )
    topics.add(listener)
    return [
        each for each in found if each.position > since and listener in topics.matching(each, known=known)
    ]


def journal() -> list[Change]:
    found: list[Change] = []
    while some := changes(found[-1].position if found else 0):
        found += some
    return found


@pytest.mark.parametrize("two", [False, True], ids=["one", "two side by side"])
def test_nobody_who_comes_back_has_missed_anything(
    deployment: Deployment,
    dice: random.Random,
    two: bool,  # noqa: FBT001 - which of both
) -> None:
    made = town()
    load = Load(port=deployment.port, town=made, people=3)
    with beside(deployment, wanted=two) as ports:
        ears = ears_of(ports, made.token)
        for ear in ears:
            ear.start()
        wait_until(lambda: all(ear.opened for ear in ears), what="the streams")
        since = {id(ear): ear.at for ear in ears}
        load.start()
        load.await_more(AFTER)
        first = following(int(load.acknowledged[0].number.replace(" ", "")), ports)
        ears.append(first)
        first.start()
        wait_until(lambda: first.opened, what="the stream of one case")
        since[id(first)] = first.at
        for what in BLOWS:
            deployment.kill(what, dice=dice)
            load.await_more(AFTER)
        load.stop()
        assert load.odd == []
        wait_until(is_settled, what="the journal")
        found = journal()
        wanted = {id(ear): theirs(ear, found, since=since[id(ear)]) for ear in ears}
        for ear in ears:
            wait_until(
                lambda ear=ear: all(ear.covers(each) for each in wanted[id(ear)]),  # type: ignore[misc]
                seconds=60,
                what=f"{ear.path} {[e for e in wanted[id(ear)] if not ear.covers(e)][:3]}",
            )
        for ear in ears:
            ear.stop()
        for ear in ears:
            may = {each.number for each in theirs(ear, found, since=0)}
            assert {number for e in ear.heard for number in e.numbers} <= may, "nothing that is not theirs"
            assert ear.odd == []
            assert ear.opened > 1, "it came back"
        assert wanted[id(ears[0])], "there was something to hear"
        assert not wanted[id(ears[2])]
        assert ears[2].heard == []
