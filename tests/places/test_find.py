# SPDX-License-Identifier: Apache-2.0
"""Dated places: Hangzhou's reform of 2021 on real data, and one holder for every code on every day of any history."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import psycopg
import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql

from anlan.base.errors import NotFound
from anlan.places import find
from anlan.places.calendars import Limit, Unit
from anlan.places.codes import Level, ancestors, code_range, pad
from anlan.places.models import CalendarDay, CalendarVersion, Place, PlaceCode, Succession
from anlan.places.seed import ENDED, REFORM, load_places
from anlan.places.tree import Row, Step, Tree

BEFORE, AFTER = REFORM - timedelta(days=1), REFORM
TODAY = date(2026, 11, 24)


def one(code: str, at: date = TODAY) -> int:
    return find.place_of_code(pad(code), at=at).id


@pytest.mark.usefixtures("zhejiang")
class TestHangzhou:
    def test_before_and_after_the_reform_each_code_is_another_place(self) -> None:
        for code, name in ENDED.items():
            old = find.place_of_code(pad(code), at=BEFORE)
            assert (old.name, old.valid_to) == (name, REFORM)
            new = find.find_code(pad(code), at=AFTER)
            assert new is None or (new.id != old.id and new.valid_from == REFORM)
        assert find.find_code(pad("330104"), at=AFTER) is None
        assert find.find_code(pad("330113"), at=BEFORE) is None

    def test_the_new_districts_keep_the_cases_of_the_old(self) -> None:
        assert find.scope(one("330102"), at=TODAY) == (code_range(pad("330102")), code_range(pad("330104")))
        assert find.scope(one("330105"), at=TODAY) == (code_range(pad("330103")), code_range(pad("330105")))
        for code in ("330110", "330113", "330114", "330109"):
            assert find.scope(one(code), at=TODAY) == (code_range(pad(code)),)
        assert find.scope(one("330104", BEFORE), at=BEFORE) == (code_range(pad("330104")),)
        assert find.scope(one("330104", BEFORE), at=AFTER) == ()

    def test_every_code_has_one_holding_county_before_and_after(self) -> None:
        counties = list(find.children(one("3301"), at=BEFORE)) + list(find.children(one("3301"), at=TODAY))
        for day in (BEFORE, AFTER, TODAY):
            known = {c.code for c in counties if c.valid_from <= day}
            for code in known:
                holders = {
                    c.id
                    for c in counties
                    if any(low <= code + 1_001_001 < high for low, high in find.scope(c.id, at=day))
                }
                held = find.holder(code, at=day)
                assert held is not None
                assert holders == {held.id}, (code, day)

    def test_a_closed_case_shows_its_place_as_it_was(self) -> None:
        old = one("330104", BEFORE)
        assert find.full_path(old) == "浙江省杭州市江干区"
        assert (
            find.full_path(old, at=TODAY, language="en") == "Jianggan District, Hangzhou, Zhejiang Province"
        )
        assert find.area_of(old, at=BEFORE) == pad("330104")
        assert find.area_of(old, at=TODAY) is None

    def test_the_old_codes_of_a_part_go_where_the_part_went(self) -> None:
        # 九堡 was in 江干 (330104) and is in 上城; 下沙 was in 江干 too and went to 钱塘.
        for new, old in (("330102012", "330104901"), ("330114001", "330104902")):
            place = one(new)
            PlaceCode.objects.create(
                place_id=place, code=pad(old), valid_from=date(2000, 1, 1), valid_to=REFORM
            )
        find.forget()
        jiubao, xiasha = code_range(pad("330104901")), code_range(pad("330104902"))
        assert xiasha in find.scope(one("330114"), at=TODAY)
        upper = find.scope(one("330102"), at=TODAY)
        assert any(low <= jiubao[0] < high for low, high in upper)
        assert not any(low <= xiasha[0] < high for low, high in upper)
        held = find.holder(pad("330104902"), at=TODAY)
        assert held is not None
        assert held.id == one("330114001")

    def test_the_tree_below(self) -> None:
        assert [c.name for c in find.children(None, at=TODAY)] == ["浙江省"]
        assert len(find.children(one("33"), at=TODAY)) == 11
        counties = find.children(one("3301"), at=TODAY)
        assert len(counties) == 13
        assert [c.code for c in counties] == sorted(c.code for c in counties)
        grids = find.children(one("330106004066"), at=TODAY)
        assert (grids[0].name, grids[0].name_en, grids[0].made_up, grids[0].level) == (
            "第一网格",
            "Grid 1",
            True,
            Level.GRID,
        )
        assert not any(c.made_up for c in counties)
        assert find.children(one("330104", BEFORE), at=TODAY) == ()

    def test_paths_and_unknown_places(self) -> None:
        village = one("330106004066")
        assert find.full_path(village).startswith("浙江省杭州市西湖区")
        assert find.full_path(village, skip=2).startswith("西湖区")
        assert find.as_dict(find.get_place(village))["path"][:3] == ["浙江省", "杭州市", "西湖区"]
        assert [s.level for s in find.above(village)] == [1, 2, 3, 4]
        assert find.area_of(0, at=TODAY) is None
        assert find.scope(0, at=TODAY) == ()
        assert find.holder(pad("44"), at=TODAY) is None
        with pytest.raises(NotFound):
            find.get_place(0)
        with pytest.raises(NotFound):
            find.place_of_code(pad("44"), at=TODAY)

    def test_a_moment_falls_on_the_day_of_hangzhou(self) -> None:
        midnight = datetime(2021, 4, 8, 16, tzinfo=UTC)
        assert find.find_code(pad("330113"), at=midnight) is not None
        assert find.find_code(pad("330113"), at=midnight - timedelta(microseconds=1)) is None
        with pytest.raises(ValueError, match="zone"):
            find.find_code(pad("330113"), at=midnight.replace(tzinfo=None))

    def test_loading_again_changes_nothing(self) -> None:
        before = Place.objects.count()
        assert load_places(using="default") == 0
        assert Place.objects.count() == before > 112_000

    def test_any_change_of_places_changes_the_revision(self) -> None:
        first = find.revision()
        Place.objects.filter(pk=one("330106")).update(name="西子湖区")
        find.forget()
        assert find.revision() != first
        assert find.get_place(one("330106")).name == "西子湖区"

    @pytest.mark.parametrize("row", [{"code": pad("330106")}, {"code": 33}, {"code": 10**15}])
    def test_the_database_refuses_a_second_holder_and_what_is_no_code(self, row: dict[str, int]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            PlaceCode.objects.create(place_id=one("330108"), valid_from=TODAY, **row)

    def test_one_main_successor_only(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Succession.objects.create(
                place_id=one("330104", BEFORE), successor_id=one("330105"), at=REFORM, main=True, source="x"
            )


@pytest.mark.usefixtures("zhejiang")
class TestCalendar:
    def test_the_seeded_calendar_knows_the_make_up_days(self) -> None:
        calendar = find.load_calendar()
        assert (calendar.key, calendar.version) == ("zhejiang", 1)
        assert calendar.works(date(2026, 2, 14))
        assert not calendar.works(date(2026, 2, 16))

    def test_a_new_version_adds_days_and_takes_others_back_and_the_old_one_stays(self) -> None:
        row = CalendarVersion.objects.get(calendar="zhejiang", version=1)
        row.pk, row.version, row.horizon = None, 2, date(2027, 12, 31)
        row.save()
        for day, kind in (
            (date(2027, 1, 1), "holiday"),
            (date(2026, 2, 14), "weekend"),
            (date(2027, 1, 2), "make_up"),
        ):
            CalendarDay.objects.create(calendar_id="zhejiang", version=2, date=day, kind=kind)
        old, new = find.load_calendar(version=1), find.load_calendar()
        assert (old.version, new.version) == (1, 2)
        assert (old.works(date(2027, 1, 1)), new.works(date(2027, 1, 1))) == (True, False)
        assert (old.works(date(2026, 2, 14)), new.works(date(2026, 2, 14))) == (True, False)
        assert new.works(date(2027, 1, 2))
        at = datetime(2026, 12, 31, 0, tzinfo=UTC)
        limit = Limit(n=3, unit=Unit.WORKING_DAY)
        assert old.add(at, limit).provisional
        assert not new.add(at, limit).provisional

    def test_versions_are_written_once(self, owner: psycopg.Connection[tuple[object, ...]]) -> None:
        for table in ("places_calendarversion", "places_calendarday"):
            with pytest.raises(psycopg.IntegrityError, match="written once"), owner.transaction():
                owner.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))

    def test_an_unknown_calendar(self) -> None:
        with pytest.raises(NotFound):
            find.load_calendar("mars")
        with pytest.raises(NotFound):
            find.load_calendar("zhejiang", version=99)

    @pytest.mark.parametrize("bad", ["", "08:00", "08:00-", "8-12", "08:00-12:00-13:00"])
    def test_office_hours_that_do_not_read(self, bad: str) -> None:
        with pytest.raises(ValueError):
            find.read_hours(bad)


@st.composite
def histories(draw: st.DrawFn) -> Tree:
    """A city of six counties whose districts end, change their code and hand over, on random days."""
    rows: list[Row] = [
        (1, 1, None, pad("33"), 1, None, "省", "", False),
        (2, 2, 1, pad("3301"), 1, None, "市", "", False),
    ]
    steps: list[Step] = []
    held = {n: n + 10 for n in range(1, 7)}
    since = dict.fromkeys(held, 1)
    place, days = 100, sorted(draw(st.sets(st.integers(2, 60), max_size=5)))
    for day in days:
        ending = draw(st.sampled_from(sorted(held)))
        old = held.pop(ending)
        rows.append((old, 3, 2, pad(f"3301{ending:02}"), since[ending], day, "旧", "", False))
        merges: bool = draw(st.booleans())
        if held and merges:
            steps.append(
                Step(place=old, successor=held[draw(st.sampled_from(sorted(held)))], day=day, main=True)
            )
        else:
            number = draw(st.sampled_from([n for n in range(1, 20) if n not in held]))
            moved: bool = draw(st.booleans())
            place += 1
            held[number], since[number] = (old if moved else place), day
            if not moved:
                steps.append(Step(place=old, successor=place, day=day, main=True))
    rows += [(held[n], 3, 2, pad(f"3301{n:02}"), since[n], None, "今", "", False) for n in held]
    return Tree.grow(sorted(rows, key=lambda row: (row[3], row[4])), steps)


@settings(deadline=None)
@given(histories())
def test_rows_of_a_place_come_with_what_is_above_it(tree: Tree) -> None:
    rows = list(tree.each())
    for code in {row.code for row in rows}:
        low, high = code_range(code)
        wanted = [row for row in rows if low <= row.code < high or row.code in ancestors(code)]
        assert list(tree.each(within=code)) == wanted


@settings(deadline=None)
@given(histories(), st.integers(1, 70))
def test_on_any_day_each_code_ever_given_has_exactly_one_holder(tree: Tree, day: int) -> None:
    counties = {spot.id for spot in tree.each() if spot.level is Level.COUNTY}
    for spot in tree.each():
        if spot.level is Level.COUNTY and spot.valid_from.toordinal() <= day:
            inside = spot.code + 1_001_001
            holders = [p for p in counties if any(low <= inside < high for low, high in tree.scope(p, day))]
            held = tree.holder(spot.code, day)
            assert held is not None
            assert holders == [held.id]
            assert any(low <= inside < high for low, high in tree.scope(2, day))


@settings(deadline=None)
@given(histories(), st.integers(1, 70))
def test_a_scope_is_in_order_and_does_not_overlap_itself(tree: Tree, day: int) -> None:
    for place in {spot.id for spot in tree.each()}:
        ranges = tree.scope(place, day)
        assert all(a[1] < b[0] for a, b in pairwise(ranges))
        assert all(low < high for low, high in ranges)
