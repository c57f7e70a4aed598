# SPDX-License-Identifier: Apache-2.0
"""What a browser is told: no foreign or inline script, no frame, no copy of a private page in any cache."""

import pytest
from django.test import Client

from anlan.people.may import Role
from tests.web.staff import enter, matter, number, post_of

pytestmark = pytest.mark.django_db

PAGES = ("/", "/report", "/follow", "/public", "/desk/sign-in", "/nowhere", "/api/v1/docs", "/api/v1/places")


@pytest.mark.parametrize("page", PAGES)
def test_no_page_lets_foreign_or_inline_scripts_run(page: str) -> None:
    answer = Client().get(page)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_no_page_of_a_session_is_kept_by_any_cache() -> None:
    case = number(matter())
    for role in (Role.DISPATCHER, Role.GRID_WORKER, Role.AUDITOR, Role.SECURITY_ADMIN):
        client = enter(post_of(role))
        for page in ("/", "/public", "/desk/", "/desk/posts", "/field/", f"/desk/cases/{case}", "/admin/"):
            assert "no-store" in client.get(page)["Cache-Control"], (role, page)


@pytest.mark.parametrize("rest", ["", "no/such", "no%0Asuch", "procedures/report/versions/1/actions/a%0Ab/c"])
def test_whatever_is_asked_of_the_api_is_answered_by_the_api(rest: str) -> None:
    answer = Client().get(f"/api/v1/{rest}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
