# SPDX-License-Identifier: Apache-2.0
"""Housekeeping: what no longer holds goes, and the log's head is kept where the database cannot reach it."""

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.test.utils import override_settings

from anlan.base.clock import now
from anlan.people import jobs, log
from anlan.people.models import RateCounter, SignInCode
from tests.databases import Clone


@pytest.mark.django_db
def test_ended_codes_and_counters_are_swept() -> None:
    past, later = now() - timedelta(days=2), now() + timedelta(hours=1)
    SignInCode.objects.create(phone_index=b"a" * 32, digest=b"a" * 32, sent_at=past, expires_at=past)
    SignInCode.objects.create(phone_index=b"b" * 32, digest=b"b" * 32, sent_at=past, expires_at=later)
    RateCounter.objects.create(key=b"a" * 32, n=1, since=past, until=past)
    RateCounter.objects.create(key=b"b" * 32, n=1, since=past, until=later)
    jobs.sweep_ended(timestamp=0)
    assert [bytes(code.digest) for code in SignInCode.objects.all()] == [b"b" * 32]
    assert [bytes(counter.key) for counter in RateCounter.objects.all()] == [b"b" * 32]


def test_a_cut_tail_shows_against_the_kept_head(tmp_path: Path, own_database: Clone) -> None:
    with override_settings(ANLAN_LOG_HEADS=tmp_path / "log-heads.jsonl"):
        for n in range(3):
            log.record(None, "test", before=None, after={"n": n}, at=now())
        jobs.keep_log_head(timestamp=0)
        assert log.verify_admin_log(heads=log.kept_heads()).broken == ()
        with psycopg.connect(own_database.owner_dsn) as owner:
            owner.execute("ALTER TABLE people_adminline DISABLE TRIGGER USER")
            owner.execute("DELETE FROM people_adminline WHERE seq = 3")
        assert log.verify_admin_log().broken == ()
        assert log.verify_admin_log(heads=log.kept_heads()).broken == ("line 3 is missing at the end",)
