# SPDX-License-Identifier: Apache-2.0
"""Judicial confirmation: both sides ask, within thirty days as statutes count them, and the court's answers move its limits on."""

from datetime import date, datetime

import pytest

from anlan.base.errors import Invalid
from anlan.cases.catalogue import current
from anlan.cases.queries_view import get_view
from anlan.places.calendars import Limit, Unit
from anlan.procedures.mediation.panel import panel
from tests.procedures.mediation.cast import FIRST, SECOND, Dispute, mediator
from tests.procedures.mediation.test_mediation import clock

pytestmark = pytest.mark.django_db


def ends(at: datetime, days: int) -> datetime:
    """The end of so many days as statutes count them."""
    return current().calendar.add(at, Limit(n=days, unit=Unit.DAY, roll=True)).at


def test_both_ask_the_court_within_thirty_days_and_its_limits_follow_its_answers() -> None:
    dispute = Dispute().sealed()
    agreed = datetime.fromisoformat(dispute.column("agreed_at"))
    dispute.do("join_in", FIRST)
    assert dispute.column("court") == ""
    with pytest.raises(Invalid):
        dispute.do("prepare", mediator())
    dispute.do("join_in", SECOND)
    with pytest.raises(Invalid):
        dispute.do("filed", mediator())
    dispute.do("prepare", mediator())
    assert clock(dispute, "file").due_at == ends(agreed, 30)
    dispute.later(days=5)
    dispute.do("filed", mediator())
    assert clock(dispute, "admit").due_at == ends(dispute.at, 3)
    dispute.do("court_said", mediator(), answer="admitted")
    admitted = dispute.at
    assert clock(dispute, "confirm").due_at == ends(admitted, 15)
    dispute.do("court_said", mediator(), answer="longer")
    assert clock(dispute, "confirm").due_at == ends(admitted, 25)
    dispute.do("court_said", mediator(), answer="confirmed", words="（2026）浙 0106 民特 1 号")
    assert dispute.column("court") == "confirmed"


def test_the_last_day_to_ask_is_told_as_the_day_itself_and_not_as_the_first_instant_after_it() -> None:
    """In force on Monday 2 March 2026, which does not count: the thirtieth day is Wednesday 1 April."""
    dispute = Dispute().sealed()
    view = get_view(mediator(), dispute.id, known=current(), at=dispute.at)
    assert panel(view, known=current(), at=dispute.at)["court"]["until"] == date(2026, 4, 1)


def test_after_thirty_days_the_court_is_asked_no_more() -> None:
    dispute = Dispute().sealed()
    dispute.later(days=40)
    with pytest.raises(Invalid, match="30"):
        dispute.do("join_in", FIRST)
