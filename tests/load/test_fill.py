# SPDX-License-Identifier: Apache-2.0
"""Filling: what COPY put into the tables is what the engine would have written, and verifies."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections

from anlan.base.prepared import prepared
from anlan.cases.apply import apply
from anlan.cases.feed import NAME as FEED
from anlan.cases.follow import advance, followers, rebuild
from anlan.cases.journal import read_lines
from anlan.cases.read import read_cases
from anlan.config.fill import NotForFilling, fill, owner_dsn
from anlan.config.fill_cast import Casts, block
from anlan.config.fill_copy import FILLED, column_types, filling
from anlan.config.fill_scene import Home, set_scene
from anlan.config.fill_story import Life
from anlan.config.fill_tell import choose_kind, tell
from anlan.config.fill_words import MADE_UP, MARK
from anlan.config.fill_work import Plan, Work
from anlan.indicators.keep import NAME as INDICATORS
from anlan.indicators.keep import gathered
from anlan.indicators.models import CaseFact, Tally
from anlan.people.demo import demo_seed
from anlan.people.models import Account
from tests.databases import Clone

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PLAN = Plan(cases=240, at=NOW, days=60, per_mould=6, seed=7)

Shape = dict[str, list[tuple[object, ...]]]
SHAPE = {
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "constraints": "SELECT conname, conrelid::regclass::text, contype::text, convalidated, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
    "triggers": "SELECT tgname, tgrelid::regclass::text, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
}


def shape(dsn: str) -> Shape:
    with psycopg.connect(dsn) as owner:
        return {name: owner.execute(query).fetchall() for name, query in SHAPE.items()}


def count(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def verified(clone: Clone) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "anlan.cli", "verify", "--json"],
        env=clone.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr[-2000:]
    found: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


@pytest.fixture
def filled(own_database: Clone) -> Clone:
    demo_seed(since=NOW - timedelta(days=800), at=NOW)
    before = shape(own_database.owner_dsn)
    shown: list[tuple[int, int]] = []
    done = fill(PLAN, dsn=owner_dsn(), say=lambda _line: None, progress=lambda n, of: shown.append((n, of)))
    assert done.cases == PLAN.cases
    assert shown[-1] == (PLAN.cases, PLAN.cases)
    assert shape(own_database.owner_dsn) == before, "indexes, keys, references and triggers are all back"
    return own_database


def test_a_filled_database_verifies_and_looks_like_one(filled: Clone) -> None:
    found = verified(filled)
    assert found["broken"] == []
    assert found["cases"] == PLAN.cases
    assert (
        count("SELECT count(*) FROM cases_entry")
        == found["entries"]
        == count("SELECT count(*) FROM cases_journal")
    )
    assert count("SELECT count(DISTINCT area) FROM cases_case") > PLAN.cases / 2
    assert count("SELECT count(DISTINCT state) FROM cases_case") > 2
    assert count("SELECT count(DISTINCT (opened_at, id)) FROM cases_case") == PLAN.cases
    assert count("SELECT count(*) FROM cases_case WHERE opened_at > '2026-11-20 03:00+00'") == 0
    made_up = f"SELECT count(*) FROM cases_entry WHERE seq = 1 AND outcomes->'flags' ? '{MADE_UP}'"
    assert count(made_up.replace("?", "@>").replace(f"'{MADE_UP}'", f"'[\"{MADE_UP}\"]'")) == PLAN.cases


def test_search_holds_what_its_follower_would_have_written(filled: Clone) -> None:
    query = "SELECT case_id, opened_at, facts::text, words::text FROM cases_searchrow ORDER BY case_id"
    with connection.cursor() as cursor:
        cursor.execute(query)
        before = cursor.fetchall()
    assert len(before) == PLAN.cases
    rebuild("search")
    search = next(one for one in followers() if one.name == "search")
    while advance(search):
        pass
    with connection.cursor() as cursor:
        cursor.execute(query)
        after = cursor.fetchall()
    for filled_row, derived in zip(before, after, strict=True):
        assert filled_row[:2] == derived[:2]
        for told, wanted in zip(filled_row[2:], derived[2:], strict=True):
            assert set(told.split()) ^ set(wanted.split()) == set()
    assert before == after


def test_figures_are_what_their_follower_would_have_kept(filled: Clone) -> None:
    def kept() -> tuple[set[Any], dict[tuple[object, ...], list[int]]]:
        facts = set(CaseFact.objects.values_list("case_id", "day", "procedure", "area", "about", "facts"))
        found = Tally.objects.values_list("code", "procedure", "about_office", "day", "n")
        return facts, {row[:-1]: row[-1] for row in found}

    before = kept()
    assert len(before[0]) > PLAN.cases
    rebuild(INDICATORS)
    assert kept() == (set(), {})
    indicators = next(one for one in followers() if one.name == INDICATORS)
    while advance(indicators):
        pass
    facts, tallies = kept()
    assert before[0] == facts
    # What a case no longer counts for leaves zeros behind.
    assert {key: gathered(n) for key, n in before[1].items()} == {
        key: gathered(n) for key, n in tallies.items() if any(n)
    }


def test_open_cases_are_in_the_feed_as_their_follower_would_have_put_them(filled: Clone) -> None:
    query = "SELECT case_id, scope FROM cases_feed f JOIN cases_case c ON c.id = f.case_id WHERE c.open AND f.here ORDER BY 1, 2"
    with connection.cursor() as cursor:
        cursor.execute(query)
        before = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM cases_case WHERE open")
        assert len({case_id for case_id, _scope in before}) == cursor.fetchone()[0] > 0
    rebuild(FEED)
    feed = next(one for one in followers() if one.name == FEED)
    while advance(feed):
        pass
    with connection.cursor() as cursor:
        cursor.execute(query)
        assert cursor.fetchall() == before


def test_what_a_follower_had_yet_to_read_is_not_passed_over(filled: Clone) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_follower SET position = position - 1 WHERE name = %s", [INDICATORS])
    fill(
        Plan(cases=4, at=NOW, days=5, per_mould=4, seed=9, workers=1),
        dsn=owner_dsn(),
        say=lambda _line: None,
    )
    end = count("SELECT max(position) FROM cases_journal")
    assert count(f"SELECT position FROM cases_follower WHERE name = '{INDICATORS}'") < end
    for one in followers():
        while advance(one):
            pass
    assert verified(filled)["broken"] == []


def test_nobody_is_told_about_made_up_cases(filled: Clone) -> None:
    end = count("SELECT max(position) FROM cases_journal")
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM cases_follower")
        assert {position for (position,) in cursor.fetchall()} == {end}, "and all that is derived is there"
    assert count("SELECT count(*) FROM cases_notice") == count("SELECT count(*) FROM cases_delivery") == 0


def test_more_can_be_added(filled: Clone) -> None:
    fill(
        Plan(cases=20, at=NOW, days=5, per_mould=4, seed=9, workers=1),
        dsn=owner_dsn(),
        say=lambda _line: None,
    )
    found = verified(filled)
    assert (found["cases"], found["broken"]) == (PLAN.cases + 20, [])


def test_a_filling_that_fails_never_was(own_database: Clone) -> None:
    demo_seed(since=NOW - timedelta(days=800), at=NOW)
    before = shape(own_database.owner_dsn)

    def stop(done: int, _of: int) -> None:
        if done > PLAN.cases / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(PLAN, dsn=owner_dsn(), say=lambda _line: None, progress=stop)
    assert shape(own_database.owner_dsn) == before
    for table in FILLED.values():
        assert count(f"SELECT count(*) FROM {table}") == 0
    fill(Plan(cases=20, at=NOW, days=5, per_mould=4, seed=9), dsn=owner_dsn(), say=lambda _line: None)
    assert shape(own_database.owner_dsn) == before
    assert verified(own_database)["cases"] == 20


def test_filled_tables_need_no_vacuum(filled: Clone) -> None:
    with psycopg.connect(filled.owner_dsn) as owner:
        for table in FILLED.values():
            found = owner.execute(
                "SELECT relpages, relallvisible, reltuples FROM pg_class WHERE oid = %s::regclass", [table]
            ).fetchone()
            assert found is not None
            pages, visible, rows = found
            assert visible == pages > 0, table
            assert rows > 0, table


def test_a_cast_is_what_deciding_there_and_then_gives(own_database: Clone) -> None:
    """Cast somewhere else and a little later: every outcome but salted digests is the one decided there and then."""
    demo_seed(since=NOW - timedelta(days=800), at=NOW)
    scene = set_scene(at=NOW)
    types = column_types(owner_dsn())
    work, pick = Work(plan=PLAN, scene=scene, types=types), Random(11)
    cast: list[Casts] = []
    lives: dict[UUID, Life] = {}
    for turn in range(60):
        begin = NOW - timedelta(hours=30 + 31 * turn)
        kind, home, away = choose_kind(scene, pick), scene.place(pick), scene.place(pick)
        chance = pick.getrandbits(64)
        mould = work.decide(home, begin, kind, Random(chance))
        if mould is None:
            continue
        later = 1 + pick.randrange(1_400_000_000)
        # Cast beside another, for which it must not be taken.
        cast.append(work.caster.cast(mould, [Home(home, home.ground, 7), Home(away, away.ground, later)]))
        id_ = cast[-1].ids[1]
        first = Life(scene, home, id_, begin, NOW - timedelta(minutes=25))
        again = Random(chance)
        again.getrandbits(128)  # the mould drew its id first
        tell(first, kind, again)
        there = Life(
            scene,
            away,
            id_,
            begin + timedelta(microseconds=later),
            first.ends + timedelta(microseconds=later),
        )
        for step in first.steps:
            own = step.organisation
            part = home.parts[own] if own is not None else None
            there.take(type(step)(
                after=step.after, action=step.action, role=step.role, files=step.files,
                organisation=away.orgs[part] if part else None,
                data={k: away.orgs[home.parts[v]] if k == "unit" else v for k, v in step.data.items()},
            ))  # fmt: skip
        there.sweep(there.ends)
        lives[id_] = there
    assert len(lives) > 40
    connections.close_all()
    with filling(owner_dsn(), types=types, at=NOW, say=lambda _line: None) as into:
        # In no order of time, which a filling keeps only so that it is quick.
        for one in pick.sample(cast, k=len(cast)):
            into.add(block([one]))
    _reached, lines = read_lines(0, limit=10_000)
    assert {line.entry.case_id for line in lines} == {id_ for casts in cast for id_ in casts.ids}
    by_case: dict[UUID, list[object]] = {}
    for line in lines:
        entry = line.entry
        outcomes = dict(entry.outcomes)
        for row in outcomes.get("contents", ()):
            row.pop("digest")
        for row in outcomes.get("attachments", ()):
            row.pop("keyed")
        by_case.setdefault(entry.case_id, []).append(
            (entry.at, entry.actor, entry.action, entry.to, outcomes)
        )
    for id_, life in lives.items():
        decided: list[object] = []
        for decision in life.decisions:
            entry = decision.entry
            outcomes = json.loads(json.dumps(dict(entry.outcomes)))
            for row in outcomes.get("contents", ()):
                row.pop("digest")
            for row in outcomes.get("attachments", ()):
                row.pop("keyed")
            decided.append((entry.at, entry.actor, entry.action, entry.to, outcomes))
        assert len(by_case[id_]) == len(decided)
        for done, told in zip(by_case[id_], decided, strict=True):
            assert done == told
    with prepared() as run:
        stands = read_cases(run, list(lives))
    for id_ in lives:
        folded = None
        for line in (one for one in lines if one.entry.case_id == id_):
            folded = apply(folded, line.entry)
        assert stands[id_].case == folded
    assert verified(own_database)["broken"] == []


def test_made_up_words_say_so(filled: Clone) -> None:
    assert MARK
    assert count("SELECT count(*) FROM cases_party") < PLAN.cases / 2


def test_a_database_with_real_people_is_refused(own_database: Clone) -> None:
    Account.objects.create(kind="resident", made_at=NOW)
    with pytest.raises(NotForFilling):
        fill(PLAN, dsn=owner_dsn(), say=lambda _line: None)
    assert count("SELECT count(*) FROM cases_case") == 0
