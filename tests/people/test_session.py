# SPDX-License-Identifier: Apache-2.0
"""Sessions: entering, switching, idle ends, and what a request may find in them."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from anlan.base.errors import NotAllowed
from anlan.people import grants, session
from anlan.people.may import Actor, Role
from anlan.people.models import Account, AccountKind, Post
from anlan.people.session import find_actor, network_of, switch_post
from anlan.people.signin import Started, Step
from tests.people.world import AT, TOWN, VILLAGE, post, security, staff

pytestmark = pytest.mark.django_db


def request(key: str | None = None, **meta: str) -> HttpRequest:
    """As the session and authentication middlewares hand it on; `key` is the cookie."""
    made = RequestFactory().get("/", **meta)  # type: ignore[arg-type]
    made.session = SessionStore(key)
    if key:
        made.COOKIES["sessionid"] = key
    made.user = get_user(made)
    return made


def follow(earlier: HttpRequest, *, at: datetime) -> Actor:
    """The same browser's next request."""
    earlier.session.save()
    later = request(earlier.session.session_key)
    actor = find_actor(later, at=at)
    if later.session.session_key:
        later.session.save()
    return actor


def entered(held: Post) -> HttpRequest:
    made = request()
    session.enter_staff(made, Started(account_id=held.account_id, step=Step.READY), at=AT)
    made.session.save()
    return made


def resident() -> Account:
    account = Account(kind=AccountKind.RESIDENT, made_at=AT)
    account.set_unusable_password()
    account.save()
    return account


def test_entering_gives_the_first_post_and_the_next_request_finds_it() -> None:
    held = post(Role.DISPATCHER, TOWN)
    actor = follow(entered(held), at=AT)
    assert (actor.kind, actor.post_id, actor.role) == ("post", held.pk, Role.DISPATCHER)


def test_nobody_enters_half_way_or_without_a_post() -> None:
    held = post(Role.DISPATCHER, TOWN)
    for step in (Step.TOTP, Step.ENROL, Step.PASSWORD):
        with pytest.raises(NotAllowed):
            session.enter_staff(request(), Started(account_id=held.account_id, step=step), at=AT)
    with pytest.raises(NotAllowed):
        session.enter_staff(request(), Started(account_id=staff("new").pk, step=Step.READY), at=AT)


def test_a_session_planted_before_is_worth_nothing_after() -> None:
    planted = request()
    planted.session["anlan_post"] = 1
    planted.session.save()
    key = planted.session.session_key
    victim = request(key)
    session.enter_resident(victim, resident().pk, at=AT)
    assert victim.session.session_key != key
    assert find_actor(request(key), at=AT).kind == "anonymous"
    assert not SessionStore().exists(key or "")
    assert "anlan_post" not in victim.session


def test_the_half_way_sign_in_gets_a_new_key_too_and_lasts_ten_minutes() -> None:
    made = request()
    made.session["seen"] = 1
    made.session.save()
    key = made.session.session_key
    started = Started(account_id=5, step=Step.TOTP)
    session.keep_half_way(made, started, at=AT)
    assert made.session.session_key != key
    assert session.half_way(made, at=AT + timedelta(minutes=10)) == started
    assert session.half_way(made, at=AT + timedelta(minutes=10, seconds=1)) is None
    assert find_actor(made, at=AT).kind == "anonymous"


def test_an_idle_staff_session_ends_after_half_an_hour() -> None:
    held = post(Role.DISPATCHER, TOWN)
    made = entered(held)
    assert follow(made, at=AT + timedelta(minutes=29)).kind == "post"
    assert follow(request(made.session.session_key), at=AT + timedelta(minutes=59)).kind == "post"
    assert follow(request(made.session.session_key), at=AT + timedelta(minutes=90)).kind == "anonymous"
    assert not SessionStore().exists(made.session.session_key or "")


def test_a_staff_session_ends_after_twelve_hours_of_use() -> None:
    made = entered(post(Role.DISPATCHER, TOWN))
    at = AT
    while at <= AT + timedelta(hours=12):
        assert follow(request(made.session.session_key), at=at).kind == "post"
        at += timedelta(minutes=20)
    assert follow(request(made.session.session_key), at=at).kind == "anonymous"


def test_residents_have_longer() -> None:
    made = request()
    account = resident()
    session.enter_resident(made, account.pk, at=AT)
    actor = follow(made, at=AT + timedelta(hours=20))
    assert actor == Actor(kind="resident", account_id=account.pk)
    assert follow(request(made.session.session_key), at=AT + timedelta(hours=45)).kind == "anonymous"


def test_switching_to_the_own_and_valid_only() -> None:
    first = post(Role.DISPATCHER, TOWN)
    second = post(Role.GRID_WORKER, VILLAGE, account=first.account)
    ended = post(Role.GRID_WORKER, VILLAGE, account=first.account, valid_to=AT)
    foreign = post(Role.DISPATCHER, TOWN)
    made = entered(first)
    key = made.session.session_key
    for not_own in (foreign.pk, ended.pk, 999_999, 0):
        with pytest.raises(NotAllowed):
            switch_post(made, not_own, at=AT)
    assert follow(made, at=AT).post_id == first.pk
    again = request(key)
    assert switch_post(again, second.pk, at=AT).role is Role.GRID_WORKER
    assert again.session.session_key != key
    assert follow(again, at=AT).post_id == second.pk


def test_a_post_forced_into_the_session_is_not_believed() -> None:
    own, foreign = post(Role.GRID_WORKER, VILLAGE), post(Role.DISPATCHER, TOWN)
    made = entered(own)
    made.session["anlan_post"] = foreign.pk
    assert follow(made, at=AT).post_id == own.pk


def test_a_revoked_post_acts_no_more() -> None:
    first = post(Role.DISPATCHER, TOWN)
    second = post(Role.GRID_WORKER, VILLAGE, account=first.account)
    made, by = entered(first), security()
    grants.revoke_post(first.pk, by=by, at=AT)
    assert follow(made, at=AT).post_id == second.pk
    grants.revoke_post(second.pk, by=by, at=AT)
    assert follow(request(made.session.session_key), at=AT).kind == "anonymous"


def test_locking_and_a_new_password_end_open_sessions() -> None:
    first, second = post(Role.DISPATCHER, TOWN), post(Role.DISPATCHER, TOWN)
    one, two, by = entered(first), entered(second), security()
    grants.lock_account(first.account_id, by=by, at=AT)
    grants.reset_password(second.account_id, by=by, at=AT)
    assert [follow(each, at=AT).kind for each in (one, two)] == ["anonymous", "anonymous"]


def test_leaving_forgets() -> None:
    made = entered(post(Role.DISPATCHER, TOWN))
    key = made.session.session_key
    session.leave(made)
    assert find_actor(request(key), at=AT).kind == "anonymous"


@pytest.mark.parametrize(
    ("proxies", "remote", "passed", "network"),
    [
        (0, "198.51.100.7", "203.0.113.1", "198.51.100.7"),
        (1, "127.0.0.1", "203.0.113.1", "203.0.113.1"),
        (1, "127.0.0.1", "10.0.0.1, 203.0.113.1", "203.0.113.1"),
        (2, "127.0.0.1", "6.6.6.6, 203.0.113.1, 10.0.0.1", "203.0.113.1"),
        (1, "127.0.0.1", "", "127.0.0.1"),
        (1, "127.0.0.1", "nonsense", "unknown"),
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (0, "::ffff:198.51.100.7", "", "198.51.100.7"),
        (0, "", "", "unknown"),
    ],
)
def test_the_network_of_a_request(
    settings: Settings, proxies: int, remote: str, passed: str, network: str
) -> None:
    settings.ANLAN_PROXIES = proxies
    assert network_of(request(REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=passed)) == network
