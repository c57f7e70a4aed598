# SPDX-License-Identifier: Apache-2.0
"""A version of the field app is opened by town, required for safety only, and counted in terminals."""

from datetime import timedelta

import pytest

from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.people import rollout
from anlan.people.log import read_log
from anlan.people.may import Role, actor_of
from anlan.people.models import Organisation
from anlan.people.models_terminals import AppOpening, AppVersion
from anlan.people.terminals import register, revoke
from anlan.places.codes import pad
from tests.people.world import AT, CITY, COUNTY, TOWN, VILLAGE, actor, post, security, system

pytestmark = pytest.mark.django_db
OLD, NEW, NEWER = "0.1.0-aaaaaaaa", "0.2.0-bbbbbbbb", "0.3.0-cccccccc"
XIXI, OTHER = pad("330106004"), pad("330106002")
MINUTE = timedelta(minutes=1)


def place(key: str) -> int:
    return Organisation.objects.get(key=key).place_id


def stands(served: str = NEW, *, has: str = OLD, town: int | None = XIXI) -> tuple[bool, bool]:
    found = rollout.standing(served, has=has, town=town, at=AT)
    return found.open, found.forced


@pytest.fixture
def held() -> None:
    """Two versions were served one after the other, and nothing is opened by itself any more."""
    AppVersion.objects.create(version=OLD, first_at=AT - 2 * MINUTE)
    AppVersion.objects.create(version=NEW, first_at=AT - MINUTE)
    (everything,) = rollout.in_force()
    rollout.end_opening(everything.pk, by=system(), at=AT)


def test_until_somebody_decides_every_version_is_open_everywhere() -> None:
    assert stands() == (True, False)
    assert AppVersion.objects.get().version == NEW, "what is served is kept when it is first asked for"


def test_a_town_takes_a_version_once_it_is_opened_for_it_or_around_it(held: None) -> None:
    assert stands() == (False, False)
    by = system()
    town = rollout.open_version(NEW, place_id=place(TOWN), forced=False, by=by, at=AT)
    assert (stands(), stands(town=OTHER), stands(town=None)) == (
        (True, False),
        (False, False),
        (False, False),
    )
    assert stands(NEWER, has=NEW) == (False, False), "the next one waits again"
    rollout.open_version(None, place_id=place(TOWN), forced=False, by=by, at=AT)
    assert stands(NEWER, has=NEW) == (True, False), "but not in a town that takes each"
    rollout.open_version(NEW, place_id=place(COUNTY), forced=False, by=by, at=AT)
    assert stands(town=OTHER) == (True, False)
    assert stands(town=pad("330102")) == (False, False)
    rollout.open_version(NEW, place_id=None, forced=False, by=by, at=AT)
    assert stands(town=None) == (True, False)
    rollout.end_opening(town.pk, by=by, at=AT)
    with pytest.raises(NotFound):
        rollout.end_opening(town.pk, by=by, at=AT)


def test_what_is_required_is_taken_by_whoever_has_an_older_one(held: None) -> None:
    rollout.open_version(NEW, place_id=place(CITY), forced=True, by=system(), at=AT)
    assert stands() == (True, True)
    assert stands(has="unheard of") == (True, True)
    assert stands(NEWER, has=OLD) == (True, True), "what is served now holds it too"
    assert stands(NEWER, has=NEW) == (False, False)
    assert stands(has=NEW) == (True, False)
    assert stands(town=pad("330282")) == (False, False), "elsewhere"


def test_it_takes_the_administrator_of_the_configuration_and_each_change_is_a_line(held: None) -> None:
    before = len(list(read_log()))
    for nobody in (security(), actor(Role.DISPATCHER, TOWN), actor(Role.AUDITOR, CITY)):
        with pytest.raises(NotAllowed):
            rollout.open_version(NEW, place_id=None, forced=False, by=nobody, at=AT)
        with pytest.raises(NotAllowed):
            rollout.end_opening(1, by=nobody, at=AT)
    by = system()
    for refused, version, where, forced in (
        (NotFound, "unheard of", None, False),
        (Conflict, None, None, True),
        (Conflict, NEW, place(VILLAGE), False),
    ):
        with pytest.raises(refused):
            rollout.open_version(version, place_id=where, forced=forced, by=by, at=AT)
    assert len(list(read_log())) == before
    first = rollout.open_version(NEW, place_id=None, forced=False, by=by, at=AT)
    with pytest.raises(Conflict):
        rollout.open_version(NEW, place_id=None, forced=False, by=by, at=AT)
    required = rollout.open_version(NEW, place_id=None, forced=True, by=by, at=AT)
    rollout.end_opening(required.pk, by=by, at=AT)
    assert [line.what for line in read_log()][before:] == ["app.open", "app.open", "app.close"]
    assert AppOpening.objects.get(pk=first.pk).ended_at == AT


def test_terminals_are_counted_by_town_and_version_and_nobody_is_named() -> None:
    workers = [post(Role.GRID_WORKER, VILLAGE) for _each in range(3)]
    for worker, version in zip(workers, (OLD, NEW, NEW), strict=True):
        made = register(
            worker.pk, version=version, procedures=[], actions=[], by=actor_of(worker, at=AT), at=AT
        )
    clerk = post(Role.DISPATCHER, COUNTY)
    register(clerk.pk, version=OLD, procedures=[], actions=[], by=actor_of(clerk, at=AT), at=AT)
    assert rollout.count_versions(at=AT) == {XIXI: {OLD: 1, NEW: 2}, pad("330106"): {OLD: 1}}
    revoke(made.terminal.pk, by=security(), at=AT)
    assert rollout.count_versions(at=AT)[XIXI] == {OLD: 1, NEW: 1}
    assert rollout.town_of(place(VILLAGE), at=AT) == XIXI
    assert rollout.town_of(place(COUNTY), at=AT) == pad("330106")
