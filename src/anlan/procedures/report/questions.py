# SPDX-License-Identifier: Apache-2.0
"""What a kind of report still asks of residents: at most three questions a kind, declared in `data/questions.csv`.

Each is a choice (``key=中文|English``, divided by ``;``) or a short text, never asked of staff, never required. The answers
are words like all others: erasable, and read by whoever handles the report.
"""

import csv
from pathlib import Path

from anlan.cases.define import Audience, Field, Kind, Words
from anlan.cases.standard import words

MOST = 3
KIND = "kind"


def _choices(text: str) -> tuple[tuple[str, Words], ...]:
    pairs = (one.split("=", 1) for one in text.split(";") if one)
    return tuple((key.strip(), words(*said.strip().split("|"))) for key, said in pairs)


def _read() -> tuple[Field, ...]:
    with (Path(__file__).parent / "data" / "questions.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Field(
                key=f"{row['kind']}_{row['key']}",
                kind=Kind.CHOICE if row["choices"] else Kind.TEXT,
                words=words(row["words"], row["words_en"]),
                audience=Audience.REPORTER,
                choices=_choices(row["choices"]),
                longest=200,
                when=(KIND, row["kind"]),
            )
            for row in csv.DictReader(lines)
        )


QUESTIONS = _read()
