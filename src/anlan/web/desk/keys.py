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
    found: dict[str, str] = {}
    for action in order:
        free = (one for one in action.key if one.isalpha() and one not in {*EVERYWHERE, *found.values()})
        letter = "" if action.audience in ONE_SIDE or action.key == "look" else next(free, "")
        if letter:
            found[action.key] = letter
    return MappingProxyType({action: letter.upper() for action, letter in found.items()})


def _rarity(action: Action, procedure: Procedure) -> tuple[int, int]:
    """Where nothing is grouped: what moves a case to the next stage comes first, then what is done in most states, at last what stays in
    its stage, sends it back or ends it early.
    """
    if action.key == TELL:
        return 0, 0
    if action.to is None:
        return 2, -sum(procedure.state(key).open for key in action.frm)
    stages = list(dict.fromkeys(state.stage for state in procedure.states))
    begins = min(stages.index(procedure.state(key).stage) for key in action.frm)
    return 1 if stages.index(procedure.state(action.to).stage) == begins + 1 else 3, 0
