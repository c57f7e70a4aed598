# SPDX-License-Identifier: Apache-2.0
"""The panel of an assessment on its case page: the matrix drawn and as a table, both levels, what stands in the way of a decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anlan.cases.define import Words
from anlan.cases.known import Known
from anlan.cases.queries import View
from anlan.parts.meetings.reads import KEYS as MEETINGS
from anlan.parts.meetings.reads import called_by
from anlan.procedures.assessment import matrix
from anlan.procedures.assessment.rules import time_is_over
from anlan.procedures.assessment.states import HEARING
from anlan.procedures.assessment.terms import GROUPS

TEMPLATE = "assessment/panel.html"
CELL, EDGE = 44, 26
"""Of the drawing, in its own units: the side of a cell, and the margin for numbers."""
READS = ("add_risk", *MEETINGS)
"""The actions whose entries the panel reads."""
SHORT = 40
"""Characters of an issue that tell one point from another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A field of the matrix: where it is drawn, its level, the numbers of the points in it."""

    x: int
    y: int
    level: str
    letter: str
    points: str

    @property
    def middle(self) -> int:
        """Where its text stands."""
        return self.x + CELL // 2

    @property
    def base(self) -> int:
        """The line on which it stands."""
        return self.y + CELL // 2 + 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A risk point in the reader's words; `issue` and `measure` are empty where they are not this reader's."""

    n: int
    group: str
    issue: str
    measure: str
    owner: str
    before: str
    left: str
    level: str
    low: bool


def panel(view: View, *, known: Known, at: datetime) -> Mapping[str, Any]:
    """What the template shows; nothing before anything was planned. Of words only what this reader's view holds."""
    record = view.case.record
    begun = record["consulted_at"] or record["risks"] or record["reported_at"]
    if not begun or ("office" not in view.reads and not record["risks"]):
        return {}
    levels = {key: _said(words) for key, words in matrix.LEVELS}
    risks = matrix.standing(record["risks"])
    decide = view.procedure.action("decide")
    # Whoever works on it reads the same as what comes next.
    closed = view.case.state == "deciding" and "office" not in view.reads
    blocked = view.asked.why_in_vain(decide) if closed else None
    return {
        "number": view.case.number,
        "works": "office" in view.reads,
        "ended": view.case.state in {"commenting", "commented"} and time_is_over(view.case, at),
        "cells": [cell for row in cells(risks) for cell in row] if risks else [],
        "axis": EDGE + 5 * CELL // 2,
        "side": EDGE + 5 * CELL + 4,
        "ticks": [(n, EDGE + (n - 1) * CELL + CELL // 2, EDGE + (5 - n) * CELL + CELL // 2 + 5) for n in range(1, 6)],
        "points": [_point(n, risk, view, known, levels) for n, risk in risks],
        # What was reported counts until it comes back; then it is what the matrix says now.
        "level": levels.get(record["level"], "") if view.case.state != "listing" else "",
        "levels": [
            (_("By the matrix"), levels.get(record["computed"], "")),
            (_("As the assessor sees it"), levels.get(record["level"], "")),
        ],
        "now": levels[matrix.level_left(record["risks"])] if risks else "",
        "blocked": _said(blocked) if blocked else "",
        "comments": record["comments"],
        "unanswered": record["unanswered"],
        "adopted": record["adopted"],
        "hears": bool(record["consulted_at"]),
        "answers": view.case.state in HEARING,
        "offices": [
            (name, _said(org.words))
            for name, key in ((_("Who checks its legality"), "checked_by"), (_("Filed with"), "filed_with"))
            if (org := known.organisations.get(record[key] or 0)) is not None
        ],
        "linked": len(view.case.links),
    }  # fmt: skip


def calls(view: View, *, people: Mapping[int, str]) -> Mapping[str, Mapping[int, tuple[Any, ...]]]:  # noqa: ARG001 - nobody is named
    """Risk points by number, group, issue and what is left of them, those off the list too; meetings by their time and place."""
    levels = {key: _said(words) for key, words in matrix.LEVELS}
    found = {}
    for n, risk in enumerate(view.case.record["risks"], 1):
        issue = str(_values(view, risk).get("issue", ""))
        found[n] = (
            f"{n}. {_said(dict(GROUPS)[risk['group']])}",
            issue if len(issue) <= SHORT else f"{issue[:SHORT]}…",
            levels[matrix.level_of(risk["left_likelihood"], risk["left_impact"])],
        )
    return {"risk": found, "meeting": called_by(view)}


def cells(risks: list[tuple[int, matrix.Risk]]) -> list[list[Cell]]:
    """The matrix by rows from likelihood 5 down, with each point where it is once its measure is taken."""
    letters = {key: _said(words)[:1] for key, words in matrix.LEVELS}
    return [
        [
            Cell(
                x=EDGE + (impact - 1) * CELL,
                y=EDGE + (5 - likelihood) * CELL,
                level=(level := matrix.level_of(likelihood, impact)),
                letter=letters[level],
                points=" ".join(
                    str(n)
                    for n, risk in risks
                    if (risk["left_likelihood"], risk["left_impact"]) == (likelihood, impact)
                ),
            )
            for impact in range(1, 6)
        ]
        for likelihood in range(5, 0, -1)
    ]


def _point(n: int, risk: matrix.Risk, view: View, known: Known, levels: Mapping[str, str]) -> Point:
    values = _values(view, risk)
    org = known.organisations.get(risk["owner"])
    left = matrix.level_of(risk["left_likelihood"], risk["left_impact"])
    return Point(
        n=n,
        group=_said(dict(GROUPS)[risk["group"]]),
        issue=str(values.get("issue", "")),
        measure=str(values.get("measure", "")),
        owner=_said(org.words) if org else "",
        before=f"{risk['likelihood']} × {risk['impact']}",
        left=f"{risk['left_likelihood']} × {risk['left_impact']}",
        level=levels[left],
        low=left == matrix.LOW,
    )


def _values(view: View, risk: matrix.Risk) -> dict[str, Any]:
    """What the entry that listed it says, as far as it is this reader's."""
    line = next((each for each in view.timeline.lines if each.seq == risk["seq"]), None)
    contents = line.contents if line is not None else ()
    return {key: value for content in contents for key, value in (content.values or {}).items()}


def _said(words: Words) -> str:
    return words.in_language(get_language() or "zh-hans")
