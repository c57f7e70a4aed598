# SPDX-License-Identifier: Apache-2.0
"""What a browser is told: no foreign or inline script, no frame, no copy of a private page in any cache."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from pytest_django import Settings

from anlan.people.may import Role
from anlan.web.headers import POLICY
from tests.rules.test_urls import asked_of, patterns, unmarked
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


def test_only_pages_that_listen_may_ask_another_port(settings: Settings) -> None:
    settings.ANLAN_LIVE_PORT = 8001
    staff = enter(post_of(Role.DISPATCHER)).get("/desk/")["Content-Security-Policy"]
    assert staff == f"{POLICY}; connect-src 'self' http://testserver:8001"
    assert Client().get("/")["Content-Security-Policy"] == POLICY
    settings.ANLAN_PROXIES = 1
    assert enter(post_of(Role.DISPATCHER)).get("/desk/")["Content-Security-Policy"] == POLICY


def test_a_host_that_is_not_ours_is_refused_with_the_policy(settings: Settings) -> None:
    settings.ANLAN_LIVE_PORT = 8001
    answer = Client().get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert answer["Content-Security-Policy"] == POLICY


class Inline(HTMLParser):
    """Script and style that the policy would stop, as written in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (
            tag == "script" and "src" not in given and given.get("type") != "application/json"
        ):
            self.found.append(f"<{tag}>")
        self.found += [
            f"{tag} {name}"
            for name, value in attrs
            if name == "style" or name.startswith("on") or (value or "").strip().startswith("javascript:")
        ]
        if "://" in (given.get("src") or ""):
            self.found.append(f"{tag} {given['src']}")


def answers() -> Iterator[tuple[str, Any]]:
    """What every page without a number or code in its address answers, to a visitor and to staff; and one case's pages."""
    case = number(matter())
    plain = {
        f"/{where}" for where, _view in patterns(get_resolver()) if "<" not in where and "(" not in where
    }
    configuration = {asked_of(where) for where, _view in unmarked()} - {"/admin/logout/"}
    clients = [Client(), *(enter(post_of(role)) for role in (Role.DISPATCHER,))]
    for client in clients:
        for address in (*sorted(plain), f"/desk/cases/{case}", f"/field/{case}", "/nowhere"):
            if "sign-out" not in address and "leave" not in address:
                yield address, client.get(address)
    administrator = enter(post_of(Role.SYSTEM_ADMIN))
    for address in sorted(configuration):
        yield address, administrator.get(address)


def test_every_page_has_the_policy_and_nothing_that_it_would_stop() -> None:
    pages, faults = set(), []
    for address, answer in answers():
        told = answer["Content-Security-Policy"]
        if told != POLICY and "default-src 'none'" not in told:
            faults.append((address, told))
        for header in ("Permissions-Policy", "Referrer-Policy", "X-Content-Type-Options", "X-Frame-Options"):
            if header not in answer:
                faults.append((address, header))
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            pages.add(address)
            faults += [(address, each) for each in Inline(answer.content.decode()).found]
    assert faults == []
    assert {"/", "/follow", "/desk/", "/admin/people/organisation/"} <= pages


def test_a_browser_that_came_by_https_comes_by_nothing_else(settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000  # as ANLAN_HTTPS sets it, with the header below
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert (
        Client().get("/", headers={"x-forwarded-proto": "https"})["Strict-Transport-Security"]
        == "max-age=31536000"
    )
    assert "Strict-Transport-Security" not in Client().get("/")


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
