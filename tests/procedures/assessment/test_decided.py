# SPDX-License-Identifier: Apache-2.0
"""What the rules say from the report on: who checks legality, who decides, what is filed, tracked and reviewed (重大行政决策程序暂行条例)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from anlan.base.errors import Invalid, NotAllowed, Refused
from anlan.cases.catalogue import current
from anlan.cases.escalate import escalate
from anlan.cases.models import Content, Entry
from anlan.cases.queries import Asked
from anlan.people.may import Role
from anlan.procedures.assessment.procedure import ASSESSMENT
from tests.cases.world import organisation, post
from tests.procedures.assessment.cast import COUNTY, DAY, Road, assessor, checker, decider, reviewer

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def reported(**data: Any) -> Road:
    """On the simplified track, with a report."""
    road = Road(kind="policy", track="simplified", **data)
    road.do("hear", words="走访。")
    return road.risk(1, 2).report()


def test_a_county_government_decides() -> None:
    road = reported(decider=organisation("government:330106"))
    official = post(Role.HANDLER, "government:330106", COUNTY, post_id=47)
    road.do("pass_on", official, checker=organisation("dept:330106:justice"), days=7)
    road.at += 30 * DAY
    road.do("opine", checker(), result="lawful", words="合法。")
    said: dict[str, Any] = {
        "result": "implement",
        "present": 7,
        "dissent": "none",
        "minutes": "讨论。",
        "words": "实施。",
    }
    assert road.do("decide", official, **said).state == "decided"


def test_a_decision_is_filed_once_with_another_and_then_tracked() -> None:
    road = Road().listed().risk(1, 1).report().checked()
    road.decide()
    for own in {road.case.holder, road.case.room} - {None}:
        with pytest.raises(Invalid) as refused:
            road.filed(own)
        assert "with" in refused.value.fields
    road.filed()
    assert road.case.record["filed_with"] == organisation("city:3301")


def test_what_is_still_within_its_time_is_not_owed_a_report_yet() -> None:
    facts = {fact.key: fact.at for fact in ASSESSMENT.facts}

    def counted(road: Road) -> tuple[bool, bool]:
        return facts["required"](road.case) is not None, facts["assessed"](road.case) is not None

    road = Road()
    assert counted(road) == (False, False)
    assert counted(road.listed()) == (False, False)
    assert counted(road.risk(1, 1).report()) == (True, True)
    late = Road()
    while escalate(at=late.at + 60 * DAY).done:
        pass
    assert counted(late) == (True, False)


def test_the_legality_check_is_given_seven_working_days() -> None:
    """Art. 26: passed on on Monday 2 March 2026 09:00, it is due on Wednesday 11 March."""
    road = reported()
    justice = organisation("dept:330106:justice")
    with pytest.raises(Invalid) as refused:
        road.do("pass_on", decider(), checker=justice, days=6)
    assert "days" in refused.value.fields
    road.passed_on()
    found = road.case.running("legality")
    assert found is not None
    assert found[1].due_at.date() == datetime(2026, 3, 11).date()  # noqa: DTZ001 - a day
    assert found[1].owner == justice, "who checks is told of its limit, not who waits for it"
    with pytest.raises(Invalid) as refused:
        road.do("opine", checker(), result="lawful", words="合法。")
    assert "early" in refused.value.fields
    said: dict[str, Any] = {"result": "not_lawful", "words": "程序有缺。", "early": "材料齐全。"}
    assert road.do("opine", checker(), **said).state == "listing"
    assert road.case.holder == organisation("county:330106"), "it is back with who assesses"
    road.report().passed_on()
    road.at = road.case.running("legality")[1].due_at  # type: ignore[index]
    assert road.do("opine", checker(), result="lawful", words="合法。").state == "deciding"
    assert road.case.holder == organisation("county:330106")
    assert road.case.record["checked_by"] == justice


def test_legality_is_checked_by_neither_who_assessed_nor_who_decides() -> None:
    """Art. 25: the department that is responsible for it."""
    road = reported(decider=organisation("city:3301"))
    city = post(Role.SUPERVISOR, "city:3301", "3301", post_id=45)
    for own in ("county:330106", "city:3301"):
        with pytest.raises(Invalid) as refused:
            road.do("pass_on", city, checker=organisation(own), days=7)
        assert "checker" in refused.value.fields
    road.do("pass_on", city, checker=organisation("dept:330106:justice"), days=7)
    for other in (city, assessor(), decider(), post(Role.HANDLER, "dept:330106:housing", COUNTY, post_id=46)):
        with pytest.raises((NotAllowed, Refused)):
            road.do("opine", other, result="lawful", words="合法。", early="急。")


def test_a_check_that_nobody_makes_is_taken_back_and_given_to_another() -> None:
    road = reported().passed_on()
    assert road.do("take_back", decider(), words="改请市司法局审查。").state == "report_ready"
    assert road.case.holder == organisation("county:330106")
    assert road.case.running("legality") is None
    assert road.checked().case.state == "deciding"


def test_dissent_is_written_down() -> None:
    road = Road().listed().risk(1, 1).report().checked()
    with pytest.raises(Invalid) as refused:
        road.decide(dissent_words="")
    assert "dissent_words" in refused.value.fields
    with pytest.raises(Invalid):
        road.decide(minutes="")
    road.decide()
    entry = Entry.objects.get(case_id=road.id, action="decide")
    assert entry.outcomes["facts"]["dissent"] == "some"
    assert {each.audience for each in Content.objects.filter(case_id=road.id, seq=entry.seq)} == {
        "office",
        "public",
    }


def test_deferred_is_assessed_again_and_stopped_is_over() -> None:
    said: dict[str, Any] = {
        "present": 5,
        "dissent": "none",
        "minutes": "讨论。",
        "words": "暂缓，待隔音方案。",
    }
    road = Road().listed().risk(4, 4).report("high").checked()
    assert road.do("defer", decider(), **said).state == "deferred"
    assert road.do("send_back", decider(), words="改方案。").state == "listing"
    assert road.case.record["result"] == ""
    road.report("high").checked()
    assert road.do("stop", decider(), **said).state == "stopped"


def test_who_assessed_does_not_review() -> None:
    """Art. 36."""
    road = Road().listed().risk(1, 1).report().checked()
    road.decide()
    with pytest.raises(Invalid) as refused:
        road.do("commission", decider(), reviewer=organisation("county:330106"), trigger="wish")
    assert "reviewer" in refused.value.fields
    road.do("commission", decider(), reviewer=organisation("city:3301"), trigger="wish")
    with pytest.raises((NotAllowed, Refused)):
        road.do("review", assessor(), keep="keep", words="很好。")


def test_what_came_of_it_is_linked_once() -> None:
    from anlan.people.may import anonymous
    from tests.procedures.report.cast import Matter

    road = Road().listed().risk(1, 1).report().checked()
    road.decide()
    matter = Matter.opened("open", anonymous(), at=road.at, words="施工噪声大")
    road.do("connect", decider(), other=str(matter.id))
    with pytest.raises(Invalid):
        road.do("connect", decider(), other=str(matter.id))
    assert len(road.case.links) == 1
    assert road.case.record["found_at"] is not None


def test_nor_whoever_went_on_with_its_work() -> None:
    road = Road().listed().risk(2, 2).report().checked()
    road.decide()
    heir, before = organisation("city:3301"), road.case.record["assessed_by"]
    known = replace(current(), successors={before: (heir,)})
    asked = Asked(by=decider(), case=road.case, procedure=ASSESSMENT, known=known, at=road.at)
    given = {"reviewer": heir, "trigger": "wish"}
    refused = asked.refusal(ASSESSMENT.action("commission"), given)
    assert refused is not None
    assert refused.field == "reviewer"
    reviewing = replace(road.case, state="reviewing")
    review = replace(asked, by=reviewer(), case=reviewing).refusal(
        ASSESSMENT.action("review"), {"words": "x"}
    )
    assert review is not None


def test_who_was_to_check_legality_does_not_once_it_has_become_one_of_the_two() -> None:
    road = Road().listed().risk(1, 1).report().passed_on()
    known = replace(
        current(), successors={organisation("dept:330106:justice"): (organisation("county:330106"),)}
    )
    heir = post(Role.HANDLER, "county:330106", "330106", post_id=49)
    moved = replace(road.case, holder=heir.organisation_id)
    asked = Asked(by=heir, case=moved, procedure=ASSESSMENT, known=known, at=road.at + 30 * DAY)
    refused = asked.refusal(ASSESSMENT.action("opine"), {"result": "lawful", "words": "合法。"})
    assert refused is not None
    assert "responsible" in refused.words.en
