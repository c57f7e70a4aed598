# SPDX-License-Identifier: Apache-2.0
"""What the boundary refused outlives the transaction that it undid, without the text."""

import pytest
from django.db import connection, transaction

from anlan.base.boundary import check_words
from anlan.base.errors import BoundaryRefused
from anlan.people.models import BoundaryRefusal
from anlan.people.refusals import acting_post, record_refusal
from tests.databases import Clone


def test_kept_for_the_auditor(own_database: Clone) -> None:
    mark = acting_post.set(7)
    try:
        with pytest.raises(BoundaryRefused), transaction.atomic():
            check_words("重点人员张三，电话 13805710001", where="organisation.name")
    finally:
        acting_post.reset(mark)
    kept = BoundaryRefusal.objects.get()
    assert (kept.post_id, kept.where) == (7, "organisation.name")
    with connection.cursor() as cursor:
        cursor.execute("SELECT b::text FROM people_boundaryrefusal b")
        stored = cursor.fetchone()[0]
    assert "张三" not in stored
    assert "13805710001" not in stored


def test_without_a_database_the_refusal_stands() -> None:
    with pytest.raises(BoundaryRefused):
        check_words("重点人员", where="category")
    record_refusal("category", "重点人员", "digest")
