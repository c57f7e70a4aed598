# SPDX-License-Identifier: Apache-2.0
"""The benches there are, by name."""

from anlan.config import (
    bench_burst,
    bench_fill,
    bench_intake,
    bench_lifecycle,
    bench_lists,
    bench_live,
    bench_overview,
    bench_storm,
    bench_sync,
)
from anlan.config.bench import Bench

BENCHES: dict[str, Bench] = {
    "intake": Bench(measure=bench_intake.measure),
    "lifecycle": Bench(measure=bench_lifecycle.measure),
    "fill": Bench(measure=bench_fill.measure, empty=True, rows=1_000_000),
    "burst": Bench(measure=bench_burst.measure, seconds=10),
    "storm": Bench(measure=bench_storm.measure),
    "sync": Bench(measure=bench_sync.measure),
    "lists": Bench(measure=bench_lists.measure, writes=False),
    "live": Bench(measure=bench_live.measure),
    "overview": Bench(measure=bench_overview.measure, writes=False, rows=1_000_000),
}
