# SPDX-License-Identifier: Apache-2.0
"""The demo's assessments: one is open for comments, one is held up by its risk, one is decided; all say that they are made up, and come once."""

from datetime import timedelta

import pytest

from anlan.base.clock import now
from anlan.cases.models import Case
from anlan.config.demo_assessments import assess
from anlan.config.demo_stories import Stage
from anlan.config.fill_scene import set_scene
from anlan.people.demo import VILLAGE, demo_seed
from anlan.places.codes import pad
from anlan.procedures.assessment.models import PublicComment
from anlan.procedures.assessment.published import get_published, open_now, past
from anlan.procedures.assessment.tallies import survey_of

pytestmark = pytest.mark.django_db


def test_one_is_open_for_comments_one_is_held_up_and_one_is_decided() -> None:
    at = now()
    demo_seed(since=at - timedelta(days=800), at=at)
    scene = set_scene(at=at)
    stage = Stage(scene=scene, street=next(s for s in scene.spots if s.code == pad(VILLAGE)), at=at)
    assert assess(stage) == 3
    assert assess(stage) == 3
    assert sorted(Case.objects.filter(procedure="assessment").values_list("state", flat=True)) == [
        "commenting",
        "decided",
        "deciding",
    ]
    (road,), (station, garden) = open_now(), sorted(past().rows, key=lambda row: row.level != "medium")
    assert road.takes(at)
    assert all("虚构" in each.title for each in (road, station, garden))
    assert PublicComment.objects.filter(case_id=station.id, voice=None).count() == 20
    assert survey_of(station.id, ()).voices == 10
    assert survey_of(road.id, get_published(road.code).questions).asked
    assert station.unanswered == 0
    assert (station.level, garden.level, garden.state) == ("medium", "low", "decided")
