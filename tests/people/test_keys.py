# SPDX-License-Identifier: Apache-2.0
"""Turning the ring: phones and second factors stay readable, and need the old key no more."""

import base64

import pytest
from allauth.mfa.models import Authenticator
from pytest_django import Settings

from anlan.base.keys import Unreadable
from anlan.cases.rotate import rotate
from anlan.people import totp
from anlan.people.models import Account
from anlan.people.phones import open_phone, phone_index
from anlan.people.signin import begin_enrolment, check_code, check_totp, finish_enrolment, send_code
from tests.people.test_signin import HOME, Outbox, present_code
from tests.people.world import AT, staff

pytestmark = pytest.mark.django_db
OLD, NEW, NEWER = (f"{n}:{base64.b64encode(bytes([n] * 32)).decode()}" for n in (1, 2, 3))


def test_a_new_key_in_front_and_the_old_one_out(settings: Settings) -> None:
    settings.ANLAN_KEYS = f"{NEW},{OLD}"
    outbox, account = Outbox(), staff("zhang")
    send_code("13805710001", network=HOME, at=AT, by=outbox)
    phone = check_code("13805710001", outbox.code, network=HOME, at=AT).account_id
    enrolment = begin_enrolment(account.pk)
    spare = finish_enrolment(account.pk, enrolment.secret, present_code(enrolment.secret, steps=-1), at=AT)
    before = phone_index("+8613805710001")
    settings.ANLAN_KEYS = f"{NEWER},{NEW},{OLD}"
    assert rotate(say=lambda _line: None) == 3  # a phone, a secret, a seed
    assert rotate(say=lambda _line: None) == 0
    settings.ANLAN_KEYS = f"{NEWER},{OLD}"
    assert open_phone(Account.objects.get(pk=phone)) == "+8613805710001"
    assert phone_index("+8613805710001") == before
    check_totp(account.pk, present_code(enrolment.secret), network=HOME, at=AT)
    check_totp(account.pk, spare[0], network=HOME, at=AT)


def test_a_secret_of_another_ring_is_unreadable(settings: Settings) -> None:
    account = staff("zhang")
    enrolment = begin_enrolment(account.pk)
    finish_enrolment(account.pk, enrolment.secret, present_code(enrolment.secret), at=AT)
    settings.ANLAN_KEYS = NEWER
    with pytest.raises(Unreadable):
        totp.judge(account.pk, "123456", at=AT)
    assert Authenticator.objects.filter(user=account).count() == 2
