# SPDX-License-Identifier: Apache-2.0
"""The categories, limits and routes that reports start from."""

from collections.abc import Iterator

import pytest

from anlan.base.boundary import check_words
from anlan.base.errors import BoundaryRefused
from anlan.cases.catalogue import current, forget, raise_version
from anlan.cases.models import Category, Condition, LimitRow, RouteRow
from anlan.places.codes import pad
from anlan.procedures.report import catalogue
from anlan.procedures.report.kinds import KINDS
from tests.cases.world import MONDAY, organisation
from tests.procedures.report.cast import TOWN_ROOM, category, condition, dept

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Configuration changed here is rolled back, so the copy that the process holds must go."""
    yield
    forget()


SUB_CLASSES = {
    "E01": "01 02 03 04 05 07 08 10 11 12 13 14 17 18 19 20 21 22 25 26 28 29 30 31 32 33 35 36 37 38",
    "E02": "01 02 03 04 05 06 07",
    "E03": "01 02 03 04 05 06 07 08 09 10 11 12",
    "E04": "01 02 04 05 06 10 93 96",
    "E05": "01 02 03 04 05 06 07 08 96",
    "E06": "02 04 98 99",
    "P01": "01 02 03 04 06 10 11 14 18 23 26 31 37 49",
    "P02": "04 07 11 17 19",
    "P03": "01 04 05 06",
    "P04": "01 02 09",
    "P05": "04 07",
}
LIMITS = {
    "E01-01": ["2 day", "15 working_day"],
    "E01-04": ["3 working_day", "1 working_day", "3 working_day"],
    "E01-07": ["2 hour"],
    "E01-08": ["5 working_day", "4 working_hour"],
    "E01-22": ["1 hour", "3 working_day"],
    "E03-07": ["3 working_day", "2 working_day", "1 working_day"],
    "E05-01": ["1 hour", "5 working_day"],
    "E05-03": ["4 working_hour", "1 hour"],
    "P01-01": ["2 hour", "4 working_hour", "1 working_day", "2 working_day", "5 working_day"],
    "P01-26": ["4 hour", "1 working_day"],
    "P04-02": ["1 working_day", "15 working_day"],
    "P03-04": [],
}


def test_all_classes_of_the_city_table_are_there() -> None:
    expected = {f"{top}-{sub}" for top, subs in SUB_CLASSES.items() for sub in subs.split()}
    assert set(Category.objects.filter(scheme="city").values_list("code", flat=True)) == expected


@pytest.mark.parametrize("code", sorted(LIMITS))
def test_each_condition_has_the_tables_limit(code: str) -> None:
    rows = LimitRow.objects.filter(category__scheme="city", category__code=code).order_by("condition__code")
    assert [f"{row.n} {row.unit}" for row in rows] == LIMITS[code]


def test_every_category_has_a_condition_a_kind_and_words_in_both_languages() -> None:
    for one in Category.objects.all():
        assert one.conditions.exists(), one.code
        assert one.group in dict(KINDS), one.code
        assert one.name
        assert one.name_en
    for condition_row in Condition.objects.all():
        assert condition_row.closing
        assert condition_row.closing_en
    for limit in LimitRow.objects.exclude(condition=None):
        assert limit.condition is not None
        assert limit.condition.category_id == limit.category_id


def test_every_category_finds_a_unit_in_a_real_place() -> None:
    known = current()
    targets = set()
    for one in known.categories.values():
        found = known.route("report", category=one.id, area=pad("330106004066"), on=MONDAY.date())
        assert found is not None, one.code
        org = known.organisations[found.organisation]
        assert org.key == TOWN_ROOM or org.key.startswith("dept:330106:")
        targets.add(org.key)
    assert len(targets) == 13


def test_a_categorys_own_route_beats_its_kind_and_a_places_own_row_beats_both() -> None:
    known = current()
    on, here, there = MONDAY.date(), pad("330106004066"), pad("330102001051")
    noise = category("E01-28")
    before = known.route("report", category=noise, area=here, on=on)
    assert before is not None
    assert before.organisation == organisation(dept("enforcement"))
    RouteRow.objects.create(
        procedure="report",
        group="noise",
        area=pad("330106004"),
        target="kind:town_room",
        why="x",
        why_en="x",
        valid_from="2025-01-01",
    )
    raise_version()
    after = current().route("report", category=noise, area=here, on=on)
    assert after is not None
    assert after.organisation == organisation(TOWN_ROOM)
    elsewhere = current().route("report", category=noise, area=there, on=on)
    assert elsewhere is not None
    assert elsewhere.organisation == organisation("dept:330102:enforcement")


def test_a_citys_own_limit_wins_there_only_from_its_first_day() -> None:
    given = {"category": category("P01-01"), "condition": condition("P01-01", 1)}
    LimitRow.objects.create(
        procedure="report",
        stage="handle",
        category_id=given["category"],
        area=pad("3301"),
        n=9,
        unit="hour",
        valid_from="2026-01-01",
    )
    raise_version()
    known = current()
    day = MONDAY.date()

    def hours(code: str, on: object = day) -> int:
        row = known.limit("report", "handle", **given, area=pad(code), on=on)  # type: ignore[arg-type]
        assert row is not None
        return row.limit.n

    assert hours("330106004") == 9
    assert hours("330106004", on=day.replace(year=2025)) == 2
    assert hours("330402") == 2


def test_loading_again_does_nothing() -> None:
    before = current().version
    assert catalogue.load_catalogue() == 0
    assert current().version == before


def test_every_name_passes_the_boundary_and_a_wrong_one_would_not() -> None:
    for one in Category.objects.all():
        check_words(one.name, where="test")
        check_words(one.name_en, where="test")
    with pytest.raises(BoundaryRefused):
        catalogue._passed("重点人员走访", {"scheme": "city", "code": "E99-01"})


def test_the_kinds_of_the_file_are_those_declared() -> None:
    assert [(kind.key, kind.words) for kind in catalogue.plain_kinds()] == list(KINDS)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("文三路路面有个坑", "road"),
        ("楼下烧烤油烟太大还很吵", "noise"),
        ("the street lamp is dark", "facility"),
        ("下水道堵了，路上积水", "water"),
    ],
)
def test_everyday_words_lead_to_a_kind(typed: str, kind: str) -> None:
    assert kind in catalogue.kinds_in(typed)[:2]


def test_words_that_lead_nowhere_are_no_error() -> None:
    assert catalogue.kinds_in("zzz") == ()
