# SPDX-License-Identifier: Apache-2.0
"""Who has a case open: a courtesy that is never in the way, and true."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import Error, connection

from anlan.base.clock import now
from anlan.cases import claims
from anlan.cases.act import open_case
from anlan.cases.catalogue import current
from anlan.cases.models import Claim
from anlan.people.grants import set_absence
from anlan.people.may import Role, actor_of
from tests.cases.world import opening
from tests.databases import Clone
from tests.people.world import post, security


def test_two_who_change_places_again_and_again_are_never_in_each_other_s_way(own_database: Clone) -> None:
    ids = [open_case(opening()).case_id for _ in range(2)]
    people = [actor_of(post(Role.DISPATCHER, "town:330106004"), at=now()) for _ in range(2)]
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
def test_who_came_second_and_stays_when_the_first_lapsed_opens_others_as_before() -> None:
    one, other = (open_case(opening()).case_id for _ in range(2))
    first, second = (actor_of(post(Role.DISPATCHER, "town:330106004"), at=now()) for _ in range(2))
    at, minute = now(), timedelta(minutes=1)
    claims.opened(first, one, at=at)
    claims.opened(second, one, at=at + 4 * minute)
    claims.opened(second, one, at=at + 6 * minute)
    assert Claim.objects.get(case_id=one).post_id == second.post_id
    claims.opened(second, other, at=at + 7 * minute)
    assert list(Claim.objects.values_list("case_id", "post_id")) == [(other, second.post_id)]


@pytest.mark.django_db
def test_who_is_away_is_not_said_to_have_it_open_and_what_is_given_back_is_nobody_s() -> None:
    at = now()
    one = open_case(opening()).case_id
    away, here = (post(Role.DISPATCHER, "town:330106004") for _ in range(2))
    claims.claim(actor_of(away, at=at), one, known=current(), at=at)
    set_absence(away.pk, since=at, until=at + timedelta(days=20), by=security(), at=at)
    claims.claim(actor_of(here, at=at), one, known=current(), at=at)
    assert Claim.objects.get().beside_id is None
    claims.let_go(actor_of(here, at=at), one, at=at)
    assert not Claim.objects.exists()
