# SPDX-License-Identifier: Apache-2.0
"""The door by which a phone of a post says that it is to be told of what is new, also when its app is closed."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Schema

from anlan.base.errors import NotFound
from anlan.people import push
from anlan.people.staffpush import add_browser, end_this
from anlan.web.api.callers import caller_of, token_in
from anlan.web.api.door import operation


class Keys(Schema):
    """What a browser gives with its subscription."""

    p256dh: str
    auth: str


class Screen(Schema):
    """A subscription as the browser's Push API gives it; its address is one of a push service that this deployment names."""

    endpoint: str
    keys: Keys


class Switched(Schema):
    """Whether this phone is told."""

    on: bool


class PushKey(Schema):
    """What a browser subscribes with, in base64url; empty where nobody is told so."""

    key: str


@operation("GET", "/sync/screen", to="token", gives=PushKey, tag="sync")
def read_push_key(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - as every operation
    """Get the key with which a phone subscribes to be told."""
    return {"key": push.public_key() if push.offered() else ""}


@operation("PUT", "/sync/screen", to="token", gives=Switched, tag="sync")
def tell_this_phone(request: HttpRequest, given: Screen) -> dict[str, Any]:
    """Have this phone told of new notices, by number and state alone, until its token ends. Which ones, and the quiet hours, the person
    says at the desk.
    """
    if not push.offered():
        raise NotFound
    caller = caller_of(request)
    add_browser(caller.by.account, _subscription(given), token=token_in(request))
    return {"on": True}


@operation("DELETE", "/sync/screen", to="token", gives=Switched, tag="sync")
def tell_no_more(request: HttpRequest, given: Screen) -> dict[str, Any]:
    """Have this phone told nothing any more."""
    end_this(caller_of(request).by.account, _subscription(given))
    return {"on": False}


def _subscription(given: Screen) -> push.Subscription:
    return push.read_subscription(json.dumps(given.dict()), language=get_language() or "zh")
