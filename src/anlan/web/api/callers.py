# SPDX-License-Identifier: Apache-2.0
"""Who calls the API: the post of a token, narrowed to the token's place, procedures and actions, or nobody in particular.

Cookies count for nothing here, so no page can make a browser act. Calls are counted per token, else per network, in
PostgreSQL for all processes; a process takes uses by the handful, so that counting costs little.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from anlan.base.clock import now
from anlan.base.errors import NotAllowed
from anlan.people.may import Actor, anonymous
from anlan.people.rates import Cap, take
from anlan.people.refusals import acting_post
from anlan.people.session import network_of
from anlan.people.terminals import is_terminal, why_ended
from anlan.people.tokens import find_token_actor
from anlan.web.api.problems import ENDED, NoToken

MINUTE = timedelta(minutes=1)
OPENINGS = (Cap(n=60, per=timedelta(hours=1)), Cap(n=300, per=timedelta(days=1)))
"""Reports from one network without a token, counted together with those of the pages."""
UPLOADS = Cap(n=600, per=timedelta(hours=1))
TRIES = (Cap(n=20, per=timedelta(minutes=10)), Cap(n=100, per=timedelta(days=1)))
"""Follow codes tried from one network."""
HANDFUL = 50
"""The part of a cap that a process takes at a time."""
KEPT = timedelta(seconds=5)
MOST_LEASES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, from where, when. `is_post`: a token was shown."""

    by: Actor
    network: str
    at: datetime

    @property
    def is_post(self) -> bool:
        """Whether a post's token was shown."""
        return self.by.kind == "post"


class Bearer(HttpBearer):
    """Finds the caller. `optional` lets in whoever shows no token at all; a token that is not good is always refused."""

    openapi_description = "A token made by an office for its own post."

    def __init__(self, *, optional: bool = False) -> None:
        super().__init__()
        self.optional = optional

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller, counted. Raises NoToken, TooMany."""
        at = now()
        network = network_of(request)
        given = request.headers.get("Authorization")
        if given is None:
            if not self.optional:
                raise NoToken
            spend("api network", network, per_minute=settings.ENVIRONMENT.api_network, at=at)
            return Caller(by=anonymous(), network=network, at=at)
        return self._post(given, network, at=at)

    def _post(self, given: str, network: str, *, at: datetime) -> Caller:
        scheme, _space, text = given.partition(" ")
        by = find_token_actor(text.strip(), at=at) if scheme.lower() == "bearer" and text.isascii() else None
        if by is None:
            # Wrong tokens count against the network, so guessing is slow and cheap for us.
            spend("api network", network, per_minute=settings.ENVIRONMENT.api_network, at=at)
            why = why_ended(text.strip(), at=at) if text.isascii() else None
            raise ENDED[why] if why is not None else NoToken
        spend("api token", text.strip(), per_minute=settings.ENVIRONMENT.api_token, at=at)
        acting_post.set(by.post_id)
        return Caller(by=by, network=network, at=at)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """As django-ninja asks; `__call__` does it all."""
        raise NotImplementedError


def caller_of(request: HttpRequest) -> Caller:
    """The caller that `Bearer` found."""
    found = request.auth  # type: ignore[attr-defined]  # django-ninja puts it there
    assert isinstance(found, Caller)
    return found


def terminal_of(request: HttpRequest) -> Caller:
    """The caller, who holds a terminal: for what a person says for their post and no program does. Raises NotAllowed."""
    if not is_terminal(token_in(request)):
        raise NotAllowed(_("Only the field app of this post may do this."))
    return caller_of(request)


def token_in(request: HttpRequest) -> str:
    """The text of the token that was shown."""
    return request.headers.get("Authorization", "").partition(" ")[2].strip()


@dataclass(slots=True)
class _Lease:
    left: int
    until: datetime


_leases: dict[tuple[str, str], _Lease] = {}
_lock = threading.Lock()


def spend(purpose: str, value: str, *, per_minute: int, at: datetime) -> None:
    """Counts one call of at most `per_minute`; 0 is no cap. Raises TooMany."""
    if per_minute <= 0:
        return
    name = purpose, value
    with _lock:
        lease = _leases.get(name)
        if lease is not None and lease.left > 0 and at < lease.until:
            lease.left -= 1
            return
    uses = max(1, per_minute // HANDFUL)
    take(purpose, value, cap=Cap(n=per_minute, per=MINUTE), at=at, uses=uses)
    if uses > 1:
        with _lock:
            if len(_leases) >= MOST_LEASES:
                _leases.clear()
            _leases[name] = _Lease(left=uses - 1, until=at + KEPT)


def count(purpose: str, caller: Caller, *caps: Cap) -> None:
    """Counts what somebody without a token does more rarely: opening, uploading, trying codes. Raises TooMany."""
    if caller.is_post or settings.ENVIRONMENT.api_network <= 0:
        return
    for cap in caps:
        take(purpose, caller.network, cap=cap, at=caller.at)
