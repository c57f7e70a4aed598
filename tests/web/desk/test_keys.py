# SPDX-License-Identifier: Apache-2.0
"""What may be done is on the page, in every state, and each action keeps its letter."""

import re
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from django.template.loader import render_to_string

from anlan.base.clock import now
from anlan.base.errors import Refused
from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.define import Procedure, Relation
from anlan.cases.projection import Projection
from anlan.cases.queries import View
from anlan.cases.queries_view import get_view
from anlan.people.may import SYSTEM, Actor
from anlan.web.desk.deeds import first_card
from anlan.web.desk.keys import EVERYWHERE, keys_of
from anlan.web.staff_frame import Sight
from tests.cases.walks import Walker
from tests.cases.world import MONDAY, VILLAGE, place
from tests.web.desk.test_items import talking
from tests.web.test_disputes import do

pytestmark = pytest.mark.django_db
PROCEDURES = [*registry.by_version().values()]
LINK = re.compile(r'(?:href|action)="/desk/cases/\d+/do/(\w+)')
KEYED = re.compile(
    r'href="/desk/cases/\d+/do/(\w+)[^"]*"[^>]*data-key="(\w+)"(?: data-letter="(\w)")? aria-keyshortcuts'
)


def page_of(view: View, sight: Sight) -> str:
    """The first card of a case as this post reads it."""
    return render_to_string("desk/deeds.html", first_card(view, sight, "", on_its_way=None))


def offices(walker: Walker, case: Projection) -> Iterator[Actor]:
    """Each post that the declaration names, once."""
    seen = set()
    for action in walker.procedure.actions:
        for who in action.by:
            if who.relation in (Relation.PARTY, Relation.SYSTEM, Relation.ANYONE):
                continue
            by, _party = walker.actor(case, who.relation, who.roles)
            if by is not None and (by.post_id, by.role) not in seen:
                seen.add((by.post_id, by.role))
                yield by


def each_page(procedure: Procedure, seed: int, steps: int) -> Iterator[tuple[View, str]]:
    """The pages of whoever sees a case that goes its ways at random."""
    walker = Walker(procedure, known=current(), places=(place(VILLAGE),), start=MONDAY, pick=Random(seed))
    opened = walker.step(None)
    while opened is None:
        opened = walker.step(None)
    for _step in range(steps):
        case = get_view(SYSTEM, opened.case_id, known=walker.known, at=walker.at).case
        for by in offices(walker, case):
            try:
                view = get_view(by, opened.case_id, known=walker.known, at=walker.at)
            except Refused:
                continue
            yield view, page_of(view, Sight(by=by, at=walker.at, known=walker.known))
        walker.step(case)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda one: f"{one.key}-{one.version}")
@pytest.mark.parametrize(
    "seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 12))]
)
def test_whatever_may_be_done_is_on_the_page_under_its_own_letter(procedure: Procedure, seed: int) -> None:
    letters = keys_of(procedure)
    for view, html in each_page(procedure, seed, 15):
        possible = {action.key for action in view.actions} - {"look"}
        assert possible <= set(LINK.findall(html)), f"not reached in {view.case.state}"
        assert possible or "anlan-more" not in html
        for action, key, letter in KEYED.findall(html):
            assert {key, letter} - {"Enter", ""} <= {letters.get(action)}, action


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda one: f"{one.key}-{one.version}")
def test_each_letter_is_of_one_action_alone(procedure: Procedure) -> None:
    letters = keys_of(procedure)
    assert len(set(letters.values())) == len(letters)
    assert all(one.isascii() and one.isupper() for one in letters.values())
    assert not {one.lower() for one in letters.values()} & EVERYWHERE
    assert set(letters) <= {action.key for action in procedure.deeds()}


def test_what_one_side_alone_reads_has_no_letter_and_says_to_whom_it_goes() -> None:
    desk, case = talking()
    html = desk.get(f"/desk/cases/{case.number}").content.decode()
    for action, words in (("tell_1", "只对申请方说"), ("tell_2", "只对对方说")):
        link = re.search(rf"<a[^>]*/do/{action}[^>]*>(.*?)</a>", html)
        assert link is not None
        assert "data-key" not in link[0]
        form = desk.get(f"/desk/cases/{case.number}/do/{action}").content.decode()
        assert len(re.findall(rf"<button[^>]*data-send[^>]*>{words}", form)) == 1


def test_while_a_meeting_lies_ahead_everything_else_can_still_be_done() -> None:
    desk, case = talking()
    begins = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    do(desk, case, "meet", begins=begins, minutes="60", form="on_site", where="村调解室")
    html = desk.get(f"/desk/cases/{case.number}").content.decode()
    assert "会议已经约好" in html
    assert "现在没有需要您做的" not in html
    assert {"call_off", "note", "ask_alone", "say", "tell_1"} <= set(LINK.findall(html))


def test_what_is_more_stands_in_groups_and_what_ends_it_last_and_apart() -> None:
    desk, case = talking()
    html = desk.get(f"/desk/cases/{case.number}").content.decode()
    more = html[html.index('class="govuk-details anlan-more"') :]
    more = more[: more.index("</details>")]
    heads = re.findall(r'anlan-more__title">([^<]+)<', more)
    assert heads[0] == "沟通和记录"
    assert heads[-1] == "结束或者换调解员"
    assert len(heads) == len(set(heads))
    last = more[more.index("anlan-more__group--grave") :]
    assert {"fail", "relieve"} <= set(LINK.findall(last))
    assert last.count("anlan-button--grave") == len(LINK.findall(last))
    assert "anlan-button--grave" not in more[: more.index("anlan-more__group--grave")]
