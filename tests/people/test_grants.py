# SPDX-License-Identifier: Apache-2.0
"""Accounts and posts: who may grant what to whom, with whose second."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from anlan.base.errors import Conflict, Invalid, NotAllowed, NotFound
from anlan.people import changes, grants
from anlan.people.changes import Change, Done, approve, change_configuration, offer, turn_down, waiting
from anlan.people.log import read_log, verify_admin_log
from anlan.people.may import Actor, Role, actor_of
from anlan.people.models import Account, AdminLine, PendingChange, Post
from anlan.people.signin import Step, start_staff_sign_in
from tests.people.world import (
    AT,
    COUNTY,
    HOUSING,
    PROVINCE,
    TOWN,
    VILLAGE,
    actor,
    organisation,
    post,
    security,
    staff,
    system,
)

pytestmark = pytest.mark.django_db


def ask(
    account_id: int, *, by: Actor | None, role: Role = Role.DISPATCHER, key: str = TOWN, **given: Any
) -> PendingChange:
    asked = grants.grant_post(
        account_id, role=role, organisation_id=organisation(key).pk, by=by, at=given.pop("at", AT), **given
    )
    assert isinstance(asked, PendingChange)
    return asked


def shown(side: Any) -> dict[str, Any]:
    assert isinstance(side, dict)
    return side


def lines() -> list[str]:
    return [line.what for line in read_log()]


class TestGranting:
    def test_it_takes_two(self) -> None:
        one, other, whom = security(), security(), staff("zhang")
        pending = ask(whom.pk, by=one)
        assert not Post.objects.filter(account=whom).exists()
        assert list(waiting()) == [pending]
        approve(pending.pk, by=other, at=AT)
        made = Post.objects.get(account=whom)
        assert (made.role, made.organisation.key, made.valid_from) == ("dispatcher", TOWN, AT)
        assert lines() == ["post.grant.asked", "post.grant"]
        last = AdminLine.objects.get(seq=2)
        assert last.post_id == other.post_id
        assert shown(last.after)["asked_by"] == one.post_id
        assert shown(last.after)["done"]["post"] == made.pk
        assert not waiting()
        assert verify_admin_log().broken == ()

    def test_a_system_administrator_may_second(self) -> None:
        approve(ask(staff("zhang").pk, by=security()).pk, by=system(), at=AT)

    def test_nobody_seconds_what_they_asked_for(self) -> None:
        one = security()
        pending = ask(staff("zhang").pk, by=one)
        with pytest.raises(NotAllowed):
            approve(pending.pk, by=one, at=AT)

    def test_nor_with_another_post_of_the_same_person(self) -> None:
        first = post(Role.SECURITY_ADMIN, PROVINCE)
        again = post(Role.SECURITY_ADMIN, COUNTY, account=first.account)
        pending = ask(staff("zhang").pk, by=actor_of(first, at=AT))
        with pytest.raises(NotAllowed):
            approve(pending.pk, by=actor_of(again, at=AT), at=AT)

    def test_nobody_seconds_what_is_for_themselves(self) -> None:
        other = security()
        assert other.account_id is not None
        pending = ask(other.account_id, by=security(), role=Role.SECURITY_ADMIN, key=COUNTY)
        with pytest.raises(NotAllowed):
            approve(pending.pk, by=other, at=AT)

    @pytest.mark.parametrize("role", [r for r in Role if r is not Role.SECURITY_ADMIN])
    def test_only_security_administrators_ask(self, role: Role) -> None:
        by = actor(role, PROVINCE)
        with pytest.raises(NotAllowed):
            ask(staff("zhang").pk, by=by)
        if role is not Role.SYSTEM_ADMIN:
            pending = ask(staff("li").pk, by=security())
            with pytest.raises(NotAllowed):
                approve(pending.pk, by=by, at=AT)

    def test_never_for_the_own_account(self) -> None:
        by = security()
        assert by.account_id is not None
        with pytest.raises(NotAllowed):
            ask(by.account_id, by=by, role=Role.SECURITY_ADMIN, key=COUNTY)

    def test_only_within_the_own_places(self) -> None:
        by = security(COUNTY)
        ask(staff("zhang").pk, by=by)
        with pytest.raises(NotAllowed):
            ask(staff("li").pk, by=by, key="town:330108001")
        with pytest.raises(NotAllowed):
            ask(staff("wang").pk, by=by, key=PROVINCE, role=Role.SUPERVISOR)

    def test_decided_once(self) -> None:
        by = security()
        pending = ask(staff("zhang").pk, by=security())
        approve(pending.pk, by=by, at=AT)
        with pytest.raises(Conflict):
            approve(pending.pk, by=by, at=AT)
        with pytest.raises(Conflict):
            turn_down(pending.pk, why="too late", by=by, at=AT)
        assert Post.objects.filter(role="dispatcher").count() == 1

    def test_turned_down_with_a_reason_or_taken_back(self) -> None:
        one, other = security(), security()
        first, second = ask(staff("zhang").pk, by=one), ask(staff("li").pk, by=one)
        with pytest.raises(Invalid):
            turn_down(first.pk, why=" ", by=other, at=AT)
        turn_down(first.pk, why="left last week", by=other, at=AT)
        turn_down(second.pk, why="wrong person", by=one, at=AT)
        assert not Post.objects.filter(role="dispatcher").exists()
        assert lines()[-2:] == ["post.grant.refused", "post.grant.refused"]

    def test_what_waits_is_checked_again_when_seconded(self) -> None:
        one, other, whom = security(), security(), staff("zhang")
        first, second = ask(whom.pk, by=one), ask(whom.pk, by=one, role=Role.AUDITOR, key=PROVINCE)
        approve(first.pk, by=other, at=AT)
        with pytest.raises(Invalid):
            approve(second.pk, by=other, at=AT)
        assert Post.objects.filter(account=whom).count() == 1

    @pytest.mark.parametrize(
        ("role", "key"),
        [
            (Role.GRID_WORKER, PROVINCE),
            (Role.DISPATCHER, VILLAGE),
            (Role.HANDLER, COUNTY),
            (Role.SUPERVISOR, TOWN),
            (Role.AUDITOR, HOUSING),
        ],
    )
    def test_roles_are_where_they_belong(self, role: Role, key: str) -> None:
        with pytest.raises(Invalid):
            ask(staff("zhang").pk, by=security(), role=role, key=key)

    def test_the_place_lies_within_the_organisations(self) -> None:
        by, whom = security(), staff("zhang")
        inside = organisation(VILLAGE).place_id
        ask(whom.pk, by=by, place_id=inside)
        with pytest.raises(Invalid):
            ask(whom.pk, by=by, place_id=organisation("town:330108001").place_id)

    def test_residents_and_locked_accounts_get_no_posts(self) -> None:
        by, locked = security(), staff("gone", is_active=False)
        for account in (locked.pk, 999_999):
            with pytest.raises(Invalid):
                ask(account, by=by)
        with pytest.raises(NotFound):
            grants.grant_post(locked.pk, role=Role.AUDITOR, organisation_id=999_999, by=by, at=AT)

    def test_a_deputy_is_somebody_else_in_the_same_post_with_an_end(self) -> None:
        by, other = security(), security()
        principal = post(Role.DISPATCHER, TOWN)
        until = AT + timedelta(days=3)
        for wrong in (
            {"deputy_for": principal.pk},
            {"deputy_for": principal.pk, "until": until, "key": "town:330106002"},
            {"deputy_for": 999_999, "until": until},
        ):
            with pytest.raises(Invalid):
                ask(staff(f"d{len(str(wrong))}").pk, by=by, **wrong)
        with pytest.raises(Invalid):
            ask(principal.account_id, by=by, deputy_for=principal.pk, until=until)
        pending = ask(staff("deputy").pk, by=by, deputy_for=principal.pk, until=until)
        approve(pending.pk, by=other, at=AT)
        assert Post.objects.get(deputy_for=principal).valid_to == until


class TestEnding:
    def test_at_once_and_written_down(self) -> None:
        by, ended = security(), post(Role.DISPATCHER, TOWN)
        line = grants.revoke_post(ended.pk, by=by, at=AT)
        assert not Post.objects.current(AT).filter(pk=ended.pk).exists()
        assert (shown(line.before)["until"], shown(line.after)["until"]) == (
            None,
            "2026-03-02T01:00:00.000000Z",
        )
        with pytest.raises(Conflict):
            grants.revoke_post(ended.pk, by=by, at=AT + timedelta(hours=1))

    def test_with_deputies_also_those_to_come(self) -> None:
        principal = post(Role.DISPATCHER, TOWN)
        to_come = post(
            Role.DISPATCHER,
            TOWN,
            deputy_for=principal,
            valid_from=AT + timedelta(days=1),
            valid_to=AT + timedelta(days=9),
        )
        grants.revoke_post(principal.pk, by=security(), at=AT)
        assert not Post.objects.current(AT + timedelta(days=2)).filter(pk=to_come.pk).exists()

    def test_not_the_own_and_not_elsewhere(self) -> None:
        own = post(Role.SECURITY_ADMIN, COUNTY)
        with pytest.raises(NotAllowed):
            grants.revoke_post(own.pk, by=actor_of(own, at=AT), at=AT)
        with pytest.raises(NotAllowed):
            grants.revoke_post(post(Role.DISPATCHER, "town:330108001").pk, by=actor_of(own, at=AT), at=AT)


class TestAccounts:
    def test_made_with_a_password_that_must_be_replaced(self) -> None:
        made = grants.make_account(" Zhang.San ", name="张三", by=security(), at=AT)
        assert made.account.username == "zhang.san"
        assert start_staff_sign_in("zhang.san", made.password, network="n", at=AT).step is Step.ENROL
        assert made.account.password_due
        with pytest.raises(Invalid):
            grants.choose_password(made.account.pk, "12345678")
        grants.choose_password(made.account.pk, "wu li kan hua 2026")
        assert not Account.objects.get(pk=made.account.pk).password_due
        assert AdminLine.objects.get().after == {"account": made.account.pk}

    def test_taken_and_unfit_names(self) -> None:
        by = security()
        staff("zhang")
        with pytest.raises(Conflict):
            grants.make_account("zhang", name="张三", by=by, at=AT)
        for username, name in (("a", "张三"), ("zhang san", "张三"), ("li-si", " "), ("li-si", "x" * 65)):
            with pytest.raises(Invalid):
                grants.make_account(username, name=name, by=by, at=AT)
        assert lines() == []

    def test_locking_ends_sign_in_and_posts(self) -> None:
        by, held = security(), post(Role.DISPATCHER, TOWN)
        grants.lock_account(held.account_id, by=by, at=AT)
        assert not Post.objects.current(AT).filter(pk=held.pk).exists()
        grants.unlock_account(held.account_id, by=by, at=AT)
        assert Post.objects.current(AT).filter(pk=held.pk).exists()
        assert lines() == ["account.lock", "account.unlock"]

    def test_nobody_else_and_never_the_own(self) -> None:
        by, whom = security(), staff("zhang")
        assert by.account_id is not None
        for other in (system(), actor(Role.SUPERVISOR, PROVINCE)):
            with pytest.raises(NotAllowed):
                grants.lock_account(whom.pk, by=other, at=AT)
            with pytest.raises(NotAllowed):
                grants.reset_password(whom.pk, by=other, at=AT)
            with pytest.raises(NotAllowed):
                grants.make_account("li-si", name="李四", by=other, at=AT)
        with pytest.raises(NotAllowed):
            grants.reset_password(by.account_id, by=by, at=AT)

    def test_a_new_password_to_hand_over(self) -> None:
        whom = staff("zhang")
        password = grants.reset_password(whom.pk, by=security(), at=AT)
        assert start_staff_sign_in("zhang", password, network="n", at=AT).account_id == whom.pk


class TestTheOperator:
    def test_appoints_the_first_two_security_administrators_alone_and_no_more(self) -> None:
        where = organisation(PROVINCE).pk
        made = [
            grants.grant_post(staff(name).pk, role=Role.SECURITY_ADMIN, organisation_id=where, by=None, at=AT)
            for name in ("one", "two", "three")
        ]
        assert [type(each) for each in made] == [AdminLine, AdminLine, PendingChange]
        assert lines() == ["post.grant", "post.grant", "post.grant.asked"]

    def test_cannot_appoint_who_sees_cases_alone(self) -> None:
        assert isinstance(ask(staff("zhang").pk, by=None), PendingChange)


class TestConfiguration:
    @pytest.fixture(autouse=True)
    def limits(self) -> Iterator[None]:
        held = {"road": 5}

        def apply(data: Mapping[str, Any], _at: datetime) -> Done:
            if data["n"] < 1:
                raise Invalid
            before = dict(held)
            held[data["key"]] = data["n"]
            return Done(before=before, after=dict(held))

        for key, second in (("test.limit", changes.always), ("test.name", changes.never)):
            offer(Change(key=key, apply=apply, second=second))
        self.held = held
        yield
        for key in ("test.limit", "test.name"):
            changes._offered.pop(key)

    def test_a_limit_takes_two(self) -> None:
        asked = change_configuration("test.limit", {"key": "road", "n": 9}, by=system(), at=AT)
        assert isinstance(asked, PendingChange)
        assert self.held == {"road": 5}
        line = approve(asked.pk, by=security(), at=AT)
        assert self.held == {"road": 9}
        assert (line.before, shown(line.after)["done"]) == ({"road": 5}, {"road": 9})

    def test_other_configuration_takes_one(self) -> None:
        line = change_configuration("test.name", {"key": "road", "n": 3}, by=system(), at=AT)
        assert isinstance(line, AdminLine)
        assert (line.before, line.after) == ({"road": 5}, {"road": 3})

    def test_what_is_refused_leaves_no_line(self) -> None:
        with pytest.raises(Invalid):
            change_configuration("test.name", {"key": "road", "n": 0}, by=system(), at=AT)
        with pytest.raises(NotFound):
            change_configuration("no.such", {}, by=system(), at=AT)
        assert lines() == []

    @pytest.mark.parametrize("role", [r for r in Role if r is not Role.SYSTEM_ADMIN])
    def test_only_system_administrators_configure(self, role: Role) -> None:
        with pytest.raises(NotAllowed):
            change_configuration("test.name", {"key": "road", "n": 3}, by=actor(role, PROVINCE), at=AT)

    def test_a_key_is_offered_once(self) -> None:
        with pytest.raises(ValueError, match="two changes"):
            offer(Change(key="test.name", apply=lambda _data, _at: Done(before=None, after=None)))


class TestPublishing:
    def test_a_contact_of_work_is_shown_and_taken_off_and_the_log_does_not_keep_it(self) -> None:
        worker = post(Role.GRID_WORKER, VILLAGE)
        grants.publish_contact(worker.pk, name=" 王小满 ", phone="0571-0000 0601", by=security(), at=AT)
        worker.refresh_from_db()
        assert (worker.published_name, worker.published_phone) == ("王小满", "0571-0000 0601")
        line = grants.publish_contact(worker.pk, name="", phone="", by=security(), at=AT)
        assert line.before == {"post": worker.pk, "name": True, "phone": True}
        assert line.after == {"post": worker.pk, "name": False, "phone": False}
        assert not [each for each in read_log() if "王小满" in str((each.before, each.after))]
        worker.refresh_from_db()
        assert (worker.published_name, worker.published_phone) == ("", "")

    @pytest.mark.parametrize("phone", ["call me", "138<script>", "1", "9" * 40])
    def test_what_is_no_phone_is_refused(self, phone: str) -> None:
        worker = post(Role.GRID_WORKER, VILLAGE)
        with pytest.raises(Invalid):
            grants.publish_contact(worker.pk, name="", phone=phone, by=None, at=AT)

    def test_only_who_manages_the_account_publishes_it(self) -> None:
        worker = post(Role.GRID_WORKER, VILLAGE)
        for by in (system(), actor_of(worker, at=AT)):
            with pytest.raises(NotAllowed):
                grants.publish_contact(worker.pk, name="x", phone="", by=by, at=AT)
        with pytest.raises(NotFound):
            grants.publish_contact(0, name="x", phone="", by=None, at=AT)
