# SPDX-License-Identifier: Apache-2.0
"""Several people, servers and clocks on one case at once: one material action wins, the others are told, nothing is torn."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import LazySettings
from django.db import connections
from django.test import Client

from anlan.base.clock import now
from anlan.base.errors import Busy, Conflict, Refused
from anlan.base.ids import case_number
from anlan.cases import claims, journal
from anlan.cases.act import Done, act
from anlan.cases.catalogue import current
from anlan.cases.envelope import Envelope
from anlan.cases.escalate import escalate
from anlan.cases.models import Case, Claim, Entry, Journal
from anlan.people.holding import present_among
from anlan.people.may import Actor, Role, actor_of, anonymous
from anlan.people.models import Absence
from tests.cases.world import MONDAY, envelope, opening, organisation, place
from tests.databases import Clone
from tests.faults.whole import faults
from tests.people.world import post
from tests.procedures.report.cast import ROAD, TOWN_ROOM, Matter, category, dept, town, unit
from tests.web.api.conftest import Api, token_of

UNITS = ("housing", "transport", "enforcement", "ecology")
VILLAGE = "330106004066"


@pytest.fixture(autouse=True)
def heads(tmp_path: Path, settings: LazySettings) -> None:
    """Heads and erasures of this test alone."""
    settings.ANLAN_HEADS = tmp_path / "heads.jsonl"
    settings.ANLAN_ERASURES = tmp_path / "erasures.jsonl"


def at_once(deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """Everybody at the same moment, each on a connection of their own; what each got, or the refusal."""
    gate = Barrier(len(deeds))
    got: list[Any] = [None] * len(deeds)

    def run(n: int) -> None:
        try:
            connections["default"].ensure_connection()
            gate.wait(10)
            got[n] = deeds[n]()
        except Exception as error:  # noqa: BLE001 - looked at by the test
            got[n] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(n,)) for n in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return got


def acting(wish: Envelope) -> Callable[[], Done]:
    return lambda: act(wish)


def report(**given: Any) -> Envelope:
    return opening(
        anonymous(), procedure="report", source="resident", data={"words": "文三路有个大坑"}, **given
    )


def dispatch(case: Matter, word: str, **given: Any) -> Envelope:
    data = {"unit": organisation(dept(word)), "category": category(ROAD)}
    return envelope("dispatch", town(), case.id, at=case.at, data=data, **given)


def test_of_two_who_dispatch_at_once_one_wins_and_the_others_are_told(own_database: Clone) -> None:
    for _ in range(6):
        case = Matter()
        got = at_once([acting(dispatch(case, word, expect=1)) for word in UNITS])
        done = [one for one in got if isinstance(one, Done)]
        assert len(done) == 1, got
        assert [type(one) for one in got if not isinstance(one, Done)] == [Conflict] * (len(UNITS) - 1)
        assert all(one.fields == {} for one in got if isinstance(one, Conflict))
        winner = UNITS[got.index(done[0])]
        assert Case.objects.get(pk=case.id).holder_id == organisation(dept(winner))
        assert Entry.objects.filter(case_id=case.id).count() == 2
    assert faults() == []


def test_of_those_who_claim_at_once_one_has_it_and_the_others_are_told(
    own_database: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [post(Role.DISPATCHER, TOWN_ROOM) for _ in range(5)]
    team = [actor_of(each, at=MONDAY) for each in posts]

    def claiming(by: Actor, case: Matter) -> Callable[[], datetime]:
        return lambda: claims.claim(by, case.id, known=current(), at=case.at)

    def won(case: Matter, team: list[Actor]) -> list[int | None]:
        got = at_once([claiming(by, case) for by in team])
        assert {type(one) for one in got} <= {datetime, Conflict}, got
        return [by.post_id for by, one in zip(team, got, strict=True) if isinstance(one, datetime)]

    for _ in range(6):
        case = Matter()
        assert won(case, team) == list(Claim.objects.filter(case=case.id).values_list("post_id", flat=True))

    # Of a colleague who is away: all have seen the old claim before the first of them takes it over.
    away, *rest = team
    claiming(away, case := Matter())()
    Absence.objects.create(post=posts[0], since=MONDAY - timedelta(days=1), until=MONDAY + timedelta(days=9))
    gate = Barrier(len(rest))

    def present_together(ids: Iterable[int], *, at: datetime) -> frozenset[int]:
        gate.wait(10)
        return present_among(ids, at=at)

    monkeypatch.setattr(claims, "present_among", present_together)
    assert won(case, rest) == list(Claim.objects.filter(case=case.id).values_list("post_id", flat=True))


def test_what_is_not_material_never_keeps_anybody_from_acting(own_database: Clone) -> None:
    case = Matter()
    notes = [
        envelope("note", town(), case.id, at=case.at, data={"words": f"第 {n} 条说明"}, expect=1)
        for n in range(5)
    ]
    got = at_once([acting(wish) for wish in (*notes, dispatch(case, "housing", expect=1))])
    *noted, dispatched = got
    assert isinstance(dispatched, Done), got  # however many notes came before it
    written = [one for one in noted if isinstance(one, Done)]
    assert all(isinstance(one, Conflict) for one in noted if one not in written), got
    assert sorted(one.seq for one in (*written, dispatched)) == list(range(2, len(written) + 3))
    # A note conflicts only when the dispatch, which its writer had not seen, was first.
    assert len(written) == len(noted) or dispatched.seq < len(noted) + 2
    assert faults() == []


def test_one_click_that_arrives_eight_times_at_once_is_one_deed(own_database: Clone) -> None:
    first = report()
    got = at_once([acting(replace(first, salt=uuid4().bytes)) for _ in range(8)])
    assert {(one.seq, one.number) for one in got} == {(1, case_number(first.case_id))}, got
    assert Counter(one.again for one in got) == {False: 1, True: 7}
    case = Matter.known(first.case_id, at=MONDAY)
    wish = dispatch(case, "housing", expect=1)
    got = at_once([acting(wish) for _ in range(8)])
    assert {one.seq for one in got} == {2}, got
    assert Entry.objects.filter(case_id=case.id).count() == 2
    assert faults() == []


def test_two_merges_that_cross_neither_hang_nor_tear(own_database: Clone) -> None:
    for _ in range(4):
        one, two = Matter(), Matter()
        got = at_once(
            [
                acting(
                    envelope("merge", town(), there.id, at=there.at, data={"into": str(into.id)}, expect=1)
                )
                for there, into in ((one, two), (two, one))
            ]
        )
        assert all(isinstance(each, Done | Refused) for each in got), got
        assert any(isinstance(each, Done) for each in got), got
        assert "merged" in {one.state, two.state}
    assert faults() == []


@pytest.fixture
def held(own_database: Clone) -> Iterator[Matter]:
    """A case whose row somebody else has locked."""
    case = Matter()
    with psycopg.connect(own_database.dsn) as other:
        other.execute("SELECT 1 FROM cases_case WHERE id = %s FOR UPDATE", [case.id])
        yield case


def test_a_lock_that_is_not_had_in_time_is_busy_and_may_be_tried_again(held: Matter) -> None:
    began = time.monotonic()
    wish = dispatch(held, "housing", expect=1)
    with pytest.raises(Busy):
        act(wish)
    assert 1.5 < time.monotonic() - began < 6
    assert Entry.objects.filter(case_id=held.id).count() == 1


def test_a_lock_let_go_in_time_is_waited_for(own_database: Clone) -> None:
    case = Matter()
    with psycopg.connect(own_database.dsn) as other:
        other.execute("SELECT 1 FROM cases_case WHERE id = %s FOR UPDATE", [case.id])
        wish = dispatch(case, "housing", expect=1)
        got: list[Any] = []
        waiting = Thread(target=lambda: got.extend(at_once([acting(wish)])))
        waiting.start()
        time.sleep(0.5)
        other.rollback()
        waiting.join(20)
    assert [type(one) for one in got] == [Done]


def test_through_the_door_busy_is_503_with_a_time_and_stale_is_409_with_the_state(held: Matter) -> None:
    api = Api(client=Client(), token=token_of(post(Role.DISPATCHER, TOWN_ROOM)))
    data = {"unit": organisation(dept("housing")), "category": category(ROAD)}
    number = f"{case_number(held.id):016d}"
    busy = api.act(number, "dispatch", data, expect=1)
    assert busy.status_code == 503
    assert int(busy["Retry-After"]) >= 1
    other = Matter.opened("open", anonymous(), at=now(), words="文三路有个大坑")
    number = f"{case_number(other.id):016d}"
    assert api.act(number, "dispatch", data, expect=1).status_code == 200
    stale = api.act(number, "not_accept", {"reason": "x"}, expect=1)
    assert stale.status_code == 409
    assert stale.json()["status"] == 409


def test_servers_whose_clocks_differ_keep_the_order_of_the_entries(own_database: Clone) -> None:
    """A web server an hour ahead opens, one that is right dispatches: seq is the order, and all holds."""
    ahead = Matter.opened("open", anonymous(), at=MONDAY + timedelta(hours=1), words="文三路有个大坑")
    behind = Matter.known(ahead.id, at=MONDAY)
    act(dispatch(behind, "housing", expect=1))
    behind.do("take", unit())
    entries = Entry.objects.filter(case_id=ahead.id).order_by("seq")
    assert [entry.action for entry in entries] == ["open", "dispatch", "take"]
    times = [entry.at for entry in entries]
    assert times[0] > times[1]
    clocks = behind.now.clocks
    assert all(clock.due_at >= MONDAY for clock in clocks.values())
    escalate(at=MONDAY - timedelta(hours=3))
    escalate(at=MONDAY + timedelta(days=30))
    escalate(at=MONDAY)
    assert faults() == []


def test_a_leader_whose_clock_goes_back_numbers_on_and_keeps_its_heads(own_database: Clone) -> None:
    for hours in (48, 0, 24, -24, 72):
        act(report())
        assert journal.number(at=MONDAY + timedelta(hours=hours)) == 1
    positions = list(Journal.objects.order_by("position").values_list("position", flat=True))
    assert positions == [1, 2, 3, 4, 5]
    assert journal.heads_in_force() != []
    assert faults() == []


def test_many_open_at_once_and_every_one_is_there(own_database: Clone) -> None:
    village = place(VILLAGE)
    wishes = [report(place=village) for _ in range(24)]
    got = at_once([acting(wish) for wish in wishes])
    assert {one.number for one in got} == {case_number(wish.case_id) for wish in wishes}
    while journal.number(at=MONDAY, batch=5):
        pass
    assert Journal.objects.count() == 24
    assert faults() == []
