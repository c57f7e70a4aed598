# SPDX-License-Identifier: Apache-2.0
"""What several processes count is counted once each, whoever dies; a place that cannot be written stops nobody."""

import subprocess
import sys
from pathlib import Path

from anlan.config.counts import Counts

ANOTHER = """
import os, sys
from pathlib import Path
from anlan.config.counts import Counts
counts = Counts(Path(sys.argv[1]), ["a", "b"])
for _ in range(1000):
    counts.add({"a": 1, "b": 0.5})
os.kill(os.getpid(), 9)
"""


def test_killed_processes_leave_what_they_counted_and_their_place(tmp_path: Path) -> None:
    own = Counts(tmp_path, ["a", "b"])
    own.add({"a": 7})
    others = [subprocess.Popen([sys.executable, "-c", ANOTHER, str(tmp_path)]) for _ in range(3)]
    assert [other.wait(30) for other in others] == [-9] * 3
    assert own.read() == {"a": 3007, "b": 1500}
    assert subprocess.run([sys.executable, "-c", ANOTHER, str(tmp_path)], check=False).returncode == -9
    assert own.read() == {"a": 4007, "b": 2000}


def test_other_names_begin_at_nought(tmp_path: Path) -> None:
    Counts(tmp_path, ["a"]).add({"a": 7})
    assert Counts(tmp_path, ["a", "b"]).read() == {"a": 0, "b": 0}


def test_where_nothing_can_be_written_nothing_is_counted(tmp_path: Path) -> None:
    nowhere = Counts(tmp_path / "nowhere", ["a"])
    nowhere.add({"a": 1})
    assert nowhere.read() == {"a": 0}
