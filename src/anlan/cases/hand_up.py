# SPDX-License-Identifier: Apache-2.0
"""Work goes up where nobody is left to do it: a case whose lead or room has lost its last post, or has ended, moves to
the nearest organisation above with somebody at work, by an entry of the system that says so to everybody concerned.

A decision that routes work asks who is at work by itself (`route`); this sweep is for what was routed before.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection

from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.known import Known
from anlan.cases.sweep import Swept, by_system, do_all, in_batches
from anlan.people.holding import active_organisations, idle_organisations

BATCH = 200

HOLDING = """
WITH RECURSIVE held(id) AS (
  (SELECT min(organisation_id) FROM cases_assignment WHERE until_seq IS NULL AND open)
  UNION ALL
  SELECT (SELECT min(organisation_id) FROM cases_assignment
           WHERE until_seq IS NULL AND open AND organisation_id > held.id) FROM held WHERE held.id IS NOT NULL)
SELECT id FROM held WHERE id IS NOT NULL"""
"""Organisations with open cases, found by stepping through the inboxes' index from one to the next."""
HELD = """
SELECT a.case_id, c.procedure, c.version FROM cases_assignment a JOIN cases_case c ON c.id = a.case_id
 WHERE a.organisation_id = %s AND a.until_seq IS NULL AND a.open AND a.role IN ('lead', 'room') AND a.case_id > %s
 ORDER BY a.case_id LIMIT %s"""


def hand_up_idle(*, at: datetime, batch: int = BATCH) -> Swept:
    """Writes a `nobody_at_work` entry for each open case that an idle organisation leads or routes. Safe to repeat.

    Where nobody above is at work either, the case stays: there is nobody to give it to.
    """
    known = current()
    with connection.cursor() as cursor:
        cursor.execute(HOLDING)
        holding = [row[0] for row in cursor.fetchall()]
    total = Swept()
    for organisation in _with_relief(holding, at=at, known=known):
        total = total.and_also(_hand_up(organisation, at=at, batch=batch))
    return total


def _with_relief(holding: list[int], *, at: datetime, known: Known) -> list[int]:
    """The idle among them that have somebody at work above them."""
    idle = idle_organisations(holding, at=at, calendar=known.calendar)
    above = {one: known.lineage(one)[1:] for one in idle}
    active = active_organisations({upper for line in above.values() for upper in line}, at=at)
    return sorted(one for one, line in above.items() if active.intersection(line))


def _hand_up(organisation: int, *, at: datetime, batch: int) -> Swept:
    total = Swept()
    for rows in in_batches(HELD, [organisation], start=(UUID(int=0),), batch=batch):
        envelopes = [
            by_system(case_id, "nobody_at_work", data={}, at=at, once=f"{organisation}/{at.date()}")
            for case_id, procedure, version in rows
            if registry.get_procedure(procedure, version).has("nobody_at_work")
        ]
        total = total.and_also(do_all(envelopes))
    return total
