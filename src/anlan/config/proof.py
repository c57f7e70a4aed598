# SPDX-License-Identifier: Apache-2.0
"""That a backup was restored on another machine, shown to the deployment it is of.

The proof is the file that a restore leaves in the backup's folder: it repeats a position of the journal and the running
digest there, which only a journal with the same entries up to it has.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from anlan.cases.models import Journal
from anlan.people.log import record
from anlan.people.models import AdminLine

SHOWN = "backup.tried"


class BadProof(Exception):  # noqa: N818 - an answer
    """This file proves nothing here; the message says why."""


def take_proof(file: Path, *, at: datetime) -> datetime:
    """Notes in the administration log when it was restored. Raises BadProof."""
    try:
        given: dict[str, Any] = json.loads(file.read_text("utf-8"))
        tried, position = datetime.fromisoformat(given["at"]), int(given["position"])
        running = bytes.fromhex(given["running"])
    except (OSError, ValueError, KeyError, TypeError):
        raise BadProof(f"{file} is not what `anlan restore` leaves in a backup's folder.") from None
    if tried.tzinfo is None or tried > at:
        raise BadProof(f"{file} says a time that has not come.")
    row = Journal.objects.filter(position=position).values_list("running", flat=True).first()
    if row is None or bytes(row) != running:
        raise BadProof(f"{file} is of another deployment: its journal and this one differ at {position}.")
    record(None, SHOWN, before=None, after={"at": tried.isoformat(), "position": position}, at=at)
    return tried


def last_proof() -> datetime | None:
    """When a backup of this deployment was last restored elsewhere, as far as it was shown here."""
    line = AdminLine.objects.filter(what=SHOWN).order_by("-seq").first()
    return datetime.fromisoformat(line.after["at"]) if line and line.after else None
