# SPDX-License-Identifier: Apache-2.0
"""Search: a deriving follower keeps one row of tokens a case, and `find` reads them within what the actor may see.

`facts` (place names, category) are found by whoever sees the case; `words` (facts and free text) only by posts of an
organisation that works on it. There is no search for persons: long numbers and parties' names are not in the index,
and a query that looks like one is refused. Newest first, by slices of time whose tokens lie in the same index.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from anlan.base.keys import CaseKey, Unreadable, aad, keyring
from anlan.cases import bigrams, registry
from anlan.cases.catalogue import current
from anlan.cases.define import Audience, Kind
from anlan.cases.follow import Wish
from anlan.cases.journal import Line
from anlan.cases.known import Known
from anlan.places.codes import ancestors
from anlan.places.find import find_code, find_place

TOUCHES = frozenset({"opened", "contents", "assign", "area", "category", "condition", "erased"})
"""Outcomes that change what a case is found by."""
READ_BY_WORKERS = frozenset({Audience.PUBLIC, Audience.REPORTER, Audience.OFFICE})
"""Audiences whose words every working organisation reads; the narrower ones are not searched at all."""
MOST_TOKENS = 8_000

CASES = "SELECT id, procedure, opened_at, area, place_id, category_id, condition_id, key FROM cases_case WHERE id = ANY(%s)"
CONTENTS = """
SELECT c.case_id, c.seq, c.n, c.audience, c.sealed FROM cases_content c
  JOIN unnest(%s::uuid[], %s::integer[]) AS u(case_id, seq) ON c.case_id = u.case_id AND c.seq = u.seq
 WHERE c.sealed IS NOT NULL AND c.audience = ANY(%s)"""
PARTIES = "SELECT case_id, n, sealed FROM cases_party WHERE case_id = ANY(%s) AND sealed IS NOT NULL"
ASSIGNED = "SELECT case_id, organisation_id FROM cases_assignment WHERE case_id = ANY(%s)"
KEEP = """
INSERT INTO cases_searchrow AS s (case_id, opened_at, facts, words)
SELECT u.id, u.at, u.facts::tsvector, u.words::tsvector
  FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[], %s::text[]) AS u(id, at, facts, words)
ON CONFLICT (case_id) DO UPDATE SET facts = EXCLUDED.facts, words = CASE
  WHEN EXCLUDED.case_id = ANY(%s::uuid[]) OR s.words IS NULL THEN EXCLUDED.words
  WHEN length(s.words) > %s THEN s.words
  ELSE s.words || EXCLUDED.words END"""


def keep_search(lines: Sequence[Line]) -> Iterable[Wish]:
    """The deriving follower: brings the rows of the cases these lines touch up to date."""
    touched = {line.entry.case_id for line in lines if TOUCHES & line.entry.outcomes.keys()}
    if touched:
        _keep(touched, lines)
    return ()


def clear_search() -> None:
    """Empties the index before a rebuild."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_searchrow")


def _keep(touched: set[UUID], lines: Sequence[Line]) -> None:
    ids = list(touched)
    with_words = [line.entry for line in lines if "contents" in line.entry.outcomes]
    erased = [line.entry.case_id for line in lines if "words" in line.entry.outcomes.get("erased", ())]
    with connection.cursor() as cursor:
        cursor.execute(CASES, [ids])
        cases = cursor.fetchall()
        cursor.execute(
            CONTENTS,
            [[e.case_id for e in with_words], [e.seq for e in with_words], [str(a) for a in READ_BY_WORKERS]],
        )
        contents = cursor.fetchall()
        cursor.execute(PARTIES, [ids])
        parties = cursor.fetchall()
        cursor.execute(ASSIGNED, [ids])
        assigned = cursor.fetchall()
    actions = {(entry.case_id, entry.seq): entry.action for entry in with_words}
    known = current()
    rows: list[tuple[Any, ...]] = []
    for id, procedure, opened_at, area, place, category, condition, key in cases:
        facts = fact_tokens(known, place=place, area=area, category=category, condition=condition)
        text: set[str] = set()
        own = [row for row in contents if row[0] == id] if contents else []
        if own:
            opened = keyring().unwrap(bytes(key))
            names = _names(opened, id, parties)
            for _id, seq, n, audience, sealed in own:
                text |= _words(opened, (id, seq, n, audience), bytes(sealed), procedure, actions[id, seq], names)
        tied = bigrams.organisation_tokens((org for case, org in assigned if case == id), opened_at)
        rows.append((
            id,
            opened_at,
            bigrams.as_vector(facts | bigrams.place_tokens(area, opened_at)),
            bigrams.as_vector(facts | text | tied),
        ))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [*(list(column) for column in zip(*rows, strict=True)), erased, MOST_TOKENS])


def fact_tokens(known: Known, *, place: int, area: int, category: int | None, condition: int | None) -> set[str]:
    """Tokens of what a case is about in the words of the configuration: places along the path, category, condition."""
    words: list[str] = []
    spots = [find_code(code, at=known.calendar.horizon) for code in ancestors(area)]
    spots.append(find_place(place))
    for spot in spots:
        if spot is not None:
            words += (spot.name, spot.name_en)
    if category in known.categories:
        about = known.categories[category].words
        words += (about.zh, about.en)
    if condition in known.conditions:
        about = known.conditions[condition].words
        words += (about.zh, about.en)
    return set().union(*(bigrams.tokens(one) for one in words)) if words else set()


def word_tokens(values: Iterable[str], *, names: Iterable[str] = ()) -> set[str]:
    """Tokens of free texts, without the names of the case's own parties."""
    held = tuple(names)
    return set().union(*(bigrams.tokens(value, never=held) for value in values))


def _words(
    key: CaseKey,
    at: tuple[UUID, int, int, str],
    sealed: bytes,
    procedure: str,
    action: str,
    names: list[str],
) -> set[str]:
    case_id, seq, n, audience = at
    try:
        opened = key.open(sealed, aad=aad(case_id, "content", seq, f"{n}:{audience}"))
    except Unreadable:
        return set()
    values = msgspec.json.decode(opened[16:])
    texts = _text_fields(procedure, action)
    return word_tokens(
        (value for field, value in values.items() if isinstance(value, str) and field in texts), names=names
    )


def _text_fields(procedure: str, action: str) -> frozenset[str]:
    """Fields of this action that hold free text, in any version that this deployment has."""
    return frozenset(
        field.key
        for (key, _version), declared in registry.by_version().items()
        if key == procedure
        for one in declared.actions
        if one.key == action
        for field in one.fields
        if field.kind in (Kind.TEXT, Kind.LONG_TEXT)
    )


def _names(key: CaseKey, case_id: UUID, parties: Iterable[Any]) -> list[str]:
    """What the parties of the case are called, so that it stays out of the index."""
    names: list[str] = []
    for owner, n, sealed in parties:
        if owner != case_id:
            continue
        try:
            contact = msgspec.json.decode(key.open(bytes(sealed), aad=aad(case_id, "party", n, "contact")))
        except Unreadable:
            continue
        for field, value in contact.items():
            if "name" in field and isinstance(value, str):
                names += (value, *value.split())
    return names
