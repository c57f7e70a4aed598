# SPDX-License-Identifier: Apache-2.0
"""Typed columns and actions that doors know whatever the procedure: those that have them, mean this by them."""

from functools import cache

from anlan.cases import registry

KIND = "kind"
"""The typed column, and the question at the opening, that hold a plain kind."""
NAMES = ("title", "title_zh")
"""The questions at an opening that give a case a name of its own, which everybody may read."""
UNTYPED = "untyped"
"""The typed column that says that a recording is still to be typed up."""
TELL = "tell"
"""The action by which somebody tells a person in person, the clock that runs until then, and the typed column that holds the way."""
AWAITED = "awaited"
"""The typed column that holds how many photos are still on the way."""
RETURNS, REOPENED = "returns", "reopened"
"""The typed columns that count how often units gave a case back since it was opened, and how often it was reopened."""
RETURNED_BY = ("returned_2", "returned_1")
"""The typed columns with the units that gave it back, the last one first."""
RELEASED, PUBLISH = "released", "publish"
"""The typed column that says that a summary may be published, and the action that does."""
MARKS = {"untyped": UNTYPED, "returned": RETURNS, "reopened": REOPENED, "unpublished": RELEASED}
"""What a list may be narrowed to, and the typed column that says so by being more than nothing; what may be published is
marked until it is.
"""
FOLLOWING, TYPED_UP, SCREEN = "photo", "type_up", "screen"
"""The actions by which those photos come, by which what was said gets its words, and by which the room decides what of words
said in confidence the unit may read."""


@cache
def kind_told(recorded: tuple[str, ...], case: str = "c") -> str:
    """SQL for the plain kind of a case without a category, from the typed columns of its procedure."""
    kind = column_of(KIND, recorded, case)
    return f"CASE WHEN {case}.category_id IS NULL THEN {kind} END" if kind else "NULL"


def column_of(column: str, recorded: tuple[str, ...], case: str) -> str:
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
    last = [found for column in RETURNED_BY if (found := column_of(column, recorded, "c"))]
    return {
        "kind": kind_told(recorded),
        "untyped": column_of(UNTYPED, recorded, "c") or "NULL",
        "returns": column_of(RETURNS, recorded, "c") or "NULL",
        "tell": column_of(TELL, recorded, "c") or "NULL",
        "returned_by": f"coalesce({', '.join(last)})" if last else "NULL",
    }


@cache
def is_marked(mark: str, recorded: tuple[str, ...], case: str) -> str:
    """SQL for whether a case has one of `MARKS`."""
    found = column_of(MARKS[mark], recorded, case)
    if not found:
        return "FALSE"
    if MARKS[mark] != RELEASED:
        return f"({found})::integer > 0"
    states = ", ".join(f"'{state}'" for state in _publishable())
    waits = (
        f"SELECT m.published_as IS NULL AND m.state IN ({states}) FROM cases_case m WHERE m.id = {case}.id"
    )
    return f"({found})::integer > 0 AND ({waits})"


def _publishable() -> list[str]:
    """The states in which a procedure lets a summary be published; a merged case, for one, goes on in another."""
    declared = (action for procedure in registry.newest().values() for action in procedure.actions)
    return sorted({str(state) for action in declared if action.key == PUBLISH for state in action.frm})


@cache
def was_returned_by(recorded: tuple[str, ...], case: str) -> str:
    """SQL for the units that gave a case back, as an array."""
    found = [each for column in RETURNED_BY if (each := column_of(column, recorded, case))]
    return f"ARRAY[{', '.join(found)}]" if found else "ARRAY[]::integer[]"
