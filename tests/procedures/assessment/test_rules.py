# SPDX-License-Identifier: Apache-2.0
"""What the rules of assessments say at every step, against worked examples of the regulation (重大行政决策程序暂行条例)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from anlan.base.errors import Conflict, Invalid, NotAllowed, Refused
from anlan.cases.escalate import escalate
from anlan.people.may import Role
from anlan.procedures.assessment import matrix
from anlan.procedures.assessment.published import get_published
from tests.cases.world import MONDAY, organisation, post
from tests.procedures.assessment.cast import COUNTY, DAY, TESTS, Road, decider, reviewer

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_the_whole_course_of_a_road() -> None:
    road = Road().consult()
    road.comment()
    road.ended()
    road.count().answer(section=1)
    road.risk(4, 4).do("rate_again", risk=1, left_likelihood=2, left_impact=3, words="隔音屏已装。")
    road.report().checked()
    assert road.decide().state == "decided"
    record = road.case.record
    assert (record["level"], record["computed"], record["result"]) == ("low", "low", "with_measures")
    assert (record["comments"], record["unanswered"], record["adopted"]) == (1, 0, 1)
    assert road.case.published_as is not None
    road.filed()
    road.do("track", words="施工比方案晚。")
    road.do("commission", decider(), reviewer=organisation("city:3301"), trigger="complaints")
    assert road.do("review", reviewer(), keep="keep", words="可以继续。").state == "reviewed"
    assert not road.case.open


def test_land_and_works_near_homes_are_never_simplified() -> None:
    for kind in ("land", "works"):
        with pytest.raises(Invalid) as refused:
            Road(kind=kind, track="simplified")
        assert "track" in refused.value.fields
    simple = Road(kind="policy", track="simplified")
    with pytest.raises(Refused):
        simple.do("shorten", decider(), days=10, short_reason="汛期将至。")
    assert simple.do("hear", words="走访了沿线商户。").state == "listing"
    with pytest.raises(Refused):
        Road(kind="policy").do("hear", words="走访了沿线商户。")


def test_nobody_assesses_what_is_not_in_the_catalogue_or_not_theirs() -> None:
    with pytest.raises(Invalid):
        Road(kind="macro")
    with pytest.raises(Refused):
        Road(decider=organisation("county:330108"))


def test_a_draft_is_open_for_thirty_days_or_says_why_not() -> None:
    """Art. 15: from Monday 2 March, which is not counted, to the end of Wednesday 1 April."""
    road = Road()
    with pytest.raises(Invalid) as refused:
        road.consult(days=29)
    assert "days" in refused.value.fields
    road.consult()
    found = road.case.running("consult")
    assert found is not None
    assert found[1].due_at == datetime(2026, 4, 1, 16, 0, tzinfo=UTC)
    road.at = found[1].due_at - TICK
    road.comment()
    with pytest.raises(Refused):
        road.count()
    road.at += TICK
    with pytest.raises(Conflict):
        road.comment()
    assert road.count().case.state == "listing"


def test_less_time_for_comments_is_for_the_deciding_body_to_grant_with_reasons_that_are_published() -> None:
    """Art. 15: the reasons are explained where the draft is published. Whoever assesses cannot grant it to themselves."""
    road = Road()
    with pytest.raises(NotAllowed):
        road.do("shorten", days=10, short_reason="汛期将至。")
    with pytest.raises(Invalid) as refused:
        road.do("shorten", decider(), days=10)
    assert "short_reason" in refused.value.fields
    with pytest.raises(Invalid):
        road.do("shorten", decider(), days=30, short_reason="汛期将至。")
    road.do("shorten", decider(), days=10, short_reason="汛期将至。")
    with pytest.raises(Invalid) as refused:
        road.consult(days=9)
    assert "days" in refused.value.fields
    road.consult(days=10)
    assert get_published(road.case.published_as or "").words("short_reason") == "汛期将至。"


def test_the_sweep_ends_the_time_for_comments_and_somebody_counts_them() -> None:
    road = Road().consult()
    road.ended()
    escalate(at=road.at)
    escalate(at=road.at)
    assert road.case.state == "commented"
    with pytest.raises(Conflict):
        road.comment()
    assert road.count().case.state == "listing"


def test_the_time_for_comments_is_extended_with_reasons_before_it_ends_and_never_after() -> None:
    """Ten days more than from 2 March to 1 April: the 11th is a Saturday, so to the end of Monday 13 April (Civil Code art. 203)."""
    road = Road().consult()
    with pytest.raises(Invalid):
        road.do("extend", more=10)
    road.at += 29 * DAY
    road.do("extend", more=10, why="假期占用了时间。")
    found = road.case.running("consult")
    assert found is not None
    assert found[1].due_at == datetime(2026, 4, 13, 16, 0, tzinfo=UTC)
    road.at += 5 * DAY
    escalate(at=road.at)
    road.comment()
    road.at += 9 * DAY
    with pytest.raises(Refused):
        road.do("extend", more=10, why="再延长。")
    escalate(at=road.at)
    assert road.case.state == "commented"


def test_a_hearing_has_seven_days_notice() -> None:
    """Art. 16: called on Monday 2 March, the first day is Monday 9 March."""
    road = Road().consult()
    said: dict[str, Any] = {"minutes": 120, "form": "on_site", "where": "社区礼堂"}
    with pytest.raises(Invalid) as refused:
        road.do("meet", begins=MONDAY + 6 * DAY, **said)
    assert "begins" in refused.value.fields
    road.do("meet", begins=MONDAY + 7 * DAY, **said)
    road.at += 8 * DAY
    road.do("held", came=46, words="多数人关心噪声。")
    assert [each["state"] for each in road.case.record["meetings"]] == ["held"]


def test_no_report_before_every_comment_is_answered() -> None:
    road = Road().consult()
    first, second = road.comment(), road.comment(section=0)
    road.ended()
    road.count().risk(1, 1)
    with pytest.raises(Refused, match="2 comments"):
        road.report()
    road.answer(first)
    with pytest.raises(Refused, match="1 comment"):
        road.report()
    road.answer(second, adopted="no", words="本路段不具备条件。")
    assert road.report().case.state == "report_ready"


def test_numbers_are_counted_by_the_house_alone() -> None:
    road = Road().consult()
    road.comment()
    road.ended()
    lie: dict[str, Any] = {
        "comments": 0,
        "surveys": 0,
        "withheld": 0,
        "unanswered": 0,
        "adopted": 0,
        "digest": "0" * 64,
    }
    for proof in ("", "0" * 64):
        with pytest.raises(Refused):
            road.do("count", **lie, proof=proof)
    road.count()
    with pytest.raises(Refused):
        road.do("answer", n=1, unanswered=0, adopted=0, proof="0" * 64)


def test_a_report_needs_risk_points_and_says_both_levels() -> None:
    road = Road().listed()
    with pytest.raises(Refused, match="risk points"):
        road.report()
    road.risk(3, 3).report()
    assert (road.case.record["level"], road.case.record["computed"]) == ("low", "medium")


@pytest.mark.parametrize(
    ("scores", "own"), [((3, 3), "low"), ((2, 3), "medium"), ((5, 3), "high"), ((1, 1), "high")]
)
def test_what_is_not_low_is_not_decided_until_it_is(scores: tuple[int, int], own: str) -> None:
    road = Road().listed().risk(*scores).report(own).checked()
    with pytest.raises(Refused, match="may not be decided"):
        road.decide()
    road.do("send_back", decider(), words="降到低风险。")
    if matrix.level_of(*scores) != "low":
        road.do("rate_again", risk=1, left_likelihood=1, left_impact=2, words="措施已落实。")
    road.report()
    with pytest.raises(Conflict):
        road.decide()
    assert road.checked().decide().state == "decided"
    assert road.case.record["blocked_at"] is not None


def test_a_test_that_is_not_met_stops_it_whatever_the_level() -> None:
    for key in TESTS:
        road = Road().listed().risk(1, 1).report(**{key: "unmet"}).checked()
        with pytest.raises(Refused, match="Not met"):
            road.decide()


def test_the_matrix() -> None:
    drawn = ["".join(matrix.level_of(n, k)[0] for k in range(1, 6)) for n in range(1, 6)]
    assert drawn == ["lllll", "lllmm", "llmmh", "lmmhh", "lmhhh"]
    assert matrix.level_left([]) == "low"


def test_only_its_own_assessor_and_decider_act() -> None:
    road = Road()
    other = post(Role.ASSESSOR, "town:330106004", COUNTY, post_id=77)
    with pytest.raises(NotAllowed):
        road.do("consult", other, explanation="说明", draft="草案", days=30)
    with pytest.raises(NotAllowed):
        road.do("consult", decider(), explanation="说明", draft="草案", days=30)


def test_whose_measure_it_is_sees_the_case() -> None:
    road = Road().listed().risk(2, 2)
    assert organisation("dept:330106:housing") in road.case.assigned_now("assist")
    with pytest.raises(Invalid):
        road.risk(2, 2, left_likelihood=3)
    road.do("drop_risk", risk=1, words="重复。")
    with pytest.raises(Refused):
        road.do("rate_again", risk=1, left_likelihood=1, left_impact=1, words="无")
