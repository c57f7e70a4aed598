# SPDX-License-Identifier: Apache-2.0
"""What a role may by itself: kept apart, for any role and any scope."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.people.may import (
    ADMINISTRATORS,
    CASE_WORKERS,
    SYSTEM,
    Actor,
    Role,
    Scope,
    actor_of,
    anonymous,
    common,
    covers,
    fit_together,
    may_configure,
    may_manage,
    may_read_log,
    may_second,
    narrowed,
    needs_second_person,
    only_reads,
    resident,
    sees_cases,
    sees_parties,
)
from tests.people.world import AT, COUNTY, PROVINCE, VILLAGE, post

roles = st.sampled_from(list(Role))
ids = st.integers(1, 6)
actors = st.builds(
    Actor,
    kind=st.sampled_from(["post", "resident", "system", "anonymous"]),
    account_id=st.none() | ids,
    role=st.none() | roles,
)
scopes = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda r: (r[0], r[0] + r[1])), max_size=4
).map(tuple)
some = st.none() | st.frozensets(st.sampled_from("abcd"))


@given(actors, ids, ids)
def test_no_actor_holds_two_of_the_separated_powers(by: Actor, account: int, other: int) -> None:
    powers = (may_manage(by, account), may_configure(by), may_read_log(by))
    assert sum(powers) <= 1
    if any(powers):
        assert by.kind == "post"
        assert by.role is not None
        assert not (sees_cases(by.role) and by.role is not Role.AUDITOR)


@given(actors)
def test_nobody_manages_or_seconds_the_own_account(by: Actor) -> None:
    if by.account_id is not None:
        assert not may_manage(by, by.account_id)
        assert not may_second(by, asked_by=by.account_id, about=None)
        assert not may_second(by, asked_by=None, about=by.account_id)


@given(actors, st.none() | ids, st.none() | ids)
def test_only_administrators_second(by: Actor, asked_by: int | None, about: int | None) -> None:
    if may_second(by, asked_by=asked_by, about=about):
        assert by.kind == "post"
        assert by.role in ADMINISTRATORS


def test_neither_the_system_nor_who_is_not_signed_in_administers() -> None:
    for by in (SYSTEM, anonymous(), resident(1)):
        assert not may_manage(by, 2)
        assert not may_configure(by)
        assert not may_read_log(by)
        assert not may_second(by, asked_by=None, about=None)


@given(st.lists(roles, max_size=4))
def test_separated_roles_are_never_held_beside_another(held: list[Role]) -> None:
    together = set(held)
    apart = together & (ADMINISTRATORS | {Role.AUDITOR})
    assert fit_together(held) == (not apart or len(together) == 1)


def test_every_role_has_its_words_and_its_kind() -> None:
    assert set(Role) == CASE_WORKERS | ADMINISTRATORS | {Role.AUDITOR}
    for role in Role:
        assert role.in_language("zh-hans") == role.zh != role.in_language("en") == role.en
        assert Role(str(role)) is role
    assert Role("handler").zh == "承办人员"


def test_administrators_see_no_cases_and_the_auditor_only_reads() -> None:
    assert {role for role in Role if not sees_cases(role)} == {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}
    assert {role for role in Role if not sees_parties(role)} == {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}
    assert [role for role in Role if only_reads(Actor(kind="post", role=role))] == [Role.AUDITOR]
    assert all(needs_second_person(role) for role in Role)


@given(scopes, scopes, st.integers(-1, 90))
def test_what_two_scopes_have_in_common(one: Scope, other: Scope, code: int) -> None:
    assert covers(common(one, other), code) == (covers(one, code) and covers(other, code))


@given(scopes, st.none() | scopes, some, some, some, some, st.integers(-1, 90))
def test_narrowing_never_widens(
    own: Scope,
    less: Scope | None,
    procedures: frozenset[str] | None,
    fewer: frozenset[str] | None,
    actions: frozenset[str] | None,
    smaller: frozenset[str] | None,
    code: int,
) -> None:
    by = Actor(kind="post", role=Role.HANDLER, scope=own, procedures=procedures, actions=actions)
    now = narrowed(by, scope=less, procedures=fewer, actions=smaller)
    assert not covers(now.scope, code) or covers(by.scope, code)
    assert now.bounded is (less is not None)
    for after, before, given_ in (
        (now.procedures, by.procedures, fewer),
        (now.actions, by.actions, smaller),
    ):
        for word in "abcd":
            allowed = after is None or word in after
            assert allowed == ((before is None or word in before) and (given_ is None or word in given_))


@pytest.mark.django_db
def test_a_post_acts_in_its_places() -> None:
    of_county = actor_of(post(Role.COUNTY_DISPATCHER, COUNTY), at=AT)
    assert of_county.organisation_kind == "county_centre"
    assert covers(of_county.scope, 330106004066001)
    assert not covers(of_county.scope, 330108001001000)
    of_village = actor_of(post(Role.GRID_WORKER, VILLAGE), at=AT)
    assert covers(of_village.scope, 330106004066001)
    assert not covers(of_village.scope, 330106004065001)
    assert covers(actor_of(post(Role.SUPERVISOR, PROVINCE), at=AT).scope, 331082001001001)


@pytest.mark.django_db
def test_an_outside_unit_has_no_places_of_its_own() -> None:
    made = post(Role.HANDLER, "dept:330106:water")
    made.organisation.kind = "outside_unit"
    assert actor_of(made, at=AT).scope == ()
