# SPDX-License-Identifier: Apache-2.0
"""When backups were made and tried, for who must know whether one could go back to them.

Each backup is a line of `backups.jsonl` in the home. A restore notes itself in the backup's own folder, because it runs in
another home, which is thrown away after a test.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

LINES, RESTORED = "backups.jsonl", "restored.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One backup."""

    at: datetime
    folder: Path


def note_backup(home: Path, folder: Path, *, at: datetime) -> None:
    """Keeps that there is one."""
    with (home / LINES).open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({"at": at.isoformat(), "folder": str(folder.resolve())}) + "\n")


def note_restore(folder: Path, *, at: datetime, position: int, running: str) -> None:
    """Keeps in a backup that it could be restored, and up to where of which journal; a folder that cannot be written is left
    as it is.
    """
    with suppress(OSError):
        told = {"at": at.isoformat(), "position": position, "running": running}
        (folder / RESTORED).write_text(json.dumps(told), encoding="utf-8")


def last_run(home: Path) -> Run | None:
    """The newest backup, whether or not it is still there."""
    runs = _runs(home)
    return runs[-1] if runs else None


def last_tried(home: Path) -> datetime | None:
    """When one of this home's backups was last restored, as far as their folders can be read."""
    found = []
    for run in _runs(home):
        with suppress(OSError, ValueError, KeyError):
            found.append(datetime.fromisoformat(json.loads((run.folder / RESTORED).read_text("utf-8"))["at"]))
    return max(found, default=None)


def _runs(home: Path) -> list[Run]:
    try:
        text = (home / LINES).read_text("utf-8")
    except FileNotFoundError:
        return []
    rows = (json.loads(line) for line in text.splitlines() if line.strip())
    return [Run(at=datetime.fromisoformat(row["at"]), folder=Path(row["folder"])) for row in rows]
