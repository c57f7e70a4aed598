# SPDX-License-Identifier: Apache-2.0
"""What the API tells everybody of how much was reported and settled: what the pages tell, and no more."""

import pytest
from django.core.cache import cache

from anlan.base.clock import now
from anlan.cases import registry
from anlan.indicators.models import Tally
from anlan.indicators.public import month_before, public_measures
from anlan.places.codes import ancestors, pad
from anlan.places.find import ZONE
from tests.web.api.conftest import COUNTY, TOWN, VILLAGE, Api
from tests.web.api.test_cases import fields, problem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


def tell_reports(code: str, n: int) -> None:
    """As many reports in a place, on the last day of last month."""
    day = month_before(now().astimezone(ZONE).date()).last
    number = [fact.key for fact in registry.newest()["report"].facts].index("reported")
    for each in (*ancestors(pad(code)), pad(code)):
        found, _new = Tally.objects.get_or_create(
            code=each, procedure="report", about_office=False, day=day, defaults={"n": [0] * (number + 1)}
        )
        found.n[number] += n
        found.save(force_update=True)


def test_everybody_reads_last_months_figures_without_what_is_under_ten(anyone: Api) -> None:
    tell_reports(VILLAGE, 15)
    answer = anyone.get("figures")
    told = answer.json()
    assert told["place"]["code"] == "33"
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert not answer.cookies
    figures = {one["key"]: one for one in told["figures"]}
    assert list(figures) == [one.key for one in public_measures("report")]
    assert figures["reported"]["count"] == 15
    assert {one["count"] for key, one in figures.items() if key != "reported"} == {None}
    assert {one["percent"] for one in figures.values()} == {None}
    # With one place alone in all others, what is left of the place above would be the other places' nothing.
    assert {one["count"] for one in anyone.get("figures", {"within": COUNTY}).json()["figures"]} == {None}
    assert {one["count"] for one in anyone.get("figures", {"within": TOWN}).json()["figures"]} == {None}


def test_figures_are_kept_for_an_hour_and_the_same_for_all(anyone: Api) -> None:
    tell_reports(VILLAGE, 15)
    before = anyone.get("figures").json()
    tell_reports(VILLAGE, 1)
    assert anyone.get("figures", {"within": "33", "procedure": "report"}).json() == before


def test_what_is_not_there_is_refused(anyone: Api) -> None:
    assert fields(problem(anyone.get("figures", {"procedure": "none"}), 422, "invalid")) == {"procedure"}
    assert fields(problem(anyone.get("figures", {"within": "330199"}), 422, "invalid")) == {"place"}
    assert fields(problem(anyone.get("figures", {"period": "today"}), 422, "invalid")) == {"period"}
