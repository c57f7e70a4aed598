# SPDX-License-Identifier: Apache-2.0
"""What warns everybody stands on every page that anybody opens, whatever the page is about."""

import pytest
from django.test import Client

from anlan.base.clock import now
from tests.procedures.alert.cast import Storm
from tests.web.resident.visits import text

pytestmark = pytest.mark.django_db
PAGES = ("/report", "/follow", "/disputes", "/consultations", "/verify", "/sign-in", "/public")
ABOUT_ALL = ("/", "/place/330106")


def shown(visitor: Client, url: str) -> bool:
    page = text(visitor.get(url, follow=True))
    again = visitor.get("/alerts/now", {"grave": "1"} if url in PAGES else {}).content.decode()
    assert ("anlan-alert--" in page) == ("anlan-alert--" in again), "read anew it says the same"
    return "台风" in page


@pytest.mark.parametrize("url", [*PAGES, *ABOUT_ALL])
def test_a_red_alert_stands_on_it_and_a_blue_one_only_where_all_do(url: str) -> None:
    visitor = Client()
    assert not shown(visitor, url)
    Storm(at=now(), level="blue").issue()
    assert shown(visitor, url) == (url in ABOUT_ALL)
    Storm(at=now(), level="red").issue()
    assert shown(visitor, url)
