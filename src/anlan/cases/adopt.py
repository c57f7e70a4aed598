# SPDX-License-Identifier: Apache-2.0
"""A case runs under the version of its procedure that it was opened under, until somebody decides that it adopts a newer one."""

from datetime import datetime
from uuid import UUID

from anlan.cases import registry
from anlan.cases.sweep import Swept, by_system, do_all, in_batches

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
    for rows in in_batches(OLDER, [key, version], start=(UUID(int=0),), batch=batch):
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
