# SPDX-License-Identifier: Apache-2.0
"""Messages of the demo that did not arrive, so that the page about them has some to show; each says itself that it is made up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from anlan.cases.deliver import FAILED, TRIES, UNKNOWN, WAITING, Why
from anlan.cases.models import Delivery
from anlan.cases.undelivered import note_made_up

MADE_UP = "演示虚构 made up: "
TOLD = """
SELECT j.position, j.case_id, e.action FROM cases_journal j
  JOIN cases_entry e ON e.case_id = j.case_id AND e.seq = j.seq
  JOIN cases_party p ON p.case_id = j.case_id AND p.n = 1
 WHERE e.action = ANY(%s) ORDER BY j.position DESC LIMIT %s"""
ACTIONS = ["open", "done", "check", "close"]
"""Of what happened a reporter is told by text, and the room by mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """So many that ended in one way, the last of them `ago`; those that wait are due as long after."""

    n: int
    channel: str
    outcome: str
    why: Why
    answer: str
    tries: int
    ago: timedelta
    staff: bool = False


SORTS = (
    Sort(n=6, channel="sms", outcome=FAILED, why=Why.BUSY, answer="429 too many", tries=TRIES, ago=timedelta(hours=3)),
    Sort(n=3, channel="sms", outcome=FAILED, why=Why.REFUSED, answer="403 number not in use", tries=1, ago=timedelta(hours=20)),
    Sort(n=2, channel="email", outcome=FAILED, why=Why.REFUSED, answer="550 no such mailbox", tries=1, ago=timedelta(days=2), staff=True),
    Sort(n=2, channel="sms", outcome=UNKNOWN, why=Why.SILENT, answer="no answer in 5 s", tries=1, ago=timedelta(hours=3)),
    Sort(n=2, channel="email", outcome=WAITING, why=Why.BUSY, answer="421 try again later", tries=2, ago=timedelta(hours=-2), staff=True),
)  # fmt: skip


def fail_some(post: int, *, at: datetime) -> int:
    """Some of each sort, of what happened last; staff mail is of this post. How many; once more adds none."""
    with connection.cursor() as cursor:
        cursor.execute(TOLD, [ACTIONS, sum(sort.n for sort in SORTS)])
        lines = iter(cursor.fetchall())
    failed = [
        Delivery(
            position=position,
            recipient=f"post:{post}" if sort.staff else "party:1",
            channel=sort.channel,
            case_id=case_id,
            key=action,
            outcome=sort.outcome,
            tries=sort.tries,
            at=at - sort.ago - timedelta(minutes=7) * n,
            why=sort.why,
            answer=f"{MADE_UP}{sort.answer}",
        )
        for sort in SORTS
        for n, (position, case_id, action) in zip(range(sort.n), lines, strict=False)
    ]
    return note_made_up(failed)
