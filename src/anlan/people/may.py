# SPDX-License-Identifier: Apache-2.0
"""Who somebody is when they act, and what a role may by itself. Pure, but for reading a post's places.

Roles are kept apart (GB/T 22239, 三员分立): the system administrator configures and has no case data, the security
administrator manages accounts but never the own, the auditor only reads. Nobody passes all checks.
What may be done with a case is `anlan.cases.may`'s question; it asks with the `Actor` made here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol, Self

from anlan.base.errors import NotAllowed
from anlan.places.find import ZONE, scope
from anlan.places.region import region

Kind = Literal["post", "resident", "system", "anonymous"]
Scope = tuple[tuple[int, int], ...]


class Role(StrEnum):
    """What a post is for."""

    zh: str
    en: str

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Self:
        """A role with its words."""
        role = str.__new__(cls, value)
        role._value_ = value
        role.zh, role.en = zh, en
        return role

    GRID_WORKER = ("grid_worker", "网格员", "grid worker")
    VILLAGE_CLERK = ("village_clerk", "村社工作人员", "village clerk")
    DISPATCHER = ("dispatcher", "镇街指挥员", "town dispatcher")
    COUNTY_DISPATCHER = ("county_dispatcher", "县级指挥员", "county dispatcher")
    HANDLER = ("handler", "承办人员", "handler")
    SUPERVISOR = ("supervisor", "督办人员", "supervisor")
    AUDITOR = ("auditor", "审计员", "auditor")
    SYSTEM_ADMIN = ("system_admin", "系统管理员", "system administrator")
    SECURITY_ADMIN = ("security_admin", "安全管理员", "security administrator")
    HOTLINE_AGENT = ("hotline_agent", "热线坐席", "hotline agent")
    MEDIATOR = ("mediator", "调解员", "mediator")
    ASSESSOR = ("assessor", "评估人员", "risk assessor")

    def in_language(self, code: str) -> str:
        """As the region calls it. `code` is a language tag such as ``zh-hans``; anything that is not Chinese reads English."""
        own = region().roles.get(str(self))
        if own is not None:
            return own.in_language(code)
        return self.zh if code.startswith("zh") else self.en


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
"""Roles without any case data."""

CASE_WORKERS = frozenset(Role) - ADMINISTRATORS - {Role.AUDITOR}
"""Roles whose posts keep an organisation at work."""


NEIGHBOURS = frozenset({Role.GRID_WORKER})
"""Roles that live among the people whom cases are about: where people are at odds and they have nothing to do, they see nothing."""
_kinds: dict[Role, frozenset[str]] = {}


def set_kinds(given: Mapping[Role, frozenset[str]]) -> None:
    """The procedures of which neighbours see cases. Called whenever declarations are registered."""
    _kinds.clear()
    _kinds.update(given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: a post in use, a resident, the system itself, or somebody not signed in.

    `scope` holds dated ranges of padded place codes, [lo, hi). `procedures` and `actions` narrow what an API token or a role
    may; None is no narrowing. `bounded`: nothing outside `scope`, not even what the own organisation was given there.
    A resident's actor has an account and nothing else.
    """

    kind: Kind
    account_id: int | None = None
    post_id: int | None = None
    role: Role | None = None
    organisation_id: int | None = None
    organisation_kind: str | None = None
    scope: Scope = ()
    procedures: frozenset[str] | None = None
    actions: frozenset[str] | None = None
    bounded: bool = False

    @property
    def account(self) -> int:
        """Whose post it is, or the resident. Raises NotAllowed for who is nobody in particular."""
        if self.account_id is None:
            raise NotAllowed
        return self.account_id


SYSTEM = Actor(kind="system")
"""The engine's own sweeps and recalculations. No request is ever this actor."""

_ANONYMOUS = Actor(kind="anonymous")


def anonymous() -> Actor:
    """Somebody who is not signed in."""
    return _ANONYMOUS


def resident(account_id: int) -> Actor:
    """A resident who is signed in."""
    return Actor(kind="resident", account_id=account_id)


class Held(Protocol):
    """What is asked of a post: `people.models.Post` has it."""

    @property
    def pk(self) -> Any:
        """Its id."""

    @property
    def account_id(self) -> int:
        """Whose it is."""

    @property
    def role(self) -> str:
        """A role's word."""

    @property
    def organisation_id(self) -> int:
        """Where."""

    @property
    def organisation(self) -> Any:
        """The same, with its kind."""

    @property
    def place_id(self) -> int:
        """For which place."""


def actor_of(post: Held, *, at: datetime) -> Actor:
    """The actor of a post at an instant. Its places are the post's; an outside unit's are none: it sees what it is given.

    Does not ask whether the post is in force: `holding.current_post` and the session do. But in an organisation that has
    ended a post stands nowhere.
    """
    role, kind, end = Role(post.role), post.organisation.kind, post.organisation.valid_to
    if end is not None and end <= at.astimezone(ZONE).date():
        return Actor(kind="post", account_id=post.account_id, post_id=post.pk, role=role)
    return Actor(
        kind="post",
        account_id=post.account_id,
        post_id=post.pk,
        role=role,
        organisation_id=post.organisation_id,
        organisation_kind=kind,
        scope=() if kind == "outside_unit" else tuple(scope(post.place_id, at=at)),
        procedures=_kinds.get(role),
    )


def narrowed(
    actor: Actor, *, scope: Scope | None, procedures: frozenset[str] | None, actions: frozenset[str] | None
) -> Actor:
    """The same actor with less: what both allow. Narrowing never widens.

    An outside unit has no places of its own: it works on what it is given, narrowed or not.
    """
    return replace(
        actor,
        scope=actor.scope if scope is None else common(actor.scope, scope),
        bounded=actor.bounded or (scope is not None and actor.organisation_kind != "outside_unit"),
        procedures=_both(actor.procedures, procedures),
        actions=_both(actor.actions, actions),
    )


def common(one: Scope, other: Scope) -> Scope:
    """The ranges that lie in both."""
    found = {(max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) < min(b, d)}
    return tuple(sorted(found))


def covers(scope: Scope, code: int) -> bool:
    """Whether the place coded `code` lies in the scope."""
    return any(low <= code < high for low, high in scope)


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def sees_cases(role: Role) -> bool:
    """Whether posts of this role see any case data."""
    return role not in ADMINISTRATORS


def sees_parties(role: Role) -> bool:
    """Whether posts of this role can come to see parties: by assignment, or by a look with a listed reason."""
    return sees_cases(role)


def needs_second_person(role: Role) -> bool:
    """Whether granting this role takes two: whoever sees parties, and whoever could grant that to others."""
    return sees_parties(role) or role in ADMINISTRATORS


def fit_together(roles: Iterable[Role]) -> bool:
    """Whether one person may hold these roles: administrators and auditors hold nothing else."""
    held = set(roles)
    return len(held) <= 1 or held <= CASE_WORKERS


def only_reads(actor: Actor) -> bool:
    """Whether the actor changes nothing at all."""
    return actor.role is Role.AUDITOR


def may_manage(actor: Actor, account_id: int) -> bool:
    """Whether the actor may make, grant to, revoke from or lock this staff account: security administrators, never their own."""
    return actor.kind == "post" and actor.role is Role.SECURITY_ADMIN and actor.account_id != account_id


def may_configure(actor: Actor) -> bool:
    """Whether the actor may change organisations, categories, limits, routes and calendars."""
    return actor.kind == "post" and actor.role is Role.SYSTEM_ADMIN


def may_second(actor: Actor, *, asked_by: int | None, about: int | None) -> bool:
    """Whether the actor may decide a waiting change: an administrator, neither the account that asked nor the one it is about."""
    return (
        actor.kind == "post"
        and actor.role in ADMINISTRATORS
        and actor.account_id is not None
        and actor.account_id not in {asked_by, about}
    )


def may_read_log(actor: Actor) -> bool:
    """Whether the actor may read the administration log and refused attempts at the boundary."""
    return actor.kind == "post" and actor.role is Role.AUDITOR
