# SPDX-License-Identifier: Apache-2.0
"""Beginnings of words in lists: for whom they open, what of confidential, spoken and erased matters is shown, what it costs."""

from collections.abc import Sequence
from typing import Any

import pytest

from anlan.base.clock import now
from anlan.base.prepared import Rows, Run
from anlan.cases.catalogue import current
from anlan.cases.models import Case
from anlan.cases.queries import NOTHING, Beginning, beginnings, open_look
from anlan.cases.queries_words import LONGEST
from anlan.people.may import Actor, Role, actor_of, anonymous
from tests.cases.world import TOWN, post
from tests.procedures.assessment.cast import Road, assessor, decider
from tests.procedures.report import cast
from tests.procedures.report.cast import Matter
from tests.statements import statements
from tests.web.resident.visits import text
from tests.web.staff import enter, matter, post_of

pytestmark = pytest.mark.django_db
SAID, PLAIN = "我在三楼天天闻到油烟", "餐馆油烟扰民，请检查"


def told(by: Actor, *matters: Matter) -> list[str]:
    found = beginnings(by, [each.id for each in matters], known=current())
    return [found.get(each.id, NOTHING).words for each in matters]


def test_who_works_on_a_case_reads_how_it_begins_and_a_look_opens_no_list() -> None:
    case = Matter()
    assert told(cast.town(), case) == ["文三路有个大坑"]
    for by in (cast.county(), cast.city(), cast.unit(), cast.grid_worker(), anonymous()):
        assert told(by, case) == [""]
    open_look(cast.county(), case.id, reason="quality", at=now(), known=current())
    assert told(cast.county(), case) == [""]
    case.dispatch()
    assert told(cast.unit(), case) == ["文三路有个大坑"]
    assert told(cast.unit("water"), case) == [""]
    assert told(post(Role.SYSTEM_ADMIN, cast.TOWN_ROOM, TOWN, post_id=9), case) == [""]


def test_it_is_one_line_without_long_numbers_and_no_longer_than_a_row() -> None:
    case = Matter(words=f"  井盖坏了，\n\n请打 138 0000 0000。{'很久了' * 90}")
    [line] = told(cast.town(), case)
    assert line.startswith("井盖坏了， 请打 …")
    assert "\n" not in line
    assert "0000" not in line
    assert len(line) == LONGEST


def test_in_confidence_the_room_reads_what_was_said_and_the_unit_what_was_passed_on() -> None:
    case = Matter(words=SAID, confidential=True)
    case.do("screen", cast.town(), decision="summary", summary=PLAIN)
    case.dispatch()
    assert told(cast.town(), case) == [SAID]
    assert told(cast.unit(), case) == [PLAIN]


def test_a_recording_has_a_line_once_it_is_typed_up() -> None:
    case = Matter.opened("speak", anonymous(), recordings=1)
    assert told(cast.town(), case) == [""]
    case.do("type_up", cast.town(), words=SAID)
    assert told(cast.town(), case) == [SAID]


def test_what_was_erased_is_not_shown() -> None:
    case = Matter()
    case.do("not_accept", cast.town(), reason="answered", words=cast.REASONS)
    case.later(days=11)
    case.do("erase", cast.REPORTER)
    assert told(cast.town(), case) == [""]


def test_a_case_whose_key_is_broken_takes_no_list_with_it() -> None:
    good, broken = Matter(), Matter()
    Case.objects.filter(pk=broken.id).update(key=b"broken")
    assert told(cast.town(), broken, good) == ["", "文三路有个大坑"]


def test_who_reported_it_themselves_reads_it_and_their_office_beside_them_does_not() -> None:
    found: dict[str, Any] = {"words": "灯杆斜了", "category": cast.category(cast.ROAD)}
    case = Matter.opened("open", cast.grid_worker(), files=1, reporter=False, **found)
    assert told(cast.grid_worker(), case) == ["灯杆斜了"]
    assert told(cast.clerk(), case) == [""]


def test_a_page_takes_the_same_statements_for_one_row_and_for_many(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    plain = Run.__call__

    def noted(run: Run, statement: str, params: Sequence[Any]) -> Rows:
        asked.append(statement)
        return plain(run, statement, params)

    monkeypatch.setattr(Run, "__call__", noted)
    counts = []
    current()
    for n in (1, 6):
        matters = [Matter() for _each in range(n)]
        asked.clear()
        with statements() as more:
            assert told(cast.town(), *matters) == ["文三路有个大坑"] * n
        counts.append(len(asked) + len(more))
    assert counts[0] == counts[1] < 5


def test_rows_of_desk_and_field_show_it_as_text() -> None:
    matter(words="<b>井盖</b> 没了")
    shown = '<span class="anlan-item__words">&lt;b&gt;井盖&lt;/b&gt; 没了</span>'
    assert shown in text(enter(post_of(Role.DISPATCHER)).get("/desk/"))
    supervisor = text(enter(post_of(Role.SUPERVISOR)).get("/desk/"))
    assert "anlan-item__link" in supervisor
    assert "没了" not in supervisor
    worker = post_of(Role.VILLAGE_CLERK)
    found: dict[str, Any] = {"words": "灯杆斜了", "category": cast.category(cast.ROAD)}
    Matter.opened("open", actor_of(worker, at=now()), files=1, reporter=False, at=now(), **found)
    assert '<span class="anlan-item__words">灯杆斜了</span>' in text(enter(worker).get("/field/?which=own"))


def test_what_was_given_a_name_goes_by_it_and_once_published_in_every_list() -> None:
    case = Road()
    named = Beginning(name="文三路快速化改造", words="")
    for by in (assessor(), decider()):
        assert beginnings(by, [case.id], known=current()) == {case.id: named}
    assert beginnings(cast.city(), [case.id], known=current()) == {}
    case.consult()
    assert beginnings(cast.city(), [case.id], known=current())[case.id].name == "文三路快速化改造"


def test_the_name_is_the_title_of_row_and_page_and_the_kind_stands_below() -> None:
    case = Road()
    client = enter(post_of(Role.ASSESSOR))
    for address in ("/desk/", f"/desk/cases/{case.number}"):
        shown = text(client.get(address))
        assert '<span class="anlan-item__title">文三路快速化改造</span>' in shown
        assert "重大决策风险评估：在本行政区域实施的重大公共建设项目" in shown
    assert '<h1 class="anlan-title" tabindex="-1">文三路快速化改造</h1>' in shown
