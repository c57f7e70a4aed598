# SPDX-License-Identifier: Apache-2.0
"""Each bench at a tiny size: it answers with its object and without errors. Figures are for quiet machines: docs/bench.md."""

import json
import subprocess
import sys
from typing import Any

import pytest

from anlan.config.bench import percentile
from anlan.config.bench_burst import normal_after
from anlan.config.bench_client import Heard
from tests.databases import Clone

KEYS = [
    "name", "seconds", "per_second", "floor_per_second", "ratio", "p50_ms", "p95_ms", "errors", "settings",
]  # fmt: skip


def bench(there: Clone, name: str, *more: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "anlan.cli", "bench", name, "--inside", "--json", *more],
        env=there.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert list(found) == KEYS
    assert found["name"] == name
    assert found["errors"] == 0
    return found


def test_intake_has_a_rate_a_floor_and_their_ratio(own_database: Clone) -> None:
    found = bench(own_database, "intake", "--rows=0", "--seconds=1")
    assert found["floor_per_second"] > found["per_second"] > 0
    assert found["ratio"] == pytest.approx(found["per_second"] / found["floor_per_second"], abs=0.01)
    assert found["settings"]["fsync"] in {"on", "off"}


@pytest.mark.slow
def test_what_phones_send_is_taken_once_and_pulled_again(own_database: Clone) -> None:
    found = bench(own_database, "sync", "--rows=0", "--seconds=1")
    assert found["floor_per_second"] > 0
    assert found["per_second"] > 0
    assert set(found["settings"]["pull_p50_ms"]) == {"first_50", "nothing_new", "after_a_batch"}


@pytest.mark.slow
def test_a_storm_of_phones_is_taken_once_and_heard_of_where_it_should_be(own_database: Clone) -> None:
    found = bench(own_database, "storm", "--rows=0", "--terminals=60", "--each=3")
    about = found["settings"]
    assert about["accepted"] == about["there"] == 180
    assert about["told_again"] == 3 * about["answers_lost"] > 0
    assert about["live_heard"] > 0


@pytest.mark.slow
def test_open_desks_hear_what_is_theirs_of_thousands_of_entries(own_database: Clone) -> None:
    found = bench(own_database, "live", "--rows=0", "--connections=50", "--seconds=1")
    about = found["settings"]
    assert about["seconds_to_all"] >= about["seconds_to_99"] > 0
    assert about["scoped_pairs"] > about["scoped_listeners"]
    assert about["scoped_wrong"] == about["scoped_missed"] == 0


def test_lifecycles_run_to_their_answer(own_database: Clone) -> None:
    found = bench(own_database, "lifecycle", "--rows=0", "--seconds=2")
    assert found["per_second"] > 0
    assert set(found["settings"]["p95_ms_of"]) == {"open", "dispatch", "finish", "search"}


def test_the_overview_of_every_level_opens_beside_a_floor(own_database: Clone) -> None:
    found = bench(own_database, "overview", "--rows=0", "--seconds=0.1")
    assert found["floor_per_second"] > found["per_second"] > 0
    assert set(found["settings"]["p95_ms_of"]) == {"overview", "file", "cases", "wall"}


@pytest.mark.slow
def test_a_burst_loses_nothing_that_was_acknowledged(own_database: Clone) -> None:
    found = bench(own_database, "burst", "--rows=0", "--seconds=2")
    assert found["settings"]["refused"] > 0
    assert found["settings"]["acknowledged_and_kept"] > 0
    assert set(found["settings"]["statuses"]) <= {"201", "429", "503"}


@pytest.mark.slow
def test_filled_cases_are_counted_and_every_list_opens(own_database: Clone) -> None:
    filled = bench(own_database, "fill", "--rows=400")
    assert filled["per_second"] > 0
    found = bench(own_database, "lists", "--rows=400", "--seconds=0.1")
    assert found["settings"]["addresses"] > 300
    assert {"inbox grid", "inbox province", "public", "tasks"} <= set(found["settings"]["p95_ms_of"])


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([], 0.95) is None
    assert percentile([5.0], 0.5) == 5.0
    assert percentile([float(n) for n in range(100)], 0.95) == 95.0


def test_calm_is_back_in_the_first_second_without_refusals_and_as_fast_as_before() -> None:
    slow = [(0.5, 201, 90.0), (1.2, 503, 1.0), (1.3, 201, 9.0), (2.1, 201, 11.0), (3.5, 201, 10.0)]
    assert normal_after(Heard(answers=slow), 10.0) == 3
    assert normal_after(Heard(answers=slow[:3]), 10.0) is None
