# SPDX-License-Identifier: Apache-2.0
"""Sessions: entering, switching posts, idle ends, and the actor of each request. A door: the only file here that asks the clock.

A session gets a new key whenever somebody enters, so one planted before is worth nothing after. Each request looks the
post up again: what was revoked a second ago acts no more. An idle staff session ends after half an hour.
"""

import ipaddress
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login, logout
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare

from anlan.base.clock import ahead, now
from anlan.base.errors import NotAllowed
from anlan.people.holding import current_post, posts_of
from anlan.people.may import Actor, actor_of, anonymous, resident
from anlan.people.models import Account, AccountKind, Post
from anlan.people.refusals import acting_post
from anlan.people.signin import Started, Step

IDLE = {AccountKind.STAFF: timedelta(minutes=30), AccountKind.RESIDENT: timedelta(hours=24)}
LONGEST = {AccountKind.STAFF: timedelta(hours=12), AccountKind.RESIDENT: timedelta(days=14)}
HALF_WAY = timedelta(minutes=10)
NOTED = timedelta(minutes=1)
"""How exactly the last use is noted: a session is written at most so often."""

BACKEND = "django.contrib.auth.backends.ModelBackend"
POST, SEEN, SINCE, HALF = "anlan_post", "anlan_seen", "anlan_since", "anlan_half"


def network_of(request: HttpRequest) -> str:
    """The network a request came from: an IPv4 address, or the /64 of an IPv6 one, behind `ANLAN_PROXIES` proxies."""
    address = request.META.get("REMOTE_ADDR", "")
    passed = [
        part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
    ]
    if settings.ANLAN_PROXIES and passed:
        address = passed[-min(settings.ANLAN_PROXIES, len(passed))]
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)


def sender_of(request: HttpRequest, by: Actor) -> str:
    """Who has one fair part of what all share: an account, or the network of somebody without one."""
    return f"account {by.account_id}" if by.account_id else network_of(request)


def keep_half_way(request: HttpRequest, started: Started, *, at: datetime) -> None:
    """Remembers a staff sign-in between its steps, in a session with a new key."""
    request.session.cycle_key()
    request.session[HALF] = [started.account_id, str(started.step), at.timestamp()]


def half_way(request: HttpRequest, *, at: datetime) -> Started | None:
    """The sign-in that was begun in this session, for ten minutes."""
    account_id, step, since = request.session.get(HALF) or (0, "", 0)
    if not account_id or at.timestamp() - since > HALF_WAY.total_seconds():
        return None
    return Started(account_id=account_id, step=Step(step))


def enter_staff(request: HttpRequest, started: Started, *, at: datetime) -> Actor:
    """Opens the session of a finished staff sign-in with the first post. Raises NotAllowed before READY or without a post."""
    if started.step is not Step.READY:
        raise NotAllowed
    account = Account.objects.get(pk=started.account_id, kind=AccountKind.STAFF, is_active=True)
    post = posts_of(account.pk, at=at).first()
    if post is None:
        raise NotAllowed
    _enter(request, account, at=at)
    account.used_at = at
    account.save(update_fields=["used_at"])
    request.session[POST] = post.pk
    return actor_of(post, at=at)


def enter_resident(request: HttpRequest, account_id: int, *, at: datetime) -> Actor:
    """Opens the session of a resident who proved a number."""
    account = Account.objects.get(pk=account_id, kind=AccountKind.RESIDENT, is_active=True)
    _enter(request, account, at=at)
    return resident(account.pk)


def switch_post(request: HttpRequest, post_id: int, *, at: datetime) -> Actor:
    """Acts as another of the person's own posts from now on. Raises NotAllowed."""
    account_id = request.user.pk
    post = current_post(post_id, account_id=account_id, at=at) if account_id else None
    if post is None:
        raise NotAllowed
    request.session.cycle_key()
    request.session[POST] = post.pk
    return actor_of(post, at=at)


def leave(request: HttpRequest) -> None:
    """Ends the session and forgets everything in it."""
    logout(request)


def was_idle(request: HttpRequest) -> bool:
    """Whether this very request found a staff session that nobody had used for too long, and ended it."""
    return getattr(request, "was_idle", False)


def idle_account(request: HttpRequest) -> int | None:
    """The staff account whose session this very request found idle, and ended: what it brought was written by them."""
    return getattr(request, "idle_account", None)


class ActorMiddleware:
    """Puts `request.actor` in place. Stands after AuthenticationMiddleware and before the gate."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """As Django asks."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Finds the actor, answers, forgets."""
        actor = find_actor(request, at=now())
        request.actor = actor  # type: ignore[attr-defined]
        mark = acting_post.set(actor.post_id)
        try:
            return self.get_response(request)
        finally:
            acting_post.reset(mark)


def find_actor(request: HttpRequest, *, at: datetime) -> Actor:
    """Who acts in this session. Ends one that was idle or open for too long, or whose account was locked."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or SESSION_KEY not in request.session:
        return anonymous()
    account = request.user
    if not isinstance(account, Account):
        return anonymous()
    kind = AccountKind(account.kind)
    if _is_over(request.session, kind, at=at):
        idle = _is_idle(request.session, kind, at=at)
        leave(request)
        if kind is AccountKind.STAFF:
            request.idle_account, request.was_idle = account.pk, idle  # type: ignore[attr-defined]
        return anonymous()
    stamp = _stamp(at)
    if stamp - request.session.get(SEEN, 0) > NOTED.total_seconds():
        request.session[SEEN] = stamp
    if kind is AccountKind.RESIDENT:
        return resident(account.pk)
    return _staff_actor(request, account.pk, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A session as it lies in the database, and who acts in it."""

    actor: Actor
    data: Mapping[str, Any]


def stored_in(keys: Iterable[str], *, at: datetime) -> dict[str, Stored]:
    """These stored sessions, by their keys, and who acts in each by the rules of `find_actor`. Sessions that are over are left
    out. For a door that keeps a connection open and asks again and again; it does not count as use of the session.
    """
    # Django writes that day by the machine's own clock, which the demo's may be far ahead of.
    rows = Session.objects.filter(session_key__in=set(keys), expire_date__gt=at - ahead())
    stored = {row.session_key: row.get_decoded() for row in rows}
    ids = {int(data[SESSION_KEY]) for data in stored.values() if SESSION_KEY in data}
    posts: dict[int, list[Post]] = {}
    for post in posts_of(*ids, at=at).filter(account__kind=AccountKind.STAFF):
        posts.setdefault(post.account_id, []).append(post)
    accounts = {theirs[0].account_id: theirs[0].account for theirs in posts.values()}
    if rest := ids - accounts.keys():
        residents = Account.objects.filter(pk__in=rest, kind=AccountKind.RESIDENT, is_active=True)
        accounts |= {one.pk: one for one in residents}
    found = {}
    for key, data in stored.items():
        if SESSION_KEY not in data:
            found[key] = Stored(actor=anonymous(), data=data)
            continue
        account = accounts.get(int(data[SESSION_KEY]))
        if account is None or not _is_proven(data, account):
            continue
        if not _is_over(data, AccountKind(account.kind), at=at):
            theirs = posts.get(account.pk)
            actor = actor_of(_chosen(theirs, data), at=at) if theirs else resident(account.pk)
            found[key] = Stored(actor=actor, data=data)
    return found


def _chosen(posts: Sequence[Post], data: Any) -> Post:
    """The post that was switched to, while it is in force, else the first."""
    return next((post for post in posts if post.pk == data.get(POST)), posts[0])


def _is_proven(data: Mapping[str, Any], account: Account) -> bool:
    """Whether the session was opened with the password that the account has now."""
    shown = data.get(HASH_SESSION_KEY, "")
    valid = (account.get_session_auth_hash(), *account.get_session_auth_fallback_hash())
    return any(constant_time_compare(shown, one) for one in valid)


def _is_over(data: Any, kind: AccountKind, *, at: datetime) -> bool:
    """Whether a session was idle or open for too long."""
    return _is_idle(data, kind, at=at) or _stamp(at) - data.get(SINCE, 0) > LONGEST[kind].total_seconds()


def _is_idle(data: Any, kind: AccountKind, *, at: datetime) -> bool:
    return bool(_stamp(at) - data.get(SEEN, 0) > IDLE[kind].total_seconds())


def _stamp(at: datetime) -> float:
    """When sessions are used, by the machine's own clock: a demo's clock that is moved makes nobody idle."""
    return (at - ahead()).timestamp()


def posts_in(request: HttpRequest) -> tuple[Post, ...]:
    """The posts among which whoever works in this session may switch."""
    return getattr(request, "posts", ())


def _staff_actor(request: HttpRequest, account_id: int, *, at: datetime) -> Actor:
    posts = tuple(posts_of(account_id, at=at))
    if not posts:
        leave(request)
        return anonymous()
    post = _chosen(posts, request.session)
    if post.pk != request.session.get(POST):
        request.session[POST] = post.pk
    request.posts = posts  # type: ignore[attr-defined]
    return actor_of(post, at=at)


def _enter(request: HttpRequest, account: Account, *, at: datetime) -> None:
    # Nothing of what was in the session before may follow a person in, not even in a session of the same account.
    request.session.flush()
    login(request, account, backend=BACKEND)
    request.session[SEEN] = request.session[SINCE] = _stamp(at)
