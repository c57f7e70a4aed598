# SPDX-License-Identifier: Apache-2.0
"""What waits in an inbox, counted: each number goes only as far as `CAP`, so it costs the same for every actor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from anlan.cases.known import Known
from anlan.cases.may import Branch
from anlan.cases.queries_lists import JOINED_REACH, NEAR, TELLING, branches_of, due_key, open_states
from anlan.cases.queries_rows import Filters
from anlan.people.may import Actor

CAP = 1_000
"""Counts go as far as this; more is shown as "1,000+"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many there are; `more`: at least so many."""

    n: int
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Open cases by state and in all, how many are overdue, near their limit, urgent."""

    states: Mapping[str, Count]
    open: Count
    overdue: Count
    near: Count
    urgent: Count


COUNTED = """
SELECT s.state,
       (SELECT count(*) FROM (SELECT 1 {seek} LIMIT {cap}) q),
       (SELECT count(*) FROM (SELECT 1 {seek} AND {due} < %(at)s LIMIT {cap}) q),
       (SELECT count(*) FROM (SELECT 1 {seek} AND {due} >= %(at)s AND {due} < %(near)s LIMIT {cap}) q),
       (SELECT count(*) FROM (SELECT 1 {seek} AND c.urgent LIMIT {cap}) q)
  FROM unnest(%(states)s::text[]) AS s(state)"""
ASSIGNED = """
SELECT c.state, count(*), count(*) FILTER (WHERE c.due_at < %(at)s),
       count(*) FILTER (WHERE c.due_at >= %(at)s AND c.due_at < %(near)s), count(*) FILTER (WHERE c.urgent)
  FROM (SELECT DISTINCT c.id, c.state, c.due_at, c.urgent {seek} LIMIT {reach}) c GROUP BY c.state"""


def counts(by: Actor, *, known: Known, at: datetime, filters: Filters | None = None) -> Counts:
    """How much waits in the actor's inbox, each number up to `CAP`. Of the filters: procedure, states, within, mine."""
    asked = filters or Filters()
    found: dict[str, list[int]] = {state: [0, 0, 0, 0] for state in open_states(asked)}
    for branch in branches_of(by, asked, known=known, at=at):
        statement, params = _count_statement(branch, by, asked)
        named = {f"p{i}": value for i, value in enumerate(params)}
        seek = statement % tuple(f"%({name})s" for name in named)
        template = COUNTED if branch.name == "place" else ASSIGNED
        with connection.cursor() as cursor:
            cursor.execute(
                template.format(seek=seek, due=due_key("c"), cap=CAP + 1, reach=JOINED_REACH),
                {**named, "at": at, "near": at + NEAR, "states": list(found)},
            )
            for state, *numbers in cursor.fetchall():
                if state in found:
                    found[state] = [a + b for a, b in zip(found[state], numbers, strict=True)]
    totals = [sum(numbers[i] for numbers in found.values()) for i in range(4)]
    return Counts(
        states={state: _capped(numbers[0]) for state, numbers in found.items()},
        open=_capped(totals[0]),
        overdue=_capped(totals[1]),
        near=_capped(totals[2]),
        urgent=_capped(totals[3]),
    )


def count_telling(by: Actor, *, known: Known, at: datetime) -> Count:
    """How many cases wait for somebody of the actor's organisation to tell a person, ended ones too."""
    seen: set[UUID] = set()
    for branch in branches_of(by, Filters(mine=True), known=known, at=at):
        params: list[Any] = [*branch.params, by.organisation_id]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT DISTINCT c.id FROM {branch.source} WHERE {branch.where} AND {TELLING} LIMIT {CAP + 1}",
                params,
            )
            seen |= {row[0] for row in cursor.fetchall()}
    return _capped(len(seen))


def _count_statement(branch: Branch, by: Actor, asked: Filters) -> tuple[str, list[Any]]:
    """FROM and WHERE of a branch's open cases. Branches are kept apart, so that their counts add up."""
    where, params = [branch.where], list(branch.params)
    if branch.name == "place":
        where += ["c.open", "c.state = s.state"]
    else:
        where.append("a.open" if branch.name == "assignment" else "c.open")
        if branch.name == "assignment" and not asked.mine:
            for low, high in by.scope:
                where.append("NOT (c.area >= %s AND c.area < %s)")
                params += [low, high]
    if asked.procedure is not None:
        where.append("c.procedure = %s")
        params.append(asked.procedure)
    return f"FROM {branch.source} WHERE {' AND '.join(where)}", params


def _capped(n: int) -> Count:
    return Count(n=min(n, CAP), more=n > CAP)
