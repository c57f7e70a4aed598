# SPDX-License-Identifier: Apache-2.0
"""How the matter of a case begins and what it is named, for the rows of a list, where the actor reads it without a look
(docs/decisions/lists.md).

Judged by `may.may_see` like the case page, but for cases that the actor's organisation works on now, or that its own post
reported: a look is for one case and a reason, so it opens no line of a list. What was published is read in every list. Two statements for any number of rows, over the
first entries of each case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anlan.base.keys import Unreadable, keyring
from anlan.base.prepared import prepared
from anlan.cases import registry
from anlan.cases.bigrams import without_numbers
from anlan.cases.define import Audience, Kind
from anlan.cases.known import Known
from anlan.cases.may import may_see
from anlan.cases.queries_columns import NAMES, SCREEN, TYPED_UP
from anlan.cases.read import Stand, read_cases
from anlan.cases.sealed import open_content
from anlan.people.may import Actor

EARLY = 20
"""Entries of a case that are looked through: a recording is typed up, and words said in confidence are passed on, early."""
LONGEST = 120
"""Characters of a beginning; a row shows as many as fit in its line."""

WORDS = f"""
SELECT c.id, e.seq, e.action, e.actor, t.n, t.audience, t.sealed
  FROM cases_case c
  JOIN cases_entry o ON o.case_id = c.id AND o.seq = 1
  JOIN cases_entry e ON e.case_id = c.id AND e.seq <= {EARLY} AND (e.seq = 1 OR e.action = ANY($4))
  JOIN cases_content t ON t.case_id = e.case_id AND t.seq = e.seq AND t.sealed IS NOT NULL
 WHERE c.id = ANY($1) AND (o.actor = $3 OR EXISTS (
   SELECT FROM cases_assignment a WHERE a.case_id = c.id AND a.organisation_id = $2 AND a.until_seq IS NULL)
   OR c.published_as IS NOT NULL AND t.audience = '{Audience.PUBLIC}' AND e.seq = 1)
 ORDER BY c.id, e.seq > 1, e.action = '{SCREEN}', e.seq DESC, t.n"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a row says of a case besides its facts, as far as the actor reads it: the name that was given to it, and its first words."""

    name: str = ""
    words: str = ""


NOTHING = Beginning()


def beginnings(by: Actor, ids: Sequence[UUID], *, known: Known) -> dict[UUID, Beginning]:
    """Name and first words of these cases, each on one line, of those whose words the actor reads. Long numbers are left out."""
    if by.kind != "post" or by.organisation_id is None:
        return {}
    post = f"post:{by.post_id}"
    with prepared() as run:
        rows = run(WORDS, [list(ids), by.organisation_id, post, [TYPED_UP, SCREEN]]).fetchall()
        stands = read_cases(run, list(dict.fromkeys(row[0] for row in rows)))
    own = {row[0] for row in rows if row[1] == 1 and row[3] == post}
    found: dict[UUID, Beginning] = {}
    for case_id, seq, action, _actor, n, audience, sealed in rows:
        stand = stands.get(case_id)
        had = found.get(case_id, NOTHING)
        if (had.name and had.words) or stand is None:
            continue
        if not may_see(
            by, audience, stand.case, parties=(), looked=False, known=known, opened=case_id in own
        ):
            continue
        try:
            key = keyring().unwrap(stand.key)
            values = open_content(case_id, seq, n, audience, key=key, sealed=sealed)
        except Unreadable:  # one broken case takes no list with it
            continue
        name = had.name or (_line(name_in(values)) if seq == 1 else "")
        found[case_id] = Beginning(name=name, words=had.words or _line(_said(values, stand, action)))
    return found


def name_in(values: Mapping[str, Any]) -> str:
    """The name that an opening gives to its case; empty where it gives none."""
    return next((str(values[key]) for key in NAMES if values.get(key)), "")


def _said(values: Mapping[str, Any], stand: Stand, action: str) -> str:
    """What stands first among the long texts of a content."""
    declared = registry.get_procedure(stand.case.procedure, stand.case.version)
    fields = next((each.fields for each in declared.actions if each.key == action), ())
    texts = (values.get(field.key) for field in fields if field.kind is Kind.LONG_TEXT)
    return next((str(text) for text in texts if text), "")


def _line(said: str) -> str:
    return " ".join(without_numbers(said).split())[:LONGEST]
