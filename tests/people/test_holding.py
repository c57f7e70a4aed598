# SPDX-License-Identifier: Apache-2.0
"""Who is at work, deputies and absences, and where work goes when nobody is."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.people import grants, holding
from anlan.people.may import Role, actor_of
from anlan.people.models import Absence, Account, Organisation
from anlan.places.holidays import national_calendar
from tests.people.world import (
    AT,
    CITY,
    COUNTY,
    HOUSING,
    PROVINCE,
    TOWN,
    VILLAGE,
    organisation,
    post,
    security,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def active(key: str, *, days: float = 0) -> bool:
    return holding.organisation_active(organisation(key).pk, at=AT + days * DAY)


def test_an_organisation_is_at_work_with_one_working_post() -> None:
    assert not active(TOWN)
    post(Role.DISPATCHER, TOWN)
    assert active(TOWN)
    assert not active(VILLAGE)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_who_does_no_cases_keeps_nothing_at_work(role: Role) -> None:
    post(role, PROVINCE)
    assert not active(PROVINCE)


def test_ends_are_exact() -> None:
    made = post(Role.DISPATCHER, TOWN, valid_from=AT, valid_to=AT + DAY)
    moment = timedelta(microseconds=1)
    organisation_id = made.organisation_id
    found = [
        holding.organisation_active(organisation_id, at=at)
        for at in (AT - moment, AT, AT + DAY - moment, AT + DAY)
    ]
    assert found == [False, True, True, False]


def test_absence_and_deputy() -> None:
    principal = post(Role.DISPATCHER, TOWN)
    by = security()
    away = grants.set_absence(
        principal.pk, since=AT + DAY, until=AT + 5 * DAY, by=actor_of(principal, at=AT), at=AT
    )
    assert [active(TOWN, days=days) for days in (0, 1, 4, 5)] == [True, False, False, True]
    post(
        Role.DISPATCHER,
        TOWN,
        deputy_for=principal,
        valid_from=AT + 2 * DAY,
        valid_to=AT + 5 * DAY,
    )
    assert [active(TOWN, days=days) for days in (0, 1, 2, 4, 5)] == [True, False, True, True, True]
    grants.end_absence(away.pk, by=by, at=AT + DAY * 1.5)
    assert active(TOWN, days=1.6)
    assert Absence.objects.get().until == AT + DAY * 1.5


def test_a_locked_account_keeps_nothing_at_work() -> None:
    made = post(Role.DISPATCHER, TOWN)
    grants.lock_account(made.account_id, by=security(), at=AT)
    assert not active(TOWN)


def test_an_organisation_that_ended_is_not_at_work() -> None:
    post(Role.DISPATCHER, TOWN)
    # The day is the region's: 2026-03-02 begins at 16:00 UTC of the day before.
    Organisation.objects.filter(key=TOWN).update(valid_to=AT.date())
    assert not active(TOWN)
    assert active(TOWN, days=-0.5)


def test_idle_is_who_has_nobody_now_nor_a_working_day_later() -> None:
    calendar = national_calendar()
    ids = {key: organisation(key).pk for key in (VILLAGE, TOWN, COUNTY)}

    def idle(*, days: float = 0) -> set[str]:
        found = holding.idle_organisations(ids.values(), at=AT + days * DAY, calendar=calendar)
        return {key for key, pk in ids.items() if pk in found}

    assert idle() == {VILLAGE, TOWN, COUNTY}
    held = post(Role.DISPATCHER, TOWN)
    post(Role.COUNTY_DISPATCHER, COUNTY, valid_to=AT + 10 * DAY)
    assert idle() == {VILLAGE}
    # One day away is no reason to move work; a week is, but for its last day.
    Absence.objects.create(post=held, since=AT, until=AT + DAY)
    assert idle() == {VILLAGE}
    Absence.objects.create(post=held, since=AT, until=AT + 7 * DAY)
    assert [TOWN in idle(days=days) for days in (0, 3, 6.5, 7)] == [True, True, False, False]
    assert COUNTY in idle(days=10)


def test_many_at_once() -> None:
    at_work = post(Role.COUNTY_DISPATCHER, COUNTY).organisation_id
    ids = set(Organisation.objects.filter(key__startswith="county:3301").values_list("pk", flat=True))
    assert len(ids) > 2
    assert holding.idle_organisations(ids, at=AT, calendar=national_calendar()) == ids - {at_work}
    assert holding.active_organisations([], at=AT) == frozenset()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from([VILLAGE, TOWN, COUNTY, CITY]),
            st.integers(-3, 3),
            st.none() | st.integers(0, 3),
            st.lists(st.tuples(st.integers(-3, 3), st.integers(1, 3)), max_size=2),
        ),
        max_size=5,
    ),
    st.integers(-4, 4),
)
def test_many_and_one_agree_with_the_rule_said_plainly(
    made: list[tuple[str, int, int | None, list[tuple[int, int]]]], day: int
) -> None:
    Absence.objects.all().delete()
    Account.objects.update(is_active=False)
    at = AT + day * DAY
    at_work = set()
    for key, start, length, absences in made:
        begins = AT + start * DAY
        ends = None if length is None else begins + length * DAY
        role = {VILLAGE: Role.GRID_WORKER, TOWN: Role.DISPATCHER, COUNTY: Role.COUNTY_DISPATCHER}.get(
            key, Role.SUPERVISOR
        )
        held = post(role, key, valid_from=begins, valid_to=ends)
        for since, days in absences:
            Absence.objects.create(post=held, since=AT + since * DAY, until=AT + (since + days) * DAY)
        away = any(since <= day < since + days for since, days in absences)
        present = begins <= at and (ends is None or at < ends) and not away
        assert (held.pk in holding.present_among([held.pk], at=at)) == present
        if present:
            at_work.add(key)
    line = [VILLAGE, TOWN, COUNTY, CITY, PROVINCE]
    ids = {key: organisation(key).pk for key in line}
    found = holding.active_organisations(ids.values(), at=at)
    assert {key for key, pk in ids.items() if pk in found} == at_work
    assert all(holding.organisation_active(pk, at=at) == (key in at_work) for key, pk in ids.items())


def test_a_claim_ends_with_a_silent_working_day_or_absence() -> None:
    held = post(Role.HANDLER, HOUSING)
    assert holding.claim_ends(AT, calendar=national_calendar()) == AT + DAY
    Absence.objects.create(post=held, since=AT + timedelta(hours=2), until=AT + timedelta(hours=3))
    present = [held.pk in holding.present_among([held.pk], at=AT + timedelta(hours=n)) for n in (1, 2, 3)]
    assert present == [True, False, True]


def test_a_posts_own_account_only() -> None:
    mine, other = post(Role.DISPATCHER, TOWN), post(Role.DISPATCHER, TOWN)
    second = post(Role.GRID_WORKER, VILLAGE, account=mine.account)
    assert list(holding.posts_of(mine.account_id, at=AT)) == [mine, second]
    assert holding.current_post(other.pk, account_id=mine.account_id, at=AT) is None
    assert holding.current_post(mine.pk, account_id=mine.account_id, at=AT) == mine
