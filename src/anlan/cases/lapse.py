# SPDX-License-Identifier: Apache-2.0
"""Rows beside the cases that are kept for a while: how sendings ended, who once worked on what, acts that came back refused. Words, parties and files
are kept as their procedure says, and erased by `cases.erase`.
"""

from datetime import datetime

from django.db import connection

BATCH = 5_000

DELIVERIES = """
SELECT position, recipient, channel FROM cases_delivery
 WHERE at < %s AND outcome NOT IN ('waiting', 'sending') ORDER BY at LIMIT %s"""
CLAIMS = "SELECT case_id, post_id FROM cases_claim WHERE lapses_at < %s LIMIT %s"
REFUSED = "SELECT case_id, id FROM cases_heldact WHERE due_at < %s AND why IS NOT NULL LIMIT %s"
MARKS = "SELECT case_id, n, mark FROM cases_picturemark WHERE at < %s LIMIT %s"
UPLOADS = "SELECT case_id, post_id, digest FROM cases_upload WHERE at < %s LIMIT %s"


def count_uploads(*, before: datetime) -> int:
    """How many files came ahead of their acts before."""
    return _count(UPLOADS, before)


def forget_uploads(*, before: datetime) -> int:
    """Forgets that they did; how many. Files that no act named are swept by `attachments.sweep`."""
    return _delete("cases_upload", "case_id, post_id, digest", UPLOADS, before)


def count_marks(*, before: datetime) -> int:
    """How many marks of pictures were made before."""
    return _count(MARKS, before)


def forget_marks(*, before: datetime) -> int:
    """Deletes them; how many."""
    return _delete("cases_picturemark", "case_id, n, mark", MARKS, before)


def count_deliveries(*, before: datetime) -> int:
    """How many sendings ended before."""
    return _count(DELIVERIES, before)


def forget_deliveries(*, before: datetime) -> int:
    """Deletes them; how many."""
    return _delete("cases_delivery", "position, recipient, channel", DELIVERIES, before)


def count_claims(*, before: datetime) -> int:
    """How many claims lapsed before."""
    return _count(CLAIMS, before)


def forget_claims(*, before: datetime) -> int:
    """Deletes them; how many."""
    return _delete("cases_claim", "case_id, post_id", CLAIMS, before)


def count_refused(*, before: datetime) -> int:
    """How many held acts were refused before and put away by nobody."""
    return _count(REFUSED, before)


def forget_refused(*, before: datetime) -> int:
    """Deletes them; how many."""
    return _delete("cases_heldact", "case_id, id", REFUSED, before)


def _count(which: str, before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({which}) lapsed", [before, None])
        return int(cursor.fetchone()[0])


def _delete(table: str, key: str, which: str, before: datetime) -> int:
    """In batches, each a transaction of its own, so that nobody waits for it."""
    total = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE ({key}) IN ({which})", [before, BATCH])
            gone = int(cursor.rowcount)
            total += gone
            if gone < BATCH:
                return total
