# SPDX-License-Identifier: Apache-2.0
"""What was erased, remembered in a file outside the database, so that a restored backup does not bring it back.

A line is written before the erasing transaction commits. One whose transaction did not commit is taken back by
`settle` later; until then it binds, because forgetting an erasure would be worse than repeating one.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from anlan.base.erasure import ErasureFile
from anlan.cases.apply import write_moment
from anlan.cases.projection import Entry


def erasure_file() -> ErasureFile:
    """This deployment's file."""
    return ErasureFile(Path(settings.ANLAN_ERASURES))


def remember(entries: Iterable[Entry]) -> None:
    """Writes one durable line for each entry that erases. Call it in the transaction, before it commits."""
    for entry in entries:
        if "erased" in entry.outcomes:
            erasure_file().append({
                "case": str(entry.case_id),
                "seq": entry.seq,
                "at": write_moment(entry.at),
                "what": list(entry.outcomes["erased"]),
                "digest": entry.digest.hex(),
            })  # fmt: skip


def in_force() -> dict[UUID, set[str]]:
    """What each case has erased, lines that were taken back left out."""
    taken_back = {(line["case"], line["digest"]) for line in erasure_file().read() if line.get("void")}
    found: dict[UUID, set[str]] = {}
    for line in erasure_file().read():
        if not line.get("void") and (line["case"], line["digest"]) not in taken_back:
            found.setdefault(UUID(line["case"]), set()).update(line["what"])
    return found


def settle(*, before: datetime) -> int:
    """Takes back lines older than `before` whose erasing never committed; how many.

    Never call it on a database that was just restored: `erase.reapply` comes first there.
    """
    lines = list(erasure_file().read())
    done = {(line["case"], line["digest"]) for line in lines if line.get("void") or line.get("settled")}
    count = 0
    for line in lines:
        if line.get("void") or (line["case"], line["digest"]) in done or line["at"] >= write_moment(before):
            continue
        if not _committed(line):
            erasure_file().append({"case": line["case"], "digest": line["digest"], "void": True})
            count += 1
    return count


def _committed(line: Mapping[str, Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM cases_entry WHERE case_id = %s AND seq = %s AND digest = %s",
            [line["case"], line["seq"], bytes.fromhex(line["digest"])],
        )
        return cursor.fetchone() is not None
