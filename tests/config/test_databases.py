# SPDX-License-Identifier: Apache-2.0
"""The tests' own ground: what a test may count on."""

import psycopg
import pytest
from django.db import ProgrammingError, connection

from tests.databases import Clone


@pytest.mark.django_db
def test_tests_serve_as_the_role_without_ddl() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("anlan_app",)
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute("CREATE TABLE forbidden (n int)")


def test_a_database_of_its_own_commits_and_is_seen_by_others(own_database: Clone) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES ('one', 'two', now())")
    with psycopg.connect(own_database.owner_dsn) as other:
        assert other.execute("SELECT session_key FROM django_session").fetchall() == [("one",)]


def test_a_database_of_its_own_begins_clean(own_database: Clone) -> None:
    with psycopg.connect(own_database.dsn) as other:
        assert other.execute("SELECT session_key FROM django_session").fetchall() == []


def test_the_owner_looks_at_the_same_database(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    assert owner.execute("SELECT current_user, current_database()").fetchone() == (
        "anlan_owner",
        connection.settings_dict["NAME"],
    )
