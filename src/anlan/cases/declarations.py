# SPDX-License-Identifier: Apache-2.0
"""Which declarations have been used: their digests are kept at first use, and a start with others is refused."""

from collections.abc import Iterable
from functools import partial

from django.db import connection, transaction

from anlan.base.prepared import prepared
from anlan.cases import registry
from anlan.cases.define import Procedure
from anlan.cases.registry import Unsound

KEEP = """
INSERT INTO cases_declaration (procedure, version, digest, first_used_at) VALUES ($1, $2, $3, now())
ON CONFLICT DO NOTHING"""

_kept: set[tuple[str, str, int]] = set()


def keep(procedures: Iterable[Procedure]) -> None:
    """Notes the first use of these declarations, in the transaction that uses them. Free once a process has."""
    database = str(connection.settings_dict["NAME"])
    for procedure in procedures:
        name = (database, procedure.key, procedure.version)
        if name in _kept:
            continue
        with prepared() as run:
            run(KEEP, [procedure.key, procedure.version, registry.declaration_digest(procedure)])
        transaction.on_commit(partial(_kept.add, name))


def check_used() -> None:
    """Raises Unsound when a declaration that was used has changed, or one with open cases is missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT procedure, version, digest FROM cases_declaration ORDER BY procedure, version")
        used = cursor.fetchall()
        wrong: list[str] = []
        for key, version, digest in used:
            here = registry.by_version().get((key, version))
            if here is None:
                cursor.execute(
                    "SELECT 1 FROM cases_case WHERE open AND procedure = %s AND version = %s LIMIT 1",
                    [key, version],
                )
                if cursor.fetchone() is not None:
                    wrong.append(
                        f"{key} version {version} has open cases and is not here: put its declaration back in versions/"
                    )
            elif registry.declaration_digest(here) != bytes(digest):
                wrong.append(
                    f"{key} version {version} was changed after its first use: undo that, and give the change a new version"
                )
    if wrong:
        raise Unsound("\n".join(wrong))
