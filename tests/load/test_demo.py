# SPDX-License-Identifier: Apache-2.0
"""The demo's cases: work waits for everybody a guest can be, photos are there, and everything verifies."""

import json
import subprocess
import sys
from datetime import timedelta
from random import Random

import pytest
from django.db import connection

from anlan.base.clock import now
from anlan.cases.catalogue import current
from anlan.cases.follow import lag_of
from anlan.cases.models import Access, Case, CaseAccount, Delivery
from anlan.cases.queries import Filters, Sort, get_view, list_cases, read_file
from anlan.cases.veiling import is_original
from anlan.config import demo, demo_live
from anlan.config.demo_doubles import DOUBLES
from anlan.config.demo_pictures import SCENES, picture_of
from anlan.config.demo_progress import find_progress
from anlan.config.demo_stories import REFUSED, Stage, begin_of, story_id, tell_stories
from anlan.config.demo_tales import TALES
from anlan.config.demo_undelivered import MADE_UP
from anlan.config.fill_scene import set_scene
from anlan.config.fill_year import COAST
from anlan.duty import patrols
from anlan.duty.roster import on_duty
from anlan.indicators.keep import NAME as INDICATORS
from anlan.people.demo import TOWN, VILLAGE, demo_posts, demo_resident
from anlan.people.may import ADMINISTRATORS, Role, actor_of
from anlan.people.models import Post
from anlan.places import find
from anlan.places.codes import pad
from anlan.procedures.report.states import STATES
from tests.cases.world import MONDAY
from tests.databases import Clone
from tests.procedures.report.cast import Matter, town

NO_INBOX = {*ADMINISTRATORS, Role.AUDITOR, Role.HOTLINE_AGENT}


ENDS = {"dispute": "refused", "van": "withdrawn"}
"""Stories that end in another way than closed."""


def staged() -> Stage:
    progress = find_progress()
    assert progress is not None
    scene = set_scene(at=progress.at)
    street = next(spot for spot in scene.spots if spot.code == pad(VILLAGE))
    return Stage(scene=scene, street=street, at=progress.at)


def ended(stage: Stage) -> dict[str, str]:
    """How each story stands."""
    ids = {story_id(tale, begin_of(stage, tale)): tale.key for tale in TALES}
    return {ids[case.pk]: case.state for case in Case.objects.filter(pk__in=ids)}


def test_the_demo_has_work_for_every_guest_and_verifies(
    own_database: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, size in (("EVERYWHERE", 160), ("IN_COUNTY", 20), ("IN_TOWN", 20)):
        monkeypatch.setattr(demo, name, size)
    said: list[str] = []
    made = demo.seed(say=said.append)
    assert made == Case.objects.count() > 240
    assert lag_of(INDICATORS).waiting == 0, "figures are whole at first sight"
    assert demo.seed(say=said.append) == 0, "a second start adds nothing"
    stage = staged()
    tales = {tale.key: tale for tale in TALES}
    assert ended(stage) == {tale.key: ENDS.get(tale.key, "closed") for tale in TALES}
    tell_stories(stage)
    assert made == Case.objects.count(), "a story told again is the same story"
    at, known = now(), current()
    missing = {state.key for state in STATES if state.open} - set(
        Case.objects.filter(area__gte=330106004 * 10**6, area__lt=330106005 * 10**6).values_list(
            "state", flat=True
        )
    )
    assert not missing
    merged = Case.objects.filter(state="merged")
    assert merged.count() == 1 + sum(tale.joined for tale in (*TALES, *DOUBLES))
    assert merged.filter(opened_at__lt=stage.at - timedelta(days=60)).count() > 8, (
        "the year has had such pairs all along"
    )
    [tree] = Case.objects.filter(pk=story_id(tales["tree"], begin_of(stage, tales["tree"])))
    assert tree.area // 10**9 in COAST, "a typhoon blows at the sea"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(at) < %s FROM people_boundaryrefusal", [at - timedelta(days=2)])
        assert cursor.fetchone() == (len(REFUSED), True)
        cursor.execute("SELECT count(DISTINCT case_id) FROM cases_access")
        assert cursor.fetchone()[0] > 5
        own = CaseAccount.objects.filter(account_id=demo_resident("resident"), case__state="closed")
        assert own.count() > 3
        assert all(
            Access.objects.filter(case_id=case).exists() for case in own.values_list("case_id", flat=True)
        ), "who follows the tour finds looks at each of their reports"
    told = Delivery.objects.exclude(answer__startswith=MADE_UP)
    assert not told.exists(), "nobody is told about made-up stories"
    assert Case.objects.filter(state="closed", published_as__isnull=False).count() >= 1
    room = actor_of(Post.objects.select_related("organisation").get(account__username="xixi-town"), at=at)
    office, zone = room.organisation_id or 0, known.calendar.zone
    for hour in range(24 * 7):
        there = on_duty([office], at=at + timedelta(hours=hour), zone=zone)
        assert len(there) == 1, "somebody of the room is on duty at every hour, alone"
    town_place = find.find_code(pad(TOWN), at=at)
    assert town_place is not None
    for week in patrols.weeks(at=stage.at, zone=zone)[1:3]:
        seen = patrols.coverage(town_place, by=room, week=week, at=at)
        assert len(seen) > 1
        assert 0 < sum(each.walked for each in seen) < sum(each.grids for each in seen)
    waits = Filters(open=False, mine=True, marked="unpublished")
    to_publish = {
        row.id for row in list_cases(room, known=known, at=at, filters=waits, sort=Sort.NEWEST, size=100).rows
    }
    for key in ("rubble", "pipe"):
        id_ = story_id(tales[key], begin_of(stage, tales[key]))
        assert id_ in to_publish, key
        view = get_view(room, id_, known=known, at=at)
        assert view.case.record["pictured"]
        assert sum(is_original(file) for file in view.files) >= 2
    for guest in demo_posts():
        if guest.role in NO_INBOX:
            continue
        post = Post.objects.select_related("organisation").get(account__username=guest.username)
        page = list_cases(actor_of(post, at=at), known=known, at=at, filters=Filters())
        assert page.rows, f"{guest.username} has nothing to do"
    town = actor_of(Post.objects.select_related("organisation").get(account__username="xixi-town"), at=at)
    found = list_cases(
        town, known=known, at=at, filters=Filters(mine=True, open=None), sort=Sort.NEWEST, size=100
    )
    views = [get_view(town, row.id, known=known, at=at) for row in found.rows]
    with_photo = [view for view in views if any(file.readable for file in view.files)]
    assert with_photo
    for view in with_photo[:5]:
        _file, photo = read_file(town, view.case.id, view.files[0].n, known=known, at=at)
        assert photo.startswith(b"\xff\xd8")
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(opened_at) FROM cases_case")
        assert cursor.fetchone()[0] <= at
    monkeypatch.setattr(demo_live, "sleep", lambda _seconds: None)
    monkeypatch.setattr(demo_live, "Random", lambda: Random(3))
    happened = demo_live.live(say=said.append, most=40)
    begun = Case.objects.filter(opened_at__gt=at)
    assert happened > 25
    assert 0 < begun.count() < happened, "some begin, some go on"
    assert sum(begun.values_list("seq", flat=True)) == happened
    done = subprocess.run(
        [sys.executable, "-m", "anlan.cli", "verify", "--json"],
        env=own_database.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(done.stdout.strip().splitlines()[-1])["broken"] == []


@pytest.mark.django_db
@pytest.mark.parametrize("danger", [(False, False), (False, True), (True, False), (True, True)])
def test_what_is_urgent_is_never_merged_away(danger: tuple[bool, bool]) -> None:
    matters = [Matter(danger=one) for one in danger]
    demo.merge_two(town(), MONDAY)
    assert sorted(matter.state for matter in matters) == ["merged", "reported"]
    [kept] = (one for one, matter in zip(danger, matters, strict=True) if matter.state == "reported")
    assert kept == any(danger)


def test_every_story_is_told_in_both_languages_with_pictures_of_its_own() -> None:
    assert len({tale.key for tale in TALES}) == len(TALES) == 12
    for tale in (*TALES, *DOUBLES):
        assert tale.zh
        assert tale.en
        assert all(bool(deed.zh) == bool(deed.en) for deed in tale.deeds), tale.key
        assert [deed.after for deed in tale.deeds] == sorted(deed.after for deed in tale.deeds), tale.key
    assert {tale.scene for tale in TALES} - {""} == set(SCENES)
    for scene in SCENES:
        before, after = (picture_of(scene, after=after) for after in (False, True))
        assert before != after
        assert max(len(before), len(after)) < 30_000
        assert before.startswith(b"\xff\xd8")
