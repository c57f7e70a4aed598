# SPDX-License-Identifier: Apache-2.0
"""The matrix: likelihood 1 to 5 by impact 1 to 5, and the three levels of the rules (发改投资〔2012〕2492号). Pure."""

from collections.abc import Iterable
from typing import TypedDict

from anlan.cases.define import Words
from anlan.cases.standard import words

LOW, MEDIUM, HIGH = "low", "medium", "high"
LEVELS: tuple[tuple[str, Words], ...] = (
    (LOW, words("低风险", "Low")),
    (MEDIUM, words("中风险", "Medium")),
    (HIGH, words("高风险", "High")),
)
ORDER = {key: n for n, (key, _words) in enumerate(LEVELS)}
FROM_MEDIUM, FROM_HIGH = 8, 15
"""The product of likelihood and impact from which a point is medium, and from which it is high."""


class Risk(TypedDict):
    """A risk point as rules see it: the entry that listed it, whom it affects, its scores before and after the measures, whose the
    measure is; no word of it. `dropped`: it was taken off the list.
    """

    seq: int
    group: str
    likelihood: int
    impact: int
    left_likelihood: int
    left_impact: int
    owner: int
    dropped: bool


def level_of(likelihood: int, impact: int) -> str:
    """The level of one point."""
    score = likelihood * impact
    return HIGH if score >= FROM_HIGH else MEDIUM if score >= FROM_MEDIUM else LOW


def standing(risks: Iterable[Risk]) -> list[tuple[int, Risk]]:
    """Those on the list, each with its number from 1, which it keeps whatever is dropped."""
    return [(n, risk) for n, risk in enumerate(risks, 1) if not risk["dropped"]]


def level_left(risks: Iterable[Risk]) -> str:
    """The level of the whole once the measures are taken: that of its gravest point."""
    return worst(*(level_of(r["left_likelihood"], r["left_impact"]) for _n, r in standing(risks)))


def worst(*levels: str) -> str:
    """The gravest of these levels; low of none."""
    return max(levels, key=ORDER.__getitem__, default=LOW)
