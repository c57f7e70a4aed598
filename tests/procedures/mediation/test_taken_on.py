# SPDX-License-Identifier: Apache-2.0
"""Before a mediation is taken on: what somebody asked alone answers, and what the office does."""

import pytest

from anlan.base.errors import Invalid
from anlan.cases.catalogue import current
from anlan.cases.queries_view import get_view
from anlan.people.may import Actor, Role
from tests.procedures.mediation.cast import SECOND, Dispute, above, clerk, mediator
from tests.procedures.report.cast import TOWN_ROOM
from tests.web.staff import post_of

pytestmark = pytest.mark.django_db


def test_who_is_afraid_is_told_of_help_first_and_nobody_under_age_is_alone() -> None:
    dispute = Dispute()
    with pytest.raises(Invalid, match=r"110|police"):
        dispute.asked_alone(1, afraid="yes")
    dispute.asked_alone(1, afraid="yes", help=True)
    assert dispute.column("apart") is True
    with pytest.raises(Invalid, match=r"监护人|guardian"):
        dispute.asked_alone(1, minor=True)


def test_what_somebody_asked_alone_answers_is_always_kept_and_read_by_mediators_alone() -> None:
    dispute = Dispute()
    with pytest.raises(Invalid):
        dispute.do("ask_alone", mediator(), who=1)
    dispute.asked_alone(1)
    dispute.asked_alone(1, afraid="silent")
    assert dispute.column("apart") is False

    def answers(by: Actor) -> list[object]:
        view = get_view(by, dispute.id, known=current(), at=dispute.at)
        values = [content.values or {} for line in view.timeline.lines for content in line.contents]
        return [each["afraid"] for each in values if "afraid" in each]

    assert sorted(map(str, answers(mediator()))) == ["no", "silent"]
    assert answers(clerk()) == []
    assert answers(above()) == []


def test_an_office_takes_on_what_it_does() -> None:
    dispute = Dispute().invited()
    dispute.do("consent", SECOND)
    for channel in ("judicial", "administrative"):
        with pytest.raises(Invalid) as refused:
            dispute.do("accept", mediator(), channel=channel)
        assert set(refused.value.fields) == {"channel"}
    post_of(Role.MEDIATOR, TOWN_ROOM)
    dispute.do("hand_up", mediator(), ground="beyond", words="需要行政机关来处理")
    assert dispute.state == "choosing", "everybody agreed already"
    again = Dispute()  # the village has nobody at work, so it is the town's
    again.do("bring_in", above(), joins="side2")
    for n in (1, 2):
        again.do("ask_alone", above(), who=n, afraid="no")
    again.do("invite", above(), matter="楼上夜间装修产生噪声")
    again.do("consent", SECOND)
    with pytest.raises(Invalid):
        again.do("accept", above(), channel="judicial")
    again.do("accept", above(), channel="administrative")
    assert again.column("channel") == "administrative"
