# SPDX-License-Identifier: Apache-2.0
"""Signing in: staff and residents, right and wrong, known and unknown."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from pytest_django import Settings

from anlan.base.errors import Invalid, NotAllowed, NotFound, Refused, TooMany
from anlan.people import codes, erased, signin
from anlan.people.carriers import NotSent, Unknown
from anlan.people.erased import erase_resident
from anlan.people.models import Account, SignInCode
from anlan.people.phones import mask, open_phone, read_phone
from anlan.people.signin import Step, check_code, check_totp, send_code, start_staff_sign_in
from tests.people.world import AT, PASSWORD, staff

pytestmark = pytest.mark.django_db
HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"
PHONE = "138 0571 0001"


class Outbox:
    """A gateway that keeps what it is given; below the doors nothing is replaced."""

    shows = True

    def __init__(self, fails: Callable[[], Exception] | None = None) -> None:
        self.sent: list[tuple[str, str]] = []
        self.fails = fails

    def send(self, phone: str, text: str, *, reference: str, at: datetime) -> None:
        assert at.tzinfo is not None
        assert reference.startswith("code-")
        self.sent.append((phone, text))
        if self.fails is not None:
            raise self.fails()

    @property
    def code(self) -> str:
        return "".join(c for c in self.sent[-1][1] if c.isdigit())[:6]


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def present_code(secret: str, *, steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(AT.timestamp()) // 30 + steps)))


def enrolled(username: str = "zhang") -> tuple[Account, str, tuple[str, ...]]:
    account = staff(username)
    enrolment = signin.begin_enrolment(account.pk)
    before = AT - timedelta(minutes=5)
    code = str(format_hotp_value(hotp_value(enrolment.secret, int(before.timestamp()) // 30)))
    return account, enrolment.secret, signin.finish_enrolment(account.pk, enrolment.secret, code, at=before)


class TestStaff:
    def test_password_then_second_factor(self) -> None:
        account, secret, _spare = enrolled()
        started = start_staff_sign_in(" Zhang ", PASSWORD, network=HOME, at=AT)
        assert (started.account_id, started.step) == (account.pk, Step.TOTP)
        assert check_totp(account.pk, present_code(secret), network=HOME, at=AT).step is Step.READY

    def test_without_a_second_factor_one_must_be_made_first(self) -> None:
        account = staff("zhang")
        assert start_staff_sign_in("zhang", PASSWORD, network=HOME, at=AT).step is Step.ENROL
        with pytest.raises(NotAllowed):
            check_totp(account.pk, "123456", network=HOME, at=AT)

    def test_a_second_factor_is_not_replaced_with_the_password_alone(self) -> None:
        account, secret, _spare = enrolled()
        with pytest.raises(NotAllowed):
            signin.begin_enrolment(account.pk)
        with pytest.raises(NotAllowed):
            signin.finish_enrolment(account.pk, secret, present_code(secret), at=AT)

    def test_a_code_is_good_once(self) -> None:
        account, secret, _spare = enrolled()
        check_totp(account.pk, present_code(secret), network=HOME, at=AT)
        with pytest.raises(NotAllowed):
            check_totp(account.pk, present_code(secret), network=HOME, at=AT)
        with pytest.raises(NotAllowed):  # an older one is not good after a newer
            check_totp(account.pk, present_code(secret, steps=-1), network=HOME, at=AT)
        check_totp(account.pk, present_code(secret, steps=1), network=HOME, at=AT)

    @pytest.mark.parametrize("steps", [-3, 3, 2880])
    def test_a_code_of_another_time_is_not_good(self, steps: int) -> None:
        account, secret, _spare = enrolled()
        with pytest.raises(NotAllowed):
            check_totp(account.pk, present_code(secret, steps=steps), network=HOME, at=AT)

    def test_a_recovery_code_is_good_once(self) -> None:
        account, _secret, spare = enrolled()
        assert len(set(spare)) == 10
        assert check_totp(account.pk, spare[3], network=HOME, at=AT).step is Step.READY
        with pytest.raises(NotAllowed):
            check_totp(account.pk, spare[3], network=HOME, at=AT)
        assert check_totp(account.pk, spare[4], network=HOME, at=AT).step is Step.READY

    def test_the_secret_is_not_readable_in_the_database(self) -> None:
        _account, secret, spare = enrolled()
        with connection.cursor() as cursor:
            cursor.execute("SELECT data::text FROM mfa_authenticator")
            stored = "".join(row[0] for row in cursor.fetchall())
        assert secret not in stored
        assert not any(code in stored for code in spare)

    def test_wrong_unknown_and_locked_get_the_same_answer(self) -> None:
        staff("zhang")
        staff("locked", is_active=False)
        staff("demo", demo=True)
        answers = set()
        for name, password in (
            ("zhang", "wrong"),
            ("nobody", PASSWORD),
            ("locked", PASSWORD),
            ("demo", PASSWORD),
            ("", ""),
        ):
            with pytest.raises(NotAllowed) as refusal:
                start_staff_sign_in(name, password, network=HOME, at=AT)
            answers.add(str(refusal.value))
        assert len(answers) == 1

    def test_demo_accounts_skip_the_second_factor_in_the_demo_only(self, settings: Settings) -> None:
        staff("demo", demo=True)
        staff("zhang")
        settings.ANLAN_DEMO = True
        assert start_staff_sign_in("demo", PASSWORD, network=HOME, at=AT).step is Step.READY
        assert start_staff_sign_in("zhang", PASSWORD, network=HOME, at=AT).step is Step.ENROL

    def test_a_password_that_was_given_must_be_replaced(self) -> None:
        account, secret, _spare = enrolled()
        Account.objects.filter(pk=account.pk).update(password_due=True)
        assert check_totp(account.pk, present_code(secret), network=HOME, at=AT).step is Step.PASSWORD

    @pytest.mark.parametrize("name", ["zhang", "nobody"])
    def test_each_failure_waits_longer_for_accounts_and_for_names_that_are_none(self, name: str) -> None:
        staff("zhang")
        at, waits = AT, []
        for _ in range(12):
            try:
                with pytest.raises(NotAllowed):
                    start_staff_sign_in(name, "wrong", network=HOME, at=at)
            except TooMany as refusal:
                waits.append(refusal.retry_after)
                at += timedelta(seconds=refusal.retry_after or 0)
                with pytest.raises(NotAllowed):
                    start_staff_sign_in(name, "wrong", network=HOME, at=at)
        assert waits == [15, 30, 60, 120, 240, 480]

    def test_the_right_password_does_not_pass_while_waiting_and_forgets_after(self) -> None:
        staff("zhang")
        for _ in range(6):
            with pytest.raises(NotAllowed):
                start_staff_sign_in("zhang", "wrong", network=HOME, at=AT)
        with pytest.raises(TooMany):
            start_staff_sign_in("zhang", PASSWORD, network=HOME, at=AT)
        start_staff_sign_in("zhang", PASSWORD, network=ELSEWHERE, at=AT)
        later = AT + timedelta(seconds=15)
        start_staff_sign_in("zhang", PASSWORD, network=HOME, at=later)
        with pytest.raises(NotAllowed):
            start_staff_sign_in("zhang", "wrong", network=HOME, at=later)

    def test_guessing_codes_waits_too(self) -> None:
        account, secret, _spare = enrolled()
        for _ in range(6):
            with pytest.raises(NotAllowed):
                check_totp(account.pk, "000000", network=HOME, at=AT)
        with pytest.raises(TooMany):
            check_totp(account.pk, present_code(secret), network=HOME, at=AT)


class TestResidents:
    def test_a_number_and_its_code_make_an_account_the_first_time(self, outbox: Outbox) -> None:
        sent = send_code(PHONE, network=HOME, at=AT, by=outbox)
        assert (sent.masked, sent.shown, sent.sure) == ("138****0001", None, True)
        assert outbox.sent[0][0] == "+8613805710001"
        first = check_code("+86 138-0571-0001", outbox.code, network=HOME, at=AT)
        assert first.fresh
        later = AT + timedelta(days=1)
        send_code("１３８０５７１０００１", network=HOME, at=later, by=outbox)
        again = check_code(PHONE, outbox.code, network=HOME, at=later)
        assert (again.account_id, again.fresh) == (first.account_id, False)

    def test_the_number_is_stored_sealed_only(self, outbox: Outbox) -> None:
        send_code(PHONE, network=HOME, at=AT, by=outbox)
        account = Account.objects.get(pk=check_code(PHONE, outbox.code, network=HOME, at=AT).account_id)
        assert open_phone(account) == "+8613805710001"
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT string_agg(t::text, '') FROM (SELECT a::text FROM people_account a"
                " UNION ALL SELECT c::text FROM people_signincode c"
                " UNION ALL SELECT r::text FROM people_ratecounter r) AS rows(t)"
            )
            stored = cursor.fetchone()[0]
        assert "3805710001" not in stored
        assert b"3805710001".hex() not in stored
        assert str(account) == f"resident {account.pk}"

    def test_five_tries_a_code(self, outbox: Outbox) -> None:
        send_code(PHONE, network=HOME, at=AT, by=outbox)
        for _ in range(5):
            with pytest.raises(Invalid):
                check_code(PHONE, wrong(outbox.code), network=HOME, at=AT)
        with pytest.raises(Invalid):
            check_code(PHONE, outbox.code, network=HOME, at=AT)

    def test_the_fifth_try_still_counts(self, outbox: Outbox) -> None:
        send_code(PHONE, network=HOME, at=AT, by=outbox)
        for _ in range(4):
            with pytest.raises(Invalid):
                check_code(PHONE, wrong(outbox.code), network=HOME, at=AT)
        assert check_code(PHONE, outbox.code, network=HOME, at=AT).fresh

    def test_ten_minutes(self, outbox: Outbox) -> None:
        send_code(PHONE, network=HOME, at=AT, by=outbox)
        with pytest.raises(Invalid):
            check_code(PHONE, outbox.code, network=HOME, at=AT + timedelta(seconds=600))
        assert check_code(PHONE, outbox.code, network=HOME, at=AT + timedelta(seconds=599)).fresh

    def test_a_code_is_good_once_and_only_the_last_one_is(self, outbox: Outbox) -> None:
        send_code(PHONE, network=HOME, at=AT, by=outbox)
        first = outbox.code
        later = AT + timedelta(minutes=2)
        send_code(PHONE, network=HOME, at=later, by=outbox)
        if first != outbox.code:
            with pytest.raises(Invalid):
                check_code(PHONE, first, network=HOME, at=later)
        check_code(PHONE, outbox.code, network=HOME, at=later)
        with pytest.raises(Invalid):
            check_code(PHONE, outbox.code, network=HOME, at=later)

    def test_a_code_of_one_number_is_no_good_for_another(self, outbox: Outbox) -> None:
        send_code(PHONE, network=HOME, at=AT, by=outbox)
        code = outbox.code
        send_code("13905710002", network=HOME, at=AT, by=Outbox())
        with pytest.raises(Invalid):
            check_code("13905710002", code, network=HOME, at=AT)

    def test_known_and_unknown_numbers_get_the_same_answers(self, outbox: Outbox) -> None:
        send_code(PHONE, network=HOME, at=AT, by=outbox)
        check_code(PHONE, outbox.code, network=HOME, at=AT)
        later = AT + timedelta(days=1)
        answers, sent = set(), set()
        for phone in (PHONE, "13905710002"):
            with pytest.raises(Invalid) as nothing_sent:
                check_code(phone, "123456", network=HOME, at=later)
            told = send_code(phone, network=HOME, at=later, by=outbox)
            with pytest.raises(Invalid) as not_right:
                check_code(phone, wrong(outbox.code), network=HOME, at=later)
            answers |= {str(nothing_sent.value.fields), str(not_right.value.fields)}
            sent.add((told.shown, told.sure, told.expires_at, told.masked[3:7]))
        assert len(answers) == len(sent) == 1

    def test_caps_per_number(self, outbox: Outbox) -> None:
        at, refused = AT, []
        for _ in range(7):
            try:
                send_code(PHONE, network=HOME, at=at, by=outbox)
            except TooMany as refusal:
                refused.append(refusal.retry_after)
            at += timedelta(minutes=1)
        assert len(outbox.sent) == 5
        assert refused == [55 * 60, 54 * 60]
        send_code("13905710002", network=HOME, at=AT, by=outbox)
        with pytest.raises(TooMany):
            send_code("13905710002", network=ELSEWHERE, at=AT, by=outbox)

    def test_caps_per_network(self, outbox: Outbox) -> None:
        for n in range(60):
            send_code(f"139057{n:05d}", network=HOME, at=AT, by=outbox)
        with pytest.raises(TooMany) as refusal:
            send_code("13805710001", network=HOME, at=AT, by=outbox)
        assert refusal.value.retry_after == 3600
        send_code("13805710001", network=ELSEWHERE, at=AT, by=outbox)

    def test_a_number_unused_for_half_a_year_goes_to_a_new_account(self, outbox: Outbox) -> None:
        send_code(PHONE, network=HOME, at=AT, by=outbox)
        first = check_code(PHONE, outbox.code, network=HOME, at=AT)
        later = AT + timedelta(days=180)
        send_code(PHONE, network=HOME, at=later, by=outbox)
        second = check_code(PHONE, outbox.code, network=HOME, at=later)
        assert second.fresh
        assert second.account_id != first.account_id
        old = Account.objects.get(pk=first.account_id)
        assert (old.is_active, old.phone, old.phone_index, old.key) == (False, None, None, None)

    def test_the_day_before_it_is_still_the_same_account(self, outbox: Outbox) -> None:
        send_code(PHONE, network=HOME, at=AT, by=outbox)
        first = check_code(PHONE, outbox.code, network=HOME, at=AT)
        later = AT + timedelta(days=179)
        send_code(PHONE, network=HOME, at=later, by=outbox)
        assert check_code(PHONE, outbox.code, network=HOME, at=later).account_id == first.account_id

    def test_erasing_takes_the_number_and_the_next_code_makes_another_account(
        self, outbox: Outbox, settings: Settings, tmp_path: Path
    ) -> None:
        settings.ANLAN_ERASURES = tmp_path / "erasures.jsonl"
        send_code(PHONE, network=HOME, at=AT, by=outbox)
        first = check_code(PHONE, outbox.code, network=HOME, at=AT).account_id
        backup = Account.objects.filter(pk=first).values("key", "phone", "phone_index", "is_active").get()
        erase_resident(first, at=AT)
        assert open_phone(Account.objects.get(pk=first)) is None
        assert erased.reapply_erasures() == 0
        Account.objects.filter(pk=first).update(**backup)
        assert erased.reapply_erasures() == 1
        assert open_phone(Account.objects.get(pk=first)) is None
        assert "3805710001" not in (tmp_path / "erased-accounts.jsonl").read_text()
        later = AT + timedelta(minutes=2)
        send_code(PHONE, network=HOME, at=later, by=outbox)
        assert check_code(PHONE, outbox.code, network=HOME, at=later).account_id != first
        with pytest.raises(NotFound):
            erase_resident(staff("zhang").pk, at=AT)

    def test_a_refused_message_leaves_no_code_and_an_unknown_one_is_said(self) -> None:
        with pytest.raises(Refused):
            send_code(PHONE, network=HOME, at=AT, by=Outbox(lambda: NotSent("no")))
        assert not SignInCode.objects.exists()
        unsure = Outbox(lambda: Unknown("no answer"))
        later = AT + timedelta(minutes=2)
        assert not send_code(PHONE, network=HOME, at=later, by=unsure).sure
        assert check_code(PHONE, unsure.code, network=HOME, at=later).fresh

    def test_the_code_is_shown_in_the_demo_only(self, settings: Settings, outbox: Outbox) -> None:
        assert send_code(PHONE, network=HOME, at=AT, by=outbox).shown is None
        settings.ANLAN_DEMO = True
        sent = send_code("13905710002", network=HOME, at=AT)
        assert sent.shown is not None
        assert check_code("13905710002", sent.shown, network=HOME, at=AT).fresh

    def test_without_a_gateway_nobody_signs_in_by_phone(self) -> None:
        with pytest.raises(Refused):
            send_code(PHONE, network=HOME, at=AT)

    def test_old_codes_are_swept(self, outbox: Outbox) -> None:
        send_code(PHONE, network=HOME, at=AT, by=outbox)
        assert codes.sweep(at=AT + timedelta(minutes=9)) == 0
        assert codes.sweep(at=AT + timedelta(minutes=10)) == 1


@pytest.mark.parametrize(
    "text", ["", "12345678901", "1380571000", "138057100011", "+1 138 0571 0001", "138057１000x"]
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(Invalid):
        read_phone(text)


@pytest.mark.parametrize(
    "text", ["13805710001", "138 0571 0001", "+86-138-0571-0001", "008613805710001", "１３８０５７１０００１"]
)
def test_ways_to_write_a_number(text: str) -> None:
    assert read_phone(text) == "+8613805710001"
    assert mask(read_phone(text)) == "138****0001"


@pytest.mark.parametrize("purpose", ["call:7", "alerts"])
def test_a_code_for_something_else_signs_nobody_in_whatever_is_typed_behind_it(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch, purpose: str
) -> None:
    monkeypatch.setattr(signin, "gateway", lambda: outbox)
    if purpose == "alerts":
        signin.send_alert_code(PHONE, network=HOME, at=AT)
    else:
        signin.send_call_code(PHONE, post_id=7, at=AT)
    with pytest.raises(Invalid):
        check_code(PHONE, f"{outbox.code}|{purpose}", network=ELSEWHERE, at=AT)
    assert not Account.objects.exists()
