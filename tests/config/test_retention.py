# SPDX-License-Identifier: Apache-2.0
"""Each erasable row has a class that says how long it is kept and why; what has lapsed is counted, then erased, and no more."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from anlan.base.clock import now
from anlan.cases import registry
from anlan.cases.models import Claim, Content, Delivery
from anlan.config import jobs, retention
from anlan.people.may import Role
from anlan.people.models import Absence, SignInCode
from tests.procedures.report.cast import REPORTER, Matter
from tests.web.staff import matter, post_of

pytestmark = pytest.mark.django_db

ERASABLE = """
SELECT c.relname FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND (has_table_privilege('anlan_app', c.oid, 'DELETE')
     OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND (a.attname ~ '^phone' OR a.attname ~ '^sealed' AND a.atttypid = 'bytea'::regtype)))"""
PASSED_ON = {"cases_tray": "an entry's digest on its way to the journal"}
"""Deleted from because the row goes elsewhere, or is no person's."""
CONFIGURED = {
    "people_organisation": "an office's public number",
}


def test_every_table_with_something_to_erase_has_a_class() -> None:
    with connection.cursor() as cursor:
        cursor.execute(ERASABLE)
        erasable = {row[0] for row in cursor.fetchall()}
    named = {table for one in retention.classes() for table in one.tables}
    missing = erasable - named - PASSED_ON.keys() - CONFIGURED.keys()
    assert not missing, "say in anlan.config.retention how long its rows are kept, and why"
    assert named <= set(connection.introspection.table_names())


def test_every_class_says_until_when_and_on_what_ground() -> None:
    for one in retention.classes():
        assert one.until, one.key
        assert one.basis, one.key
        assert (one.count is None) == (one.erase is None) == (one.after is None), one.key


def count() -> dict[str, int]:
    return {one.key: n for one, n in retention.lapsed(at=now(), erasing=False) if n}


def test_a_dry_run_counts_what_the_night_erases_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    at, case = now(), matter()
    away = post_of(Role.HANDLER)
    for days in (1, 200):
        gone = at - timedelta(days=days)
        SignInCode.objects.create(phone_index=b"a" * 32, digest=b"a" * 32, sent_at=gone, expires_at=gone)
        Absence.objects.create(post=away, since=gone - timedelta(days=1), until=gone)
        for outcome in ("sent", "waiting", "unknown"):
            Delivery.objects.create(
                position=days,
                recipient=outcome,
                channel="sms",
                case_id=case.id,
                key="k",
                outcome=outcome,
                at=gone,
            )
    Claim.objects.create(case_id=case.id, post_id=1, since=at, lapses_at=at - timedelta(days=2))
    expected = {"sign-in codes": 2, "absences": 1, "deliveries": 2, "claims": 1}
    assert count() == expected
    told = io.StringIO()
    call_command("retention", "--dry-run", stdout=told)
    assert "deliveries: 2 have lapsed" in told.getvalue()
    assert count() == expected, "it only counted"
    jobs.erase_lapsed(timestamp=0)
    assert count() == {}
    assert Delivery.objects.count() == 4
    assert Absence.objects.count() == 1
    assert Content.objects.filter(case_id=case.id, sealed__isnull=False).exists()


def test_words_go_when_the_years_of_their_procedure_are_over() -> None:
    case = Matter()
    case.do("withdraw", REPORTER)
    kept = next(one for one in retention.classes() if one.key == "cases of report")
    assert kept.count is not None
    assert kept.erase is not None
    assert "三年" in registry.newest()["report"].retention.basis.zh
    assert [kept.count(case.at + timedelta(days=days)) for days in (3 * 365, 3 * 366)] == [0, 1]
    assert kept.erase(case.at + timedelta(days=3 * 366)) == 1
    assert not Content.objects.filter(case_id=case.id, sealed__isnull=False).exists()


def test_a_message_that_is_still_to_be_sent_is_not_forgotten_by_anybody() -> None:
    Delivery.objects.create(position=1, recipient="a", channel="sms", case_id=matter().id, key="k", at=now())
    with pytest.raises(ProgrammingError, match="still to be sent"), transaction.atomic():
        Delivery.objects.all().delete()


def test_the_classes_can_be_read() -> None:
    told = io.StringIO()
    call_command("retention", "--classes", stdout=told)
    assert "deliveries: until the sending ended, however it did + 180 days" in told.getvalue()
    assert "PIPL" in told.getvalue()
