# SPDX-License-Identifier: Apache-2.0
"""What the end of an organisation does to its open cases, before it is decided: who would have how many of them.

The same rule as afterwards (`succession.heirs`), asked of the configuration as it would then be. Changes nothing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db import connection

from anlan.cases.catalogue import current
from anlan.cases.succession import heirs

HELD = """
SELECT c.area, c.barred, count(DISTINCT c.id) FROM cases_assignment a JOIN cases_case c ON c.id = a.case_id
 WHERE a.organisation_id = %s AND a.until_seq IS NULL AND a.open AND c.open GROUP BY c.area, c.barred"""


def handover(organisation: int, successors: Sequence[int], on: date) -> dict[int | None, int]:
    """How many open cases each organisation would get when this one ends on a day; under None those that nobody would have."""
    known = current()
    org = known.organisations.get(organisation)
    if org is None:
        return {}
    then = replace(
        known,
        organisations={**known.organisations, organisation: replace(org, span=(org.span[0], on))},
        successors={**known.successors, organisation: tuple(successors)},
    )
    with connection.cursor() as cursor:
        cursor.execute(HELD, [organisation])
        rows: list[tuple[int, int | None, int]] = cursor.fetchall()
    found: Counter[int | None] = Counter()
    for area, barred, count in rows:
        given = heirs([organisation], was=area, area=area, barred=barred, known=then, on=on)
        found[given.get(organisation)] += count
    return dict(found)
