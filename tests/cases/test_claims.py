# SPDX-License-Identifier: Apache-2.0
"""Who has a case open: a courtesy that is never in the way, and true."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import Error, connection

from anlan.base.clock import now
from anlan.base.errors import Conflict
from anlan.cases import claims
from anlan.cases.act import open_case
from anlan.cases.catalogue import current
from anlan.cases.models import Claim
from anlan.people.grants import set_absence
from anlan.people.may import Role, actor_of
from tests.cases.world import opening
from tests.databases import Clone
from tests.people.world import post, security


@pytest.mark.parametrize("several", [2, 1], ids=["two people", "one person in two tabs"])
def test_two_who_change_places_again_and_again_are_never_in_each_other_s_way(
    own_database: Clone, several: int
) -> None:
    ids = [open_case(opening()).case_id for _ in range(2)]
    people = [actor_of(post(Role.DISPATCHER, "town:330106004"), at=now()) for _ in range(several)] * 2
    failed: list[str] = []
    start = Barrier(2)

    def look(n: int) -> None:
        start.wait()
        try:
            for turn in range(400):
                try:
                    claims.opened(people[n], ids[(n + turn) % 2], at=now())
                except Error as error:
                    failed.append(f"{type(error).__name__}: {error}".splitlines()[0])
        finally:
            connection.close()

    threads = [Thread(target=look, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


@pytest.mark.django_db
def test_whoever_has_it_open_is_a_row_until_it_lapses_or_they_open_another() -> None:
    one, other = (open_case(opening()).case_id for _ in range(2))
    first, second, third = (actor_of(post(Role.DISPATCHER, "town:330106004"), at=now()) for _ in range(3))
    at, minute = now(), timedelta(minutes=1)
    for n, by in enumerate((first, second, third)):
        claims.opened(by, one, at=at + n * minute)
    assert had() == {(one, first.post_id), (one, second.post_id), (one, third.post_id)}
    claims.opened(third, other, at=at + 3 * minute)
    assert had() == {(one, first.post_id), (one, second.post_id), (other, third.post_id)}
    # Nobody keeps a list of who once had it open: what lapsed goes when somebody opens it next.
    claims.opened(second, one, at=at + 6 * minute)
    assert had() == {(one, second.post_id), (other, third.post_id)}


@pytest.mark.django_db
def test_who_works_on_it_has_it_once_and_keeps_it_while_they_look_elsewhere() -> None:
    one, other = (open_case(opening()).case_id for _ in range(2))
    by, colleague = (actor_of(post(Role.DISPATCHER, "town:330106004"), at=now()) for _ in range(2))
    at = now()
    claims.opened(by, one, at=at)
    until = claims.claim(by, one, known=current(), at=at)
    claims.opened(by, one, at=at)
    assert Claim.objects.get().lapses_at == until
    claims.opened(by, other, at=at)
    assert had() == {(one, by.post_id), (other, by.post_id)}
    with pytest.raises(Conflict):
        claims.claim(colleague, one, known=current(), at=at)
    claims.claim(colleague, one, known=current(), at=until)
    assert set(Claim.objects.filter(said=True).values_list("case_id", "post_id")) == {
        (one, colleague.post_id)
    }


def had() -> set[tuple[UUID, int | None]]:
    """Who has which case, opened or said."""
    return set(Claim.objects.values_list("case_id", "post_id"))


@pytest.mark.django_db
def test_who_is_away_is_not_said_to_have_it_open_and_what_is_given_back_is_nobody_s() -> None:
    at = now()
    one = open_case(opening()).case_id
    away, here = (post(Role.DISPATCHER, "town:330106004") for _ in range(2))
    claims.claim(actor_of(away, at=at), one, known=current(), at=at)
    set_absence(away.pk, since=at, until=at + timedelta(days=20), by=security(), at=at)
    claims.claim(actor_of(here, at=at), one, known=current(), at=at)
    assert had() == {(one, here.pk)}
    claims.let_go(actor_of(here, at=at), one, at=at)
    assert not Claim.objects.exists()
