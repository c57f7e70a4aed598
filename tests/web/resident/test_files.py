# SPDX-License-Identifier: Apache-2.0
"""Files of a followed case: pictures are shown, anything else is only downloaded, and nothing in them runs."""

import pytest
from django.test import Client

from tests.cases.files import paper
from tests.web.resident.visits import picture, report, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(client: Client) -> tuple[str, str]:
    return report(client, files=[picture()])


def test_a_picture_is_shown_and_nothing_in_it_may_run(client: Client, sent: tuple[str, str]) -> None:
    answer = client.get(f"/follow/{sent[0]}/files/1")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("inline")
    assert client.get(f"/follow/{sent[0]}/files/2").status_code == 404


def test_anything_else_is_only_downloaded(client: Client) -> None:
    pdf = upload("plan.pdf", paper(), "text/html")
    number, _code = report(client, files=[pdf])
    answer = client.get(f"/follow/{number}/files/1")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
