# SPDX-License-Identifier: Apache-2.0
"""The examples of docs/api.md, run as they stand against a live server; and a live server under what clients do."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from anlan.cases.models import Case
from anlan.people.may import Role
from tests.databases import ROOT, Clone
from tests.people.world import post
from tests.web.api.conftest import TOWN, token_of
from tests.web.api.test_files import photo

PAGE = (ROOT / "docs/api.md").read_text(encoding="utf-8")


def examples(language: str) -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert found
    return "\n".join(found)


@pytest.fixture
def server(own_database: Clone, tmp_path: Path) -> Iterator[str]:
    """`anlan serve` on a free port and this test's database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = own_database.env | {"ANLAN_PORT": str(port), "ANLAN_WORKERS": "1", "ANLAN_THREADS": "4"}
    with (tmp_path / "server.log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "anlan.cli", "serve"], env=env, stdout=log, stderr=subprocess.STDOUT
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, running, tmp_path / "server.log")
        yield url
    finally:
        running.terminate()
        running.wait(20)


def _wait(url: str, running: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > until or running.poll() is not None:
                pytest.fail(f"the server did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")
            time.sleep(0.1)


def run(command: list[str], script: str, server: str, folder: Path) -> str:
    (folder / "photo.jpg").write_bytes(photo())
    env = {**os.environ, "ANLAN": server, "TOKEN": token_of(post(Role.DISPATCHER, f"town:{TOWN}"))}
    env.pop("ANLAN_HOME", None)
    done = subprocess.run(
        [*command, script], env=env, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="install curl to run the examples with it")
def test_the_examples_with_curl(server: str, tmp_path: Path) -> None:
    said = run(["bash", "-euo", "pipefail", "-c"], examples("bash"), server, tmp_path)
    assert "文三路路口有一个深坑" in said
    case = Case.objects.get()
    assert (case.seq, case.urgent) == (2, True)


def test_the_examples_with_python(server: str, tmp_path: Path) -> None:
    said = run([sys.executable, "-c"], examples("python"), server, tmp_path)
    assert "To be accepted" in said
    assert Case.objects.count() == 1
