# SPDX-License-Identifier: Apache-2.0
"""A page that only takes what a form sends has words for whoever comes by its address alone."""

import pytest
from django.test import Client

from anlan.people.may import Role
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.django_db
BROWSER = {"accept": "text/html,application/xhtml+xml"}


def test_an_address_without_a_page_says_so_and_shows_the_way_on(client: Client) -> None:
    answer = client.get("/report/clear", headers=BROWSER)
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "什么都没有改变" in answer.content.decode()
    english = client.get("/report/clear", headers={**BROWSER, "accept-language": "en"})
    assert "Nothing was changed" in english.content.decode()


def test_staff_keep_their_frame() -> None:
    page = enter(post_of(Role.DISPATCHER)).get("/desk/filters/keep", headers=BROWSER).content.decode()
    assert "什么都没有改变" in page
    assert 'class="anlan-header__nav"' in page


def test_who_is_no_browser_is_given_the_status_alone(client: Client) -> None:
    for answer in (client.get("/report/clear"), client.put("/report/clear", headers=BROWSER)):
        assert answer.status_code == 405
        assert not answer.content
