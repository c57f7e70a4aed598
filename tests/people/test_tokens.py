# SPDX-License-Identifier: Apache-2.0
"""API tokens give less than their post, never more, and end with it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.people import changes, grants
from anlan.people.log import read_log
from anlan.people.may import Role, actor_of, covers
from anlan.people.models import PendingChange, Post, Token
from anlan.people.tokens import NewToken, ask_token, end_token, find_token_actor, make_token
from tests.people.world import AT, COUNTY, PROVINCE, TOWN, VILLAGE, organisation, post, security

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def make(held: Post, **given: Any) -> NewToken:
    return make_token(
        held.pk,
        label="import of the hotline",
        procedures=given.pop("procedures", ["report"]),
        actions=given.pop("actions", ["open"]),
        expires_at=given.pop("expires_at", AT + 30 * DAY),
        by=given.pop("by", actor_of(held, at=AT)),
        at=AT,
        **given,
    )


def test_the_actor_of_a_token_is_narrowed() -> None:
    held = post(Role.COUNTY_DISPATCHER, COUNTY)
    made = make(held, place_id=organisation(TOWN).place_id)
    actor = find_token_actor(made.text, at=AT)
    assert actor is not None
    assert (actor.post_id, actor.procedures, actor.actions) == (
        held.pk,
        frozenset({"report"}),
        frozenset({"open"}),
    )
    assert covers(actor.scope, 330106004066001)
    assert not covers(actor.scope, 330106002001001)


def test_a_wider_place_does_not_widen() -> None:
    held = post(Role.DISPATCHER, TOWN)
    made = make(held, place_id=organisation(PROVINCE).place_id)
    actor = find_token_actor(made.text, at=AT)
    assert actor is not None
    assert actor.scope == actor_of(held, at=AT).scope
    with pytest.raises(Invalid):
        make(held, place_id=organisation("town:330108001").place_id)


def test_only_its_text_opens_it_and_the_database_does_not_hold_it() -> None:
    made = make(post(Role.DISPATCHER, TOWN))
    for text in ("", "anlan_", made.text[:-1], made.text + "x", made.text.upper(), "anlan_" + "x" * 500):
        assert find_token_actor(text, at=AT) is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM people_token t")
        assert made.text.removeprefix("anlan_") not in cursor.fetchone()[0]


def test_it_ends_with_its_date_its_post_its_account_or_by_hand() -> None:
    held, by = post(Role.DISPATCHER, TOWN), security()
    one, two = make(held), make(held, expires_at=AT + DAY)
    assert find_token_actor(two.text, at=AT + DAY) is None
    assert find_token_actor(one.text, at=AT + DAY) is not None
    grants.lock_account(held.account_id, by=by, at=AT)
    assert find_token_actor(one.text, at=AT) is None
    grants.unlock_account(held.account_id, by=by, at=AT)
    end_token(one.token.pk, by=by, at=AT)
    assert find_token_actor(one.text, at=AT) is None
    grants.revoke_post(held.pk, by=by, at=AT)
    assert find_token_actor(two.text, at=AT) is None
    with pytest.raises(NotFound):
        end_token(one.token.pk, by=by, at=AT)


def test_only_the_owner_or_a_security_administrator_ends_it() -> None:
    held, other = post(Role.DISPATCHER, TOWN), post(Role.DISPATCHER, TOWN)
    made = make(held)
    with pytest.raises(NotAllowed):
        end_token(made.token.pk, by=actor_of(other, at=AT), at=AT)
    end_token(made.token.pk, by=actor_of(held, at=AT), at=AT)
    assert [line.what for line in read_log()] == ["token.make", "token.end"]
    assert made.text not in str([line.after for line in read_log()])


def test_for_the_own_working_post_within_a_year() -> None:
    held, other = post(Role.DISPATCHER, TOWN), post(Role.GRID_WORKER, VILLAGE)
    with pytest.raises(NotAllowed):
        make(held, by=actor_of(other, at=AT))
    for role in (Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        with pytest.raises(NotAllowed):
            make(post(role, PROVINCE))
    for expires_at in (AT, AT + 367 * DAY):
        with pytest.raises(Invalid):
            make(held, expires_at=expires_at)


def test_nothing_named_is_nothing_allowed() -> None:
    actor = find_token_actor(make(post(Role.DISPATCHER, TOWN), procedures=[], actions=[]).text, at=AT)
    assert actor is not None
    assert (actor.procedures, actor.actions) == (frozenset(), frozenset())


def test_the_operators_token_is_good_once_an_administrator_approved_it() -> None:
    held, by = post(Role.DISPATCHER, TOWN), security()
    asked: dict[str, Any] = {"label": "hotline", "procedures": ["report"], "actions": [], "at": AT}
    text = ask_token(held.pk, expires_at=AT + DAY, **asked)
    assert find_token_actor(text, at=AT) is None
    pending = PendingChange.objects.get(what="token.make")
    with pytest.raises(NotAllowed):
        changes.approve(pending.pk, by=actor_of(held, at=AT), at=AT)  # whom it is about, and no administrator
    with pytest.raises(Invalid):
        changes.approve(pending.pk, by=by, at=AT + DAY)
    changes.approve(pending.pk, by=by, at=AT)
    actor = find_token_actor(text, at=AT)
    assert actor is not None
    assert (actor.post_id, actor.procedures) == (held.pk, frozenset({"report"}))
    assert [line.what for line in read_log()] == ["token.make.asked", "token.make"]
    assert text not in str([line.after for line in read_log()])
    end_token(Token.objects.get().pk, by=None, at=AT)
    assert find_token_actor(text, at=AT) is None
    with pytest.raises(NotAllowed):
        ask_token(post(Role.AUDITOR, PROVINCE).pk, expires_at=AT + DAY, **asked)
    with pytest.raises(Invalid):
        ask_token(held.pk, expires_at=AT + DAY, place_id=organisation("town:330108001").place_id, **asked)
