# SPDX-License-Identifier: Apache-2.0
"""Looking something up in the form of a report says what was looked for, and nothing else."""

import pytest
from django.test import Client

from tests.web.resident.visits import answers, hidden, text

pytestmark = pytest.mark.django_db


def test_only_who_looks_for_a_place_hears_that_none_was_found(client: Client) -> None:
    sent = answers(draft=hidden(text(client.get("/report"))), place=None, address="")
    assert "没有找到这个地方" in text(client.post("/report", {**sent, "find": "1"}))
    assert "没有找到这个地方" not in text(client.post("/report", {**sent, "find_kind": "1"}))
