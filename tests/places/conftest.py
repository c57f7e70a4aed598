# SPDX-License-Identifier: Apache-2.0
"""Zhejiang as seeded, and a tree that forgets what a rolled back test did to it."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from anlan.places.find import forget
from anlan.places.seed import load_places


@pytest.fixture(scope="session")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """All places of the province in this process's clone; nothing to do when the template has them."""
    with django_db_blocker.unblock():
        load_places()


@pytest.fixture
def zhejiang(loaded: None, db: None) -> Iterator[None]:
    """The same within a transaction that is rolled back."""
    forget()
    yield
    forget()
