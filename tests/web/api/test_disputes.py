# SPDX-License-Identifier: Apache-2.0
"""A side of a dispute acts through the API with its follow code: it chooses a mediator of the office, and nobody else."""

import pytest

from anlan.base.ids import show_number
from anlan.cases.models import Case
from anlan.cases.queries import follow_code_of
from anlan.people.may import Role
from tests.procedures.mediation.cast import Dispute
from tests.procedures.report.cast import COMMITTEE
from tests.web.api.conftest import Api
from tests.web.staff import post_of

pytestmark = pytest.mark.django_db


def test_a_side_chooses_a_mediator_of_the_office_and_nobody_else(anyone: Api) -> None:
    offered = post_of(Role.MEDIATOR, COMMITTEE)
    elsewhere, clerk = post_of(Role.MEDIATOR, "town:330106004"), post_of(Role.VILLAGE_CLERK, COMMITTEE)
    dispute = Dispute().accepted()
    number, code = (
        show_number(Case.objects.get(pk=dispute.id).number).replace(" ", ""),
        follow_code_of(dispute.id, 1),
    )
    for strange in (elsewhere.pk, clerk.pk, 2**40, -1):
        answer = anyone.act(number, "choose", {"mediator": strange}, Follow_Code=code)
        assert answer.status_code == 422, answer.content
        assert [each["field"] for each in answer.json()["errors"]] == ["mediator"]
    answer = anyone.act(number, "choose", {"mediator": offered.pk}, Follow_Code=code)
    assert answer.status_code == 200, answer.content
    assert dispute.column("wanted_1") == offered.pk
