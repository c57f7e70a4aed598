# SPDX-License-Identifier: Apache-2.0
"""Every URL names who may use it."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from anlan.web.gate import MayUse, find_may_use, open_to

GUARDED_BY_THEIR_PACKAGE = {
    "django.contrib.admin": "AdminSite.has_permission: configuration only, security and system administrators",
    "allauth": "each view of allauth says whether it needs a sign-in",
    "ninja": "the API's authentication asks each token (anlan.web.api)",
}


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for each in resolver.url_patterns:
        where = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, where)
        elif isinstance(each, URLPattern):
            yield where, each.callback


def test_every_url_names_who_may_use_it() -> None:
    nameless = []
    for where, view in patterns(get_resolver()):
        module = getattr(view, "__module__", "")
        if find_may_use(view) is None and not module.startswith(tuple(GUARDED_BY_THEIR_PACKAGE)):
            nameless.append(f"/{where} ({module}.{getattr(view, '__name__', view)})")
    assert not nameless, (
        'decorate the view: @open_to("anyone"), @open_to("resident") or @open_to("staff", roles=(...))'
    )


def test_a_view_says_what_it_was_marked_with() -> None:
    @open_to("staff", roles=("handler",))
    def page() -> None: ...

    assert find_may_use(page) == MayUse(group="staff", roles=frozenset({"handler"}))
