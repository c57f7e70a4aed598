# SPDX-License-Identifier: Apache-2.0
"""Statements that ask to be prepared are: Django forbids it unless the settings say otherwise, and nothing would tell."""

import pytest
from django.db import connection

from anlan.base.prepared import prepared

pytestmark = pytest.mark.django_db

KEPT = "SELECT count(*) FROM pg_prepared_statements WHERE statement = %s"


def test_a_statement_of_the_engine_is_planned_once_and_others_are_left_alone() -> None:
    asked, plain = "SELECT 1 WHERE 3 = $1", "SELECT 1 WHERE 3 = 3"
    with prepared() as run:
        assert [run(asked, [3]).fetchone() for _time in range(3)] == [(1,)] * 3
    with connection.cursor() as cursor:
        for _time in range(10):
            cursor.execute(plain)
        counted = []
        for statement in (asked, plain):
            cursor.execute(KEPT, [statement])
            counted.append(cursor.fetchone()[0])
    assert counted == [1, 0]
