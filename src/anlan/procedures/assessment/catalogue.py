# SPDX-License-Identifier: Apache-2.0
"""The catalogue of decisions that need an assessment: kinds with their thresholds and what they rest on, read from `data/`.

It is part of the declaration, so what a case was opened under never changes beneath it: another list is another version.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from anlan.cases.define import Words

VERSION = "2026-1"
EITHER = "either"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A kind of decision. `simple`: it may be assessed on the simplified track."""

    key: str
    words: Words
    threshold: Words
    basis: Words
    simple: bool


def _read() -> Mapping[str, Item]:
    with (Path(__file__).parent / "data" / "catalogue.csv").open(encoding="utf-8", newline="") as lines:
        return MappingProxyType(
            {
                row["kind"]: Item(
                    key=row["kind"],
                    words=Words(zh=row["name"], en=row["name_en"]),
                    threshold=Words(zh=row["threshold"], en=row["threshold_en"]),
                    basis=Words(zh=row["basis"], en=row["basis_en"]),
                    simple=row["track"] == EITHER,
                )
                for row in csv.DictReader(lines)
            }
        )


ITEMS = _read()
KINDS = tuple((item.key, item.words) for item in ITEMS.values())
