# SPDX-License-Identifier: Apache-2.0
"""Changes of configuration: asked for, seconded where that is due, done, and written into the administration log.

Each room offers its changes by key at start (`offer`); `ask` does one at once or lets it wait for a second person;
`approve` does what waited. Nothing is changed without its line, and nobody seconds what they asked for themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Conflict, Invalid, NotAllowed, NotFound
from anlan.people.log import record
from anlan.people.may import Actor, may_configure, may_second
from anlan.people.models import AdminLine, PendingChange

Data = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a change was before and after, as the log shows it. No resident's data."""

    before: Any
    after: Any


def never(_by: Actor | None, _data: Data, _at: datetime) -> bool:
    """No second person is needed."""
    return False


def always(_by: Actor | None, _data: Data, _at: datetime) -> bool:
    """A second person is always needed."""
    return True


def nobody(_data: Data) -> int | None:
    """The change is about no account."""
    return None


def by_configuration(by: Actor, _data: Data, _at: datetime) -> bool:
    """System administrators ask for it."""
    return may_configure(by)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A kind of change. `apply` does it inside the transaction and raises Refused when it cannot be done.

    `check` looks at the data before anything waits; `about` names the staff account concerned, who may not second it.
    `configures` says that decisions read what it changes.
    """

    key: str
    apply: Callable[[Data, datetime], Done]
    may_ask: Callable[[Actor, Data, datetime], bool] = by_configuration
    second: Callable[[Actor | None, Data, datetime], bool] = never
    about: Callable[[Data], int | None] = nobody
    check: Callable[[Data, datetime], None] | None = None
    configures: bool = True


_offered: dict[str, Change] = {}
_listener: Callable[[], object] | None = None


def set_listener(listener: Callable[[], object]) -> None:
    """Who is told, in the transaction itself, that configuration changed: the engine, which keeps a copy by version."""
    global _listener  # noqa: PLW0603  set once at start
    _listener = listener


def offer(change: Change) -> None:
    """Makes a change known. Raises ValueError when another has its key."""
    if _offered.setdefault(change.key, change) is not change:
        raise ValueError(f"two changes are called {change.key}")


def change_configuration(
    key: str, data: Data, *, by: Actor | None, at: datetime, founding: bool = False
) -> AdminLine | PendingChange:
    """Does the change, or lets it wait for a second person. `by` None is the operator at the machine; `founding` says that
    the deployment has no two administrators yet whom one could ask (`grants.founding`).

    Raises NotAllowed, and whatever the change itself refuses with.
    """
    change = _find(key)
    if by is not None and not change.may_ask(by, data, at):
        raise NotAllowed
    with transaction.atomic():
        if change.check is not None:
            change.check(data, at)
        if founding or not change.second(by, data, at):
            done = _do(change, data, at=at)
            return record(by, key, before=done.before, after=done.after, at=at)
        pending = PendingChange.objects.create(
            what=key,
            data=dict(data),
            about_id=change.about(data),
            asked_by_id=by.post_id if by else None,
            asked_at=at,
        )
        record(by, f"{key}.asked", before=None, after={"pending": pending.pk, **data}, at=at)
    return pending


def approve(pending_id: int, *, by: Actor, at: datetime) -> AdminLine:
    """The second person says yes: it is done now. Raises NotAllowed, NotFound, Conflict, or what the change refuses with."""
    with transaction.atomic():
        pending = _lock(pending_id)
        asked_by = pending.asked_by.account_id if pending.asked_by else None
        if not may_second(by, asked_by=asked_by, about=pending.about_id):
            raise NotAllowed(_("Somebody else must decide this: not who asked, and not whom it is about."))
        change = _find(pending.what)
        if change.check is not None:
            change.check(pending.data, at)
        done = _do(change, pending.data, at=at)
        _decide(pending, PendingChange.APPROVED, by=by, at=at, why="")
        words = {"pending": pending.pk, "asked_by": pending.asked_by_id, "done": done.after}
        return record(by, pending.what, before=done.before, after=words, at=at)


def turn_down(pending_id: int, *, why: str, by: Actor, at: datetime) -> AdminLine:
    """The second person says no, or who asked takes it back. Raises NotAllowed, NotFound, Conflict."""
    with transaction.atomic():
        pending = _lock(pending_id)
        asked_by = pending.asked_by.account_id if pending.asked_by else None
        if by.account_id != asked_by and not may_second(by, asked_by=asked_by, about=pending.about_id):
            raise NotAllowed
        if not why.strip():
            raise Invalid(fields={"why": _("Please say why.")})
        _decide(pending, PendingChange.REFUSED, by=by, at=at, why=why.strip()[:400])
        return record(by, f"{pending.what}.refused", before=None, after={"pending": pending.pk}, at=at)


def waiting() -> QuerySet[PendingChange]:
    """What waits for a second person, the oldest first."""
    return PendingChange.objects.filter(state=PendingChange.WAITING).order_by("asked_at", "pk")


def _find(key: str) -> Change:
    try:
        return _offered[key]
    except KeyError:
        raise NotFound from None


def _do(change: Change, data: Data, *, at: datetime) -> Done:
    done = change.apply(data, at)
    if change.configures and _listener is not None:
        _listener()
    return done


def _lock(pending_id: int) -> PendingChange:
    pending = PendingChange.objects.select_for_update().filter(pk=pending_id).first()
    if pending is None:
        raise NotFound
    if pending.state != PendingChange.WAITING:
        raise Conflict(_("This was decided already."))
    return pending


def _decide(pending: PendingChange, state: str, *, by: Actor, at: datetime, why: str) -> None:
    pending.state, pending.why, pending.decided_at = state, why, at
    pending.decided_by_id = by.post_id
    pending.save(update_fields=["state", "why", "decided_at", "decided_by"])
