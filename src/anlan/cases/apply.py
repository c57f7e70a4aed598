# SPDX-License-Identifier: Apache-2.0
"""apply(projection, entry): what a case is after one more entry. Pure, total, and the only such function.

`write` stores what it gives; `verify` folds it over every log and compares. It reads the entry alone, never the
configuration, so an old log folds the same for ever.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from anlan.cases.projection import Assigned, Entry, Linked, Projection, Running, changed

KEEPS = ("area", "category", "condition", "urgent", "barred", "version")


def apply(case: Projection | None, entry: Entry) -> Projection:
    """The case after `entry`. Raises ValueError when the entry does not follow."""
    out = entry.outcomes
    if case is None:
        if entry.seq != 1 or "opened" not in out:
            raise ValueError(f"entry {entry.seq} does not open the case")
        case = _opened(entry, out["opened"])
    elif entry.seq != case.seq + 1 or entry.prev != case.digest or entry.frm != case.state:
        raise ValueError(f"entry {entry.seq} does not follow entry {case.seq}")
    assigned = _assign(case.assigned, out, entry.seq)
    clocks = _clocks(case.clocks, out)
    is_open = bool(out.get("is_open", case.open))
    lead = [a.organisation for a in assigned.values() if a.until_seq is None and a.role == "lead"]
    due = [run.due_at for run in clocks.values() if run.runs]
    new: dict[str, Any] = {
        "state": entry.to,
        "open": is_open,
        "seq": entry.seq,
        "digest": entry.digest,
        "closed_at": None if is_open else (case.closed_at if not case.open else entry.at),
        "holder": lead[0] if lead else None,
        "due_at": min(due) if due else None,
        "assigned": assigned,
        "clocks": clocks,
        "links": _links(case.links, out),
        "attachments": case.attachments + len(out.get("attachments", ())),
    }
    new |= {key: out[key] for key in KEEPS if key in out}
    if "published" in out:
        new["published_as"] = out["published"] or None
        new["published_at"] = entry.at if out["published"] else None
    if out.get("material"):
        new["material_seq"] = entry.seq
    if "parties" in out:
        new["parties"] = {**case.parties, **{p["n"]: p["role"] for p in out["parties"]}}
    if "record" in out:
        new["record"] = {**case.record, **out["record"]}
    return changed(case, new)


def _opened(entry: Entry, out: Mapping[str, Any]) -> Projection:
    return Projection(
        id=entry.case_id,
        procedure=out["procedure"],
        version=out["version"],
        number=out["number"],
        state="",
        open=True,
        seq=0,
        digest=b"",
        material_seq=0,
        opened_at=entry.at,
        closed_at=None,
        place=out["place"],
        area=out["area"],
        category=None,
        condition=None,
        urgent=False,
        barred=None,
        source=out["source"],
        holder=None,
        due_at=None,
    )


def _assign(now: Mapping[int, Assigned], out: Mapping[str, Any], seq: int) -> Mapping[int, Assigned]:
    if "assign" not in out and "release" not in out:
        return now
    found = dict(now)
    for n in out.get("release", ()):
        found[n] = replace(found[n], until_seq=seq)
    for row in out.get("assign", ()):
        found[row["n"]] = Assigned(organisation=row["organisation"], role=row["role"], since_seq=seq)
    return found


def _clocks(now: Mapping[int, Running], out: Mapping[str, Any]) -> Mapping[int, Running]:
    if "clocks" not in out:
        return now
    found = dict(now)
    for row in out["clocks"]:
        found[row["n"]] = read_clock(row)
    return found


def _links(now: Mapping[int, Linked], out: Mapping[str, Any]) -> Mapping[int, Linked]:
    if "links" not in out:
        return now
    found = dict(now)
    for row in out["links"]:
        found[len(found) + 1] = Linked(
            kind=row["kind"], case_id=UUID(row["case"]), digest=bytes.fromhex(row["digest"])
        )
    return found


def read_clock(row: Mapping[str, Any]) -> Running:
    """A clock as an entry's outcomes write it."""
    moments = {
        key: read_moment(row.get(key))
        for key in ("started_at", "due_at", "told", "stopped_at", "paused_at", "next_at")
    }
    return Running(
        key=row["key"],
        n=row["limit"][0],
        unit=row["limit"][1],
        calendar=row["calendar"][0],
        calendar_version=row["calendar"][1],
        provisional=row["provisional"],
        owner=row["owner"],
        stage=row["stage"],
        **moments,  # type: ignore[arg-type]  # started_at and due_at are always written
    )


def write_clock(n: int, run: Running) -> dict[str, Any]:
    """The outcomes row of clock `n`: the whole row, so that folding never needs the one before."""
    row: dict[str, Any] = {
        "n": n,
        "key": run.key,
        "limit": [run.n, run.unit],
        "calendar": [run.calendar, run.calendar_version],
        "provisional": run.provisional,
        "owner": run.owner,
        "stage": run.stage,
    }
    for key in ("started_at", "due_at", "told", "stopped_at", "paused_at", "next_at"):
        value = getattr(run, key)
        if value is not None:
            row[key] = write_moment(value)
    return row


def read_moment(text: str | None) -> datetime | None:
    """A moment as outcomes write it; None stays None."""
    return datetime.fromisoformat(text) if text else None


def write_moment(at: datetime) -> str:
    """UTC, microseconds, ``Z``: one spelling for one instant, so digests agree."""
    instant = at if at.tzinfo is UTC else at.astimezone(UTC)
    return f"{instant.isoformat(timespec='microseconds')[:26]}Z"
