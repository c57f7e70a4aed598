# SPDX-License-Identifier: Apache-2.0
"""What was acknowledged is on the list after any crash; what was cut is told, and stands in nobody's way."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.base.erasure import Damaged, ErasureFile

APPENDER = """
import sys
from anlan.base.erasure import ErasureFile
file = ErasureFile(sys.argv[1])
for n in range(int(sys.argv[3])):
    file.append({"by": sys.argv[2], "n": n, "padding": "长" * 2000})
    print(n, flush=True)
"""
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
records = st.dictionaries(
    texts, texts | st.integers(-(2**60), 2**60) | st.lists(texts, max_size=3), max_size=4
)


def read(file: ErasureFile) -> tuple[list[dict[str, Any]], list[Damaged]]:
    told: list[Damaged] = []
    return list(file.read(damaged=told.append)), told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(records, max_size=5))
def test_records_come_back_in_their_order(tmp_path: Path, given_records: list[dict[str, Any]]) -> None:
    file = ErasureFile(tmp_path / f"erasures-{time.monotonic_ns()}")
    for record in given_records:
        file.append(record)
    assert read(file) == (given_records, [])


def test_a_list_never_written_is_empty(tmp_path: Path) -> None:
    assert read(ErasureFile(tmp_path / "none")) == ([], [])


def test_only_the_owner_reads_the_file(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        ErasureFile(tmp_path / "e").append({"n": 1})
    finally:
        os.umask(before)
    assert (tmp_path / "e").stat().st_mode & 0o777 == 0o600


def test_ids_and_instants_are_spelt_as_in_the_chain(tmp_path: Path) -> None:
    case = UUID("0195f1e2-7c3a-7b11-9e55-2b8c4d1f0a77")
    file = ErasureFile(str(tmp_path / "e"))
    file.append({"case": case, "at": datetime(2026, 11, 24, tzinfo=UTC)})
    assert read(file)[0] == [{"case": str(case), "at": "2026-11-24T00:00:00.000000Z"}]


@pytest.mark.parametrize("bad", [{"a": 1.5}, {"a": datetime(2026, 1, 1)}, {"a": "\0"}])  # noqa: DTZ001 - naive on purpose
def test_what_cannot_be_spelt_leaves_no_trace(tmp_path: Path, bad: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        ErasureFile(tmp_path / "e").append(bad)
    assert not (tmp_path / "e").exists()


def test_a_line_cut_anywhere_is_told_and_the_next_append_is_whole(tmp_path: Path) -> None:
    line = b'{"case":"\xe9\x95\xbf","n":2}'
    for cut in range(1, len(line)):
        path = tmp_path / str(cut)
        file = ErasureFile(path)
        file.append({"n": 1})
        with path.open("ab") as raw:
            raw.write(line[:cut])
        assert read(file) == ([{"n": 1}], [Damaged(line=2, length=cut, last=True)])
        file.append({"n": 3})
        assert read(file) == ([{"n": 1}, {"n": 3}], [Damaged(line=2, length=cut + 1, last=False)])


def test_a_line_that_lacks_only_its_end_is_a_record(tmp_path: Path) -> None:
    (tmp_path / "e").write_bytes(b'{"n":1}')
    file = ErasureFile(tmp_path / "e")
    assert read(file) == ([{"n": 1}], [])
    file.append({"n": 2})
    assert read(file) == ([{"n": 1}, {"n": 2}], [])


@pytest.mark.parametrize("junk", [b"\x00\x00\x00", b"[1]", b"\xff", b"null"])
def test_a_damaged_line_in_the_middle_hides_no_other(tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "e").write_bytes(b'{"n":1}\n' + junk + b'\n{"n":2}\n')
    assert read(ErasureFile(tmp_path / "e")) == (
        [{"n": 1}, {"n": 2}],
        [Damaged(line=2, length=len(junk) + 1, last=False)],
    )


def test_by_default_the_log_is_told_without_the_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "e").write_bytes(b'{"case":"secret')
    assert list(ErasureFile(tmp_path / "e").read()) == []
    assert "line 1" in caplog.text
    assert "secret" not in caplog.text


def test_a_reader_sees_what_was_there_when_it_began(tmp_path: Path) -> None:
    file = ErasureFile(tmp_path / "e")
    file.append({"n": 1})
    file.append({"n": 2})
    reading = file.read()
    assert next(reading) == {"n": 1}
    file.append({"n": 3})
    assert list(reading) == [{"n": 2}]


def test_a_full_disk_is_raised(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left"):
        ErasureFile("/dev/full").append({"n": 1})


def test_many_processes_append_at_once_while_one_reads(tmp_path: Path) -> None:
    path = tmp_path / "e"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", APPENDER, str(path), str(by), "40"], stdout=subprocess.DEVNULL
        )
        for by in range(4)
    ]
    while any(one.poll() is None for one in running):
        assert read(ErasureFile(path))[1] == []
        time.sleep(0.01)
    assert [one.returncode for one in running] == [0] * 4
    found, told = read(ErasureFile(path))
    assert told == []
    assert [[r["n"] for r in found if r["by"] == str(by)] for by in range(4)] == [list(range(40))] * 4


def test_killed_appenders_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "e"
    acknowledged = set()
    for by in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", APPENDER, str(path), str(by), "100000"], stdout=subprocess.PIPE, text=True
        ) as one:
            assert one.stdout is not None
            one.stdout.readline()
            acknowledged.add((str(by), 0))
            time.sleep(0.02 * by)
            one.send_signal(signal.SIGKILL)
            acknowledged |= {(str(by), int(n)) for n in one.stdout.read().split()}
    ErasureFile(path).append({"by": "after", "n": 0, "padding": ""})
    found, _ = read(ErasureFile(path))
    assert acknowledged | {("after", 0)} <= {(r["by"], r["n"]) for r in found}
