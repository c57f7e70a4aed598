# SPDX-License-Identifier: Apache-2.0
"""Words of a case opened without a trace in it: a look that is sent once more, long after."""

from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.base.errors import Conflict
from anlan.cases.catalogue import current
from anlan.cases.models import Entry
from anlan.cases.queries import open_look
from anlan.cases.queries_looks import LASTS, looks_at
from anlan.people.may import Role
from tests.cases.world import MONDAY, post
from tests.procedures.report.cast import CITY, Matter

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.HANDLER])
def test_a_look_sent_once_more_opens_nothing_again(role: Role) -> None:
    """Nor for another post of the same person, which may not look at all."""
    case, request_id = Matter(), uuid4()
    first, later = post(Role.SUPERVISOR, CITY, "3301"), post(role, CITY, "3301")
    open_look(first, case.id, reason="complaint", at=MONDAY, known=current(), request_id=request_id)
    with pytest.raises(Conflict):
        open_look(
            later,
            case.id,
            reason="complaint",
            at=MONDAY + LASTS["look"] + timedelta(minutes=1),
            known=current(),
            request_id=request_id,
        )
    assert len(looks_at(case.id)) == Entry.objects.filter(case_id=case.id, action="look").count() == 1
