# SPDX-License-Identifier: Apache-2.0
"""`anlan places holidays`: limits move with holidays, so the operator asks and an administrator decides, both in the log."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import override

from anlan.cases.catalogue import forget
from anlan.people.changes import approve
from anlan.people.log import OPERATOR, read_log, verify_admin_log
from anlan.people.models import PendingChange
from anlan.places.find import load_calendar
from tests.people.world import AT, security

NEW_YEAR = date(2027, 1, 1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_own_catalogue")]


@pytest.fixture
def _own_catalogue() -> Iterator[None]:
    """The process's copy must not outlive what the test rolls back."""
    yield
    forget()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "2027.csv"
    path.write_text("date,kind\n2027-01-01,holiday\n", encoding="utf-8")
    return path


def test_holidays_wait_for_a_second_person_and_are_lines_with_before_and_after(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = load_calendar()
    call_command("places", "holidays", str(file), "--horizon", "2027-12-31", "--why", "通知")
    assert "waits for a security or system administrator" in capsys.readouterr().out
    assert load_calendar().version == before.version
    asked = {
        "calendar": "zhejiang",
        "horizon": "2027-12-31",
        "why": "通知",
        "days": {"2027-01-01": "holiday"},
    }
    pending = PendingChange.objects.get(state=PendingChange.WAITING)
    line = list(read_log())[-1]
    assert (line.what, line.post_id, line.after) == (
        "calendar.version.asked",
        OPERATOR,
        {"pending": pending.pk, **asked},
    )
    by = security()
    approve(pending.pk, by=by, at=AT)
    done = list(read_log())[-1]
    assert (done.what, done.post_id) == ("calendar.version", by.post_id)
    assert done.before == {"version": before.version, "horizon": before.horizon.isoformat()}
    assert done.after == {
        "pending": pending.pk,
        "asked_by": None,
        "done": {"version": before.version + 1, **asked},
    }
    assert not load_calendar().works(NEW_YEAR)
    assert verify_admin_log().broken == ()


def test_what_cannot_be_done_does_not_wait(file: Path) -> None:
    with pytest.raises(CommandError, match="Nothing would change"), override("en"):
        call_command("places", "holidays")
    with pytest.raises(CommandError, match="known to"), override("en"):
        call_command("places", "holidays", str(file), "--horizon", "2001-01-01")
    file.write_text("date,kind\nx,holiday\n", encoding="utf-8")
    with pytest.raises(CommandError, match="1 bad rows"):
        call_command("places", "holidays", str(file))
    assert not PendingChange.objects.exists()
    assert not list(read_log())
