# SPDX-License-Identifier: Apache-2.0
"""The demo's cases: work waits for everybody a guest can be, photos are there, and everything verifies."""

import json
import subprocess
import sys

import pytest
from django.db import connection

from anlan.base.clock import now
from anlan.cases.catalogue import current
from anlan.cases.models import Case
from anlan.cases.queries import Filters, Sort, get_view, list_cases, read_file
from anlan.config import demo
from anlan.people.demo import demo_posts
from anlan.people.may import ADMINISTRATORS, Role, actor_of
from anlan.people.models import Post
from anlan.procedures.report.states import STATES
from tests.cases.world import MONDAY
from tests.databases import Clone
from tests.procedures.report.cast import Matter, town

NO_INBOX = {*ADMINISTRATORS, Role.AUDITOR, Role.HOTLINE_AGENT}


def test_the_demo_has_work_for_every_guest_and_verifies(
    own_database: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, size in (("EVERYWHERE", 160), ("IN_COUNTY", 20), ("IN_TOWN", 20)):
        monkeypatch.setattr(demo, name, size)
    said: list[str] = []
    made = demo.seed(say=said.append)
    assert made == Case.objects.count() > 240
    assert demo.seed(say=said.append) == 0, "a second start adds nothing"
    at, known = now(), current()
    missing = {state.key for state in STATES if state.open} - set(
        Case.objects.filter(area__gte=330106004 * 10**6, area__lt=330106005 * 10**6).values_list(
            "state", flat=True
        )
    )
    assert not missing
    assert Case.objects.filter(state="merged").count() == 1
    assert Case.objects.filter(state="closed", published_as__isnull=False).count() >= 1
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
