# SPDX-License-Identifier: Apache-2.0
"""The administration log: every grant, revocation and configuration change, before and after, in one chain.

A line's digest covers its position, time, acting post, words and the digest before it. `record` runs in the
transaction of the change itself, so there is no change without its line. Lines name staff by account and post id only.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from anlan.base.digests import Algorithm, canonical, digest
from anlan.base.erasure import ErasureFile
from anlan.people.may import Actor
from anlan.people.models import AdminLine

FORMAT = 1
OPERATOR = 0
"""As the acting post: whoever runs commands on the machine."""

GENESIS = bytes(32)
LOCK = 0x414E4C41  # one key for this chain in PostgreSQL's advisory locks


@dataclass(frozen=True, kw_only=True)
class LogCheck:
    """What verifying found: how many lines, the last one's digest, and what does not hold, in words."""

    lines: int
    head: bytes
    broken: tuple[str, ...]


def record(
    by: Actor | None, what: str, *, before: Any, after: Any, at: datetime, using: str = "default"
) -> AdminLine:
    """Appends a line. `by` None is the operator; `using` is the connection whose transaction makes the change.

    Raises ValueError for an actor that is no post.
    """
    if by is not None and by.post_id is None:
        raise ValueError("only posts and the operator administer")
    with transaction.atomic(using=using):
        # The lock comes first and the reading in a statement after it: see cases.load for why.
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = AdminLine.objects.using(using).order_by("-seq").only("seq", "digest").first()
        line = AdminLine(
            seq=last.seq + 1 if last else 1,
            at=at,
            post_id=OPERATOR if by is None else by.post_id or OPERATOR,
            what=what,
            before=_plain(before),
            after=_plain(after),
            algorithm=Algorithm[settings.ANLAN_DIGEST.upper()],
            prev=bytes(last.digest) if last else GENESIS,
        )
        line.digest = line_digest(line)
        line.save(force_insert=True, using=using)
    return line


def line_digest(line: AdminLine) -> bytes:
    """The digest that the line must have. Pure."""
    covered = {
        "format": FORMAT,
        "seq": line.seq,
        "at": line.at,
        "post": line.post_id,
        "what": line.what,
        "before": line.before,
        "after": line.after,
        "prev": bytes(line.prev),
    }
    return digest(canonical(covered), algorithm=Algorithm(line.algorithm))


def verify_admin_log(*, heads: dict[int, bytes] | None = None) -> LogCheck:
    """Checks every line and the chain. `heads` are digests by position kept outside the database: they show a cut tail."""
    broken: list[str] = []
    expected, prev, waiting = 1, GENESIS, dict(heads or {})
    for line in AdminLine.objects.order_by("seq").iterator(chunk_size=2000):
        if line.seq != expected:
            broken.append(f"lines {expected} to {line.seq - 1} are missing")
        elif bytes(line.prev) != prev:
            broken.append(f"line {line.seq} does not follow line {line.seq - 1}")
        if bytes(line.digest) != _find_digest(line):
            broken.append(f"line {line.seq} was changed")
        head = waiting.pop(line.seq, None)
        if head is not None and head != bytes(line.digest):
            broken.append(f"line {line.seq} is not the one that was there")
        expected, prev = line.seq + 1, bytes(line.digest)
    broken.extend(f"line {seq} is missing at the end" for seq in sorted(waiting))
    return LogCheck(lines=expected - 1, head=prev, broken=tuple(broken))


def read_log(*, after: int = 0, most: int = 200) -> Iterator[AdminLine]:
    """Lines after a position, in order."""
    yield from AdminLine.objects.filter(seq__gt=after).order_by("seq")[:most]


def log_head() -> tuple[int, bytes]:
    """Position and digest of the last line, for whoever keeps heads outside the database."""
    last = AdminLine.objects.order_by("-seq").only("seq", "digest").first()
    return (last.seq, bytes(last.digest)) if last else (0, GENESIS)


def keep_head(*, at: datetime) -> None:
    """Appends today's head to a file outside the database, so that a cut tail shows."""
    seq, head = log_head()
    if seq:
        ErasureFile(settings.ANLAN_LOG_HEADS).append({"seq": seq, "digest": head, "at": at})


def kept_heads() -> dict[int, bytes]:
    """The heads that the log must still agree with, by position: a noted restore takes back those above its end."""
    kept: dict[int, bytes] = {}
    for row in ErasureFile(settings.ANLAN_LOG_HEADS).read():
        if "restored" in row:
            kept = {seq: head for seq, head in kept.items() if seq <= row["restored"]}
        else:
            kept[int(row["seq"])] = bytes.fromhex(row["digest"])
    return kept


def note_restore(*, at: datetime) -> int:
    """Says in the file that the database was set back on purpose; how many lines are known to be lost by that."""
    end = log_head()[0]
    lost = max(kept_heads(), default=0) - end
    ErasureFile(settings.ANLAN_LOG_HEADS).append({"restored": end, "at": at})
    return max(0, lost)


def _find_digest(line: AdminLine) -> bytes | None:
    try:
        return line_digest(line)
    except (TypeError, ValueError):
        return None


def _plain(value: Any) -> Any:
    """As the database will give it back, so that the digest is over what is stored."""
    return json.loads(canonical(value))
