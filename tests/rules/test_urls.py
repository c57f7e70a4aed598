# SPDX-License-Identifier: Apache-2.0
"""Every URL names who may use it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from anlan.people.may import Role
from anlan.web.gate import MayUse, find_may_use, open_to
from tests.web.staff import enter, post_of

CONFIGURATION = "admin/"
"""Django's own pages, whose views cannot be marked: `ConfigurationSite.has_permission` judges each, asked below."""
OPEN_CONFIGURATION = {"/admin/login/", "/admin/logout/"}
"""The sign-in takes nobody and sends to the staff door; signing out shows nothing."""


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for each in resolver.url_patterns:
        where = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, where)
        elif isinstance(each, URLPattern):
            yield where, each.callback


def unmarked() -> Iterator[tuple[str, Any]]:
    """Where no view says who may use it."""
    return ((where, view) for where, view in patterns(get_resolver()) if find_may_use(view) is None)


def test_every_url_names_who_may_use_it() -> None:
    nameless = [f"/{where} ({view!r})" for where, view in unmarked() if not where.startswith(CONFIGURATION)]
    assert not nameless, (
        'decorate the view: @open_to("anyone"), @open_to("resident") or @open_to("staff", roles=(...))'
    )


def asked_of(where: str) -> str:
    """An address that this pattern takes."""
    for written, given in (
        ("<path:object_id>", "1"),
        (r"^(?P<app_label>", "("),
        (r"(?P<url>.*)$", "nowhere"),
    ):
        where = where.replace(written, given)
    where = re.sub(r"\((\w+)[|\w]*\)/\$$", r"\1/", where)
    assert re.fullmatch(r"[\w/]*", where), f"say in this function how to ask for {where}"
    return f"/{where}"


@pytest.mark.django_db
def test_no_page_of_the_configuration_shows_anything_to_who_is_not_of_it() -> None:
    asked = {asked_of(where) for where, _view in unmarked()}
    assert asked > OPEN_CONFIGURATION
    outsiders = (Client(), enter(post_of(Role.HANDLER)))
    shown = [
        (address, method, answer.status_code)
        for address in sorted(asked - OPEN_CONFIGURATION)
        for client in outsiders
        for method in ("get", "post")
        if not is_turned_away(answer := getattr(client, method)(address))
    ]
    assert shown == []


def is_turned_away(answer: HttpResponse) -> bool:
    """Refused, or sent to the sign-in."""
    return answer.status_code == 403 or (
        answer.status_code == 302 and answer.headers["Location"].startswith("/admin/login/?")
    )


def test_a_view_says_what_it_was_marked_with() -> None:
    @open_to("staff", roles=("handler",))
    def page() -> None: ...

    assert find_may_use(page) == MayUse(group="staff", roles=frozenset({"handler"}))
