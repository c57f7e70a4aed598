# SPDX-License-Identifier: Apache-2.0
"""Typed columns and actions that doors know whatever the procedure: those that have them, mean this by them."""

from functools import cache

from anlan.cases import registry

KIND = "kind"
"""The typed column, and the question at the opening, that hold a plain kind."""
UNTYPED = "untyped"
"""The typed column that says that a recording is still to be typed up."""
AWAITED = "awaited"
"""The typed column that holds how many photos are still on the way."""
FOLLOWING, TYPED_UP = "photo", "type_up"
"""The actions by which those photos come, and by which what was said gets its words."""


@cache
def kind_told(recorded: tuple[str, ...], case: str = "c") -> str:
    """SQL for the plain kind of a case without a category, from the typed columns of its procedure."""
    kind = _column(KIND, recorded, case)
    return f"CASE WHEN {case}.category_id IS NULL THEN {kind} END" if kind else "NULL"


def _column(column: str, recorded: tuple[str, ...], case: str) -> str:
    """SQL for a typed column of a case, whatever its procedure; empty where no procedure has it."""
    found = "".join(
        f" WHEN '{procedure}' THEN (SELECT r.{column} FROM {registry.record_table(procedure)} r"
        f" WHERE r.case_id = {case}.id)"
        for procedure in recorded
        if column in registry.record_columns(procedure)
    )
    return f"CASE {case}.procedure{found} END" if found else ""


def told() -> dict[str, str]:
    """What lists tell of typed columns."""
    recorded = registry.recorded()
    return {"kind": kind_told(recorded), "untyped": _column(UNTYPED, recorded, "c") or "NULL"}
