# SPDX-License-Identifier: Apache-2.0
"""Pictures that show what was found or done: which acts need one, and the mark by which the very same one is found again.

What a guard will ask for can be said beforehand: a phone without signal asks for it while its person still stands there.
"""

from collections.abc import Callable

from anlan.base.keys import keyring
from anlan.cases.define import Action, Audience, Guard
from anlan.cases.envelope import Stored
from anlan.cases.may import NARROW

INDEX = "evidence picture"
"""The purpose whose key makes marks; nothing else is comparable with them."""

UNMARKED = NARROW | {Audience.PUBLIC, Audience.OFFER}
"""What everybody sees proves nothing; of what one side confided no other case ever says that it is there."""

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


def marks_of(file: Stored, *, action: Action, actor: str, first: bool) -> tuple[bytes, ...]:
    """The marks of a picture by which staff show what they found or did: of the picture as it is kept, and of the file it was made
    from. None of any other file: what a resident sent has none, not even where an office wrote it down or covers something on it to
    publish it.
    """
    shown = actor.startswith("post:") and (not first or bool(picture_wanted_of(action)))
    if not shown or not file.kind.startswith("image/") or file.audience in UNMARKED:
        return ()
    # Made small by another phone or program the same photo comes out as other bytes; the file it was made from is the same.
    return tuple(
        keyring().index(INDEX, each.hex()) for each in dict.fromkeys((file.plain, file.origin)) if each
    )
