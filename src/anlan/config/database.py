# SPDX-License-Identifier: Apache-2.0
"""What a database must be before Anlan uses it, whoever runs it: new enough, Chinese-minded, with the two roles.

docs/decisions/database-roles.md says why there are two.
"""

import contextlib
from typing import LiteralString

import psycopg

from anlan.config.programs import PostgresError

OWNER, APP = "anlan_owner", "anlan_app"
DATABASE = "anlan"


FUTURE = (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "USAGE, SELECT"))
"""What the app gets of whatever the owner makes from now on."""
_OF_OWNER = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public"
GRANT_FUTURE = ";".join(f"{_OF_OWNER} GRANT {rights} ON {kind} TO {APP}" for kind, rights in FUTURE)
WITHHOLD_FUTURE = ";".join(f"{_OF_OWNER} REVOKE ALL ON {kind} FROM {APP}" for kind, _rights in FUTURE)


def open_to_roles(dsn: str) -> None:
    """Gives the owner the schema and the app what it may do with the owner's future tables: no DDL, no TRUNCATE."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            f"""
            ALTER SCHEMA public OWNER TO {OWNER};
            REVOKE ALL ON SCHEMA public FROM PUBLIC;
            GRANT USAGE ON SCHEMA public TO {APP};
            {GRANT_FUTURE};
            """
        )


def probe(dsn: str) -> None:
    """Refuses a database that is too old, not UTF-8, or whose ctype takes Chinese for punctuation.

    `dsn` must be the owner's: while there is no table yet, the probe makes the extension pg_trgm in a transaction that
    it rolls back. Raises PostgresError saying what is wrong and how such a database is made.
    """
    with psycopg.connect(dsn) as connection:
        version, encoding = (
            connection.info.server_version,
            connection.info.parameter_status("server_encoding"),
        )
        if version < 150000:
            raise PostgresError(f"PostgreSQL {version // 10000} is too old: 15 or later is needed.")
        letters = "SELECT '道' ~ '\\w' AND length(to_tsvector('simple', '道路')) = 1"
        good = encoding == "UTF8" and _one(connection, letters) is True
        fresh = _one(connection, "SELECT to_regclass('django_migrations') IS NULL") is True
        if (
            good
            and fresh
            and _one(connection, "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'")
        ):
            with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                good = _one(connection, "SELECT cardinality(show_trgm('道路破损')) > 0") is True
        connection.rollback()
    if not good:
        raise PostgresError(
            "This database does not know Chinese letters (the trigram probe failed). Make it so:"
            f" CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        )


def _one(connection: psycopg.Connection[tuple[object, ...]], query: LiteralString) -> object:
    row = connection.execute(query).fetchone()
    return None if row is None else row[0]
