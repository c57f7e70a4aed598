# SPDX-License-Identifier: Apache-2.0
"""Held acts: judged when held and when done, taken back until then, done once whoever is killed, never lost."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, connections

from anlan.base.errors import Busy, Conflict, Invalid, NotAllowed
from anlan.base.ids import case_number
from anlan.cases import held, lapse
from anlan.cases.act import act
from anlan.cases.models import Case, Entry, HeldAct
from anlan.cases.sweep import by_system, do_all
from anlan.people.may import Actor, Role, actor_of
from anlan.people.models import Post
from tests.cases.world import MONDAY, envelope, organisation
from tests.databases import Clone
from tests.faults.whole import faults
from tests.people.world import post
from tests.procedures.report.cast import ROAD, TOWN_ROOM, Matter, category, condition, dept

UNTIL = MONDAY + timedelta(seconds=10)


def room() -> tuple[Post, Actor]:
    row = post(Role.DISPATCHER, TOWN_ROOM)
    return row, actor_of(row, at=MONDAY)


def dispatch(case: Matter, by: Actor, **given: Any) -> Any:
    data = {"category": category(ROAD), "condition": condition(ROAD), "words": "请先围护"}
    return envelope("dispatch", by, case.id, data=data | given.pop("data", {}), expect=1, **given)


def keep(*acts: Any, batch: UUID | None = None) -> list[Any]:
    return held.hold(acts, batch=batch or uuid4(), until=UNTIL)


def actions(case: Matter) -> list[str]:
    return list(Entry.objects.filter(case_id=case.id).order_by("seq").values_list("action", flat=True))


@pytest.mark.django_db
def test_nothing_happens_before_its_time_and_everything_then() -> None:
    _row, by = room()
    case = Matter()
    assert keep(dispatch(case, by)) == [None]
    assert held.send_due(at=UNTIL - timedelta(seconds=1)) == 0
    assert actions(case) == ["open"]
    (waits,) = held.held_by(by)
    assert (waits.number, waits.action, waits.due_at, waits.why) == (
        case_number(case.id),
        "dispatch",
        UNTIL,
        None,
    )
    assert held.send_due(at=UNTIL) == 1
    assert actions(case) == ["open", "dispatch"]
    assert Entry.objects.get(case_id=case.id, seq=2).at == UNTIL
    assert held.held_by(by) == []
    assert held.send_due(at=UNTIL) == 0


@pytest.mark.django_db
def test_what_is_taken_back_never_happened() -> None:
    _row, by = room()
    case, other, batch = Matter(), Matter(), uuid4()
    assert keep(dispatch(case, by), dispatch(other, by), batch=batch) == [None, None]
    _stranger, elsewhere = room()
    assert held.undo(elsewhere, batch) == []
    assert sorted(held.undo(by, batch)) == sorted([case_number(case.id), case_number(other.id)])
    assert held.undo(by, batch) == []
    assert held.send_due(at=UNTIL) == 0
    assert actions(case) == ["open"]


@pytest.mark.django_db
def test_what_cannot_be_is_refused_when_it_is_held_and_harms_no_other() -> None:
    _row, by = room()
    one, two, three = Matter(), Matter(), Matter()
    three.dispatch()
    bad = dispatch(two, by, data={"unit": organisation(dept("housing")), "condition": 10**6})
    answers = keep(dispatch(one, by), bad, dispatch(three, by), dispatch(one, by))
    assert [type(answer) for answer in answers] == [type(None), Invalid, Conflict, Conflict]
    assert held.send_due(at=UNTIL) == 1
    assert actions(one) == ["open", "dispatch"]


@pytest.mark.django_db
def test_the_same_request_is_held_once_and_done_once() -> None:
    _row, by = room()
    case, request = Matter(), uuid4()
    for _time in range(2):
        assert keep(dispatch(case, by, request_id=request)) == [None]
    assert HeldAct.objects.count() == 1
    held.send_due(at=UNTIL)
    assert keep(dispatch(case, by, request_id=request)) == [None]
    assert held.send_due(at=UNTIL) == 0
    assert actions(case) == ["open", "dispatch"]


@pytest.mark.django_db
def test_it_is_judged_again_and_comes_back_with_words_and_what_was_entered() -> None:
    row, by = room()
    case = Matter()
    keep(dispatch(case, by))
    act(envelope("accept", by, case.id, at=MONDAY))
    assert held.send_due(at=UNTIL) == 1
    assert actions(case) == ["open", "accept"]
    (back,) = held.held_by(by)
    assert back.why is not None
    assert back.why["zh"] != back.why["en"]
    given = held.read_held(by, case.id, back.id)
    assert given is not None
    assert given["words"] == "请先围护"
    assert held.read_held(room()[1], case.id, back.id) is None
    assert held.undo(by, back.batch) == []
    held.put_away(by, back.id)
    assert held.held_by(by) == []
    assert row.pk == by.post_id


@pytest.mark.django_db
def test_a_post_that_ended_does_nothing_more() -> None:
    row, by = room()
    case = Matter()
    keep(dispatch(case, by))
    Post.objects.filter(pk=row.pk).update(valid_to=MONDAY + timedelta(seconds=5))
    assert held.send_due(at=UNTIL) == 1
    assert actions(case) == ["open"]
    (back,) = held.held_by(by)
    assert back.why == held.say_why(NotAllowed())


@pytest.mark.django_db
def test_words_are_sealed_and_go_with_the_case_s_words() -> None:
    _row, by = room()
    case = Matter()
    keep(dispatch(case, by))
    kept = bytes(HeldAct.objects.get().sealed)
    assert "围护".encode() not in kept
    case.close()
    case.at += timedelta(days=4000)
    assert do_all([by_system(case.id, "erase", data={}, at=case.at, once="x")]).done == 1
    assert not HeldAct.objects.exists()


@pytest.mark.django_db
def test_refused_acts_are_forgotten_after_a_while_and_waiting_ones_never() -> None:
    _row, by = room()
    one, two = Matter(), Matter()
    keep(dispatch(one, by), dispatch(two, by))
    HeldAct.objects.filter(case_id=one.id).update(why={"zh": "不行", "en": "no"})
    assert lapse.count_refused(before=UNTIL + timedelta(days=7)) == 1
    assert lapse.forget_refused(before=UNTIL + timedelta(days=7)) == 1
    assert [each.case_id for each in held.held_by(by)] == [two.id]


@pytest.mark.django_db
def test_now_means_now_and_only_one_s_own() -> None:
    _row, by = room()
    case, batch = Matter(), uuid4()
    keep(dispatch(case, by), batch=batch)
    assert held.send_now(room()[1], batch, at=MONDAY) == 0
    assert held.send_now(by, batch, at=MONDAY) == 1
    assert actions(case) == ["open", "dispatch"]


def test_who_is_killed_while_doing_them_loses_nothing_and_repeats_nothing(own_database: Clone) -> None:
    _row, by = room()
    cases = [Matter() for _ in range(6)]
    keep(*(dispatch(case, by) for case in cases))
    with psycopg.connect(own_database.dsn) as dead:
        # A process that had begun: it holds the rows of three and dies with its transaction.
        dead.execute("SELECT id FROM cases_heldact ORDER BY id LIMIT 3 FOR UPDATE")
        assert held.send_due(at=UNTIL) == 3
        dead.rollback()
    done: list[int] = []

    def run() -> None:
        done.append(held.send_due(at=UNTIL))
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 3
    assert [actions(case) for case in cases] == [["open", "dispatch"]] * 6
    assert faults() == []


def test_a_case_that_somebody_changes_just_now_is_done_the_next_time(own_database: Clone) -> None:
    _row, by = room()
    case = Matter()
    keep(dispatch(case, by))
    with psycopg.connect(own_database.dsn) as busy:
        busy.execute("SELECT 1 FROM cases_case WHERE id = %s FOR UPDATE", [case.id])
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 50")
        assert held.send_due(at=UNTIL) == 0
        assert isinstance(keep(dispatch(case, by))[0], Busy)
    assert held.send_due(at=UNTIL) == 1
    assert Case.objects.get(pk=case.id).state == "dispatched"
