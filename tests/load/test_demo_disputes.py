# SPDX-License-Identifier: Apache-2.0
"""The demo's disputes: one waits, one is mediated, one is sealed and its paper is real, two went to court; the neighbour finds their own, and all of it verifies."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from pypdf import PdfReader
from pytest_django import Settings

from anlan.base import clock
from anlan.base.keys import keyring
from anlan.base.prepared import prepared
from anlan.cases.attachments import read
from anlan.cases.models import Attachment, Case, Clock
from anlan.cases.read import read_cases
from anlan.cases.verify import Chunk, verify
from anlan.config.demo_disputes import QUARRELS, REGISTER, dispute_id, tell_disputes
from anlan.config.demo_stories import Stage
from anlan.config.fill_scene import set_scene
from anlan.people.demo import TOWN, VILLAGE, demo_seed
from anlan.places.codes import pad
from anlan.procedures.mediation.models import MediationRecord, Mediator
from tests.databases import Clone
from tests.parts.test_making import code_in

STATES = {"corridor": "applied", "leak": "mediating", "noise": "performing"}


@pytest.fixture
def stage(own_database: Clone, settings: Settings) -> Stage:
    settings.ANLAN_DEMO = True
    at = clock.now()
    demo_seed(since=at - timedelta(days=800), at=at)
    scene = set_scene(at=at, within=pad(TOWN))
    return Stage(scene=scene, street=next(spot for spot in scene.spots if spot.code == pad(VILLAGE)), at=at)


def case_of(stage: Stage, key: str) -> Case:
    [quarrel] = [each for each in QUARRELS if each.key == key]
    return Case.objects.get(pk=dispute_id(stage, quarrel))


def paper(case: Case) -> tuple[str, bytes]:
    """The words of the newest paper, and its file."""
    file = Attachment.objects.filter(case_id=case.pk, kind="application/pdf").order_by("-n")[0]
    with prepared() as run:
        stand = read_cases(run, [case.pk])[case.pk]
    data = read(case.pk, keyring().unwrap(stand.key), bytes(file.keyed))
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages), data


def test_each_mediator_of_the_demo_has_a_dispute_in_hand(stage: Stage) -> None:
    assert tell_disputes(stage) == Case.objects.count() == len(QUARRELS)
    assert {key: case_of(stage, key).state for key in STATES} == STATES
    offices = {key: case_of(stage, key).holder_id for key in STATES}
    orgs = stage.street.orgs
    assert offices == {"corridor": orgs["village"], "leak": orgs["town"], "noise": orgs["village"]}
    leak = MediationRecord.objects.get(pk=case_of(stage, "leak").pk)
    assert leak.drafted
    assert len(leak.clauses) == 2
    courts = {key: MediationRecord.objects.get(pk=case_of(stage, key).pk) for key in ("deposit", "wages")}
    assert {key: (one.court, one.level) for key, one in courts.items()} == {
        "deposit": ("admitted", "village"),
        "wages": ("confirmed", "town"),
    }
    examined = Clock.objects.get(case=case_of(stage, "deposit").pk, key="confirm")
    assert examined.stopped_at is None
    assert examined.due_at > stage.at, "the court's days still run"
    before = list(Case.objects.order_by("pk").values_list("pk", "seq"))
    tell_disputes(stage)
    assert list(Case.objects.order_by("pk").values_list("pk", "seq")) == before, "told again it is the same"
    assert verify(Chunk(ids=tuple(pk for pk, _seq in before))).broken == ()
    assert Case.objects.filter(opened_at__gt=stage.at).count() == 0
    assert Mediator.objects.count() == len(REGISTER)


def test_the_sealed_agreement_is_real_and_the_neighbour_finds_it(stage: Stage) -> None:
    tell_disputes(stage)
    case = case_of(stage, "noise")
    words, data = paper(case)
    flat = words.replace("\n", "")
    assert "周听松" in flat
    assert "隔音地垫" in flat
    assert "演示数据" in flat, "the paper itself says that it is made up"
    code = code_in(data)
    visitor = Client()
    page = visitor.get(f"/verify/{code}")
    assert page.status_code == 200
    assert page.context["good"]
    same = visitor.post(f"/verify/{code}", {"file": io.BytesIO(data)})
    assert same.context["same"]
    neighbour = Client()
    neighbour.post("/demo/enter", {"guest": "neighbour", "next": "/mine"})
    assert f"/follow/{case.number:016d}" in neighbour.get("/mine").content.decode()
    own = neighbour.get(f"/follow/{case.number:016d}")
    assert own.status_code == 200
    assert "隔音地垫" in own.content.decode()


def test_what_is_told_fits_into_the_days_before_any_first_day(stage: Stage) -> None:
    tell_disputes(stage)
    zone = stage.scene.known.calendar.zone
    for case in Case.objects.all():
        assert case.opened_at.astimezone(zone).hour == 9
        last = MediationRecord.objects.get(pk=case.pk)
        assert last.agreed_at is None or last.agreed_at < stage.at - timedelta(days=1)
