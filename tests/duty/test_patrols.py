# SPDX-License-Identifier: Apache-2.0
"""Which grids were walked: noted once, without who it was, read by week, above its office in numbers of more than a few."""

from datetime import date, timedelta

import pytest
import shapely
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.errors import Invalid, NotAllowed
from anlan.duty import patrols
from anlan.duty.models import Patrol
from anlan.people.may import Actor, Role
from anlan.people.models import Organisation
from anlan.places import find
from anlan.places.codes import Level, pad
from anlan.places.find import ZONE
from anlan.places.models import Boundary
from anlan.places.tree import Spot
from tests.people.world import AT, CITY, COUNTY, HOUSING, PROVINCE, TOWN, VILLAGE, actor
from tests.statements import statements

pytestmark = pytest.mark.django_db
TODAY = AT.astimezone(ZONE).date()
XIXI = pad("330106004")


def worker() -> Actor:
    return actor(Role.GRID_WORKER, VILLAGE)


def grids(by: Actor) -> list[Spot]:
    return patrols.grids_of(by, at=AT)


def walk(by: Actor, codes: list[int], day: date = TODAY) -> int:
    return patrols.walk(codes, day=day, by=by, at=AT, zone=ZONE)


def test_its_columns_are_those_and_no_others() -> None:
    """Nobody's post or account, no hour, no number of the walk, no count: nothing by which workers could be told apart."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, "duty_patrol")
    assert {one.name for one in found} == {"id", "place_id", "day", "organisation_id"}


def test_said_again_or_by_a_colleague_it_is_the_same() -> None:
    one, other = worker(), worker()
    codes = [spot.code for spot in grids(one)][:2]
    assert len(codes) == 2
    assert (walk(one, codes), walk(one, codes), walk(other, codes[:1])) == (2, 2, 1)
    assert Patrol.objects.count() == 2


def test_only_grids_of_the_reach_on_days_that_are_kept() -> None:
    by = worker()
    code = grids(by)[0].code
    elsewhere = pad("330282")
    assert walk(by, [code, elsewhere, XIXI, 1]) == 1
    assert walk(by, [code], TODAY - patrols.KEPT) == 0
    assert walk(by, [code], TODAY + timedelta(days=400)) == 1
    assert set(Patrol.objects.values_list("day", flat=True)) == {TODAY}, "nobody walked tomorrow"
    for none in ([], list(range(1, patrols.MOST + 2))):
        with pytest.raises(Invalid):
            walk(by, none)
    for role, key in ((Role.DISPATCHER, TOWN), (Role.HANDLER, HOUSING), (Role.AUDITOR, CITY)):
        with pytest.raises(NotAllowed):
            walk(actor(role, key), [code])


def test_an_office_reads_its_own_grids_by_week_and_no_other_offices() -> None:
    by, elsewhere = worker(), actor(Role.GRID_WORKER, TOWN)
    first, second, *_more = grids(by)
    weeks = patrols.weeks(at=AT, zone=ZONE)
    assert len(weeks) == patrols.WEEKS
    assert all(monday.weekday() == 0 for monday in weeks)
    walk(by, [first.code])
    walk(by, [second.code], weeks[1] + timedelta(days=6))
    walk(elsewhere, [first.code], weeks[2])
    found = patrols.own_weeks(by, [first, second], first=weeks)
    assert found == {first.id: {weeks[0]}, second.id: {weeks[1]}}
    assert patrols.walks_itself(by, at=AT)
    assert not patrols.walks_itself(actor(Role.COUNTY_DISPATCHER, COUNTY), at=AT)


def test_above_are_numbers_of_places_that_are_not_somebody() -> None:
    by, room = worker(), actor(Role.DISPATCHER, TOWN)
    village = find.get_place(grids(by)[0].parent_id or 0, at=AT)
    town = find.place_of_code(XIXI, at=AT)
    own = len(grids(by))
    assert own >= patrols.FEWEST
    walk(by, [grids(by)[0].code])
    week = patrols.weeks(at=AT, zone=ZONE)[0]
    rows = {row.place.id: row for row in patrols.coverage(town, by=room, week=week, at=AT)}
    assert (rows[village.id].walked, rows[village.id].grids) == (1, own)
    assert all(row.grids >= patrols.FEWEST and row.place.level is Level.VILLAGE for row in rows.values())
    city = actor(Role.SUPERVISOR, CITY)
    county = find.place_of_code(pad("330106"), at=AT)
    above = {row.place.id: row for row in patrols.coverage(county, by=city, week=week, at=AT)}
    assert above[town.id].grids == sum(row.grids for row in rows.values())
    assert above[town.id].walked == 1
    assert not any(row.walked for row in patrols.coverage(county, by=city, week=week - patrols.WEEK, at=AT))
    for who, place in ((room, village), (room, county), (by, town), (actor(Role.HANDLER, HOUSING), county)):
        with pytest.raises(NotAllowed):
            patrols.coverage(place, by=who, week=week, at=AT)


def test_numbers_of_a_province_are_one_statement() -> None:
    province = find.place_of_code(pad("33"), at=AT)
    by, week = actor(Role.SUPERVISOR, PROVINCE), patrols.weeks(at=AT, zone=ZONE)[0]
    with statements() as sent:
        rows = patrols.coverage(province, by=by, week=week, at=AT)
    assert len(rows) > 1
    assert len(sent) == 1


@given(days=st.lists(st.integers(0, 60), max_size=20))
def test_what_is_older_than_its_time_is_gone_and_nothing_else(days: list[int]) -> None:
    Patrol.objects.all().delete()
    place, office = find.place_of_code(XIXI, at=AT).id, actor_office()
    for n in set(days):
        Patrol.objects.create(place_id=place, organisation_id=office, day=TODAY - timedelta(days=n))
    before = AT - patrols.KEPT
    lapsed = patrols.count_lapsed(before=before)
    assert patrols.forget_lapsed(before=before) == lapsed
    kept = set(Patrol.objects.values_list("day", flat=True))
    assert kept == {TODAY - timedelta(days=n) for n in days if n <= patrols.KEPT.days}


def actor_office() -> int:
    return Organisation.objects.get(key=VILLAGE).pk


def test_an_outline_is_given_of_what_was_surveyed_alone() -> None:
    by = worker()
    first, second, *_more = grids(by)
    assert patrols.outlines(by.scope) == [], "cells that were made up are no outlines"
    square = shapely.box(1_201_300_000, 302_800_000, 1_201_400_000, 302_900_000)
    Boundary.objects.update_or_create(
        place_id=first.id, defaults={"shape": square.wkb, "surveyed": True, "source": "test"}
    )
    Boundary.objects.update_or_create(
        place_id=second.id, defaults={"shape": square.wkb, "surveyed": False, "source": "test"}
    )
    ((code, rings),) = patrols.outlines(by.scope)
    assert code == first.code
    assert len(rings) == 1
    assert sorted(set(zip(rings[0][::2], rings[0][1::2], strict=True))) == [
        (12013000, 3028000),
        (12013000, 3029000),
        (12014000, 3028000),
        (12014000, 3029000),
    ]
    assert (
        patrols.outlines(
            actor(Role.GRID_WORKER, COUNTY, place_id=find.place_of_code(pad("330282"), at=AT).id).scope
        )
        == []
    )
