# SPDX-License-Identifier: Apache-2.0
"""What stands above the desk is the work of whoever looks: a mediator enters disputes, an assessor decisions, and neither reports."""

import re

import pytest

from anlan.people.may import Role
from anlan.procedures.mediation.procedure import MEDIATION
from tests.procedures.report.cast import COMMITTEE
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.django_db


def ways(html: str) -> dict[str, str]:
    """The words above the desk with where they lead."""
    nav = html.split("anlan-header__nav", 1)[1].split("</nav>", 1)[0]
    return {word.strip(): url for url, word in re.findall(r'href="([^"]+)"[^>]*>([^<]+)<', nav)}


def test_each_begins_with_the_work_of_their_role() -> None:
    found = {
        role: ways(enter(post_of(role)).get("/desk/").content.decode())
        for role in (Role.MEDIATOR, Role.ASSESSOR, Role.DISPATCHER, Role.HANDLER)
    }
    assert list(found[Role.MEDIATOR])[:2] == ["待办", "登记纠纷"]
    assert list(found[Role.ASSESSOR])[:2] == ["待办", "登记决策事项"]
    assert "代为上报" in found[Role.DISPATCHER]
    for role in (Role.MEDIATOR, Role.ASSESSOR, Role.HANDLER):
        assert "代为上报" not in found[role]
    assert not {"登记纠纷", "登记决策事项"} & set(found[Role.DISPATCHER]) | {"登记纠纷"} & set(
        found[Role.HANDLER]
    )


def test_a_mediator_opens_a_dispute_for_who_stands_at_the_counter() -> None:
    desk = enter(post_of(Role.MEDIATOR, COMMITTEE))
    page = desk.get(ways(desk.get("/desk/").content.decode())["登记纠纷"]).content.decode()
    assert "登记调解申请" in page
    assert "代为上报" not in page
    form = desk.get(re.findall(r'href="([^"]+/ask_for)"', page)[0]).content.decode()
    assert "哪一类纠纷" in form
    assert "显示该类别的情形" not in form, "disputes have kinds and no categories"


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
