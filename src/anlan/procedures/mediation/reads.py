# SPDX-License-Identifier: Apache-2.0
"""A mediation as a reader may know it: read from the view, which holds nothing else."""

from typing import Any

from anlan.cases.queries import Line, View


def values_of(line: Line) -> dict[str, Any]:
    """What an entry says, as far as its reader may read it."""
    return {key: value for content in line.contents for key, value in (content.values or {}).items()}


def terms_in(view: View) -> list[dict[str, Any]]:
    """The terms that stand, in their order: what each says, and whether it was kept."""
    lines = {line.seq: line for line in view.timeline.lines}
    kept = set(view.case.record["performed"])
    return [
        {
            "n": n,
            "seq": seq,
            "kept": seq in kept,
            **lines[seq].outcomes.get("facts", {}),
            **values_of(lines[seq]),
        }
        for n, seq in enumerate(view.case.record["clauses"], start=1)
        if seq in lines
    ]
