# SPDX-License-Identifier: Apache-2.0
"""After any history the tallies are what counting every case gives, and each number opens exactly its cases."""

from datetime import datetime
from random import Random

import pytest

from anlan.cases import follow
from anlan.cases.catalogue import current
from anlan.cases.projection import Projection
from anlan.indicators.cases import OVERDUE, Asked, cases_behind
from anlan.indicators.keep import NAME
from anlan.indicators.reads import below, counts, daily
from anlan.indicators.values import PUBLIC, Eyes, eyes_of
from anlan.people.may import Actor, Role
from anlan.places import find
from anlan.procedures.report.procedure import REPORT
from tests.cases.world import place, post
from tests.indicators.region import PERIOD, by_hand, catch_up, everything, kept, live, rebuilt

pytestmark = pytest.mark.django_db
SEEDS = [7, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(40))]
ALL = Eyes(offices=True)
PLACES = ("33", "3301", "330106", "330106004", "330106004066")


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_are_what_counting_gives_and_open_their_cases(seed: int) -> None:
    walker = live(seed)
    assert kept() == rebuilt()
    cases = everything()
    assert {"closed", "rated_4_or_5", "handled_on_time", "open"} <= set(by_hand(cases, "33", PERIOD))
    at = walker.at
    for code in PLACES:
        spot = find.get_place(place(code), at=walker.at)
        for eyes, but in ((ALL, ()), (PUBLIC, None)):
            found = counts([spot], PERIOD, eyes=eyes, procedure="report", at=at)[spot.id]
            assert {key: n for key, n in found.items() if n} == dict(by_hand(cases, code, PERIOD, but=but))
            days = daily(spot, PERIOD, facts=["reported", "closed"], eyes=eyes, procedure="report", at=at)
            assert sum(day.counts["reported"] for day in days) == found["reported"]
            assert sum(day.counts["closed"] for day in days) == found["closed"]
            table = below(spot, PERIOD, eyes=eyes, procedure="report", at=at)
            for fact, n in table.whole.counts.items():
                assert n == found[fact]
                assert not table.rows or n == sum(row.counts[fact] for row in table.rows)
            assert not table.rows or table.whole.overdue == sum(row.overdue for row in table.rows)
    for reader in readers():
        opens(reader, cases, Random(seed), walker.at)


def readers() -> list[Actor]:
    return [
        post(Role.COUNTY_DISPATCHER, "county:330106", "330106"),
        post(Role.DISPATCHER, "town:330106004", "330106004"),
    ]


def opens(by: Actor, cases: list[Projection], pick: Random, at: datetime) -> None:
    """Every number of the reader's table is the length of the list that it opens."""
    known = current()
    eyes = eyes_of(by, known=known)
    spot = find.place_of_code(by.scope[0][0], at=at)
    table = below(spot, PERIOD, procedure="report", eyes=eyes, at=at)
    late = sum(1 for case in cases if seen(by, case) and case.due_at is not None and case.due_at < at)
    assert table.whole.overdue == late
    for row in (table.whole, *table.rows):
        where = row.place or spot
        for fact, n in (*row.counts.items(), (OVERDUE, row.overdue)):
            asked = Asked(
                place=where, fact=fact, period=PERIOD, procedure="report", only_here=row.place is None
            )
            if pick.random() < (0.5 if n else 0.97):
                continue
            size, found, after = pick.choice((2, 5, 25)), [], None
            while True:
                page = cases_behind(by, asked, known=known, at=at, after=after, size=size)
                assert page.hidden == 0
                found += [one.id for one in page.rows]
                after = page.next_cursor
                if after is None:
                    break
            assert len(found) == len(set(found)) == n, (where.name, fact)


def seen(by: Actor, case: Projection) -> bool:
    low, high = by.scope[0]
    barred = case.barred is not None and case.barred in current().concerned(by.organisation_id or 0)
    return low <= case.area < high and case.open and not barred


def test_a_rebuild_gives_the_same_and_reading_again_changes_nothing() -> None:
    live(7, steps=20)
    before = kept()
    follow.rebuild(NAME)
    assert kept() == (set(), {})
    catch_up(batch=3)
    assert kept() == before


def test_a_part_is_never_more_than_its_whole_and_falls_on_the_same_day() -> None:
    live(11, steps=40)
    facts = {fact.key: fact for fact in REPORT.facts}
    for case in everything():
        for measure in REPORT.measures:
            counted = facts[measure.counts].at(case)
            if measure.of is not None and counted is not None:
                assert facts[measure.of].at(case) == counted, measure.key
