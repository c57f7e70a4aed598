# SPDX-License-Identifier: Apache-2.0
"""What phones pull: whatever happens in whatever order, each ends with exactly what its post sees, and hears of nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from threading import Event, Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction

from anlan.base.prepared import Rows, Run, prepared
from anlan.cases import feed, follow, journal
from anlan.cases.act import act, open_case
from anlan.cases.catalogue import current
from anlan.cases.escalate import escalate
from anlan.cases.feed import clear_feed, count_feed, forget_feed, keep_feed
from anlan.cases.follow import Follows
from anlan.cases.may import sees
from anlan.cases.models import Case, Feed, Follower
from anlan.cases.projection import Projection
from anlan.cases.queries_feed import KEPT, pull
from anlan.cases.read import read_cases
from anlan.cases.sweep import by_system, do_all
from anlan.people.may import Actor, Role
from anlan.places.codes import code_range, pad
from anlan.procedures.report.procedure import REPORT
from tests.cases.many import VILLAGES
from tests.cases.walks import Walker
from tests.cases.world import (
    MONDAY,
    VILLAGE,
    dispatcher,
    envelope,
    handler,
    opening,
    organisation,
    place,
    post,
)
from tests.databases import Clone
from tests.procedures.report.cast import REASONS, TOWN_ROOM, Matter, county, town, unit
from tests.statements import statements

SEEDS = [30, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(40))]
FEED = Follows(name=feed.NAME, handler=keep_feed, sends=False, clear=clear_feed)


def catch_up(*, batch: int = 500, turns: int = 10_000) -> None:
    Follower.objects.get_or_create(name=feed.NAME)
    while journal.number(at=MONDAY):
        pass
    for _turn in range(turns):
        if not follow.advance(FEED, batch=batch):
            return


def everything() -> dict[int, Projection]:
    with prepared() as run:
        stands = read_cases(run, list(Case.objects.values_list("pk", flat=True)))
    return {stand.case.number: stand.case for stand in stands.values()}


def seen_by(by: Actor, cases: dict[int, Projection]) -> dict[int, Projection]:
    return {n: case for n, case in cases.items() if sees(by, case, parties=(), known=current())}


@dataclass
class Phone:
    """A phone of a post: what it has, by number with the last entry, and what it was told."""

    by: Actor
    size: int = 3
    cursor: str | None = None
    has: dict[int, int] = field(default_factory=dict)
    got: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    def page(self) -> bool:
        found = pull(self.by, known=current(), at=MONDAY, after=self.cursor, size=self.size)
        self.got = [] if found.anew else self.got
        if found.anew:
            self.has.clear()
        for number in found.removed:
            self.gone.append(number)
            self.has.pop(number, None)
        for view in found.cases:
            self.got.append(view.case.number)
            assert view.case.seq >= self.has.get(view.case.number, 0)
            self.has[view.case.number] = view.case.seq
            assert all(person.contact is None for person in view.people)
        self.cursor = found.cursor
        return found.more

    def pull(self) -> "Phone":
        self.got, self.gone = [], []
        while self.page():
            pass
        return self

    def agrees(self) -> None:
        """Once all is read it has what its post sees: every open case, and of the ended ones none that it does not see."""
        seen = seen_by(self.by, everything())
        assert self.has.items() <= {n: case.seq for n, case in seen.items()}.items()
        assert {n for n, case in seen.items() if case.open} <= self.has.keys()


def phones() -> list[Phone]:
    town = dispatcher()
    grid = replace(
        post(Role.GRID_WORKER, f"village:{VILLAGE}", VILLAGE, post_id=13),
        scope=(code_range(pad(VILLAGE)),),
    )
    low, high = code_range(pad("330106"))
    hole = pad(VILLAGE)
    return [
        Phone(by=town),
        Phone(by=handler()),
        Phone(by=grid),
        Phone(by=replace(handler(), scope=(), post_id=14)),
        Phone(by=replace(town, bounded=True, scope=(code_range(pad(VILLAGE)),), post_id=15)),
        Phone(by=replace(town, scope=((low, hole), (hole + 1000, high)), post_id=16)),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_each_phone_ends_with_what_its_post_sees(seed: int) -> None:
    pick = Random(seed)
    walker = Walker(REPORT, known=current(), places=tuple(map(place, VILLAGES)), start=MONDAY, pick=pick)
    carried = phones()
    cases: list[UUID] = []
    seen: dict[int | None, set[int]] = {}
    for _step in range(80):
        if not cases or (len(cases) < 12 and pick.random() < 0.2):
            done = walker.step(None)
            cases += [done.case_id] if done else []
        else:
            with prepared() as run:
                case = read_cases(run, [pick.choice(cases)])
            walker.step(next(iter(case.values())).case, tuple(cases))
        if pick.random() < 0.05:
            walker.at += timedelta(days=pick.randint(1, 9))
            escalate(at=walker.at)
        if pick.random() < 0.2:
            catch_up(batch=pick.randint(1, 9), turns=pick.randint(1, 3))
        cases_now = everything()
        for phone in carried:
            seen.setdefault(phone.by.post_id, set()).update(seen_by(phone.by, cases_now))
            if pick.random() < 0.1:
                phone.page() if pick.random() < 0.5 else phone.pull()
                assert set(phone.gone) <= seen[phone.by.post_id]
                phone.gone.clear()
    catch_up()
    for phone in carried:
        phone.pull().agrees()
        assert phone.pull().got == phone.gone == []
    # Made anew from the entries, the feed leads every phone on from where it is.
    for case_id in cases:
        with prepared() as run:
            walker.step(read_cases(run, [case_id])[case_id].case, tuple(cases))
    follow.rebuild(feed.NAME)
    for phone in carried:
        assert phone.pull().got == []
    catch_up(batch=40)
    for phone in carried:
        phone.pull().agrees()


@pytest.mark.django_db
def test_each_change_comes_once_and_one_elsewhere_not_at_all() -> None:
    mine, other = Phone(by=dispatcher()), Phone(by=post(Role.DISPATCHER, "town:330102001", "330102001"))
    catch_up()
    mine.pull()
    other.pull()
    made = [open_case(opening(procedure="report")) for _each in range(7)]
    catch_up()
    assert sorted(mine.pull().got) == sorted(one.number for one in made)
    assert mine.pull().got == other.pull().got == []
    act(envelope("accept", dispatcher(), made[3].case_id))
    act(envelope("note", dispatcher(), made[3].case_id, data={"words": "看过了"}))
    catch_up()
    assert mine.pull().got == [made[3].number]
    assert mine.has[made[3].number] == 3


@pytest.mark.django_db
def test_what_left_the_reach_is_removed_once() -> None:
    theirs = replace(unit(), scope=())
    phone = Phone(by=theirs)
    phone.pull()
    matter = Matter()
    matter.dispatch()
    catch_up()
    number = matter.now.number
    assert phone.pull().got == [number]
    matter.do("return", theirs, reason="not_our_duty", words=REASONS)
    catch_up()
    assert phone.pull().gone == [number]
    assert phone.has == {}
    matter.do("note", town(), words="再派")
    catch_up()
    assert phone.pull().gone == []


@pytest.mark.django_db
def test_what_came_and_went_before_the_feed_was_read_is_removed_too() -> None:
    """The phone saw in its first pull what the feed had not yet heard of."""
    theirs = replace(unit(), scope=())
    phone = Phone(by=theirs)
    matter = Matter()
    matter.dispatch()
    catch_up(turns=0)
    assert phone.pull().got == [matter.now.number]
    matter.do("return", theirs, reason="not_our_duty", words=REASONS)
    catch_up()
    assert phone.pull().gone == [matter.now.number]


@pytest.mark.django_db
def test_of_what_is_about_an_office_it_hears_nothing_but_that_it_lost_what_it_had() -> None:
    mine, room = Phone(by=county()), Phone(by=town())
    mine.pull()
    room.pull()
    matter = Matter()
    catch_up()
    assert mine.pull().got == room.pull().got == [matter.now.number]
    matter.do("bar", county(), about_organisation=organisation(TOWN_ROOM), words="反映的是本街道人员")
    hidden = Matter(about_organisation=organisation(TOWN_ROOM))
    catch_up()
    room.pull()
    assert (room.got, room.gone) == ([], [matter.now.number])
    assert set(mine.pull().got) == {matter.now.number, hidden.now.number}
    matter.do("note", county(), words="正在核实")
    catch_up()
    assert (room.pull().got, room.gone) == ([], [])


@pytest.mark.django_db
def test_an_erased_case_is_removed() -> None:
    phone = Phone(by=town())
    phone.pull()
    matter = Matter()
    matter.close()
    catch_up()
    assert phone.pull().got == [matter.now.number]
    assert do_all([by_system(matter.id, "erase", data={}, at=MONDAY, once="x")]).done == 1
    catch_up()
    assert phone.pull().gone == [matter.now.number]
    assert phone.has == {}


@pytest.mark.django_db
def test_another_reach_a_strange_cursor_and_too_long_away_begin_anew() -> None:
    phone = Phone(by=town())
    matter = Matter()
    catch_up()
    phone.pull()
    for by, cursor, later in (
        (replace(phone.by, scope=(code_range(pad(VILLAGE)),)), phone.cursor, timedelta(0)),
        (replace(phone.by, procedures=frozenset({"report"})), phone.cursor, timedelta(0)),
        (phone.by, "strange", timedelta(0)),
        (unit(), phone.cursor, timedelta(0)),
        (phone.by, phone.cursor, KEPT + timedelta(days=1)),
    ):
        found = pull(by, known=current(), at=MONDAY + later, after=cursor)
        assert found.anew
        assert [view.case.number for view in found.cases] == [matter.now.number]
    assert not pull(phone.by, known=current(), at=MONDAY, after=phone.cursor).anew


def test_after_a_journal_was_set_back_everybody_begins_anew(own_database: Clone) -> None:
    phone = Phone(by=town())
    Matter()
    catch_up()
    phone.pull()
    with psycopg.connect(own_database.admin_dsn) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE cases_journal SET running = sha256(running)")
    assert pull(phone.by, known=current(), at=MONDAY, after=phone.cursor).anew


def test_what_commits_late_is_not_missed(own_database: Clone) -> None:
    """Whoever began first and commits last has the later position, and a pull between the two misses neither."""
    open_case(opening(procedure="report"))  # its declaration is put down with the first
    catch_up()
    phone = Phone(by=dispatcher())
    phone.pull()
    begun, go_on = Event(), Event()
    numbers: list[int] = []

    def slowly() -> None:
        with transaction.atomic():
            numbers.append(open_case(opening(procedure="report")).number)
            begun.set()
            go_on.wait(20)
        connection.close()

    slow = Thread(target=slowly)
    slow.start()
    assert begun.wait(20)
    quick = open_case(opening(procedure="report")).number
    catch_up()
    assert phone.pull().got == [quick]
    go_on.set()
    slow.join()
    catch_up()
    assert phone.pull().got == numbers
    assert phone.pull().got == []


@pytest.mark.django_db
def test_a_pull_costs_the_same_however_many_cases_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    asked = Run.__call__

    def counted(self: Run, statement: str, params: Sequence[Any]) -> Rows:
        sent.append(statement)
        return asked(self, statement, params)

    monkeypatch.setattr(Run, "__call__", counted)
    phone = Phone(by=dispatcher(), size=50)
    costs = []
    for cases in (1, 6):
        for _each in range(cases):
            open_case(opening(procedure="report"))
        catch_up()
        for one in (Phone(by=dispatcher(), size=50), phone, phone):
            sent.clear()
            with statements() as others:
                one.pull()
            costs.append(len(sent) + len(others))
    assert costs[0] == costs[3] == 11
    assert costs[1] >= costs[4]
    assert costs[2] == costs[5] == 2


@pytest.mark.django_db
def test_ended_cases_are_forgotten_when_nobody_asks_from_so_far_back() -> None:
    done, still = Matter(), Matter()
    done.close()
    catch_up()
    assert count_feed(before=MONDAY) == 0
    assert count_feed(before=MONDAY + KEPT) == 1
    assert forget_feed(before=MONDAY + KEPT) == 1
    assert set(Feed.objects.values_list("case_id", flat=True)) == {still.id}
