# SPDX-License-Identifier: Apache-2.0
"""Files of cases, outside the database: encrypted, addressed by a per-case keyed digest, never shared between cases.

File before row, row before deletion: a crash leaves at most a file without a row, which `sweep` removes.
"""

import os
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Busy, NotFound
from anlan.base.keys import CaseKey, aad
from anlan.cases.define import Audience
from anlan.cases.envelope import Stored
from anlan.cases.pictures import Ready

ORPHAN_AGE = timedelta(hours=24)


def folder() -> Path:
    """Where files lie."""
    return Path(settings.ANLAN_ATTACHMENTS)


def path_of(case_id: UUID, keyed: bytes) -> Path:
    """The file's place: spread over 256 folders by the random end of the case id."""
    return folder() / case_id.hex[-2:] / case_id.hex / keyed.hex()


def store(
    case_id: UUID, key: CaseKey, ready: Ready, *, name: str = "", audience: str = Audience.OFFICE
) -> Stored:
    """Writes the file durably and says how to name it in an action. The same bytes again are the same file.

    Raises Busy when the disk does not take it; what was typed is the caller's to keep.
    """
    keyed = key.keyed_digest(ready.data)
    write_sealed(path_of(case_id, keyed), key.seal(ready.data, aad=aad(case_id, "file", 0, keyed.hex())))
    return Stored(
        keyed=keyed,
        plain=sha256(ready.data).digest(),
        kind=ready.kind,
        size=len(ready.data),
        name=name[:200],
        audience=audience,
        origin=ready.origin,
    )


def write_sealed(target: Path, sealed: bytes) -> None:
    """Writes a sealed file durably, whole or not at all. Raises Busy when the disk does not take it."""
    try:
        _write(target, sealed)
    except OSError as error:
        raise Busy(
            _("The file cannot be kept just now. Please send again in a few minutes; your words are kept."),
            retry_after=60,
        ) from error


def _write(target: Path, sealed: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def read(case_id: UUID, key: CaseKey, keyed: bytes) -> bytes:
    """The file's bytes. Raises NotFound when it was erased."""
    try:
        sealed = path_of(case_id, keyed).read_bytes()
    except FileNotFoundError:
        raise NotFound from None
    return key.open(sealed, aad=aad(case_id, "file", 0, keyed.hex()))


def sweep(*, at: datetime) -> int:
    """Removes files that no row names (older than a day, so that a running upload is left alone); says how many."""
    removed = 0
    for case_id, paths in _by_case():
        with connection.cursor() as cursor:
            cursor.execute("SELECT keyed FROM cases_attachment WHERE case_id = %s AND NOT erased", [case_id])
            named = {bytes(row[0]).hex() for row in cursor.fetchall()}
        for path in paths:
            age = at.timestamp() - path.stat().st_mtime
            if path.name not in named and age > ORPHAN_AGE.total_seconds():
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _by_case() -> Iterator[tuple[UUID, list[Path]]]:
    root = folder()
    if not root.is_dir():
        return
    for shelf in sorted(root.iterdir()):
        for case in sorted(shelf.iterdir()):
            yield UUID(case.name), sorted(case.iterdir())
