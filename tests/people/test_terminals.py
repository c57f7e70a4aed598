# SPDX-License-Identifier: Apache-2.0
"""A phone has a token of its own, says little of itself, and hears what became of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.people import grants
from anlan.people.log import read_log
from anlan.people.may import Role, actor_of
from anlan.people.models import Post, Terminal, Token
from anlan.people.terminals import (
    LASTS,
    MOST,
    Ended,
    NewTerminal,
    erase,
    note_pull,
    register,
    revoke,
    sign_out,
    why_ended,
)
from anlan.people.tokens import find_token_actor
from tests.people.world import AT, VILLAGE, post, security

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def signed_in(held: Post, **given: Any) -> NewTerminal:
    return register(
        held.pk,
        version=given.pop("version", "1.0.0"),
        procedures=["report"],
        actions=["note"],
        by=actor_of(held, at=AT),
        at=AT,
    )


@pytest.fixture
def worker() -> Post:
    return post(Role.GRID_WORKER, VILLAGE)


def test_a_phone_acts_as_its_post_until_its_token_ends(worker: Post) -> None:
    made = signed_in(worker)
    actor = find_token_actor(made.text, at=AT)
    assert actor is not None
    assert (actor.post_id, actor.actions) == (worker.pk, frozenset({"note"}))
    assert why_ended("anlan_strange", at=AT) is None
    assert find_token_actor(made.text, at=AT + LASTS) is None
    assert why_ended(made.text, at=AT + LASTS) == Ended.EXPIRED


def test_what_it_says_of_itself_is_kept_to_the_day(worker: Post) -> None:
    made = signed_in(worker)
    note_pull(made.text, version="1.1.0", waiting=7, at=AT + 3 * DAY)
    (row,) = Terminal.objects.all()
    assert (row.version, row.waiting) == ("1.1.0", 7)
    assert row.heard_on - made.terminal.heard_on == 3 * DAY
    for version, waiting in (("", 0), ("x" * 33, 0), ("一", 0), ("1\n2", 0), ("1", -1), ("1", 10**9)):
        with pytest.raises(Invalid):
            note_pull(made.text, version=version, waiting=waiting, at=AT)
    note_pull("anlan_strange", version="1", waiting=1, at=AT)
    assert Terminal.objects.get().waiting == 7


def test_its_columns_are_those_and_no_others() -> None:
    """Nothing of a device, nothing of where it is, no hour of a day."""
    with connection.cursor() as cursor:
        columns = {
            one.name for one in connection.introspection.get_table_description(cursor, "people_terminal")
        }
    assert columns == {"id", "token_id", "version", "heard_on", "waiting", "erase_at", "told_at"}


def test_its_owner_or_a_security_administrator_ends_it(worker: Post) -> None:
    made, other = signed_in(worker), post(Role.GRID_WORKER, VILLAGE)
    for ends in (revoke, erase):
        with pytest.raises(NotAllowed):
            ends(made.terminal.pk, by=actor_of(other, at=AT), at=AT)
        with pytest.raises(NotFound):
            ends(uuid4(), by=security(), at=AT)
    revoke(made.terminal.pk, by=actor_of(worker, at=AT), at=AT)
    assert find_token_actor(made.text, at=AT) is None
    assert why_ended(made.text, at=AT) == Ended.REVOKED
    assert list(read_log())[-1].what == "token.end"


def test_a_lost_phone_hears_that_it_must_erase_and_the_administrator_that_it_heard(worker: Post) -> None:
    made = signed_in(worker)
    erase(made.terminal.pk, by=security(), at=AT)
    assert Token.objects.get().ended_at == AT
    assert Terminal.objects.get().told_at is None
    assert [line.what for line in read_log()][-2:] == ["token.end", "terminal.erase"]
    for later in (DAY, 2 * DAY):
        assert why_ended(made.text, at=AT + later) == Ended.ERASE
    assert Terminal.objects.get().told_at == AT + DAY
    with pytest.raises(NotFound):
        erase(made.terminal.pk, by=security(), at=AT)
    # One that was ended before can be told so later.
    other = signed_in(worker)
    revoke(other.terminal.pk, by=security(), at=AT)
    erase(other.terminal.pk, by=security(), at=AT)
    assert why_ended(other.text, at=AT) == Ended.ERASE


def test_its_person_signs_out_on_it(worker: Post) -> None:
    made, other = signed_in(worker), signed_in(worker)
    sign_out(made.text, by=actor_of(worker, at=AT), at=AT)
    assert find_token_actor(made.text, at=AT) is None
    assert find_token_actor(other.text, at=AT) is not None
    with pytest.raises(NotFound):
        sign_out("anlan_strange", by=actor_of(worker, at=AT), at=AT)


def test_with_its_post_it_ends(worker: Post) -> None:
    made = signed_in(worker)
    grants.revoke_post(worker.pk, by=security(), at=AT + DAY)
    assert find_token_actor(made.text, at=AT + 2 * DAY) is None
    assert why_ended(made.text, at=AT + 2 * DAY) == Ended.REVOKED


def test_a_post_has_a_few_phones_and_none_of_another(worker: Post) -> None:
    made = [signed_in(worker) for _each in range(MOST)]
    note_pull(made[0].text, version="1", waiting=0, at=AT + DAY)
    signed_in(worker)
    assert [find_token_actor(one.text, at=AT) is not None for one in made] == [True, False, True, True, True]
    assert why_ended(made[1].text, at=AT) == Ended.REVOKED
    other = post(Role.GRID_WORKER, VILLAGE)
    with pytest.raises(NotAllowed):
        register(worker.pk, version="1", procedures=["report"], actions=[], by=actor_of(other, at=AT), at=AT)
    with pytest.raises(Invalid):
        signed_in(other, version="")
