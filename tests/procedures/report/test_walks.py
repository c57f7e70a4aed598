# SPDX-License-Identifier: Apache-2.0
"""Long random walks that stay among those who work on a report: what must hold after every step of any of them."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from anlan.cases.catalogue import current
from anlan.cases.escalate import escalate
from anlan.cases.models import Entry
from anlan.cases.projection import Projection
from anlan.procedures.report.procedure import REPORT
from tests.cases.walks import Walker
from tests.cases.world import MONDAY, VILLAGE, organisation, place
from tests.procedures.report.cast import COMMITTEE, COUNTY, TOWN_ROOM, Matter, dept

pytestmark = pytest.mark.django_db

LEFT_OUT = {
    "withdraw",
    "not_accept",
    "merge",
    "unmerge",
    "bar",
    "erase",
    "look",
    "note",
    "correct",
    "release",
    "split",
}
"""What would end most walks early, or changes nothing that is watched here."""
NARROW = replace(REPORT, actions=tuple(a for a in REPORT.actions if a.key not in LEFT_OUT))


class Worker(Walker):
    """Walks among the units of one place."""

    def units(self, case: Projection | None) -> list[int]:  # noqa: ARG002 - the walker's own name for it
        keys = (dept("housing"), dept("water"), dept("enforcement"), TOWN_ROOM, COMMITTEE, COUNTY)
        return [organisation(key) for key in keys]


def held(before: Projection | None, now: Projection) -> None:
    """What no step may break."""
    known = current()
    involved = (now.holder, now.room, *now.assigned_now("assist"))
    if now.barred is not None:
        assert all(one is None or now.barred not in known.lineage(one) for one in involved)
    assert len(now.assigned_now("lead")) == 1
    assert len(now.assigned_now("room")) == 1
    if now.open:
        assert now.due_at is not None or now.state == "paused"
    if now.record["closing"] == "verified":
        assert now.record["checked_by"] in ("grid", "reporter", "room")
    if now.state in ("checking", "confirming", "checked", "closed"):
        assert now.record["outcome"]
    if before is not None:
        told, tells = before.last_run("handle"), now.last_run("handle")
        if told is not None and tells is not None and told.told is not None:
            assert tells.told is not None
            assert tells.told >= told.told
        if before.record["ruled"] and now.record["ruled"]:
            assert now.record["returns"] == before.record["returns"]


@pytest.mark.parametrize(
    "seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 60))]
)
def test_whatever_the_workers_do(seed: int) -> None:
    walker = Worker(NARROW, known=current(), places=(place(VILLAGE),), start=MONDAY, pick=Random(seed))
    accepted = 0
    for about in (None, organisation(dept("water"))):
        matter = Matter(about_organisation=about) if about else Matter()
        before = None
        for _step in range(60):
            now = matter.now
            held(before, now)
            before = now
            accepted += walker.step(now) is not None
            if walker.random.random() < 0.2:
                walker.at += timedelta(days=1)
                escalate(at=walker.at)
        held(before, matter.now)
        assert Entry.objects.filter(case_id=matter.id).count() > 3
    assert accepted > 10, walker.refused[-10:]
