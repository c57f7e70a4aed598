# SPDX-License-Identifier: Apache-2.0
"""The clock is the real one outside the demo; in the demo all processes jump together, and only forward."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from anlan.base import clock

ELSEWHERE = """
import sys
from datetime import timedelta
from django.conf import settings
settings.configure(ANLAN_CLOCK_OFFSET_FILE=sys.argv[1])
from anlan.base import clock
clock.jump(timedelta(seconds=int(sys.argv[2])))
print(clock.now().isoformat())
"""


@pytest.fixture
def offset(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    settings.ANLAN_CLOCK_OFFSET_FILE = str(tmp_path / "clock")
    settings.ANLAN_CLOCK_OFFSET = 0
    yield tmp_path / "clock"
    _forget()


def _forget() -> None:
    """As if a second had passed since the file was read."""
    clock._seen = (clock._seen[0] - 2, *clock._seen[1:])


def ahead() -> float:
    """How far ahead of the real clock ours is, in seconds."""
    return round((clock.now() - datetime.now(tz=UTC)).total_seconds())


def test_without_an_offset_it_is_the_real_clock(settings: Settings) -> None:
    settings.ANLAN_CLOCK_OFFSET = 0
    before = datetime.now(tz=UTC)
    assert before <= clock.now() <= datetime.now(tz=UTC)
    assert clock.now().utcoffset() == timedelta(0)


def test_the_start_comes_from_the_settings_and_never_lies_in_the_past(settings: Settings) -> None:
    settings.ANLAN_CLOCK_OFFSET = 3600
    assert ahead() == 3600
    settings.ANLAN_CLOCK_OFFSET = -3600
    assert ahead() == 0


def test_a_jump_is_seen_at_once_here_and_adds_to_the_start(offset: Path, settings: Settings) -> None:
    settings.ANLAN_CLOCK_OFFSET = 10
    assert ahead() == 10
    clock.jump(timedelta(days=2))
    clock.jump(timedelta(hours=1))
    assert ahead() == 10 + 2 * 86400 + 3600
    assert offset.stat().st_mode & 0o777 == 0o600


def test_every_process_jumps_together(offset: Path) -> None:
    clock.jump(timedelta(hours=5))
    out = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(offset), "3600"], check=True, capture_output=True, text=True
    ).stdout
    there = datetime.fromisoformat(out.strip())
    assert abs(there - datetime.now(tz=UTC) - timedelta(hours=6)) < timedelta(seconds=30)
    _forget()
    assert ahead() == 6 * 3600


def test_jumps_of_many_processes_at_once_all_count(offset: Path) -> None:
    running = [subprocess.Popen([sys.executable, "-c", ELSEWHERE, str(offset), "60"]) for _ in range(4)]
    assert [one.wait() for one in running] == [0, 0, 0, 0]
    assert int(offset.read_text()) == 240


@pytest.mark.parametrize("broken", ["", "-5", "abc", "1e9", "٣", "5", b"\xff\xfe"])
def test_a_broken_or_smaller_file_moves_nobody_back(offset: Path, broken: str | bytes) -> None:
    clock.jump(timedelta(days=1))
    offset.write_bytes(broken.encode() if isinstance(broken, str) else broken)
    _forget()
    assert ahead() == 86400
    clock.jump(timedelta(hours=1))
    assert ahead() == 90000
    offset.unlink()
    _forget()
    assert ahead() == 90000


def test_the_file_is_asked_once_a_second(offset: Path) -> None:
    clock.jump(timedelta(seconds=0))
    offset.write_text("500\n")
    assert ahead() == 0
    _forget()
    assert ahead() == 500


def test_a_number_without_end_stops_at_ten_years(offset: Path) -> None:
    offset.write_text("9" * 40)
    _forget()
    assert ahead() == clock.LONGEST.total_seconds()
    with pytest.raises(ValueError, match="ten years"):
        clock.jump(timedelta(seconds=1))


def test_the_clock_does_not_go_back(offset: Path) -> None:
    with pytest.raises(ValueError, match="forward"):
        clock.jump(timedelta(seconds=-1))


def test_only_the_demo_jumps(settings: Settings) -> None:
    settings.ANLAN_CLOCK_OFFSET_FILE = ""
    with pytest.raises(ValueError, match="demo"):
        clock.jump(timedelta(days=1))
