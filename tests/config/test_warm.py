# SPDX-License-Identifier: Apache-2.0
"""A worker reads what every request needs before the first one, and starts without a database too."""

import pytest
from django.db import OperationalError

from anlan.cases import catalogue
from anlan.config import warm
from anlan.places import find


@pytest.mark.django_db
def test_the_configuration_is_there_before_the_first_request() -> None:
    catalogue.forget()
    warm.warm()
    assert catalogue._held


@pytest.mark.django_db
def test_a_database_that_is_away_stops_no_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("away")

    monkeypatch.setattr(find, "tree", away)
    warm.warm()
