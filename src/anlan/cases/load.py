# SPDX-License-Identifier: Apache-2.0
"""load(envelopes): locks the case rows in ascending id and reads what deciding needs.

The lock comes first and the reading after it, in statements of their own: under READ COMMITTED a single statement
would read the other tables as they were before it waited for the lock. They travel in one pipeline, so a batch waits
for the database once. A batch of nothing but openings reads nothing when no case is there, which is the rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.conf import settings

from anlan.base.digests import Algorithm
from anlan.base.keys import keyring
from anlan.base.prepared import Rows, Run, prepared
from anlan.cases import registry
from anlan.cases.around import people_around
from anlan.cases.catalogue import current
from anlan.cases.decide import Loaded
from anlan.cases.envelope import Envelope, NewParty
from anlan.cases.onward import ids_joined, ids_onward
from anlan.cases.queries_columns import kind_told
from anlan.cases.read import Stand, ask_cases, stood
from anlan.cases.route import reachable
from anlan.cases.sealed import open_contact
from anlan.places.find import area_of

LOCK = """
SELECT (SELECT version FROM cases_configuration WHERE id = 1),
       ARRAY(SELECT id FROM cases_case WHERE id = ANY($1) ORDER BY id FOR UPDATE)"""
PEOPLE = """
SELECT p.case_id, p.n, p.role, p.sealed, a.account_id FROM cases_party p
  LEFT JOIN case_account a ON a.case_id = p.case_id AND a.n = p.n
 WHERE p.case_id = ANY($1) AND p.sealed IS NOT NULL"""
ERASED = "SELECT case_id, n FROM cases_party WHERE case_id = ANY($1) AND sealed IS NULL"
POSTS = "SELECT account_id, array_agg(id) FROM people_post WHERE account_id = ANY($1) GROUP BY account_id"
OWN = "SELECT case_id, n FROM case_account WHERE account_id = ANY($1) AND case_id = ANY($2)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one batch works on: `loaded` for deciding; wrapped keys and earlier requests (payload, and the entry and state
    that they led to) for the writer.
    """

    loaded: Loaded
    keys: dict[UUID, bytes]
    requests: dict[tuple[UUID, UUID], tuple[bytes, int, str]]


def load(envelopes: Sequence[Envelope]) -> Batch:
    """Locks and loads every case the envelopes name. Must run inside a transaction.

    Raises django.db.OperationalError when a lock is not had in time; the doors answer that with "try again".
    """
    named = {e.case_id for e in envelopes} | set(_named_cases(envelopes))
    onward = {e.case_id for e in envelopes if registry.needs_onward(e.action)}
    into = {e.case_id for e in envelopes if registry.needs_joined(e.action)}
    accounts = sorted({e.by.account_id for e in envelopes if e.by.kind == "resident" and e.by.account_id})
    requests = [e.request_id for e in envelopes]
    found: dict[UUID, Stand] = {}
    own: dict[UUID, tuple[int, ...]] = {}
    with prepared() as run:
        if onward:
            named |= ids_onward(run, onward)
        if into:
            named |= ids_joined(run, into)
        ids = sorted(named)
        rows: tuple[Rows | None, Rows] | None = None
        if all(e.procedure for e in envelopes):
            locked = run(LOCK, [ids])
        else:
            with run.connection.pipeline():
                locked, rows = run(LOCK, [ids]), _read(run, ids, requests, accounts)
        version, there = locked.fetchone() or (0, ())
        known = current(version or 0)
        if rows is None and there:
            with run.connection.pipeline():
                rows = _read(run, ids, requests, accounts)
        if rows is not None:
            mine, stands = rows
            for case_id, n in mine or ():
                own[case_id] = (*own.get(case_id, ()), n)
            found = stood(stands)
        carrying = {e.case_id for e in envelopes if registry.needs_parties(e.action)} & found.keys()
        people = _people(run, carrying, found) if carrying else {}
        naming = {e.case_id for e in envelopes if registry.needs_names(e.action)} & found.keys()
        around = {case_id: people_around(run, case_id) for case_id in naming}
        seconding = sorted(
            {e.by.account_id for e in envelopes if e.by.account_id and registry.needs_posts(e.action)}
        )
        posts = {account: frozenset(ids) for account, ids in run(POSTS, [seconding])} if seconding else {}
        counting = [e.case_id for e in envelopes if registry.needs_before(e.action)]
        before = dict(run(_before(registry.recorded()), [counting])) if counting else {}
        by_code = [e.case_id for e in envelopes if e.party is not None]
        erased = frozenset((case_id, n) for case_id, n in run(ERASED, [by_code])) if by_code else frozenset()
    cases = {case_id: stand.case for case_id, stand in found.items()}
    loaded = Loaded(
        cases=cases,
        procedures=registry.by_version(),
        newest=registry.newest(),
        known=known,
        active=reachable(envelopes, cases, known=known),
        areas={
            e.place: area for e in envelopes if e.place and (area := area_of(e.place, at=e.at)) is not None
        },
        own=own,
        algorithm=Algorithm[settings.ANLAN_DIGEST.upper()],
        people=people,
        around=around,
        erased=erased,
        posts=posts,
        before=before,
    )
    return Batch(
        loaded=loaded,
        keys={case_id: stand.key for case_id, stand in found.items()},
        requests={
            (case_id, request): led
            for case_id, stand in found.items()
            for request, led in stand.earlier.items()
        },
    )


@cache
def _before(recorded: tuple[str, ...]) -> str:
    """SQL for how many cases of the same procedure and plain kind began in the same village in the year before each of these."""
    return f"""
SELECT c.id, count(*) FROM cases_case c
  JOIN cases_case o ON (o.area / 1000) = (c.area / 1000) AND o.opened_at < c.opened_at
   AND o.opened_at > c.opened_at - interval '1 year' AND o.procedure = c.procedure AND o.id <> c.id
 WHERE c.id = ANY($1) AND {kind_told(recorded, "o")} = {kind_told(recorded, "c")} GROUP BY c.id"""


def _read(run: Run, ids: list[UUID], requests: list[UUID], accounts: list[int]) -> tuple[Rows | None, Rows]:
    """The residents' own parts, the cases with earlier requests: to be asked for inside a pipeline."""
    mine = run(OWN, [accounts, ids]) if accounts else None
    return mine, ask_cases(run, ids, requests=requests)


def _people(run: Run, ids: Iterable[UUID], found: Mapping[UUID, Stand]) -> dict[UUID, dict[int, NewParty]]:
    """Who the parties of these cases are, as far as they were not erased."""
    people: dict[UUID, dict[int, NewParty]] = {}
    for case_id, n, role, sealed, account_id in run(PEOPLE, [list(ids)]):
        people.setdefault(case_id, {})[n] = NewParty(
            role=role,
            contact=open_contact(case_id, n, key=keyring().unwrap(found[case_id].key), sealed=sealed),
            account_id=account_id,
        )
    return people


def _named_cases(envelopes: Iterable[Envelope]) -> Iterable[UUID]:
    """Other cases that the data name: they must be locked in the same ascending order."""
    for envelope in envelopes:
        for key in registry.case_fields(envelope.action):
            value = envelope.data.get(key)
            try:
                yield UUID(str(value))
            except ValueError:
                continue
