# SPDX-License-Identifier: Apache-2.0
"""kill -9 of any process at any moment, under load: what was acknowledged is there exactly once, and nothing else half.

20 rounds in `make test`, 500 in `make test-slow`. A round kills one kind of process, or everything, and waits until
reports are taken again.
"""

import contextlib
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.db import connection, connections

from anlan.base.clock import now
from anlan.base.ids import show_number
from anlan.base.keys import aad, keyring
from anlan.cases import registry
from anlan.people.may import Role, actor_of, anonymous
from anlan.people.models import Organisation, Post
from anlan.people.tokens import make_token
from anlan.web.api.wishes import case_id_of
from tests.cases.world import organisation
from tests.faults.deployment import Deployment, wait_until
from tests.faults.load import Load, Report, Town
from tests.faults.relay import Relay
from tests.people.world import staff
from tests.procedures.report.cast import ROAD, TOWN_ROOM, category, dept

WEIGHTS = {
    "web worker": 6,
    "web": 1,
    "worker": 2,
    "journal": 3,
    "postmaster": 3,
    "backend": 4,
    "everything": 1,
}
"""How often each dies in 20 rounds."""
AFTER = 3
"""Reports that must be taken after a blow before the next one."""


def town() -> Town:
    """A dispatcher of 西溪街道 and a handler of the county's housing department, so that work can be passed on."""
    at = now()
    for role, key in ((Role.DISPATCHER, TOWN_ROOM), (Role.HANDLER, dept("housing"))):
        where = Organisation.objects.get(key=key)
        post = Post.objects.create(
            account=staff(f"faults-{role}"),
            role=role,
            organisation=where,
            place_id=where.place_id,
            valid_from=at - timedelta(days=1),
        )
        if role is Role.DISPATCHER:
            held = post
    made = make_token(
        held.pk,
        label="faults",
        procedures=("report",),
        actions={action.key for action in registry.newest()["report"].actions},
        expires_at=at + timedelta(days=1),
        by=actor_of(held, at=at),
        at=at,
    )
    return Town(token=made.text, unit=organisation(dept("housing")), category=category(ROAD))


def blows(dice: random.Random) -> Iterator[str]:
    """For ever, every 20 rounds as WEIGHTS says, in an order of chance."""
    while True:
        one = [what for what, n in WEIGHTS.items() for _ in range(n)]
        dice.shuffle(one)
        yield from one


def rows(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def one(query: str) -> Any:
    return rows(query)[0][0]


def is_settled() -> bool:
    """Whether the journal has numbered everything, every follower has read it and nothing waits to be sent."""
    with contextlib.suppress(Exception):  # the database may be on its way back
        return bool(
            one(
                "SELECT NOT EXISTS (SELECT FROM cases_tray)"
                " AND NOT EXISTS (SELECT FROM cases_follower WHERE position < (SELECT max(position) FROM cases_journal))"
                " AND NOT EXISTS (SELECT FROM cases_delivery WHERE outcome = 'waiting')"
            )
        )
    connections.close_all()
    return False


def words_of(case_id: UUID, wrapped: bytes) -> str:
    """What the reporter wrote, opened with the case's own key."""
    key = keyring().unwrap(wrapped)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, n, audience, sealed FROM cases_content WHERE case_id = %s AND seq = 1", [case_id]
        )
        opened = [
            key.open(bytes(sealed), aad=aad(case_id, "content", seq, f"{n}:{audience}"))
            for seq, n, audience, sealed in cursor.fetchall()
        ]
    for data in opened:
        found = msgspec.json.decode(data[16:])  # after the salt
        if "words" in found:
            return str(found["words"])
    raise AssertionError(f"no words in {case_id}")


def check_reports(load: Load) -> None:
    """Every acknowledged report once, with its number and words; of those given up, each whole or not at all."""
    acknowledged = {case_id_of(report.key, anonymous()): report for report in load.acknowledged}
    given_up = {case_id_of(report.key, anonymous()): report for report in load.given_up}
    stored = {row[0]: row[1:] for row in rows("SELECT id, number, key FROM cases_case")}
    assert acknowledged.keys() <= stored.keys()
    assert stored.keys() <= acknowledged.keys() | given_up.keys()
    for case_id, (number, key) in stored.items():
        report: Report = (acknowledged | given_up)[case_id]
        assert words_of(case_id, bytes(key)) == report.words
        if report.number:
            assert int(report.number) == number
    assert one("SELECT count(*) FROM cases_entry WHERE action = 'open'") == len(stored)
    dispatched = Counter(
        case_id for (case_id,) in rows("SELECT case_id FROM cases_entry WHERE action = 'dispatch'")
    )
    assert set(dispatched.values()) <= {1}
    assert {id for id, report in acknowledged.items() if report.dispatched} == dispatched.keys()
    assert one("SELECT count(*) FROM cases_request") == one("SELECT count(*) FROM cases_entry")


def check_journal() -> None:
    """Every entry once, without a gap, and nothing left to number."""
    entries = one("SELECT count(*) FROM cases_entry")
    assert rows(
        "SELECT count(*), min(position), max(position), count(DISTINCT (case_id, seq)) FROM cases_journal"
    ) == [(entries, 1, entries, entries)]
    assert one("SELECT count(*) FROM cases_tray") == 0


def check_sent(load: Load, relay: Relay, *, log: str) -> None:
    """Nobody got a message twice; each that was to be sent was sent, or is marked unknown."""
    assert set(relay.taken.values()) <= {1}, relay.taken.most_common(3)
    stored = {row[0]: row[1] for row in rows("SELECT id, number FROM cases_case")}
    phones = {
        id: report.phone
        for report in (*load.acknowledged, *load.given_up)
        if report.phone and (id := case_id_of(report.key, anonymous())) in stored
    }
    told: Counter[UUID] = Counter()
    for position, recipient, channel, case_id, outcome in rows(
        "SELECT position, recipient, channel, case_id, outcome FROM cases_delivery"
    ):
        reference = f"{position}-{recipient}-{channel}"
        told[case_id] += 1
        if case_id not in phones:
            assert outcome in {"failed", "unknown"}  # there is nobody to send to
            assert reference not in relay.taken
            continue
        assert outcome in {"sent", "unknown"}, [line for line in log.splitlines() if reference in line]
        if outcome == "sent":
            assert relay.taken[reference] == 1
        if reference in relay.texts:
            phone, text = relay.texts[reference]
            assert phone == f"+86{phones[case_id]}"
            assert show_number(stored[case_id]) in text
    assert {id: n for id, n in told.items() if id in phones} == dict.fromkeys(phones, 1)
    assert one("SELECT count(*) FROM cases_notice WHERE key = 'open_room'") == len(stored)
    assert one("SELECT count(DISTINCT case_id) FROM cases_notice WHERE key = 'open_room'") == len(stored)
    assert one("SELECT count(*) FROM cases_delivery WHERE outcome = 'sent'") >= len(phones) // 2


def check_all(deployment: Deployment, load: Load, relay: Relay) -> None:
    """Claims of killed senders are given up by a journal whose clock has moved on; then everything is held against all."""
    done = deployment.anlan("journal", "--once", ANLAN_CLOCK_OFFSET="3600")
    assert done.returncode == 0, done.stderr
    check_reports(load)
    check_journal()
    check_sent(load, relay, log=deployment.said() + done.stderr)
    verified = deployment.anlan("verify", "--json")
    found = json.loads(verified.stdout.splitlines()[-1])
    assert (verified.returncode, found["broken"]) == (0, [])
    assert found["cases"] == one("SELECT count(*) FROM cases_case")


def run(deployment: Deployment, relay: Relay, dice: random.Random, *, rounds: int) -> None:
    load = Load(port=deployment.port, town=town())
    connections.close_all()
    load.start()
    hit: Counter[str] = Counter()
    try:
        load.await_more(AFTER)
        for what in islice(blows(dice), rounds):
            time.sleep(dice.uniform(0, 0.8))
            before = deployment.pids(what, dice=dice)
            hit[what] += bool(before)
            deployment.kill(what, dice=dice)
            load.await_more(AFTER)
    finally:
        load.stop()
    assert load.odd == [], deployment.tail()
    assert sum(hit.values()) >= rounds * 0.8, hit
    wait_until(is_settled, what="journal and notices to settle")
    check_all(deployment, load, relay)
    connections.close_all()
    deployment.stop()


@pytest.mark.timeout(600)
def test_nothing_acknowledged_is_lost_or_done_twice_in_20_rounds(
    deployment: Deployment, relay: Relay, dice: random.Random
) -> None:
    run(deployment, relay, dice, rounds=20)


@pytest.mark.slow
@pytest.mark.timeout(4 * 3600)
def test_nothing_acknowledged_is_lost_or_done_twice_in_500_rounds(
    deployment: Deployment, relay: Relay, dice: random.Random
) -> None:
    run(deployment, relay, dice, rounds=500)
