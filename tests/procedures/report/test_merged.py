# SPDX-License-Identifier: Apache-2.0
"""A report that was merged: its reporter is told of the other, rates it and objects to it, and stops nobody else's."""

from datetime import timedelta

import pytest

from anlan.base.errors import Invalid
from anlan.cases import follow, journal
from anlan.cases.catalogue import current
from anlan.cases.follow import Follows
from anlan.cases.models import Delivery, Follower
from anlan.cases.models import Notice as NoticeRow
from anlan.cases.notices import tell
from anlan.cases.queries import get_view
from anlan.people.may import anonymous
from tests.cases.world import MONDAY
from tests.procedures.report.cast import REPORTER, Matter, county, grid_worker, town, unit

pytestmark = pytest.mark.django_db
FOLLOWER = Follows(name="notices", handler=tell, sends=True)


@pytest.fixture
def both() -> tuple[Matter, Matter]:
    """A report in hand, and one of the same matter that was merged into it."""
    main, double = Matter(), Matter()
    main.dispatch()
    double.do("merge", town(), into=str(main.id))
    main.do("take", unit())
    return main, double


def finished(main: Matter) -> None:
    main.finish()
    main.do("check", grid_worker(), result="holds")
    main.do("close", town())


def told(case: Matter) -> list[str]:
    """What the parties of a case were told, in order."""
    Follower.objects.get_or_create(name="notices", sends=True)
    while journal.number(at=MONDAY):
        pass
    while follow.advance(FOLLOWER):
        pass
    rows = NoticeRow.objects.filter(case_id=case.id, party=1).order_by("at", "seq")
    return list(rows.values_list("key", flat=True))


def test_both_reporters_are_told_when_there_is_an_outcome_an_end_and_a_new_beginning(
    both: tuple[Matter, Matter],
) -> None:
    main, double = both
    finished(main)
    main.do("reopen", county(), words="抽查发现没有修好")
    assert {"done_party", "close_party", "reopen_party"} <= set(told(main))
    assert [key for key in told(double) if key not in {"open_party", "merge_party"}] == [
        "done_party",
        "close_party",
        "reopen_party",
    ]
    sent = Delivery.objects.filter(key="close_party").values_list("case_id", flat=True)
    assert set(sent) == {main.id, double.id}
    assert len(sent) == 2


def test_a_question_to_the_one_is_not_for_the_other(both: tuple[Matter, Matter]) -> None:
    main, double = both
    main.do("ask", unit(), question="是哪一个路口")
    assert "ask_party" in told(main)
    assert "ask_party" not in told(double)


def test_what_was_merged_twice_is_still_told(both: tuple[Matter, Matter]) -> None:
    _main, double = both
    early, middle, last = Matter(), Matter(), Matter()
    last.dispatch()
    early.do("merge", town(), into=str(middle.id))
    middle.do("merge", town(), into=str(last.id))
    last.do("take", unit())
    finished(last)
    assert "close_party" in told(early)
    assert "close_party" in told(middle)
    assert "close_party" not in told(double)
    early.do("not_fixed", REPORTER, words="还是坑")
    assert last.state == "accepted"


def test_the_other_reporter_rates_once_it_is_closed(both: tuple[Matter, Matter]) -> None:
    main, double = both
    with pytest.raises(Invalid, match=r"closed|办结"):
        double.do("rate", REPORTER, rating=5)
    finished(main)
    double.do("rate", REPORTER, rating=2)
    assert (double.column("rating"), main.column("rating")) == (2, None)
    main.do("rate", REPORTER, rating=5)
    with pytest.raises(Invalid):
        double.do("rate", REPORTER, rating=5)


def test_not_fixed_takes_it_back_to_the_unit_or_to_the_room(both: tuple[Matter, Matter]) -> None:
    main, double = both
    with pytest.raises(Invalid, match=r"in hand|还在办理"):
        double.do("not_fixed", REPORTER, words="还是坑")
    main.finish()
    double.do("not_fixed", REPORTER, words="还是坑")
    assert (main.state, main.column("rework")) == ("in_hand", 1)
    finished(main)
    double.do("not_fixed", REPORTER, words="又塌了")
    assert (main.state, main.column("reopened")) == ("accepted", 1)
    assert double.state == "merged"


def test_the_office_reads_the_objection_and_the_first_reporter_does_not(both: tuple[Matter, Matter]) -> None:
    main, double = both
    finished(main)
    double.do("not_fixed", REPORTER, words="我家门口那段没有修")
    seen = [
        get_view(by, main.id, known=current(), at=main.at, parties=parties)
        for by, parties in ((town(), ()), (anonymous(), (1,)))
    ]
    words = [
        [
            c.values["words"]
            for line in view.timeline.lines
            if line.action == "doubted"
            for c in line.contents
            if c.values
        ]
        for view in seen
    ]
    assert words == [["我家门口那段没有修"], []]


def test_after_the_allowed_days_it_is_reported_again(both: tuple[Matter, Matter]) -> None:
    main, double = both
    finished(main)
    double.at = main.at + timedelta(days=16)
    with pytest.raises(Invalid, match=r"again|再报"):
        double.do("not_fixed", REPORTER, words="又坏了")
    assert main.state == "closed"


def test_nobody_withdraws_what_somebody_else_reported_too(both: tuple[Matter, Matter]) -> None:
    main, _double = both
    with pytest.raises(Invalid, match=r"Somebody else|还有别人"):
        main.do("withdraw", REPORTER)
    assert main.state == "in_hand"
