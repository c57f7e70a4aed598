# SPDX-License-Identifier: Apache-2.0
"""What search is kept in: a deriving follower holds one erasable row of tokens a case.

`facts` (place names, category) are found by whoever sees the case; `words` (free text) only by posts of an
organisation that works on it: see `find`. One index answers for both, each token in it once. Long numbers and the names of the case's own parties are never in it.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from anlan.base.keys import CaseKey, Unreadable, keyring
from anlan.base.prepared import prepared
from anlan.cases import bigrams, registry
from anlan.cases.catalogue import current
from anlan.cases.define import Audience, Kind
from anlan.cases.follow import Wish
from anlan.cases.journal import Line
from anlan.cases.known import Known
from anlan.cases.sealed import open_contact, open_content
from anlan.places.codes import ancestors
from anlan.places.find import find_code, find_place

TOUCHES = frozenset({"opened", "contents", "assign", "area", "category", "condition", "erased"})
"""Outcomes that change what a case is found by."""
READ_BY_WORKERS = frozenset({Audience.PUBLIC, Audience.REPORTER, Audience.OFFICE})
"""Audiences whose words every working organisation reads; the narrower ones are not searched at all."""
MOST_TOKENS = 8_000
"""Above so many a case's words grow no more: twice as many, of the longest, are still less than PostgreSQL's megabyte."""

CASES = "SELECT id, procedure, opened_at, area, place_id, category_id, condition_id, key FROM cases_case WHERE id = ANY($1)"
CONTENTS = """
SELECT c.case_id, c.seq, c.n, c.audience, c.sealed FROM cases_content c
  JOIN unnest($1::uuid[], $2::integer[]) AS u(case_id, seq) ON c.case_id = u.case_id AND c.seq = u.seq
 WHERE c.sealed IS NOT NULL AND c.audience = ANY($3)"""
PARTIES = "SELECT case_id, n, sealed FROM cases_party WHERE case_id = ANY($1)"
ASSIGNED = "SELECT case_id, organisation_id FROM cases_assignment WHERE case_id = ANY($1)"
OPENED_BY = "SELECT case_id, action FROM cases_entry WHERE case_id = ANY($1) AND seq = 1"
KEEP = """
INSERT INTO cases_searchrow AS s (case_id, opened_at, facts, words)
SELECT u.id, u.at, u.facts::tsvector, u.words::tsvector
  FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[]) AS u(id, at, facts, words)
ON CONFLICT (case_id) DO UPDATE SET facts = EXCLUDED.facts, words = CASE
  WHEN EXCLUDED.case_id = ANY($5::uuid[]) THEN EXCLUDED.words
  WHEN length(s.words) > $6 THEN s.words
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
    with prepared() as run, run.connection.pipeline():
        cases, parties, assigned = run(CASES, [ids]), run(PARTIES, [ids]), run(ASSIGNED, [ids])
        contents = run(
            CONTENTS,
            [[e.case_id for e in with_words], [e.seq for e in with_words], [str(a) for a in READ_BY_WORKERS]],
        )
    actions = {(entry.case_id, entry.seq): entry.action for entry in with_words}
    texts, people, tied = _by_case(contents), _by_case(parties), _by_case(assigned)
    known = current()
    rows: list[tuple[Any, ...]] = []
    for id, procedure, opened_at, area, place, category, condition, key in cases:
        facts = fact_tokens(known, place=place, area=area, category=category, condition=condition)
        found: set[str] = set()
        # Only who mediates reads what people at odds say: nobody finds a case by it.
        if id in texts and not registry.at_odds(procedure):
            opened = keyring().unwrap(bytes(key))
            names = _names(opened, people.get(id, ()))
            # Without its parties' names a case's words cannot be kept clean of them.
            for row in texts[id] if names is not None else ():
                if len(found) > MOST_TOKENS:
                    break
                found |= _words(opened, row, _text_fields(procedure, actions[id, row[1]]), names or [])
        holders = bigrams.organisation_tokens((row[1] for row in tied.get(id, ())), opened_at)
        places = bigrams.place_tokens(area, opened_at)
        rows.append(
            (
                id,
                opened_at,
                bigrams.as_vector(facts | places),
                bigrams.as_vector(bigrams.said(found) | holders),
            )
        )
    with prepared() as run:
        run(KEEP, [*(list(column) for column in zip(*rows, strict=True)), erased, MOST_TOKENS])


def opening_tokens(ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """Tokens of what was said to be wrong when these cases were opened, without the names of their parties. A case whose words were erased,
    or whose parties are no longer known, is left out.
    """
    with prepared() as run, run.connection.pipeline():
        cases, parties = run(CASES, [list(ids)]), run(PARTIES, [list(ids)])
        contents = run(CONTENTS, [list(ids), [1] * len(ids), [str(a) for a in READ_BY_WORKERS]])
        opened_by = run(OPENED_BY, [list(ids)])
    texts, people, actions = _by_case(contents), _by_case(parties), dict(opened_by)
    found: dict[UUID, frozenset[str]] = {}
    for id, procedure, *_rest, key in cases:
        opened = keyring().unwrap(bytes(key)) if id in texts else None
        names = _names(opened, people.get(id, ())) if opened else None
        if opened is not None and names is not None:
            fields = _told(procedure, actions[id])
            found[id] = frozenset().union(*(_words(opened, row, fields, names) for row in texts[id]))
    return found


def fact_tokens(
    known: Known, *, place: int, area: int, category: int | None, condition: int | None
) -> set[str]:
    """Tokens of what a case is about in the words of the configuration: places along the path, category, condition."""
    names: list[str] = []
    spots = [find_code(code, at=known.calendar.horizon) for code in (*ancestors(area), area)]
    spots.append(find_place(place))
    for spot in spots:
        if spot is not None:
            names += (spot.name, spot.name_en)
    kinds = (known.categories.get(category or 0), known.conditions.get(condition or 0))
    for about in kinds:
        if about is not None:
            names += (about.words.zh, about.words.en)
    return set().union(*map(_name_tokens, names))


@lru_cache(maxsize=20_000)
def _name_tokens(name: str) -> frozenset[str]:
    """Tokens of a name of the configuration, which many cases share."""
    return frozenset(bigrams.tokens(name))


def word_tokens(values: Iterable[str], *, names: Iterable[str] = ()) -> set[str]:
    """Tokens of free texts, without the names of the case's own parties."""
    held = tuple(names)
    return set().union(*(bigrams.tokens(value, never=held) for value in values))


def _by_case(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _words(key: CaseKey, row: Any, fields: frozenset[str], names: list[str]) -> set[str]:
    case_id, seq, n, audience, sealed = row
    try:
        values = open_content(case_id, seq, n, audience, key=key, sealed=sealed)
    except Unreadable:
        return set()
    texts = (value for field, value in values.items() if isinstance(value, str) and field in fields)
    return word_tokens(texts, names=names)


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


def _told(procedure: str, action: str) -> frozenset[str]:
    """The field of an opening that says what is wrong: its first long text."""
    return frozenset(
        next((field.key for field in one.fields if field.kind is Kind.LONG_TEXT), "")
        for (key, _version), declared in registry.by_version().items()
        if key == procedure
        for one in declared.actions
        if one.key == action
    )


def _names(key: CaseKey, parties: Iterable[Any]) -> list[str] | None:
    """What the parties of the case are called, so that it stays out of the index; None when that is not known."""
    names: list[str] = []
    for case_id, n, sealed in parties:
        if sealed is None:
            return None
        try:
            contact = open_contact(case_id, n, key=key, sealed=sealed)
        except Unreadable:
            return None
        for field, value in contact.items():
            if "name" in field and isinstance(value, str):
                names += (value, *value.split())
    return names
