# SPDX-License-Identifier: Apache-2.0
"""Random walks of every declaration: whatever people do, the rows are what folding the entries gives."""

from collections.abc import Iterator
from random import Random
from uuid import UUID

import pytest

from anlan.cases import registry
from anlan.cases.apply import apply
from anlan.cases.catalogue import current
from anlan.cases.chain import check_chain
from anlan.cases.define import Procedure
from anlan.cases.load import load
from anlan.cases.models import Entry as Row
from anlan.cases.projection import Entry, Projection
from tests.cases.walks import Walker
from tests.cases.world import MONDAY, VILLAGE, dispatcher, envelope, place

pytestmark = pytest.mark.django_db


def entries(case_id: UUID) -> list[Entry]:
    return [
        Entry(
            case_id=row.case_id, seq=row.seq, at=row.at, received_at=row.received_at, actor=row.actor,
            action=row.action, frm=row.from_state, to=row.to_state, audience=row.audience, outcomes=row.outcomes,
            prev=bytes(row.prev), digest=bytes(row.digest), algorithm=row.algorithm, format=row.format,
        )
        for row in Row.objects.filter(case_id=case_id).order_by("seq")
    ]  # fmt: skip


def stored(case_id: UUID) -> Projection:
    return load((envelope("note", dispatcher(), case_id),)).loaded.cases[case_id]


def declarations() -> Iterator[Procedure]:
    yield from registry.newest().values()


@pytest.mark.parametrize("seed", range(6))
def test_rows_are_what_folding_gives_after_any_walk(seed: int) -> None:
    for procedure in declarations():
        walker = Walker(procedure, known=current(), places=(place(VILLAGE),), start=MONDAY, pick=Random(seed))
        cases: list[UUID] = []
        for _case in range(4):
            done = None
            for _try in range(20):
                done = done or walker.step(None)
            assert done is not None, walker.refused[-5:]
            cases.append(done.case_id)
        for step in range(40):
            case_id = cases[step % len(cases)]
            walker.step(stored(case_id), tuple(cases))
        accepted = 0
        for case_id in cases:
            lines = entries(case_id)
            accepted += len(lines)
            assert check_chain(lines) == []
            folded = None
            for line in lines:
                folded = apply(folded, line)
            assert folded == stored(case_id)
        assert accepted > 12, walker.refused
