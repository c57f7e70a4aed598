# SPDX-License-Identifier: Apache-2.0
"""What a guard will ask for that can be said beforehand: a phone without signal asks for it while its person still stands there."""

from collections.abc import Callable

from anlan.cases.define import Action, Guard

_wanted: dict[Guard, tuple[str, ...]] = {}


def wants_picture_of(*roles: str) -> Callable[[Guard], Guard]:
    """Marks a guard that refuses an act of these roles without a picture."""

    def mark(guard: Guard) -> Guard:
        _wanted[guard] = roles
        return guard

    return mark


def picture_wanted_of(action: Action) -> tuple[str, ...]:
    """Roles that must add a picture to this action."""
    return _wanted.get(action.guard, ()) if action.guard is not None else ()
