# SPDX-License-Identifier: Apache-2.0
"""A case runs under the version of its procedure that it was opened under, until somebody decides that it adopts a newer one."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection

from anlan.cases import registry
from anlan.cases.sweep import Swept, by_system, do_all

BATCH = 200

OLDER = """
SELECT id, version FROM cases_case
 WHERE open AND procedure = %s AND version < %s AND id > %s ORDER BY id LIMIT %s"""


def adopt(key: str, version: int, *, at: datetime, batch: int = BATCH) -> Swept:
    """Writes an `adopt_version` entry for each open case under an older version. Safe to repeat and to go on with.

    A case in a state that the newer version does not have stays as it is and counts as refused.
    Raises KeyError when this deployment has no such version.
    """
    registry.get_procedure(key, version)
    total = Swept()
    for rows in _older(key, version, batch=batch):
        may_adopt = [id for id, now in rows if registry.get_procedure(key, now).has("adopt_version")]
        total = total.and_also(Swept(refused=len(rows) - len(may_adopt)))
        total = total.and_also(
            do_all(
                [
                    by_system(id, "adopt_version", data={"version": version}, at=at, once=str(version))
                    for id in may_adopt
                ]
            )
        )
    return total


def _older(key: str, version: int, *, batch: int) -> Iterator[list[tuple[UUID, int]]]:
    after = UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(OLDER, [key, version, after, batch])
            rows = cursor.fetchall()
        if rows:
            yield rows
            after = rows[-1][0]
        if len(rows) < batch:
            return
