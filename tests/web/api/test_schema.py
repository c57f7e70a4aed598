# SPDX-License-Identifier: Apache-2.0
"""Generated requests over the whole OpenAPI document: nothing answers 5xx, and what is answered is what is documented."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.conf import LazySettings
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from anlan.config.environment import Environment
from anlan.people.may import Role
from anlan.web.api import door
from tests.databases import Clone
from tests.people.world import post
from tests.web.api.conftest import COUNTY, Api, token_of

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def uncapped(own_database: Clone, settings: LazySettings, tmp_path: Path) -> None:
    settings.ENVIRONMENT = Environment(api_network=0, api_token=0)
    settings.ANLAN_ATTACHMENTS = tmp_path


def walk(number: str, code: str, token: str, *, examples: int) -> None:
    schema = schemathesis.openapi.from_dict(json.loads(door._document()))
    schema.app = get_wsgi_application()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=examples < 100,
            phases=[Phase.generate],
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )
        @given(
            case=operation.as_strategy(), who=st.sampled_from(["token", "code", "nobody"]), real=st.booleans()
        )
        def ask(case: Any, who: str, *, real: bool) -> None:
            headers = {"Idempotency-Key": str(uuid4())} if real else {}
            if real and case.path_parameters and "number" in case.path_parameters:
                case.path_parameters["number"] = number
            if who == "token":
                headers["Authorization"] = f"Bearer {token}"
            elif who == "code":
                headers["Follow-Code"] = code
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=CHECKS)

        ask()


def _made(anyone: Api) -> tuple[str, str, str]:
    made = anyone.open().json()
    return made["number"], made["follow_code"], token_of(post(Role.COUNTY_DISPATCHER, f"county:{COUNTY}"))


def test_generated_requests(uncapped: None, anyone: Api) -> None:
    walk(*_made(anyone), examples=60)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_very_many_generated_requests(uncapped: None, anyone: Api) -> None:
    walk(*_made(anyone), examples=1500)
