# SPDX-License-Identifier: Apache-2.0
"""A process just started, asked by many at once: what costs seconds is made once, not once for each."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from anlan.places import names
from tests.databases import Clone

ASKING = 4


def test_the_index_of_names_is_built_once_however_many_ask_first(own_database: Clone) -> None:
    names._index.cache_clear()
    together = Barrier(ASKING)

    def ask() -> int:
        together.wait()
        try:
            return len(names.narrow("文三社区", within=None, language="zh", limit=5))
        finally:
            connection.close()

    with ThreadPoolExecutor(ASKING) as pool:
        found = [each.result() for each in [pool.submit(ask) for _ in range(ASKING)]]
    assert found == [found[0]] * ASKING
    assert found[0] > 0
    assert names._index.cache_info().misses == 1


@pytest.mark.django_db
def test_a_long_text_costs_no_more_than_a_short_one() -> None:
    names.narrow("文三社区", within=None, language="zh", limit=5)
    for text in ("xihu" * 50_000, "三联" * 50_000, "[" * 100_000):
        assert len(names.narrow(text, within=None, language="zh", limit=5)) <= 5
