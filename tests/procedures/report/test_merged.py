# SPDX-License-Identifier: Apache-2.0
"""A report that was merged: its reporter is told of the other, rates it and objects to it, and stops nobody else's."""

from datetime import timedelta

import pytest

from anlan.base.errors import Conflict, Invalid, NotAllowed
from anlan.cases import follow, journal
from anlan.cases.catalogue import current
from anlan.cases.follow import Follows
from anlan.cases.models import Content, Delivery, Follower
from anlan.cases.models import Notice as NoticeRow
from anlan.cases.queries import get_view
from anlan.config.wiring import tell_offices
from anlan.people.may import Actor, anonymous
from anlan.procedures.report.procedure import REPORT
from tests.cases.world import MONDAY, organisation
from tests.procedures.report.cast import (
    REASONS,
    REPORTER,
    ROAD,
    TOWN_ROOM,
    Matter,
    category,
    condition,
    county,
    dept,
    grid_worker,
    town,
    unit,
)

pytestmark = pytest.mark.django_db
FOLLOWER = Follows(name="notices", handler=tell_offices, sends=True)


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
        "dispatch_party",
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


def words_in(case: Matter, *actions: str, by: Actor | None = None) -> list[str]:
    """What a reader of a case finds written in entries of these actions; the first reporter when `by` is None."""
    parties = () if by is not None else (1,)
    view = get_view(by or anonymous(), case.id, known=current(), at=case.at, parties=parties)
    contents = [c for line in view.timeline.lines if line.action in actions for c in line.contents]
    return [c.values["words"] for c in contents if c.values]


def test_an_objection_stays_with_who_wrote_it_and_the_other_report_says_only_that_there_is_one(
    both: tuple[Matter, Matter],
) -> None:
    main, double = both
    finished(main)
    double.do("not_fixed", REPORTER, words="我家门口那段没有修")
    assert words_in(double, "not_fixed", by=town()) == ["我家门口那段没有修"]
    assert words_in(main, "doubted", by=town()) == []
    assert not Content.objects.filter(case_id=main.id, seq=main.now.seq).exists()
    assert double.id in {link.case_id for link in main.now.links.values()}


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


def test_what_the_other_reporter_adds_is_told_to_who_works_on_it_now(both: tuple[Matter, Matter]) -> None:
    main, double = both
    double.do("add", REPORTER, files=1, words="坑又大了一圈")
    assert words_in(double, "add", by=town()) == ["坑又大了一圈"]
    assert words_in(main, "more_said", by=town()) == []
    assert words_in(main, "more_said") == []
    told(main)
    housing = NoticeRow.objects.filter(case_id=main.id, organisation_id=organisation(dept("housing")))
    assert "more_said_holder" in housing.values_list("key", flat=True)
    finished(main)
    with pytest.raises(Invalid, match=r"not fixed|没有办好"):
        double.do("add", REPORTER, words="还有一个坑")


def test_a_merge_is_undone_by_the_room_that_made_it_and_both_say_so(both: tuple[Matter, Matter]) -> None:
    main, double = both
    with pytest.raises(NotAllowed):
        double.do("unmerge", unit(), words="是两处不同的坑")
    double.do("unmerge", town(), words="是两处不同的坑")
    assert double.state == "reported"
    assert double.now.open
    assert (double.now.room, double.now.holder) == (organisation(TOWN_ROOM), organisation(TOWN_ROOM))
    assert words_in(double, "unmerge") == ["是两处不同的坑"]
    assert [line["case"] for line in double.outcomes("unmerge")["links"]] == [str(main.id)]
    assert [line["case"] for line in main.outcomes("let_out")["links"]] == [str(double.id)]
    assert "unmerge_party" in told(double)
    finished(main)
    assert "close_party" not in told(double), "it goes on there no longer"
    assert "close_party" in told(main)


def test_after_the_undoing_nothing_leads_from_the_one_to_the_other(both: tuple[Matter, Matter]) -> None:
    main, double = both
    for case in both:
        assert len(get_view(town(), case.id, known=current(), at=case.at).linked) == 1
    double.do("unmerge", town(), words="是两处不同的坑")
    for case in both:
        assert not get_view(town(), case.id, known=current(), at=case.at).linked
    with pytest.raises((Conflict, NotAllowed)):
        double.do("not_fixed", REPORTER, words="还是坑")
    main.do("withdraw", REPORTER)
    assert main.state == "withdrawn", "nobody else reported it after all"


def test_a_report_let_out_may_be_merged_again_into_another(both: tuple[Matter, Matter]) -> None:
    main, double = both
    double.do("unmerge", town(), words="是两处不同的坑")
    third = Matter()
    double.do("merge", town(), into=str(third.id))
    third.dispatch()
    third.do("take", unit())
    third.finish()
    double.do("not_fixed", REPORTER, words="还是坑")
    assert (third.state, main.state) == ("in_hand", "in_hand")
    assert third.column("rework") == 1
    assert main.column("rework") == 0
    main.do("withdraw", REPORTER)


def test_who_objected_in_a_chain_stays_with_the_report_it_was_merged_into() -> None:
    early, middle, last = Matter(), Matter(), Matter()
    early.do("merge", town(), into=str(middle.id))
    middle.do("merge", town(), into=str(last.id))
    early.do("add", REPORTER, words="坑又大了一圈")
    assert last.outcomes("more_said")
    middle.do("unmerge", town(), words="不是同一个路口")
    middle.dispatch()
    middle.do("take", unit())
    finished(middle)
    assert "close_party" in told(early)


@pytest.mark.parametrize("state", ["reported", "accepted", "returned"])
def test_it_goes_back_to_where_it_was_and_its_limits_with_it(state: str) -> None:
    main, double = Matter(), Matter()
    if state != "reported":
        double.do("accept", town(), category=category(ROAD), condition=condition(ROAD))
    if state == "returned":
        double.dispatch()
        double.later(hours=1)
        double.do("return", unit(), reason="not_our_duty", words=REASONS)
    assert double.state == state
    double.later(minutes=30)
    before = {key: double.clock(key) for key in REPORT.state(state).clocks if not REPORT.clock(key).on_call}
    main.at = double.at
    double.do("merge", town(), into=str(main.id))
    assert double.state == "merged"
    double.later(days=1)
    double.do("unmerge", town(), words="是两处不同的坑")
    assert double.state == state
    for key, run in before.items():
        now = double.clock(key)
        assert now.runs
        if key == "handle":
            assert (now.started_at, now.due_at, now.told) == (run.started_at, run.due_at, run.told)
        else:
            assert now.due_at - run.due_at == timedelta(days=1), "it used the time before, not that between"
            assert (now.n, now.unit) == (run.n, run.unit)


def test_merging_and_undoing_wins_a_room_no_time() -> None:
    main, double = Matter(), Matter()
    double.later(hours=3)
    assert double.column("overdue") == 1
    main.at = double.at
    double.do("merge", town(), into=str(main.id))
    double.do("unmerge", town(), words="是两处不同的坑")
    assert double.clock("accept").due_at < double.at


def test_once_the_matter_is_settled_its_merge_is_not_undone(both: tuple[Matter, Matter]) -> None:
    main, double = both
    finished(main)
    with pytest.raises(Invalid, match=r"ended|已经办结"):
        double.do("unmerge", town(), words="是两处不同的坑")
    main.do("reopen", REPORTER, words="没有修好")
    double.do("unmerge", town(), words="是两处不同的坑")
    assert double.state == "reported"
