# SPDX-License-Identifier: Apache-2.0
"""Files that arrive in pieces, before the act that names them: of a case that a phone opened without signal, too.

A file is known by its case, its post and the digest of its bytes, so whoever sends a piece again, or a file again, changes
nothing. Pieces lie sealed beside the case's files until the last one has come; then the file is made ready like any other.
An act names it by its digest, and may do so for as long as it would be good as a reference; once named it stays good.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Conflict, Invalid, TooMany
from anlan.base.keys import CaseKey, Unreadable, aad, keyring
from anlan.base.prepared import Rows, Run, prepared
from anlan.cases.attachments import path_of, store, write_sealed
from anlan.cases.envelope import Stored
from anlan.cases.papers import MOST_BYTES
from anlan.cases.pictures import make_ready

LARGEST_PIECE = 1024 * 1024
SMALLEST_PIECE = 16 * 1024
"""Only the last piece of a file may be smaller: nobody sends a megabyte byte by byte."""
LASTS = timedelta(hours=12)
"""So long after its last piece a file may be gone on with, or named; files without a row are swept after a day."""
MOST_WAITING, MOST_WAITING_BYTES = 200, 400 * 1024 * 1024
"""What one post may have on the way that no act has named yet."""
STARTS = 0x616E6C75
"""The advisory lock, beside a post's id, under which that post begins files one after the other."""

COLUMNS = "u.size, u.received, u.key, u.at, u.keyed, u.plain, u.kind, u.kept, u.origin"
NAMED = "EXISTS (SELECT FROM cases_attachment a WHERE a.case_id = u.case_id AND a.keyed = u.keyed)"
ONE = f"SELECT {COLUMNS} FROM cases_upload u WHERE u.case_id = $1 AND u.post_id = $2 AND u.digest = $3"
OF_CASES = f"""
SELECT u.case_id, u.digest, {COLUMNS} FROM cases_upload u
 WHERE u.case_id = ANY($1 || ARRAY(SELECT c.id FROM cases_case c WHERE c.number = ANY($4))) AND u.post_id = $2 AND (u.at > $3 OR {NAMED})"""
WAITING = f"""
SELECT count(*), coalesce(sum(u.size), 0) FROM cases_upload u WHERE u.post_id = $1 AND u.at > $2 AND NOT {NAMED}"""
KEY = "SELECT key FROM cases_upload WHERE case_id = $1 AND post_id = $2 AND at > $3 AND key <> '' LIMIT 1"
BEGIN = """
INSERT INTO cases_upload (case_id, post_id, digest, size, received, key, at, kind, kept, origin)
VALUES ($1, $2, $3, $4, 0, $5, $6, '', 0, $7)
ON CONFLICT (case_id, post_id, digest) DO UPDATE SET size = EXCLUDED.size, received = 0, key = EXCLUDED.key,
  at = EXCLUDED.at, keyed = NULL, plain = NULL, kind = '', kept = 0, origin = EXCLUDED.origin"""
GO_ON = "UPDATE cases_upload SET received = $4, at = $5 WHERE case_id = $1 AND post_id = $2 AND digest = $3"
WHOLE = """
UPDATE cases_upload SET keyed = $4, plain = $5, kind = $6, kept = $7
 WHERE case_id = $1 AND post_id = $2 AND digest = $3"""
DROP = "DELETE FROM cases_upload WHERE case_id = $1 AND post_id = $2 AND digest = $3"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Which file: of a case, by a post, known by the digest of its bytes as the phone has them."""

    case_id: UUID
    post_id: int
    digest: bytes

    @property
    def key(self) -> list[Any]:
        """As statements ask for it."""
        return [self.case_id, self.post_id, self.digest]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """How far a file is. `key` is the wrapped key of a case that was not there when the file began; `stored` once it is whole; `origin` is
    the digest of the file it was made from, as its sender says.
    """

    size: int
    received: int
    key: bytes
    at: datetime
    stored: Stored | None
    origin: bytes

    def fits(self, key: bytes | None) -> bool:
        """Whether it lies under the case's key, if the case is there."""
        return key is None or not self.key or _same(self.key, key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some bytes of a file of `size`, from `offset` on; `origin` is the digest of what the file was made from, if that is another. What the
    first piece says of it counts.
    """

    size: int
    offset: int
    data: bytes
    origin: bytes = b""

    def check(self) -> None:
        """Its bounds. Raises Invalid."""
        end = self.offset + len(self.data)
        if not 1 <= self.size <= MOST_BYTES:
            raise Invalid(fields={"size": _("A file has between 1 byte and 20 MB.")})
        if self.offset < 0 or end > self.size:
            raise Invalid(fields={"offset": _("This piece does not lie within the file.")})
        if not SMALLEST_PIECE <= len(self.data) <= LARGEST_PIECE and not (
            end == self.size and 0 < len(self.data) <= LARGEST_PIECE
        ):
            raise Invalid(
                fields={"body": _("A piece has between 16 KiB and 1 MiB; only the last one may be smaller.")}
            )


def arrived(file: File, *, key: bytes | None, at: datetime) -> Arrived | None:
    """How far the file is; None when nothing of it is here, or no more. `key` is the case's, if it is there."""
    with prepared() as run:
        return _good(run(ONE, file.key).fetchone(), key, at)


def take(
    file: File, piece: Piece, *, key: bytes | None, kinds: tuple[str, ...], sender: str, at: datetime
) -> Arrived:
    """Takes a piece; with the last one the file is checked, cleaned and stored. `kinds` are those that the procedure takes.

    Raises Invalid, Conflict for a piece that does not follow what is here, TooMany, Busy.
    """
    piece.check()
    with transaction.atomic(), prepared() as run:
        found = _good(run(f"{ONE} FOR UPDATE", file.key).fetchone(), key, at)
        if found is None:
            found = _begin(run, file, piece, key, at)
        if found.size != piece.size:
            raise Conflict(_("This file was announced with another size."))
        end = piece.offset + len(piece.data)
        if found.stored is not None or (end <= found.received and end < found.size):
            return found
        if piece.offset > found.received or piece.offset < found.received < end:
            raise Conflict(_("This piece does not follow what is here: ask how far the file is."))
        under = keyring().unwrap(found.key or key or b"")
        if found.received < end:
            write_sealed(_path(file, piece.offset), under.seal(piece.data, aad=_place(file, piece.offset)))
            run(GO_ON, [*file.key, end, at])
            found = replace(found, received=end, at=at)
    # The last piece sent again finds all here and tries once more what the first time was too busy for.
    return found if end < found.size else _finish(file, found, under, kinds=kinds, sender=sender, at=at)


def _begin(run: Run, file: File, piece: Piece, key: bytes | None, at: datetime) -> Arrived:
    run(
        "SELECT pg_advisory_xact_lock($1::integer, ($2::bigint % 2147483647)::integer)",
        [STARTS, file.post_id],
    )
    found = _good(run(f"{ONE} FOR UPDATE", file.key).fetchone(), key, at)
    if found is not None:
        return found
    waiting = run(WAITING, [file.post_id, at - LASTS]).fetchone()
    assert waiting is not None
    if waiting[0] >= MOST_WAITING or waiting[1] + piece.size > MOST_WAITING_BYTES:
        raise TooMany(
            _("Many files of this post wait for their acts. Please send the acts first."), retry_after=600
        )
    wrapped = b""
    if key is None:
        # All files of a case that is not there yet lie under one key, and it opens with that.
        row = run(KEY, [file.case_id, file.post_id, at - LASTS]).fetchone()
        wrapped = bytes(row[0]) if row else keyring().new_case_key()[0]
    _remove_pieces(file)
    origin = piece.origin or file.digest
    run(BEGIN, [*file.key, piece.size, wrapped, at, origin])
    return Arrived(size=piece.size, received=0, key=wrapped, at=at, stored=None, origin=origin)


def _finish(
    file: File, found: Arrived, under: CaseKey, *, kinds: tuple[str, ...], sender: str, at: datetime
) -> Arrived:
    try:
        data = b"".join(under.open(path.read_bytes(), aad=_place(file, at)) for at, path in _pieces(file))
        if sha256(data).digest() != file.digest:
            raise Invalid(
                fields={
                    "digest": _("What arrived is not the file that was announced. Please begin it again.")
                }
            )
        ready = make_ready(data, sender=sender, taken=kinds)
    except (Invalid, Unreadable, FileNotFoundError) as error:
        with transaction.atomic(), prepared() as run:
            row = run(f"{ONE} FOR UPDATE", file.key).fetchone()
            there = _arrived(row) if row is not None else None
            if there is not None and there.stored is not None:
                return there  # whoever sent the same piece at the same moment has finished, and taken the pieces away
            run(DROP, file.key)
        _remove_pieces(file)
        if isinstance(error, Invalid):
            raise
        # The pieces were swept.
        raise Conflict(_("This piece does not follow what is here: ask how far the file is.")) from error
    stored = replace(store(file.case_id, under, ready), origin=found.origin)
    with prepared() as run:
        run(WHOLE, [*file.key, stored.keyed, stored.plain, stored.kind, stored.size])
    _remove_pieces(file)
    return replace(found, received=found.size, at=at, stored=stored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a post sent ahead for some cases: by case, the key under which it lies, and by case and digest each whole file."""

    keys: Mapping[UUID, bytes]
    files: Mapping[tuple[UUID, str], Arrived]


def ask_waiting(run: Run, *, ids: Sequence[UUID], numbers: Sequence[int], post_id: int, at: datetime) -> Rows:
    """All that waits for acts on cases with these ids or numbers, for a pipeline."""
    return run(OF_CASES, [list(ids), post_id, at - LASTS, list(numbers)])


def read_waiting(rows: Rows) -> Waiting:
    """What `ask_waiting` asked for, once its rows may be waited for."""
    keys: dict[UUID, bytes] = {}
    files: dict[tuple[UUID, str], Arrived] = {}
    for case_id, digest, *row in rows:
        one = _arrived(row)
        if one.key:
            keys[case_id] = one.key
        if one.stored is not None:
            files[case_id, bytes(digest).hex()] = one
    return Waiting(keys=keys, files=files)


def _good(row: Sequence[Any] | None, key: bytes | None, at: datetime) -> Arrived | None:
    """What is here, unless it is too old or under another key than the case's: then it begins anew."""
    found = _arrived(row) if row is not None else None
    return found if found is not None and found.at > at - LASTS and found.fits(key) else None


def _arrived(row: Sequence[Any]) -> Arrived:
    size, received, key, at, keyed, plain, kind, kept, origin = row
    origin = bytes(origin or b"")
    stored = None
    if keyed:
        stored = Stored(keyed=bytes(keyed), plain=bytes(plain), kind=kind, size=kept, origin=origin)
    return Arrived(size=size, received=received, key=bytes(key), at=at, stored=stored, origin=origin)


def _same(one: bytes, other: bytes) -> bool:
    """Whether two wrapped keys are the same key: a rotation wraps anew."""
    return keyring().unwrap(one).keyed_digest(b"") == keyring().unwrap(other).keyed_digest(b"")


def _place(file: File, offset: int) -> bytes:
    return aad(file.case_id, "piece", offset, f"{file.post_id}.{file.digest.hex()}")


def _path(file: File, offset: int) -> Path:
    """Beside the case's files, so that what nobody ends is swept like any file without a row."""
    beside = path_of(file.case_id, file.digest)
    return beside.with_name(f"{file.post_id}.{beside.name}.{offset}")


def _pieces(file: File) -> Iterator[tuple[int, Path]]:
    """What is here of the file, in order."""
    stem = _path(file, 0).with_suffix("")
    found = {int(path.suffix[1:]): path for path in stem.parent.glob(f"{stem.name}.*")}
    yield from sorted(found.items())


def _remove_pieces(file: File) -> None:
    for _offset, path in _pieces(file):
        path.unlink(missing_ok=True)
