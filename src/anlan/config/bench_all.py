# SPDX-License-Identifier: Apache-2.0
"""The benches there are, by name."""

from anlan.config import bench_intake
from anlan.config.bench import Bench

BENCHES: dict[str, Bench] = {
    "intake": Bench(measure=bench_intake.measure),
}
