# SPDX-License-Identifier: Apache-2.0
"""That one side of a dispute spoke to the mediator is told to no open page of the other, not even without a word."""

import pytest

from anlan.cases import journal
from anlan.cases.catalogue import current
from anlan.people.may import anonymous
from anlan.web.live.changes import changes
from anlan.web.live.topics import Listener, Topics
from tests.procedures.mediation.cast import FIRST, SECOND, Dispute, mediator

pytestmark = pytest.mark.django_db


def test_an_open_page_hears_of_what_is_for_all_and_of_nothing_narrower() -> None:
    dispute = Dispute().talking()
    while journal.number(at=dispute.at):
        pass
    after = max(change.position for change in changes(0))
    dispute.do("confide_2", SECOND, words="我怕他")
    dispute.do("remark", mediator(), words="分别谈")
    dispute.do("say", FIRST, words="请各退一步")
    while journal.number(at=dispute.at):
        pass
    topics: Topics[Listener] = Topics()
    page = Listener(anonymous(), case=dispute.now.number)
    topics.add(page)
    found = changes(after)
    assert [change.quiet for change in found] == [True, True, False]
    assert [list(topics.matching(change, known=current())) for change in found] == [[], [], [page]]
