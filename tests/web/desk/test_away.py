# SPDX-License-Identifier: Apache-2.0
"""Who is away says so, is passed over, and is back when they say so; nobody sends another away."""

from datetime import date, timedelta

import pytest

from anlan.base.clock import now
from anlan.people.holding import organisation_active
from anlan.people.may import Role
from anlan.people.models import Absence
from anlan.places.find import ZONE
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.django_db


def days(first: date, last: date) -> dict[str, str]:
    return {
        f"{name}_{part}": str(getattr(day, part))
        for name, day in (("first", first), ("last", last))
        for part in ("year", "month", "day")
    }


def test_an_office_whose_only_post_is_away_is_passed_over_until_it_is_back() -> None:
    post = post_of(Role.DISPATCHER)
    client, other = enter(post), enter(post_of(Role.HANDLER))
    today = now().astimezone(ZONE).date()
    assert organisation_active(post.organisation_id, at=now())
    assert client.post("/desk/away", days(today, today + timedelta(days=2))).status_code == 302
    assert not organisation_active(post.organisation_id, at=now())
    assert organisation_active(post.organisation_id, at=now() + timedelta(days=3))
    absence = Absence.objects.get()
    other.post(f"/desk/away/{absence.pk}/back")
    assert not organisation_active(post.organisation_id, at=now())
    assert "我回来了" in client.get("/desk/away").content.decode()
    client.post(f"/desk/away/{absence.pk}/back")
    assert organisation_active(post.organisation_id, at=now())
    assert client.get("/desk/away").status_code == 200


def test_days_that_are_over_or_the_wrong_way_round_are_asked_again() -> None:
    client = enter(post_of(Role.DISPATCHER))
    today = now().astimezone(ZONE).date()
    for first, last in ((today, today - timedelta(days=1)), (today + timedelta(days=5), today)):
        answer = client.post("/desk/away", days(first, last))
        assert answer.status_code == 422
        assert "govuk-error-summary" in answer.content.decode()
    assert client.post("/desk/away", {"first_year": "x"}).status_code == 422
    assert not Absence.objects.exists()
