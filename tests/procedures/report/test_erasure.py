# SPDX-License-Identifier: Apache-2.0
"""Erasing what the reporter said: refused with the reason while it is needed or must be kept, and the appeal to the office above."""

from datetime import timedelta
from typing import Any

import pytest

from anlan.base.errors import Invalid, NotAllowed
from anlan.cases.models import Content, Entry, Party
from anlan.cases.sweep import by_system, do_all
from tests.cases.world import organisation
from tests.procedures.report import cast

pytestmark = pytest.mark.django_db
LANE = "E04-96"
WHY: dict[str, Any] = {"words": "里面写了我家的情况，请删除"}


def kept(matter: cast.Matter) -> tuple[bool, bool]:
    """Whether words and contact are still there."""
    return (
        Content.objects.filter(case_id=matter.id, sealed__isnull=False).exists(),
        Party.objects.filter(case_id=matter.id, sealed__isnull=False).exists(),
    )


def test_an_open_one_is_refused_with_the_reason_and_the_appeal_goes_above_with_a_limit() -> None:
    matter = cast.Matter()
    with pytest.raises(Invalid, match="办结以后"):
        matter.do("erase", cast.REPORTER)
    matter.do("appeal_erasure", cast.REPORTER, **WHY)
    with pytest.raises(Invalid, match="已经申诉过"):
        matter.do("appeal_erasure", cast.REPORTER, **WHY)
    assert matter.clock("erasure").owner == organisation(cast.COUNTY)
    assert matter.clock("erasure").due_at == matter.at + timedelta(days=15)
    answer: dict[str, Any] = {"words": "联系方式可以先删除", "decision": "all"}
    with pytest.raises(NotAllowed):
        matter.do("decide_erasure", cast.town(), **answer)
    with pytest.raises(Invalid, match="联系方式"):
        matter.do("decide_erasure", cast.county(), **answer)
    matter.do("decide_erasure", cast.county(), **answer | {"decision": "contact"})
    assert kept(matter) == (True, False)
    assert matter.column("erasure") == "granted"
    assert matter.now.running("erasure") is None


def test_it_is_overdue_when_the_office_above_does_not_decide() -> None:
    matter = cast.Matter()
    matter.do("appeal_erasure", cast.REPORTER, **WHY)
    matter.later(days=15)
    assert Entry.objects.filter(case_id=matter.id, action="erasure_overdue").count() == 1
    matter.do("decide_erasure", cast.county(), decision="keep", words="还在办理，先不删除")
    assert (matter.column("erasure"), kept(matter)) == ("kept", (True, True))


def test_a_closed_one_goes_at_once_but_for_the_hazards_that_the_law_keeps() -> None:
    plain = cast.Matter()
    plain.close()
    with pytest.raises(Invalid, match="不用申诉"):
        plain.do("appeal_erasure", cast.REPORTER, **WHY)
    plain.do("erase", cast.REPORTER)
    assert kept(plain) == (False, False)
    hazard = cast.Matter(kind="danger")
    lane: dict[str, Any] = {"category": cast.category(LANE), "condition": cast.condition(LANE)}
    hazard.do("dispatch", cast.town(), unit=organisation(cast.dept("housing")), **lane)
    hazard.do("take", cast.unit())
    hazard.finish()
    hazard.do("check", cast.grid_worker(), result="holds")
    hazard.do("close", cast.town())
    with pytest.raises(Invalid, match="至少保存三年"):
        hazard.do("erase", cast.REPORTER)
    hazard.do("appeal_erasure", cast.REPORTER, **WHY)
    hazard.do("decide_erasure", cast.county(), decision="all", words="与隐患无关，可以删除")
    assert kept(hazard) == (False, False)


def test_the_system_erases_at_its_time_and_nothing_that_is_open() -> None:
    matter = cast.Matter(kind="danger")
    assert do_all((by_system(matter.id, "erase", data={}, at=matter.at, once="now"),)).done == 0
    matter.do("not_accept", cast.town(), reason="answered", words="已经依法答复过")
    matter.later(days=11)
    assert matter.state == "refused"
    assert do_all((by_system(matter.id, "erase", data={}, at=matter.at, once="now"),)).done == 1
