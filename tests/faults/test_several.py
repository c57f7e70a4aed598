# SPDX-License-Identifier: Apache-2.0
"""Two machines' worth of processes on one PostgreSQL of its own: all work together, one journal leads, and any may die."""

import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from uuid import uuid4

import pytest

from anlan.cases import journal
from anlan.cases.models import Case, Follower, Tray
from anlan.config.supervisor import is_ready
from tests.databases import Clone
from tests.faults.deployment import free_port, wait_until
from tests.faults.load import VILLAGE
from tests.faults.whole import faults

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
TREES = 2


class Tree:
    """Web, worker and journal as the units of docs/deployment.md run them, without a supervisor."""

    def __init__(self, database: Clone) -> None:
        self.port = free_port()
        env = database.env | {
            "ANLAN_PORT": str(self.port),
            "ANLAN_WORKERS": "2",
            "ANLAN_THREADS": "2",
            "ANLAN_API_NETWORK": "0",
        }
        self.parts = {
            command: subprocess.Popen([sys.executable, "-m", "anlan.cli", command], env=env)
            for command in ("serve", "work", "journal")
        }

    def report(self, words: str) -> str:
        body = {"procedure": "report", "action": "open", "place": VILLAGE, "data": {"words": words}}
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/cases",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())},
        )
        with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310 - our own server
            return str(json.load(answer)["number"])

    def page(self, where: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{where}", timeout=20) as answer:
            return str(answer.read().decode())

    def stop(self) -> list[int]:
        for part in self.parts.values():
            part.send_signal(signal.SIGTERM)
        return [part.wait(60) for part in self.parts.values()]


@pytest.fixture
def trees(own_database: Clone) -> Iterator[list[Tree]]:
    with ExitStack() as ending:
        made = [Tree(own_database) for _ in range(TREES)]
        for tree in made:
            for part in tree.parts.values():
                ending.callback(part.wait, 60)
                ending.callback(part.kill)
        for tree in made:
            wait_until(lambda port=tree.port: is_ready(port), what="a web server")  # type: ignore[misc]
        yield made


def caught_up() -> bool:
    end = journal.head().position
    return not Tray.objects.exists() and all(each.position == end for each in Follower.objects.all())


def test_two_trees_on_one_database_are_one_deployment(trees: list[Tree]) -> None:
    one, other = trees
    numbers = {tree.report(f"文三路第 {n} 号井盖松动") for n in range(20) for tree in trees}
    assert len(numbers) == Case.objects.count() == 40
    wait_until(caught_up, what="the journal")
    assert journal.head().position >= 40
    wait_until(lambda: "journal: ok" in one.page("readyz"), what="readiness")
    one.parts["journal"].kill()
    one.parts["serve"].kill()
    numbers = {other.report(f"文二路第 {n} 号路灯不亮") for n in range(20)}
    wait_until(caught_up, what="the other leader")
    assert "journal: ok" in other.page("readyz")
    figures = other.page("metrics")
    assert 'anlan_requests_total{door="api",status="201"} 60' in figures, (
        "all trees of this machine are counted together"
    )
    assert "anlan_tray_entries 0" in figures
    assert faults() == []
    began = time.monotonic()
    assert other.stop()[1:] == [0, 0]
    assert time.monotonic() - began < 45
