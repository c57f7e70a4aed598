# SPDX-License-Identifier: Apache-2.0
"""Rotation of keys: every data key goes under the first key of the ring, all words stay readable."""

import base64
import os
import subprocess
import sys

import pytest
from django.conf import settings

from anlan.base.keys import Unreadable, aad, keyring
from anlan.cases import rotate
from anlan.cases.act import act_many
from anlan.cases.envelope import NewParty
from anlan.cases.models import Case, Content, Party
from tests.cases.world import opening
from tests.databases import Clone

NEW = "2:" + base64.b64encode(os.urandom(32)).decode()
PERSON = (NewParty(role="reporter", contact={"phone": "+8613800001234"}),)


@pytest.fixture
def opened() -> list[Case]:
    envelopes = [opening(parties=PERSON) for _ in range(5)]
    act_many(envelopes)
    return list(Case.objects.filter(pk__in=[one.case_id for one in envelopes]).order_by("pk"))


def readable(case: Case) -> bool:
    case.refresh_from_db()
    key = keyring().unwrap(bytes(case.key))
    party = Party.objects.get(case_id=case.pk)
    content = Content.objects.get(case_id=case.pk, seq=1)
    assert party.sealed is not None
    assert content.sealed is not None
    key.open(bytes(content.sealed), aad=aad(case.pk, "content", 1, f"{content.n}:{content.audience}"))
    return b"1380" in key.open(bytes(party.sealed), aad=aad(case.pk, "party", 1, "contact"))


@pytest.mark.django_db
def test_rotation_is_resumable_and_keeps_everything_readable(
    opened: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = settings.ANLAN_KEYS
    monkeypatch.setattr(settings, "ANLAN_KEYS", f"{NEW},{old}")
    assert {held.key_id for held in rotate.check() if held.table == "cases_case"} == {1}
    steps: list[str] = []

    def stop_after_two(line: str) -> None:
        steps.append(line)
        if len(steps) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate.rotate(say=stop_after_two, batch=2)
    counts = {held.key_id: held.count for held in rotate.check() if held.table == "cases_case"}
    assert counts == {1: 1, 2: 4}
    assert rotate.rotate(say=steps.append, batch=2) == 1
    assert rotate.rotate(say=steps.append) == 0
    assert all(readable(case) for case in opened)
    monkeypatch.setattr(settings, "ANLAN_KEYS", NEW)  # the old key is gone from the ring
    assert all(readable(case) for case in opened)


@pytest.mark.django_db
def test_a_missing_key_is_told_and_loses_nothing(opened: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ANLAN_KEYS", NEW)
    assert [held.readable for held in rotate.check() if held.table == "cases_case"] == [False]
    with pytest.raises(Unreadable):
        rotate.rotate(say=lambda _line: None)
    assert Case.objects.filter(pk=opened[0].pk).exists()


def test_the_command_makes_a_key_and_checks(own_database: Clone) -> None:
    def run(what: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "anlan.cli", "keys", what],
            env=own_database.env, capture_output=True, text=True, check=False,
        )  # fmt: skip

    number, _, key = run("new").stdout.strip().partition(":")
    assert number == "2"
    assert len(base64.b64decode(key)) == 32
    assert run("check").returncode == 0
    assert "0 data keys" in run("rotate").stdout
