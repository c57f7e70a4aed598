# SPDX-License-Identifier: Apache-2.0
"""The formulas, against figures that a city has published, and what never happens to one."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from anlan.cases.registry import newest
from anlan.indicators.values import Period, Ratio, figures_from, pieces, without
from anlan.places.codes import code_range, pad
from anlan.procedures.report.procedure import REPORT

TIANMEN = {"due_to_close": 972, "closed_of_due": 911, "closed_on_time": 737}
"""Tianmen, December 2016: 1,054 accepted, 996 registered, 972 due, 911 closed, 737 of them on time (domain facts 2.7)."""


def test_the_figures_of_a_city_are_recomputed_to_the_hundredth() -> None:
    found = figures_from(TIANMEN, REPORT.measures)
    assert found["closed_of_due"].percent == Decimal("93.72")
    assert found["closed_on_time"].percent == Decimal("75.82")


@pytest.mark.parametrize(
    ("count", "of", "percent"),
    [
        (902, 956, "94.35"),
        (9, 16, "56.25"),
        (953, 996, "95.68"),
        (43, 996, "4.32"),
        (1, 8, "12.50"),
        (1, 800, "0.13"),
    ],
)
def test_percentages_are_rounded_as_published_ones_are(count: int, of: int, percent: str) -> None:
    assert Ratio(count=count, of=of).percent == Decimal(percent)


def test_a_share_of_nothing_is_no_figure() -> None:
    assert Ratio(count=0, of=0).percent is None
    assert Ratio(count=5).percent is None


def test_every_fact_is_counted_by_a_measure_and_every_measure_counts_facts() -> None:
    for procedure in newest().values():
        named = {key for one in procedure.measures for key in (one.counts, one.of) if key is not None}
        assert named == {fact.key for fact in procedure.facts}


def test_a_period_holds_both_its_ends() -> None:
    week = Period.of_days(7, last=date(2026, 3, 8))
    assert (week.first, len(week.days), week.days[-1]) == (date(2026, 3, 2), 7, date(2026, 3, 8))


def test_a_range_with_a_hole_is_the_places_around_it() -> None:
    low, high = code_range(pad("330106"))
    hole = code_range(pad("330106001"))
    codes, left = pieces(without(((low, high),), (hole,)))
    assert pad("330106002") in codes
    assert pad("330106001") not in codes
    assert left == [(low, low + 10**6)]
    assert pieces((code_range(pad("3301")),)) == ([pad("3301")], [])


def test_no_fines_and_no_persons_are_counted() -> None:
    assert isinstance(REPORT.facts, tuple)
    banned = ("fine", "penalt", "罚", "worker", "网格员", "post", "account")
    for procedure in newest().values():
        names = [(one.key, one.words) for one in procedure.facts]
        names += [(one.key, one.words) for one in procedure.measures]
        for key, words in names:
            told = f"{key} {words.zh} {words.en}".lower()
            assert not [word for word in banned if word in told]


def test_an_unknown_case_counts_for_nothing() -> None:
    """A fact speaks only of what happened: on a case that was just opened it is a report, open, and nothing else."""
    case = SimpleNamespace(
        opened_at=1,
        closed_at=None,
        open=True,
        state="reported",
        clocks={},
        last_run=lambda _key: None,
        record={
            "returns": 0,
            "reopened": 0,
            "delays": 0,
            "rework": 0,
            "closing": "",
            "outcome": "",
            "rating": None,
        },
    )
    assert {fact.key for fact in REPORT.facts if fact.at(case) is not None} == {
        "reported",
        "not_closed",
        "open",
    }
