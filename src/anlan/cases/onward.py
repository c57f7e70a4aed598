# SPDX-License-Identifier: Apache-2.0
"""Cases that ended because their matter goes on in another: which one that is, and which ended in a given one.

A case whose state `goes_on` goes on in the last case of the same matter that it is linked to; that may go on in turn. Links
are never taken back: such a link is in force while the one case goes on in the other, so a case that is handled on its
own again is led on by none.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from anlan.base.prepared import Run
from anlan.cases import registry
from anlan.cases.define import Procedure
from anlan.cases.effects import LinkKind
from anlan.cases.projection import Projection
from anlan.cases.read import read_cases

NEXT = """
SELECT DISTINCT ON (case_id) case_id, other_id FROM cases_link WHERE case_id = ANY($1) AND kind = 'same_matter'
 ORDER BY case_id, n DESC"""
JOINED = "SELECT other_id FROM cases_link WHERE case_id = ANY($1) AND kind = 'same_matter'"
BEFORE = """
SELECT l.case_id, c.id, c.procedure, c.version, c.state, c.key,
       (SELECT m.other_id FROM cases_link m WHERE m.case_id = c.id AND m.kind = 'same_matter' ORDER BY m.n DESC LIMIT 1)
  FROM cases_link l JOIN cases_case c ON c.id = l.other_id
 WHERE l.case_id = ANY($1) AND l.kind = 'same_matter' AND NOT c.open"""

LINKED = """
SELECT l.n, l.kind, l.other_id, c.number, c.procedure, c.version, c.state,
       (SELECT m.other_id FROM cases_link m WHERE m.case_id = c.id AND m.kind = 'same_matter' ORDER BY m.n DESC LIMIT 1)
  FROM cases_link l JOIN cases_case c ON c.id = l.other_id WHERE l.case_id = $1 ORDER BY l.n"""
LINKED_MANY = LINKED.replace("SELECT l.n", "SELECT l.case_id, l.n").replace(
    "l.case_id = $1", "l.case_id = ANY($1)"
)
"""The same for many cases, which one first."""


def next_of(case: Projection, procedure: Procedure) -> UUID | None:
    """The case in which this one goes on; None while it runs, and when it ended itself."""
    if not case.state or not procedure.state(case.state).goes_on:
        return None
    same = [link.case_id for link in case.links.values() if link.kind == LinkKind.SAME_MATTER]
    return same[-1] if same else None


def last_of(case: Projection, cases: Mapping[UUID, Projection]) -> Projection | None:
    """Where the matter is now: the case itself, or the one that it went on in, among `cases`; None when that is not there."""
    found: Projection | None = case
    seen: set[UUID] = set()
    while found is not None and found.id not in seen:
        seen.add(found.id)
        following = next_of(found, registry.get_procedure(found.procedure, found.version))
        if following is None:
            return found
        found = cases.get(following)
    return None


def ids_onward(run: Run, ids: Collection[UUID]) -> set[UUID]:
    """The ids of all cases in which these may go on. Links are only ever added, so no lock is needed to read them."""
    found, edge = set(ids), set(ids)
    while edge:
        edge = {other for _case, other in run(NEXT, [list(edge)])} - found
        found |= edge
    return found


def joined(case: Projection, cases: Mapping[UUID, Projection]) -> tuple[Projection, ...]:
    """Those among `cases` that go on in this one."""
    return tuple(
        one
        for one in cases.values()
        if next_of(one, registry.get_procedure(one.procedure, one.version)) == case.id
    )


def ids_joined(run: Run, ids: Collection[UUID]) -> set[UUID]:
    """The ids of all cases that may go on in these; like `ids_onward` without a lock."""
    return {other for (other,) in run(JOINED, [list(ids)])}


def read_joined(run: Run, case: Projection) -> dict[UUID, Projection]:
    """The cases that may go on in this one, for a page."""
    other = [link.case_id for link in case.links.values() if link.kind == LinkKind.SAME_MATTER]
    return {key: stand.case for key, stand in read_cases(run, other).items()} if other else {}


def read_onward(run: Run, case: Projection) -> dict[UUID, Projection]:
    """The case with those in which it goes on, for a page."""
    found = {case.id: case}
    following = next_of(case, registry.get_procedure(case.procedure, case.version))
    while following is not None and following not in found:
        stand = read_cases(run, [following]).get(following)
        if stand is None:
            break
        found[following] = stand.case
        following = next_of(stand.case, registry.get_procedure(stand.case.procedure, stand.case.version))
    return found


def read_others(run: Run, case: Projection) -> dict[UUID, Projection]:
    """The cases that rules about this one may ask for: those in which it goes on, else those that may go on in it."""
    state = registry.get_procedure(case.procedure, case.version).state(case.state)
    return read_onward(run, case) if state.goes_on else read_joined(run, case)


def in_force(case: Projection, rows: Iterable[Sequence[Any]]) -> dict[int, int]:
    """By link number, the numbers of the cases that `LINKED` found, each once, without those parted again."""
    following = next_of(case, registry.get_procedure(case.procedure, case.version))
    found: dict[UUID, tuple[int, int]] = {}
    parted: set[UUID] = set()
    for n, kind, other, number, procedure, version, state, goes_into in rows:
        back = registry.get_procedure(procedure, version).state(state).goes_on and goes_into == case.id
        if kind != LinkKind.SAME_MATTER:
            found.setdefault(other, (n, number))
        elif back or following == other:
            found[other] = n, number
        else:
            parted.add(other)
    return dict(pair for other, pair in found.items() if other not in parted)


def gone_into(run: Run, ids: Collection[UUID]) -> dict[UUID, dict[UUID, bytes]]:
    """By case, the cases that went on in it, with their wrapped keys; those that went on in these too."""
    roots = {case_id: case_id for case_id in ids}
    found: dict[UUID, dict[UUID, bytes]] = {}
    edge = set(ids)
    while edge:
        rows, edge = run(BEFORE, [list(edge)]).fetchall(), set()
        for case_id, other, procedure, version, state, key, following in rows:
            goes_on = registry.get_procedure(procedure, version).state(state).goes_on
            if goes_on and following == case_id and other not in roots:
                roots[other] = roots[case_id]
                found.setdefault(roots[case_id], {})[other] = key
                edge.add(other)
    return found
