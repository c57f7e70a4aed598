# SPDX-License-Identifier: Apache-2.0
"""What is wrong with one case: its chain, and every row that its entries should have made. Pure but for the keys.

The chain is judged by `chain`'s rules and folded by the same `apply` that wrote it; only the spelling of an entry
is done here in a quicker way (entries come out of the database as plain JSON already), held equal by a test.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec

from anlan.base.digests import Algorithm, digest
from anlan.base.ids import case_number
from anlan.base.keys import CaseKey, Unreadable, aad
from anlan.cases.apply import apply
from anlan.cases.projection import Entry, Projection

_encode = msgspec.json.Encoder(order="sorted").encode
COMPARED = tuple(f.name for f in fields(Projection) if f.name != "record")
ALGORITHMS = {int(one): one for one in Algorithm}
_compared = attrgetter(*COMPARED)
LOOK, CALLED = "look", "called"
"""The actions that open words: for a reason, and to a person who proved their phone. Each is also an access row, which the
person sees.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that does not hold. `case` is the number where there is one; `seq` the entry it shows at."""

    case: int | None
    seq: int | None
    what: str


@dataclass(slots=True)
class Rows:
    """Everything the database holds of one case, as the checks want it.

    `entries` come with their journal lines: (entry or None, positions, journal digests, seq in the journal).
    """

    id: UUID
    stored: Projection | None = None
    key: bytes | None = None
    entries: list[Entry] = field(default_factory=list)
    lines: list[tuple[int, int, bytes]] = field(default_factory=list)  # seq, position, digest
    tray: list[tuple[int, bytes]] = field(default_factory=list)  # seq, digest
    contents: list[tuple[int, int, str, bytes | None]] = field(
        default_factory=list
    )  # seq, n, audience, sealed
    attachments: list[tuple[int, int, str, str, bytes, bool, int, bytes | None]] = field(
        default_factory=list
    )  # seq, n, kind, audience, keyed, erased, size, sealed name
    erasures: list[tuple[int, Sequence[str], datetime]] = field(default_factory=list)
    parties: list[tuple[int, bytes | None]] = field(default_factory=list)  # n, sealed contact
    accounts: list[tuple[int, datetime]] = field(default_factory=list)  # n, opened_at
    requests: list[tuple[int]] = field(default_factory=list)  # seq
    looks: list[tuple[Any, ...]] = field(
        default_factory=list
    )  # as LOOKED says, with what the post's row says
    drifted: list[int] = field(default_factory=list)  # assignments whose copies of the case differ
    lost: list[str] = field(default_factory=list)  # what it refers to and is not there


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What a case has erased: the last entry that did, by kind, and the kinds that the file outside the database names."""

    at: Mapping[str, int]
    outside: AbstractSet[str]

    def fault(self, kind: str, seq: int, *, there: bool) -> str:
        """What is wrong with something of entry `seq` being there, or not; "" for nothing."""
        if there:
            return "is there after its erasure" if seq < self.at.get(kind, 0) else ""
        return "" if kind in self.at or kind in self.outside else "was emptied without an erasure"


def spell(at: datetime) -> str:
    """`write_moment`, quicker, for what is UTC already."""
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def quick_digest(entry: Entry) -> bytes:
    """`chain.entry_digest` for an entry whose outcomes came out of the database as plain JSON."""
    body = (
        entry.format,
        entry.algorithm,
        str(entry.case_id),
        entry.seq,
        spell(entry.at),
        spell(entry.received_at),
        entry.actor,
        entry.action,
        entry.frm,
        entry.to,
        entry.audience,
        entry.outcomes,
        entry.prev.hex(),
    )
    return digest(_encode(body), algorithm=ALGORITHMS[entry.algorithm])


def check_case(
    rows: Rows,
    *,
    defaults: Callable[[str], Mapping[str, Any]],
    unwrap: Callable[[bytes], CaseKey],
    remembered: Mapping[UUID, set[str]],
    lasts: Mapping[str, timedelta],
    read: Callable[[UUID, bytes], bytes | None] | None = None,
) -> list[Fault]:
    """Every fault of one case. `remembered` holds what the file outside the database says was erased, `lasts` how long
    a look is open; `read` gives the stored file of a keyed digest, when files are verified too.
    """
    number = case_number(rows.id)
    wrong: list[tuple[int | None, str]] = []
    folded = _fold(rows, wrong)
    if rows.stored is None:
        if rows.entries:
            wrong.append((None, "the case itself is gone, its entries are there"))
    elif folded is not None:
        _compare(rows.stored, folded, defaults(folded.procedure), wrong)
        if number != rows.stored.number:
            wrong.append((None, "its number is not the one of its id"))
    elif not rows.entries:
        wrong.append((None, "all its entries are gone"))
    _check_lines(rows, wrong)
    gone = Gone(
        at={what: entry.seq for entry in rows.entries for what in entry.outcomes.get("erased", ())},
        outside=remembered.get(rows.id, set()),
    )
    key = _key(rows, unwrap, wrong)
    _check_contents(rows, gone, key, wrong)
    _check_parties(rows, gone, key, wrong)
    _check_attachments(rows, gone, key, wrong, read=read)
    _check_erasures(rows, wrong)
    _check_requests(rows, wrong)
    _check_looks(rows, lasts, wrong)
    wrong += [(None, f"assignment {n} does not repeat its case") for n in rows.drifted]
    wrong += [(None, f"its {what} is not there") for what in rows.lost]
    return [Fault(case=number, seq=seq, what=what) for seq, what in wrong]


def _fold(rows: Rows, wrong: list[tuple[int | None, str]]) -> Projection | None:
    """The case as its entries leave it; None when they cannot be folded to the end."""
    prev, seq = b"", 0
    folded: Projection | None = None
    whole = True
    for entry in rows.entries:
        seq += 1
        if entry.seq != seq:
            wrong.append((seq, f"entry {seq} is missing, {entry.seq} stands in its place"))
            seq, whole = entry.seq, False
        if entry.prev != prev:
            wrong.append((seq, "does not follow the entry before it"))
            whole = False
        if _digest_or_none(entry) != entry.digest:
            wrong.append((seq, "was altered"))
            whole = False
        prev = entry.digest
        if whole:
            try:
                folded = apply(folded, entry)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                wrong.append((seq, f"cannot be applied: {error}"))
                whole = False
    return folded if whole else None


def _digest_or_none(entry: Entry) -> bytes | None:
    try:
        return quick_digest(entry)
    except (ValueError, TypeError, KeyError):
        return None


def _compare(
    stored: Projection, folded: Projection, defaults: Mapping[str, Any], wrong: list[tuple[int | None, str]]
) -> None:
    record = {**defaults, **folded.record}
    if stored.record != record and (stored.record or folded.record):
        names = sorted(k for k in {*record, *stored.record} if record.get(k) != stored.record.get(k))
        wrong.append((stored.seq, f"typed columns differ from the entries: {', '.join(names)}"))
    if _compared(stored) != _compared(folded):
        names = [name for name in COMPARED if getattr(stored, name) != getattr(folded, name)]
        wrong.append((stored.seq, f"differs from the entries: {', '.join(names)}"))


def _check_lines(rows: Rows, wrong: list[tuple[int | None, str]]) -> None:
    """Each entry stands exactly once in the journal, or waits in the tray."""
    there = {entry.seq: entry.digest for entry in rows.entries}
    seen: set[int] = set()
    for seq, position, found in (*rows.lines, *((seq, 0, found) for seq, found in rows.tray)):
        where = f"journal position {position}" if position else "the tray"
        if seq not in there:
            wrong.append((seq, f"{where} has an entry that is gone"))
        elif found != there[seq]:
            wrong.append((seq, f"{where} has another digest"))
        if seq in seen:
            wrong.append((seq, f"{where} has it a second time"))
        seen.add(seq)
    wrong += [(seq, "stands neither in the journal nor in the tray") for seq in there.keys() - seen]
    positions = [position for _seq, position, _digest in sorted(rows.lines)]
    if positions != sorted(positions):
        wrong.append((None, "the journal has its entries in another order"))


def _key(
    rows: Rows, unwrap: Callable[[bytes], CaseKey], wrong: list[tuple[int | None, str]]
) -> CaseKey | None:
    """The key of what people wrote; None when it cannot be had. Also where nothing is sealed yet: tomorrow there may be."""
    if rows.key is None:
        return None
    try:
        return unwrap(rows.key)
    except Unreadable:
        wrong.append(
            (None, "its words cannot be opened: the data key is damaged, or its key is not in the ring")
        )
        return None


def _check_contents(
    rows: Rows,
    gone: Gone,
    key: CaseKey | None,
    wrong: list[tuple[int | None, str]],
) -> None:
    told = {
        (entry.seq, row["n"]): (row["audience"], row["digest"], entry.algorithm)
        for entry in rows.entries
        for row in entry.outcomes.get("contents", ())
    }
    for seq, n, audience, sealed in rows.contents:
        expected = told.pop((seq, n), None)
        if expected is None:
            wrong.append((seq, f"content {n} is of no entry"))
        elif expected[0] != audience:
            wrong.append((seq, f"content {n} was given to another audience"))
        elif fault := gone.fault("words", seq, there=sealed is not None):
            wrong.append((seq, f"content {n} {fault}"))
        elif (
            sealed is not None
            and key is not None
            and expected[1]
            != _opened_digest(
                key, sealed, aad=aad(rows.id, "content", seq, f"{n}:{audience}"), algorithm=expected[2]
            )
        ):
            wrong.append((seq, f"content {n} is not what the entry says"))
    wrong += [(seq, f"content {n} is gone") for seq, n in told]


def _check_parties(
    rows: Rows,
    gone: Gone,
    key: CaseKey | None,
    wrong: list[tuple[int | None, str]],
) -> None:
    """Contacts are sealed for their case and party: nobody without the keys makes another. Roles are projections."""
    for n, sealed in rows.parties:
        if fault := gone.fault("parties", 0, there=sealed is not None):
            wrong.append((None, f"party {n} {fault}"))
        elif (
            sealed is not None
            and key is not None
            and not _opens(key, sealed, aad(rows.id, "party", n, "contact"))
        ):
            wrong.append((None, f"the contact of party {n} was altered"))
    there = {n for n, _sealed in rows.parties}
    for n, opened_at in rows.accounts:
        if n not in there:
            wrong.append((None, f"an account is tied to party {n}, which is not there"))
        elif fault := gone.fault("parties", 0, there=True):
            wrong.append((None, f"the account of party {n} {fault}"))
        elif rows.stored is not None and opened_at != rows.stored.opened_at:
            wrong.append((None, f"the account of party {n} does not repeat its case"))


def _opens(key: CaseKey, sealed: bytes, place: bytes) -> bool:
    try:
        key.open(sealed, aad=place)
    except Unreadable:
        return False
    return True


def _opened_digest(key: CaseKey, sealed: bytes, *, aad: bytes, algorithm: int) -> str | None:
    try:
        return digest(key.open(sealed, aad=aad), algorithm=Algorithm(algorithm)).hex()
    except Unreadable:
        return None


def _check_attachments(
    rows: Rows,
    gone: Gone,
    key: CaseKey | None,
    wrong: list[tuple[int | None, str]],
    *,
    read: Callable[[UUID, bytes], bytes | None] | None,
) -> None:
    told = {
        (entry.seq, row["n"]): (row["kind"], row["audience"], row["keyed"])
        for entry in rows.entries
        for row in entry.outcomes.get("attachments", ())
    }
    for seq, n, kind, audience, keyed, is_erased, size, name in rows.attachments:
        expected = told.pop((seq, n), None)
        if expected is None:
            wrong.append((seq, f"attachment {n} is of no entry"))
        elif expected != (kind, audience, keyed.hex()):
            wrong.append((seq, f"attachment {n} is not what the entry says"))
        elif fault := gone.fault("files", seq, there=not is_erased):
            wrong.append((seq, f"attachment {n} {fault}"))
        elif not is_erased and key is not None:
            if name is not None and not _opens(key, name, aad(rows.id, "attachment", n, "name")):
                wrong.append((seq, f"the name of attachment {n} was altered"))
            if read is not None and (said := _file_fault(read(rows.id, keyed), rows.id, keyed, size, key)):
                wrong.append((seq, f"the file of attachment {n} {said}"))
    wrong += [(seq, f"attachment {n} is gone") for seq, n in told]


def _file_fault(sealed: bytes | None, case_id: UUID, keyed: bytes, size: int, key: CaseKey) -> str:
    """What is wrong with a stored file; "" when it is the one that was sent."""
    if sealed is None:
        return "is gone"
    try:
        data = key.open(sealed, aad=aad(case_id, "file", 0, keyed.hex()))
    except Unreadable:
        return "was altered"
    if key.keyed_digest(data) != keyed:
        return "is not the one that was sent"
    return "" if len(data) == size else "is of another size than its row says"


def _check_erasures(rows: Rows, wrong: list[tuple[int | None, str]]) -> None:
    told = {
        entry.seq: (list(entry.outcomes["erased"]), entry.at)
        for entry in rows.entries
        if "erased" in entry.outcomes
    }
    kept = {seq: (list(what), at) for seq, what, at in rows.erasures}
    if told != kept:
        wrong.append((None, "the list of erasures differs from the entries"))


def _check_requests(rows: Rows, wrong: list[tuple[int | None, str]]) -> None:
    """Each request made an entry of its own; entries caused by other cases have none."""
    there, seen = {entry.seq for entry in rows.entries}, set[int]()
    for (seq,) in rows.requests:
        if seq not in there or seq in seen:
            wrong.append((seq, "a request names an entry that is not its own"))
        seen.add(seq)


def _check_looks(rows: Rows, lasts: Mapping[str, timedelta], wrong: list[tuple[int | None, str]]) -> None:
    """Each look is an entry and an access row: post, time, reason; the row repeats its post's organisation and role."""
    told = [
        (
            entry.actor,
            entry.at,
            entry.at + lasts[entry.action],
            entry.outcomes.get("facts", {}).get("reason"),
            "words",
        )
        for entry in rows.entries
        if entry.action in lasts
    ]
    kept = [(f"post:{post}", at, until, reason, what) for post, at, until, reason, what, *_post in rows.looks]
    if sorted(told) != sorted(kept):
        wrong.append((None, "the looks that the person is shown differ from the entries"))
    for post, *_look, organisation, role, of_post, its_role in rows.looks:
        if of_post is not None and (organisation, role) != (of_post, its_role):
            wrong.append((None, f"a look of post {post} is shown as another office's or role's"))


def sort_faults(faults: Iterable[Fault]) -> list[Fault]:
    """By case and entry, so that two runs read the same."""
    return sorted(faults, key=lambda fault: (fault.case or 0, fault.seq or 0, fault.what))
