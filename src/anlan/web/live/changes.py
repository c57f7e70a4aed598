# SPDX-License-Identifier: Apache-2.0
"""What changed after a position of the journal, for the live door: ids and who has the case, never a word of it."""

from anlan.base.prepared import prepared
from anlan.procedures.alert.procedure import ALERT
from anlan.web.live.topics import Change

BATCH = 5_000
"""Entries read at once. Who is further behind than this is told to read everything anew."""
READ = """
SELECT j.position, c.number, c.area, c.barred, c.procedure = $3 AND c.published_as IS NOT NULL,
       ARRAY(SELECT a.organisation_id FROM cases_assignment a
              WHERE a.case_id = c.id AND (a.until_seq IS NULL OR a.until_seq >= j.seq))
  FROM cases_journal j JOIN cases_case c ON c.id = j.case_id
 WHERE j.position > $1 ORDER BY j.position LIMIT $2"""


def changes(after: int) -> list[Change]:
    """The next entries after a position, in order, at most `BATCH`."""
    with prepared() as run:
        return [
            Change(
                position=row[0],
                number=row[1],
                area=row[2],
                barred=row[3],
                warns=row[4],
                organisations=tuple(row[5]),
            )
            for row in run(READ, [after, BATCH, ALERT.key])
        ]
