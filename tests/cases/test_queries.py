# SPDX-License-Identifier: Apache-2.0
"""Lists, counts and single looks say the same as the rule of permission, for anybody and any filter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.base.errors import Invalid, NotFound
from anlan.cases import queries_lists, registry
from anlan.cases.may import may, sees
from anlan.cases.projection import Projection
from anlan.cases.queries import (
    MARKS,
    RETURNED_BY,
    Filters,
    Page,
    Row,
    Sort,
    counts,
    find_by_number,
    get_view,
    list_cases,
)
from anlan.people.may import Actor, Role, anonymous, resident
from anlan.places.codes import code_range, pad
from tests.cases.many import VILLAGES, World, make_world
from tests.cases.world import MONDAY, TOWN, VILLAGE, post

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(days=2)
FAR = datetime.max.replace(tzinfo=UTC)


@pytest.fixture
def world(db: None) -> World:
    return make_world(tuple(registry.newest().values()))


def actors(world: World) -> st.SearchStrategy[Actor]:
    known = world.known
    codes = [0, *(pad(code) for code in ("33", "3301", "330106", TOWN, *VILLAGES))]

    def build(role: Role, organisation: int, code: int, token: bool) -> Actor:  # noqa: FBT001
        area = code or known.organisations[organisation].area
        return Actor(
            kind="post",
            account_id=1,
            post_id=1,
            role=role,
            organisation_id=organisation,
            scope=(code_range(area),),
            procedures=frozenset({"report"}) if token else None,
            bounded=token,
        )

    staff = st.builds(
        build,
        st.sampled_from(Role),
        st.sampled_from(world.organisations),
        st.sampled_from(codes),
        st.booleans(),
    )
    return st.one_of(staff, st.just(anonymous()), st.just(resident(5)))


def filters(world: World) -> st.SearchStrategy[Filters]:
    known = world.known
    categories = sorted({case.category for case in world.cases.values() if case.category})
    states = sorted({case.state for case in world.cases.values()})
    maybe = st.none
    return st.builds(
        Filters,
        open=st.sampled_from((True, False, None)),
        states=st.one_of(st.just(()), st.lists(st.sampled_from(states), max_size=3, unique=True).map(tuple)),
        procedure=st.one_of(maybe(), st.sampled_from(("report", "toy"))),
        category=st.one_of(maybe(), st.sampled_from(categories)),
        group=st.one_of(maybe(), st.sampled_from(sorted({c.group for c in known.categories.values()}))),
        source=st.one_of(maybe(), st.sampled_from(("grid", "resident"))),
        urgent=st.sampled_from((False, False, True)),
        overdue=st.sampled_from((False, False, True)),
        within=st.one_of(
            maybe(), st.sampled_from([pad(c) for c in ("33", "330106", TOWN, VILLAGE, f"{VILLAGE}001")])
        ),
        mine=st.sampled_from((False, False, True)),
        marked=st.one_of(maybe(), maybe(), st.sampled_from(sorted(MARKS))),
        holder=st.one_of(maybe(), maybe(), st.sampled_from(world.organisations)),
        returned_by=st.one_of(maybe(), maybe(), maybe(), st.sampled_from(world.organisations)),
    )


def gave_back(case: Projection) -> set[int | None]:
    return {case.record.get(column) for column in RETURNED_BY}


def wanted(world: World, by: Actor, asked: Filters, at: datetime) -> list[Projection]:
    """The same list by the plain rule, case by case."""

    def fits(case: Projection) -> bool:
        assigned = {a.organisation for a in case.assigned.values() if a.until_seq is None}
        low, high = code_range(asked.within) if asked.within else (0, 10**15)
        category = world.known.categories.get(case.category or 0)
        return (
            sees(by, case, parties=(), known=world.known)
            and (asked.open is None or case.open is asked.open)
            and (not asked.states or case.state in asked.states)
            and asked.procedure in {None, case.procedure}
            and asked.category in {None, case.category}
            and asked.group in {None, category.group if category is not None else case.record.get("kind")}
            and asked.source in {None, case.source}
            and (not asked.urgent or case.urgent)
            and (not asked.overdue or (case.due_at is not None and case.due_at < at))
            and low <= case.area < high
            and (not asked.mine or by.organisation_id in assigned)
            and (asked.marked is None or bool(case.record.get(MARKS[asked.marked])))
            and asked.holder in {None, case.holder}
            and (asked.returned_by is None or asked.returned_by in gave_back(case))
        )

    return [case for case in world.cases.values() if fits(case)]


def through(by: Actor, world: World, **given: Any) -> list[Row]:
    rows: list[Row] = []
    after: str | None = None
    for _page in range(len(world.cases) + 1):
        page: Page = list_cases(by, known=world.known, after=after, **given)
        rows += page.rows
        after = page.next_cursor
        if after is None:
            return rows
    raise AssertionError("the pages never end")


@pytest.mark.parametrize("reach", [3, 20_000])
def test_lists_and_counts_are_what_the_rule_says(
    world: World, reach: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries_lists, "REACH", reach)
    monkeypatch.setattr(queries_lists, "JOINED_REACH", reach)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        by=actors(world), asked=filters(world), sort=st.sampled_from(Sort), size=st.sampled_from((1, 4, 100))
    )
    def agree(by: Actor, asked: Filters, sort: Sort, size: int) -> None:
        if sort is Sort.DUE:
            asked = replace(asked, open=True)
        rows = through(by, world, at=LATER, filters=asked, sort=sort, size=size)
        expected = wanted(world, by, asked, LATER)
        assert len(rows) == len({row.id for row in rows})
        assert {row.id for row in rows} == {case.id for case in expected}
        key = {
            Sort.DUE: lambda row: (not row.urgent, row.due_at or FAR, row.id),
            Sort.NEWEST: lambda row: (row.opened_at, row.id),
            Sort.OLDEST: lambda row: (row.opened_at, row.id),
        }[sort]
        assert rows == sorted(rows, key=key, reverse=sort is Sort.NEWEST)
        for row in rows[:3]:
            case = world.cases[row.id]
            assert (row.number, row.state, row.area, row.due_at, row.holder) == (
                case.number, case.state, case.area, case.due_at, case.holder,
            )  # fmt: skip
            assert row.returns == case.record.get("returns", 0)
            assert row.returned_by in ({None} if not row.returns else gave_back(case))
        if by.kind != "post":
            return
        narrow = Filters(within=asked.within, procedure=asked.procedure, mine=asked.mine)
        told = counts(by, known=world.known, at=LATER, filters=narrow)
        waiting = wanted(world, by, narrow, LATER)
        assert told.open.n == len(waiting)
        assert told.overdue.n == sum(c.due_at is not None and c.due_at < LATER for c in waiting)
        assert told.urgent.n == sum(c.urgent for c in waiting)
        assert {s: c.n for s, c in told.states.items() if c.n} == {
            s: sum(c.state == s for c in waiting) for s in {c.state for c in waiting}
        }

    agree()


def test_a_case_opens_for_exactly_those_who_see_it(world: World) -> None:
    some = list(world.cases.values())[:25]

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(by=actors(world), case=st.sampled_from(some))
    def agree(by: Actor, case: Projection) -> None:
        if sees(by, case, parties=(), known=world.known):
            assert get_view(by, case.id, known=world.known, at=LATER).case == case
            assert find_by_number(by, case.number, known=world.known) == case.id
        else:
            with pytest.raises(NotFound):
                get_view(by, case.id, known=world.known, at=LATER)
            with pytest.raises(NotFound):
                find_by_number(by, case.number, known=world.known)

    agree()


def test_an_organisation_that_a_case_is_about_sees_nothing_of_it(world: World) -> None:
    known = world.known
    for case in world.cases.values():
        if case.barred is None:
            continue
        below = [org for org in known.organisations if case.barred in known.lineage(org)][:5]
        for organisation in (case.barred, *below):
            by = Actor(
                kind="post", account_id=1, post_id=1, role=Role.SUPERVISOR, organisation_id=organisation,
                scope=(code_range(pad("33")),),
            )  # fmt: skip
            for asked in (Filters(), Filters(open=None), Filters(open=None, mine=True)):
                rows = through(by, world, at=LATER, filters=asked, sort=Sort.NEWEST, size=50)
                assert case.id not in {row.id for row in rows}


def test_a_cursor_is_refused_when_altered_or_used_elsewhere(world: World) -> None:
    by = post(Role.SUPERVISOR, "province:33", "33")
    page = list_cases(by, known=world.known, at=LATER, size=3)
    cursor = page.next_cursor
    assert cursor is not None
    assert str(page.rows[-1].id) not in cursor
    for i in range(0, len(cursor), 7):
        altered = cursor[:i] + ("A" if cursor[i] != "A" else "B") + cursor[i + 1 :]
        with pytest.raises(Invalid):
            list_cases(by, known=world.known, at=LATER, size=3, after=altered)
    for other in (cursor[:-3], "", "x" * 2_000, "\x00", "道路"):
        if other:
            with pytest.raises(Invalid):
                list_cases(by, known=world.known, at=LATER, size=3, after=other)
    with pytest.raises(Invalid):
        list_cases(by, known=world.known, at=LATER, size=3, after=cursor, filters=Filters(urgent=True))
    with pytest.raises(Invalid):
        list_cases(by, known=world.known, at=LATER, size=3, after=cursor, sort=Sort.NEWEST)
    rest = list_cases(by, known=world.known, at=LATER, size=3, after=cursor)
    assert not {row.id for row in rest.rows} & {row.id for row in page.rows}


def test_what_is_urgent_is_first_whatever_else_waits_and_is_found_by_its_own_index(world: World) -> None:
    by = post(Role.SUPERVISOR, "province:33", "33")
    rows = through(by, world, at=LATER, filters=Filters(), sort=Sort.DUE, size=7)
    urgent = [row.urgent for row in rows]
    assert 0 < sum(urgent) < len(urgent)
    assert urgent == sorted(urgent, reverse=True)
    limits = [row.due_at for row in rows if row.due_at]
    assert limits != sorted(limits)
    with CaptureQueriesContext(connection) as asked:
        list_cases(by, known=world.known, at=LATER, size=3)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "case_urgent_province" in plan
    assert "Sort" not in plan.split("case_urgent_province")[1].split("->")[0]


def test_ended_cases_have_no_limit_to_sort_by(world: World) -> None:
    with pytest.raises(Invalid):
        list_cases(anonymous(), known=world.known, at=LATER, filters=Filters(open=None))


def test_claimed_cases_are_a_list_of_their_own(world: World) -> None:
    by = post(Role.SUPERVISOR, "province:33", "33", post_id=77)
    case = next(case for case in world.cases.values() if case.open and case.barred is None)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_claim (case_id, post_id, since, lapses_at) VALUES (%s, 77, %s, %s)",
            [case.id, LATER, LATER + timedelta(hours=1)],
        )
    page = list_cases(by, known=world.known, at=LATER, filters=Filters(claimed=True))
    assert [(row.id, row.claimed_by) for row in page.rows] == [(case.id, 77)]
    later = LATER + timedelta(hours=2)
    assert list_cases(by, known=world.known, at=later, filters=Filters(claimed=True)).rows == ()


def test_walks_are_never_lost(world: World) -> None:
    """The list of everything is everything: no page boundary loses or repeats a case."""
    by = post(Role.AUDITOR, "province:33", "33")
    barred = set(world.known.lineage(by.organisation_id or 0))
    expected = {case.id for case in world.cases.values() if case.barred not in barred}
    for size in (1, 7, 100):
        rows = through(by, world, at=LATER, filters=Filters(open=None), sort=Sort.OLDEST, size=size)
        assert [row.id for row in rows] == sorted(
            {r.id for r in rows}, key=lambda i: (world.cases[i].opened_at, i)
        )
        assert {row.id for row in rows} == expected


def test_a_token_for_a_place_reaches_nothing_outside_it_even_where_its_organisation_works(
    world: World,
) -> None:
    tried = 0
    for case in world.cases.values():
        held = next((a.organisation for a in case.assigned.values() if a.until_seq is None), None)
        if held is None or case.barred is not None:
            continue
        tried += 1
        elsewhere = next(code for code in VILLAGES if pad(code) != case.area)
        by = Actor(
            kind="post",
            account_id=1,
            post_id=1,
            role=Role.HANDLER,
            organisation_id=held,
            scope=(code_range(pad(elsewhere)),),
        )
        token = replace(by, bounded=True)
        assert find_by_number(by, case.number, known=world.known) == case.id
        with pytest.raises(NotFound):
            find_by_number(token, case.number, known=world.known)
        assert sees(by, case, parties=(), known=world.known)
        assert not sees(token, case, parties=(), known=world.known)
        for action in registry.newest()[case.procedure].actions:
            asked: dict[str, Any] = {"procedure": case.procedure, "parties": (), "known": world.known}
            assert not may(token, action, case, **asked)
    assert tried > 10
