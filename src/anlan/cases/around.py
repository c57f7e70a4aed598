# SPDX-License-Identifier: Apache-2.0
"""The people of a case and of all that is linked with it: who must not be named to one another, nor to everybody."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from anlan.base.keys import keyring
from anlan.base.prepared import Run, prepared
from anlan.cases.sealed import open_contact

PEOPLE = """
WITH RECURSIVE around(id) AS (
  VALUES ($1::uuid) UNION SELECT l.other_id FROM cases_link l JOIN around a ON l.case_id = a.id)
SELECT c.id, c.key, p.n, p.sealed FROM around a JOIN cases_case c ON c.id = a.id
  JOIN cases_party p ON p.case_id = c.id AND p.sealed IS NOT NULL"""


def people_around(run: Run, case_id: UUID) -> tuple[Mapping[str, Any], ...]:
    """The contacts of all of them, as far as they were not erased. Raises Unreadable."""
    return tuple(
        open_contact(id, n, key=keyring().unwrap(bytes(key)), sealed=sealed)
        for id, key, n, sealed in run(PEOPLE, [case_id])
    )


def people_of(case_id: UUID) -> tuple[Mapping[str, Any], ...]:
    """The same for a page that names none of them. Raises Unreadable."""
    with prepared() as run:
        return people_around(run, case_id)
