# SPDX-License-Identifier: Apache-2.0
"""Work waits in every state for the demo's people, at whatever hour of whatever day the demo is first started."""

from datetime import datetime, timedelta
from random import Random

import pytest

from anlan.config.demo_waiting import AT_UNITS, WAITING, moulds
from anlan.config.fill import owner_dsn
from anlan.config.fill_copy import column_types
from anlan.config.fill_scene import set_scene
from anlan.config.fill_work import Plan, Work
from anlan.people.demo import TOWN, demo_seed
from anlan.people.seed import DEPARTMENTS
from anlan.places.codes import pad
from anlan.places.find import ZONE

pytestmark = pytest.mark.django_db
EXPECTED = sum(count for _state, count, _source, _likes in WAITING) + len(DEPARTMENTS) * len(AT_UNITS)


@pytest.mark.parametrize(
    "then",
    [
        datetime(2026, 11, 28, 3, tzinfo=ZONE),
        datetime(2026, 11, 30, 1, tzinfo=ZONE),
        datetime(2026, 2, 23, 22, tzinfo=ZONE),
        datetime(2026, 10, 6, 8, tzinfo=ZONE),
    ],
    ids=["night to Saturday", "end of a weekend", "end of the Spring Festival", "national holiday"],
)
def test_every_state_waits_whenever_the_demo_begins(then: datetime) -> None:
    demo_seed(since=then - timedelta(days=800), at=then)
    scene = set_scene(at=then, within=pad(TOWN))
    plan = Plan(cases=0, at=then, within=pad(TOWN), photos=True)
    work = Work(plan=plan, scene=scene, types=column_types(owner_dsn()))
    assert len(list(moulds(work, scene, Random(f"{then:%Y%m%d}")))) == EXPECTED
