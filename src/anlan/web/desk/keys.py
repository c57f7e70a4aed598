# SPDX-License-Identifier: Apache-2.0
"""The letters of the desk. Each action of a procedure has its own in every state: worked out from the declaration, never from what is
open just now, so that the hand that learned it does the same thing tomorrow.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from anlan.cases import registry
from anlan.cases.define import Action, Audience, Procedure
from anlan.cases.queries import TELL

EVERYWHERE = frozenset("jkux")
"""Letters that mean the same on every case."""
ONE_SIDE = frozenset({Audience.SIDE1, Audience.SIDE2})
"""What one side alone reads has no letter: it is chosen by its name, for there a slip tells a secret."""


def keys_of(procedure: Procedure) -> Mapping[str, str]:
    """The letter of each action that has one, in capitals. The frequent come first; where letters run out the rare have none."""
    return _keys(procedure.key, procedure.version)


@cache
def _keys(key: str, version: int) -> Mapping[str, str]:
    procedure = registry.get_procedure(key, version)
    order = list(procedure.deeds())
    if not procedure.groups:
        order.sort(key=lambda action: _rarity(action, procedure))
    lettered = [action.key for action in order if action.audience not in ONE_SIDE and action.key != "look"]
    found: dict[str, str] = {}
    # The first letter of its name is the one that a hand tries; only then another of the name.
    for tried in (1, None):
        for name in lettered:
            taken = {*EVERYWHERE, *found.values()}
            free = (one for one in name[:tried] if one.isalpha() and one not in taken)
            if name not in found and (letter := next(free, "")):
                found[name] = letter
    return MappingProxyType({action: letter.upper() for action, letter in found.items()})


def _rarity(action: Action, procedure: Procedure) -> tuple[int, int]:
    """Where nothing is grouped: what moves a case to the next stage comes first, then what leaves it where it is, at last what stays in
    its stage, sends it back or ends it early; of each what is done in most states before the others.
    """
    if action.key == TELL:
        return 0, 0
    states = sum(procedure.state(key).open for key in action.frm)
    if action.to is None:
        return 2, -states
    stages = list(dict.fromkeys(state.stage for state in procedure.states))
    begins = min(stages.index(procedure.state(key).stage) for key in action.frm)
    return 1 if stages.index(procedure.state(action.to).stage) == begins + 1 else 3, -states
