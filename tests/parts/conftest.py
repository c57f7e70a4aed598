# SPDX-License-Identifier: Apache-2.0
"""The toy of two sides, with a table for its typed columns for as long as a module's tests run."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.apps import apps
from django.db import connections, models

from anlan.cases import registry
from anlan.config.database import OWNER
from anlan.config.postgres import Server
from anlan.parts.documents import paper
from anlan.parts.meetings.columns import Met
from anlan.parts.signing.columns import Signed
from tests.databases import Clone
from tests.parts.papers import PAPERS
from tests.parts.toy import PACT

TABLE = """
CREATE TABLE toy_record (
  case_id uuid PRIMARY KEY REFERENCES cases_case, document text NOT NULL, signed smallint[] NOT NULL, on_paper smallint[] NOT NULL,
  countersigned boolean NOT NULL, sealed text[] NOT NULL, meetings jsonb NOT NULL, meetings_side1 jsonb NOT NULL,
  meetings_side2 jsonb NOT NULL)"""


def record_model() -> type[models.Model]:
    """Made when it is needed, so that no other test meets a model that no migration knows."""

    class ToyRecord(Signed, Met):
        case = models.OneToOneField(
            "cases.Case", on_delete=models.CASCADE, primary_key=True, related_name="+"
        )

        class Meta:
            app_label = "documents"
            managed = False
            db_table = "toy_record"

    return ToyRecord


@contextmanager
def there(server: Server, database: str) -> Iterator[None]:
    """The toy can be opened, met in, signed and sealed in this database."""

    def tell(statement: str) -> None:
        with psycopg.connect(server.dsn(OWNER, database=database), autocommit=True) as owner:
            owner.execute(statement)

    tell(TABLE)
    record_model()
    registry.register((PACT,))
    paper.register("pact", PAPERS)
    yield
    for known in (registry._newest, registry._tables, registry._columns, registry._moments, paper._papers):
        known.pop("pact", None)
    registry._procedures.pop(("pact", 1), None)
    del apps.all_models["documents"]["toyrecord"]
    apps.clear_cache()
    tell("DROP TABLE toy_record")


@pytest.fixture(scope="module")
def pact(postgres_server: Server, django_db_setup: None) -> Iterator[None]:
    """The toy in the worker's database."""
    with there(postgres_server, connections["default"].settings_dict["NAME"]):
        yield


@pytest.fixture
def own_pact(postgres_server: Server, own_database: Clone) -> Iterator[None]:
    """The toy in a database of the test's own."""
    with there(postgres_server, own_database.name):
        yield
        connections.close_all()
