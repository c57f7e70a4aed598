# SPDX-License-Identifier: Apache-2.0
"""Two at once: what the database keeps apart."""

from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from anlan.base.errors import Conflict, Refused
from anlan.people import grants, rollout, signin
from anlan.people.changes import approve
from anlan.people.may import Role
from anlan.people.models import PendingChange, Post
from anlan.people.models_terminals import AppOpening, AppVersion
from anlan.people.phones import read_phone
from anlan.people.signin import Arrived
from tests.databases import Clone
from tests.people.world import AT, PROVINCE, TOWN, organisation, security, staff, system


def test_two_first_sign_ins_of_one_number_at_once_end_in_one_account(own_database: Clone) -> None:
    accounts: list[Arrived] = []
    start = Barrier(2)
    number = read_phone("13805710001")

    def arrive() -> None:
        start.wait()
        try:
            with transaction.atomic():
                accounts.append(signin._arrive(number, at=AT))
        finally:
            connection.close()

    threads = [Thread(target=arrive) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each.account_id for each in accounts}) == 1
    assert sorted(each.fresh for each in accounts) == [False, True]


def test_two_seconds_at_once_make_one_post(own_database: Clone) -> None:
    one, others, whom = security(), (security(), security()), staff("zhang")
    pending = grants.grant_post(
        whom.pk, role=Role.DISPATCHER, organisation_id=organisation(TOWN).pk, by=one, at=AT
    )
    refused: list[Refused] = []
    start = Barrier(2)

    def second(n: int) -> None:
        start.wait()
        try:
            approve(pending.pk, by=others[n], at=AT)
        except Refused as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=second, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(each) for each in refused] == [Conflict]
    assert Post.objects.filter(account=whom).count() == 1


@pytest.mark.parametrize("opened", [False, True])
def test_a_version_is_opened_once_by_who_opens_it_at_once(own_database: Clone, *, opened: bool) -> None:
    AppVersion.objects.create(version="v", first_at=AT)
    if opened:
        rollout.open_version("v", place_id=None, forced=False, by=system(), at=AT)
    by, refused, start = [system() for _ in range(4)], [], Barrier(4)

    def require(n: int) -> None:
        start.wait()
        try:
            rollout.open_version("v", place_id=None, forced=True, by=by[n], at=AT)
        except Exception as error:  # noqa: BLE001  what it is, is what is asked
            refused.append(type(error))
        finally:
            connection.close()

    threads = [Thread(target=require, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [Conflict] * 3
    assert AppOpening.objects.get(version="v", ended_at=None).forced


def test_roles_that_do_not_fit_are_not_granted_by_two_at_once(own_database: Clone) -> None:
    one, others, whom = security(), (security(), security()), staff("zhang")
    asked = [
        grants.grant_post(whom.pk, role=role, organisation_id=organisation(key).pk, by=one, at=AT)
        for role, key in ((Role.DISPATCHER, TOWN), (Role.AUDITOR, PROVINCE))
    ]
    refused: list[Refused] = []
    start = Barrier(2)

    def second(n: int) -> None:
        start.wait()
        try:
            approve(asked[n].pk, by=others[n], at=AT)
        except Refused as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=second, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert Post.objects.filter(account=whom).count() == 1
    assert PendingChange.objects.filter(state="waiting").count() == 1
