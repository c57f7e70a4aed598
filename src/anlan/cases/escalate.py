# SPDX-License-Identifier: Apache-2.0
"""Escalation: clocks whose next step has come, in the order of their time, each step as an entry of its own.

One sweep walks the index on `next_at` by keyset up to the instant it began, so the oldest is always first and one
that fails holds up nobody: it is logged, passed by, and tried again in the next sweep.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from anlan.cases import registry
from anlan.cases.envelope import Envelope
from anlan.cases.sweep import Swept, by_system, do_all, in_batches

BATCH = 200

DUE = """
SELECT k.next_at, k.case_id, k.n, k.key, k.stage, k.due_at, c.procedure, c.version
  FROM (SELECT next_at, case_id, n, key, stage, due_at FROM cases_clock
         WHERE next_at IS NOT NULL AND next_at <= %s AND (next_at, case_id, n) > (%s, %s::uuid, %s)
         ORDER BY next_at, case_id, n LIMIT %s) k
  JOIN cases_case c ON c.id = k.case_id
 ORDER BY k.next_at, k.case_id, k.n"""


def escalate(*, at: datetime, batch: int = BATCH) -> Swept:
    """Takes every step that is due at `at`; a clock two steps behind takes both, one after the other."""
    total = Swept()
    for rows in in_batches(DUE, [at], start=("-infinity", UUID(int=0), 0), batch=batch):
        total = total.and_also(do_all([e for row in rows if (e := _step(row, at=at)) is not None]))
    return total


def _step(row: Any, *, at: datetime) -> Envelope | None:
    _next_at, case_id, n, key, stage, due_at, procedure, version = row
    steps = sorted(
        registry.get_procedure(procedure, version).clock(key).escalate, key=lambda step: step.percent
    )
    following = next((step for step in steps if step.percent > stage), None)
    if following is None:
        return None
    return by_system(
        case_id,
        following.action,
        data={"clock": key, "percent": following.percent},
        at=at,
        # A date that moved and came again is another occasion.
        once=f"{key}/{n}/{following.percent}/{due_at.isoformat()}",
    )
