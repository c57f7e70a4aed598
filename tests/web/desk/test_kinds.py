# SPDX-License-Identifier: Apache-2.0
"""Lists by the kind of case: a mediator begins with disputes, an assessor with decisions, and each may see all."""

import pytest

from anlan.people.may import Role
from anlan.procedures.mediation.procedure import MEDIATION
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.django_db


def test_who_does_one_kind_of_work_begins_with_it_and_may_see_all() -> None:
    def current(url: str, role: Role) -> list[str]:
        groups = enter(post_of(role)).get(url).context["groups"]
        return [queue.url for group in groups for queue in group.queues if queue.current]

    # The post's own kind is no word of the address; all kinds are.
    assert current("/desk/", Role.MEDIATOR) == ["/desk/", "/desk/"]
    assert current("/desk/?procedure=", Role.MEDIATOR) == ["/desk/?procedure="] * 2
    assert current("/desk/", Role.DISPATCHER) == ["/desk/", "/desk/"]
    own = enter(post_of(Role.MEDIATOR)).get("/desk/").context
    assert set(own["states"]) == {state.key for state in MEDIATION.states if state.open}
