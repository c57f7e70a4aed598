# SPDX-License-Identifier: Apache-2.0
"""The report's rules by themselves: built moments, no database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.cases.define import Refusal
from anlan.cases.effects import Effect
from anlan.cases.known import Category, Condition, Known, LimitRow, Org, RouteRow
from anlan.cases.moment import Moment
from anlan.cases.projection import Assigned, Projection, Running
from anlan.cases.standard import words
from anlan.people.may import Actor, anonymous
from anlan.places.calendars import Limit, Unit, WorkCalendar
from anlan.places.codes import pad
from anlan.procedures.report import rules_finish, rules_open, rules_route, rules_work
from anlan.procedures.report.procedure import REPORT
from anlan.procedures.report.record import BLANK
from anlan.procedures.report.states import URGENT

ALWAYS = (date(2020, 1, 1), None)
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PROVINCE, CITY, COUNTY, HOUSING, WATER, TOWN, OTHER, VILLAGE = range(1, 9)
NAME = words("某单位", "some unit")


def org(pk: int, kind: str, code: str, upper: int | None, department: str = "") -> Org:
    return Org(
        id=pk,
        key=str(pk),
        kind=kind,
        department=department,
        words=NAME,
        area=pad(code),
        upper=upper,
        phone="",
        span=ALWAYS,
    )


ORGS = {
    one.id: one
    for one in (
        org(PROVINCE, "province_supervision", "33", None),
        org(CITY, "city_supervision", "3301", PROVINCE),
        org(COUNTY, "county_centre", "330106", CITY),
        org(HOUSING, "county_department", "330106", COUNTY, "housing"),
        org(WATER, "county_department", "330106", COUNTY, "water"),
        org(TOWN, "town_room", "330106004", COUNTY),
        org(OTHER, "town_room", "330106002", COUNTY),
        org(VILLAGE, "village_committee", "330106004066", TOWN),
    )
}
BROKEN, RIVER = 1, 2


def category(pk: int, group: str, *, urgent: bool = False) -> Category:
    return Category(
        id=pk,
        scheme="city",
        version="current",
        code=str(pk),
        words=NAME,
        group=group,
        urgent=urgent,
        span=ALWAYS,
    )


def route(pk: int, group: str, target: str, area: int = 0) -> RouteRow:
    return RouteRow(
        id=pk, procedure="report", group=group, category=None, area=area, target=target, why=NAME, span=ALWAYS
    )


KNOWN = Known(
    version=1,
    organisations=ORGS,
    categories={BROKEN: category(BROKEN, "road"), RIVER: category(RIVER, "water", urgent=True)},
    conditions={
        1: Condition(id=1, category=BROKEN, words=NAME, closing=NAME),
        2: Condition(id=2, category=RIVER, words=NAME, closing=NAME),
        3: Condition(id=3, category=RIVER, words=NAME, closing=NAME),
    },
    limits=(
        LimitRow(
            id=1,
            procedure="report",
            stage="handle",
            category=RIVER,
            condition=3,
            area=0,
            limit=Limit(n=2, unit=Unit.HOUR),
            span=ALWAYS,
        ),
    ),
    routes=(
        route(1, "road", "department:housing"),
        route(2, "water", "department:water"),
        route(3, "water", "kind:town_room", pad("330106004")),
    ),
    calendar=WorkCalendar(key="zhejiang", version=1, horizon=date(2026, 12, 31), days={}),
)


def case(**given: Any) -> Projection:
    record = {**BLANK, **given.pop("record", {})}
    room, holder = given.pop("room", TOWN), given.pop("holder", TOWN)
    base = Projection(
        id=UUID(int=1),
        procedure="report",
        version=1,
        number=1,
        state="reported",
        open=True,
        seq=3,
        digest=b"",
        material_seq=3,
        opened_at=AT,
        closed_at=None,
        place=1,
        area=pad("330106004066"),
        category=BROKEN,
        condition=None,
        urgent=False,
        barred=None,
        source="resident",
        holder=holder,
        due_at=None,
        assigned={
            1: Assigned(organisation=room, role="room", since_seq=1),
            2: Assigned(organisation=holder, role="lead", since_seq=1),
        },
        parties={1: "reporter"},
        record=record,
    )
    return replace(base, **given)


def running(key: str, due: datetime) -> dict[int, Running]:
    run = Running(
        key=key,
        started_at=AT,
        due_at=due,
        n=5,
        unit="working_day",
        calendar="zhejiang",
        calendar_version=1,
        provisional=False,
        owner=HOUSING,
    )
    return {1: run}


def staff(organisation: int, role: str = "dispatcher") -> Actor:
    return Actor(kind="post", post_id=1, role=role, organisation_id=organisation)  # type: ignore[arg-type]


def moment(
    action: str, now: Projection | None, by: Actor | None = None, *, pictures: int = 0, **data: Any
) -> Moment:
    return Moment(
        procedure=REPORT,
        action=REPORT.action(action),
        case=now,
        by=by or staff(TOWN),
        parties=(),
        at=AT,
        data=data,
        known=KNOWN,
        place=1,
        area=now.area if now else pad("330106004066"),
        pictures=pictures,
    )


def opened(**data: Any) -> Effect:
    return rules_open.open_report(moment("open", None, anonymous(), words="坏了", **data))


@given(about=st.sampled_from([pk for pk in ORGS if pk != PROVINCE]))
def test_the_room_is_always_above_and_outside_whom_it_is_about(about: int) -> None:
    effect = opened(about_organisation=about)
    assert effect.room is not None
    assert effect.room in KNOWN.lineage(about)[1:]
    assert about not in KNOWN.lineage(effect.room)
    assert effect.barred == about


@given(about=st.sampled_from(list(ORGS)), active=st.sets(st.sampled_from(list(ORGS))))
def test_absence_sends_work_up_and_never_to_whom_it_is_about(about: int, active: set[int]) -> None:
    now = replace(
        moment("open", None, anonymous(), words="坏了", about_organisation=about), active=frozenset(active)
    )
    if about == PROVINCE:
        with pytest.raises(Refusal):
            rules_open.open_report(now)
        return
    room = rules_open.open_report(now).room
    assert room is not None
    assert about not in KNOWN.lineage(room)
    assert room in active or not active & set(KNOWN.lineage(room))


@given(
    unit=st.sampled_from(list(ORGS)),
    barred=st.sampled_from([None, *ORGS]),
    room=st.sampled_from([TOWN, COUNTY, CITY]),
    category=st.sampled_from([BROKEN, RIVER]),
)
def test_no_unit_that_is_concerned_or_elsewhere_is_ever_given_a_case(
    unit: int, barred: int | None, room: int, category: int
) -> None:
    now = moment("dispatch", case(room=room, holder=room, barred=barred, category=category))
    try:
        rules_route.check_unit(now, unit, category=category)
    except Refusal:
        return
    assert barred is None or barred not in KNOWN.lineage(unit)
    assert unit != OTHER
    departments_duty = category == BROKEN
    if room != TOWN and unit in (TOWN, VILLAGE) and departments_duty:
        assert barred in KNOWN.lineage(HOUSING)


@given(returns=st.integers(0, 6))
def test_returns_lead_to_a_ruling_from_the_second(returns: int) -> None:
    now = moment(
        "return", case(state="dispatched", holder=HOUSING, record={"returns": returns}), staff(HOUSING)
    )
    effect = rules_route.give_back(now)
    assert effect.record["returns"] == returns + 1
    assert (effect.to, effect.holder) == (("competence", COUNTY) if returns >= 1 else ("returned", TOWN))


def test_a_places_own_route_wins_and_the_reason_is_written() -> None:
    here = rules_route.dispatch(moment("dispatch", case(category=RIVER, condition=3)))
    assert here.holder == TOWN
    assert here.why["route"] == 3
    there = case(category=RIVER, condition=3, area=pad("330106"), room=COUNTY, holder=COUNTY)
    assert rules_route.dispatch(moment("dispatch", there, staff(COUNTY))).holder == WATER


def test_dispatch_asks_for_what_it_needs() -> None:
    for now, field in (
        (case(category=None), "category"),
        (case(category=RIVER), "condition"),
    ):
        with pytest.raises(Refusal) as refused:
            rules_route.dispatch(moment("dispatch", now))
        assert refused.value.field == field
    assert rules_route.dispatch(moment("dispatch", case())).condition == 1


def test_a_new_condition_moves_the_limit_of_a_case_that_had_one() -> None:
    now = case(
        category=RIVER, condition=2, clocks=running("handle", AT + timedelta(days=7)), state="returned"
    )
    effect = rules_route.dispatch(moment("dispatch", now, unit=WATER, condition=3))
    assert effect.limits["handle"] == Limit(n=2, unit=Unit.HOUR)
    same = rules_route.dispatch(moment("dispatch", now, unit=WATER))
    assert "handle" not in same.limits


def test_an_emergency_hour_limit_makes_it_urgent_whatever_its_category_says() -> None:
    known = replace(KNOWN, categories={**KNOWN.categories, RIVER: category(RIVER, "water")})

    def urgent(condition: int | None) -> bool | None:
        now = replace(
            moment("open", None, anonymous(), words="坏了", category=RIVER, condition=condition), known=known
        )
        return rules_open.open_report(now).urgent

    assert [urgent(condition) for condition in (None, 2, 3)] == [False, False, True]
    there = replace(moment("accept", case(category=RIVER), condition=3), known=known)
    assert (rules_route.accept(there).urgent, "dispatch" in rules_route.accept(there).limits) == (True, True)
    there = replace(moment("dispatch", case(category=RIVER, condition=2), condition=3), known=known)
    assert rules_route.dispatch(there).urgent


def test_a_correction_brings_the_limit_of_what_it_really_is() -> None:
    def corrected(**data: Any) -> Effect:
        now = case(
            category=RIVER, condition=2, clocks=running("handle", AT + timedelta(days=7)), state="in_hand"
        )
        return rules_open.correct(moment("correct", now, entry=1, words="情形定错了", **data))

    assert corrected(condition=3).limits["handle"] == Limit(n=2, unit=Unit.HOUR)
    assert corrected(condition=3).limits["take"] == URGENT
    assert corrected(urgent=True).limits["dispatch"] == URGENT
    assert corrected(urgent=False).urgent is None
    assert corrected(condition=3).urgent
    other = corrected(category=BROKEN)
    assert (other.category, other.condition) == (BROKEN, 1)
    assert other.limits == {"handle": REPORT.clock("handle").limit}
    assert not corrected().limits
    assert not corrected(condition=2).limits
    late = case(
        category=RIVER, condition=3, clocks=running("handle", AT - timedelta(hours=1)), state="in_hand"
    )
    assert (
        "handle"
        not in rules_open.correct(moment("correct", late, entry=1, words="其实不急", condition=2)).limits
    )
    now = case(category=BROKEN, condition=1, state="in_hand")
    with pytest.raises(Refusal, match="condition"):
        rules_open.correct(moment("correct", now, entry=1, words="类别定错了", category=RIVER))


def test_a_reopened_case_gets_a_new_limit() -> None:
    now = case(record={"fresh": True}, clocks=running("handle", AT - timedelta(days=30)))
    effect = rules_route.dispatch(moment("dispatch", now, unit=HOUSING))
    assert effect.due["handle"] > AT
    assert effect.record["fresh"] is False


def test_the_objection_of_the_highest_room_has_nowhere_to_go() -> None:
    with pytest.raises(Refusal):
        rules_route.object_to(moment("object", case(room=PROVINCE, holder=PROVINCE)))


@given(n=st.integers(1, 30), delays=st.integers(0, 3))
def test_delays_only_move_the_date_later(n: int, delays: int) -> None:
    due = AT + timedelta(days=2)
    asked = case(
        state="in_hand",
        holder=HOUSING,
        clocks=running("handle", due),
        record={"delays": delays},
    )
    limit = Limit(n=n, unit=Unit.WORKING_DAY)
    if delays >= rules_work.MOST_DELAYS:
        with pytest.raises(Refusal):
            rules_work.ask_delay(moment("ask_delay", asked, staff(HOUSING), limit=limit))
        return
    effect = rules_work.ask_delay(moment("ask_delay", asked, staff(HOUSING), limit=limit))
    waiting = replace(asked, state="delay_asked", record={**asked.record, **effect.record})
    decided = rules_work.decide_delay(moment("decide_delay", waiting, decision="grant"))
    assert decided.due["handle"] > due
    assert decided.record["delays"] == delays + 1


@pytest.mark.parametrize("days", [0, -1, 181])
def test_a_pause_has_an_end_within_reason(days: int) -> None:
    now = moment("pause", case(state="in_hand"), basis="test", until=AT + timedelta(days=days))
    with pytest.raises(Refusal):
        rules_work.pause(now)


@given(late=st.integers(-600, 600))
def test_on_time_is_judged_against_the_due_date(late: int) -> None:
    now = case(
        state="in_hand", holder=HOUSING, clocks=running("handle", AT - timedelta(minutes=late)), parties={}
    )
    effect = rules_work.report_done(moment("done", now, staff(HOUSING), outcome="explained"))
    assert effect.record["on_time"] is (late <= 0)
    assert effect.to == "checking"


@given(days=st.integers(0, 40))
def test_the_reporter_reopens_within_the_allowed_days_only(days: int) -> None:
    ended = case(state="closed", open=False, closed_at=AT - timedelta(days=days))
    now = moment("reopen", ended, anonymous(), words="又坏了")
    if days > 15:
        with pytest.raises(Refusal):
            rules_finish.reopen(now)
    else:
        assert rules_finish.reopen(now).record["fresh"] is True
    assert rules_finish.reopen(moment("reopen", ended, staff(COUNTY), words="抽查")).holder == TOWN


def test_every_opening_sets_every_typed_column() -> None:
    assert set(opened().record) == set(BLANK)
    settled = rules_open.settle_on_the_spot(
        moment(
            "settle",
            None,
            staff(VILLAGE, "grid_worker"),
            category=BROKEN,
            outcome="fixed",
            answer="已处理",
        )
    )
    assert set(settled.record) == set(BLANK)
