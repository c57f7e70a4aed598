# SPDX-License-Identifier: Apache-2.0
"""Which statements a piece of work sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

from anlan.places.find import REVISION


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements sent inside, known after the end; without the look at the tree of places that any work may take once a second."""
    sent: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield sent
    sent += [one["sql"] for one in captured if one["sql"] != REVISION]
