# SPDX-License-Identifier: Apache-2.0
"""The dated configuration that decisions read: organisations, categories, limits, routes, calendars. Pure values.

One immutable `Known` per configuration version; `catalogue.current()` builds it. A decision writes what it used
into its entry, so a later change of a row never changes what was decided.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from anlan.cases.define import Words
from anlan.places.calendars import Limit, WorkCalendar
from anlan.places.codes import ancestors, level_of

Dated = tuple[date, date | None]


def holds_on(span: Dated, day: date) -> bool:
    """A dated row holds from its first day up to, not including, its last."""
    return span[0] <= day and (span[1] is None or day < span[1])


def ended_by(span: Dated, day: date) -> bool:
    """Whether a dated row has held and does no more."""
    return span[1] is not None and span[1] <= day


ELSEWHERE = "outside_unit"
"""The kind that serves no place of its own: another of that kind is no successor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Org:
    """An organisation as decisions see it; `area` is the padded code of its place."""

    id: int
    key: str
    kind: str
    department: str
    words: Words
    area: int
    upper: int | None
    phone: str
    span: Dated


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category by (scheme, version, code); `kind` groups it on plain screens."""

    id: int
    scheme: str
    version: str
    code: str
    words: Words
    group: str
    urgent: bool
    span: Dated


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A registration condition of a category with its closing condition; the condition sets the clock."""

    id: int
    category: int
    words: Words
    closing: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRow:
    """A dated limit of a stage; narrower rows win: condition over category over neither, then the nearer place."""

    id: int
    procedure: str
    stage: str
    category: int | None
    condition: int | None
    area: int
    limit: Limit
    span: Dated


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRow:
    """A dated route: for this category (or group of the scheme), in this area, `target` handles.

    `target` is ``kind:<organisation kind>``, ``department:<word>`` (of the county) or ``organisation:<id>``.
    """

    id: int
    procedure: str
    group: str
    category: int | None
    area: int
    target: str
    why: Words
    span: Dated


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Where a case should go, by which rule, and why in words."""

    organisation: int
    rule: int | None
    why: Words


def covers(outer: int, inner: int) -> bool:
    """Whether the place coded `outer` contains the place coded `inner`; 0 is everywhere."""
    return outer in (0, inner) or outer in ancestors(inner)


@dataclass(frozen=True, kw_only=True)
class Known:
    """All configuration of one version, indexed for decisions. `version` counts configuration changes."""

    version: int
    organisations: Mapping[int, Org]
    categories: Mapping[int, Category]
    conditions: Mapping[int, Condition]
    limits: tuple[LimitRow, ...]
    routes: tuple[RouteRow, ...]
    calendar: WorkCalendar
    successors: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """Of organisations that ended: who goes on with their work, the main one first."""
    _before: Mapping[int, tuple[int, ...]] = field(init=False, repr=False)
    _by_place: Mapping[tuple[str, str, int], tuple[int, ...]] = field(init=False, repr=False)
    _at: Mapping[int, tuple[Org, ...]] = field(init=False, repr=False)
    _limits: Mapping[tuple[str, str], tuple[LimitRow, ...]] = field(init=False, repr=False)
    _routes: Mapping[str, tuple[RouteRow, ...]] = field(init=False, repr=False)
    _conditions: Mapping[int, tuple[Condition, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index once; a `Known` is shared by every decision of the process."""
        object.__setattr__(
            self,
            "_by_place",
            _gather(((o.kind, o.department, o.area), o.id) for o in self.organisations.values()),
        )
        object.__setattr__(self, "_at", _gather((o.area, o) for o in self.organisations.values()))
        before = _gather((later, one) for one, heirs in self.successors.items() for later in heirs)
        object.__setattr__(self, "_before", before)
        object.__setattr__(self, "_limits", _gather(((r.procedure, r.stage), r) for r in self.limits))
        object.__setattr__(self, "_routes", _gather((r.procedure, r) for r in self.routes))
        object.__setattr__(self, "_conditions", _gather((c.category, c) for c in self.conditions.values()))

    def lineage(self, organisation: int) -> tuple[int, ...]:
        """The organisation and those above it, nearest first."""
        found: list[int] = []
        at: int | None = organisation
        while at is not None and at not in found:
            found.append(at)
            org = self.organisations.get(at)
            at = org.upper if org else None
        return tuple(found)

    def predecessors(self, organisation: int) -> tuple[int, ...]:
        """The organisations whose work it went on with, those before them too."""
        found = list(self._before.get(organisation, ()))
        for one in found:
            found += [each for each in self._before.get(one, ()) if each not in found]
        return tuple(found)

    def all_successors(self, organisation: int) -> tuple[int, ...]:
        """Who went on with its work, and those after them."""
        found = list(self.successors.get(organisation, ()))
        for one in found:
            found += [each for each in self.successors.get(one, ()) if each not in found]
        return tuple(found)

    def concerned(self, organisation: int) -> tuple[int, ...]:
        """Those whose matters are its own: itself, those above it, and those that any of them succeeded. A report about
        one of these is kept from it.
        """
        line = self.lineage(organisation)
        if not self._before:
            return line
        return (*line, *(each for one in line for each in self.predecessors(one)))

    def successor(self, organisation: int, area: int, *, on: date) -> int:
        """Who goes on with its work in the place coded `area`: itself while it is there; else of its successors the one
        that serves the place, the one of its kind there, its main successor, the nearest above that is there.
        """
        org = self.organisations.get(organisation)
        if org is None or not ended_by(org.span, on):
            return organisation
        heirs = [self.successor(one, area, on=on) for one in self.successors.get(organisation, ())]
        heirs = [one for one in heirs if holds_on(self.organisations[one].span, on)]
        there = next((one for one in heirs if covers(self.organisations[one].area, area)), None)
        if there is None and org.kind != ELSEWHERE:
            there = self.organisation(org.kind, area, on=on, department=org.department)
        up = (one for one in self.lineage(organisation)[1:] if holds_on(self.organisations[one].span, on))
        return there or next(iter(heirs), None) or next(up, organisation)

    def organisation(self, kind: str, area: int, *, on: date, department: str = "") -> int | None:
        """The organisation of `kind` for the place coded `area` or the nearest place above it."""
        for code in (area, *reversed(ancestors(area))):
            for org_id in self._by_place.get((kind, department, code), ()):
                if holds_on(self.organisations[org_id].span, on):
                    return org_id
        return None

    def serving(self, area: int, *, on: date) -> tuple[Org, ...]:
        """The organisations of that day whose own place is or contains the place coded `area`, the nearest first."""
        return tuple(
            org
            for code in (area, *reversed(ancestors(area)))
            for org in self._at.get(code, ())
            if holds_on(org.span, on)
        )

    def categories_named(self, names: Collection[tuple[str, str]]) -> list[int]:
        """The categories, of any version, with these schemes and codes."""
        return [each.id for each in self.categories.values() if (each.scheme, each.code) in names]

    def conditions_of(self, category: int) -> tuple[Condition, ...]:
        """The registration conditions of a category, in the order of the standard."""
        return self._conditions.get(category, ())

    def limit(
        self, procedure: str, stage: str, *, category: int | None, condition: int | None, area: int, on: date
    ) -> LimitRow | None:
        """The limit of a stage for this kind and place on that day; None where no row speaks."""
        best: LimitRow | None = None
        rank = (-1, -1)
        for row in self._limits.get((procedure, stage), ()):
            if row.condition is not None and row.condition != condition:
                continue
            if row.category is not None and row.category != category:
                continue
            if not holds_on(row.span, on) or not covers(row.area, area):
                continue
            narrow = 2 if row.condition is not None else 1 if row.category is not None else 0
            nearer = 0 if row.area == 0 else int(level_of(row.area))
            # A place's own override wins over a narrower row of a wider place: limits are local policy.
            if (nearer, narrow) > rank:
                best, rank = row, (nearer, narrow)
        return best

    def route(
        self,
        procedure: str,
        *,
        category: int | None,
        area: int,
        on: date,
        without: Collection[int | None] = (),
    ) -> Routing | None:
        """Where a case of this category in this area is handled; None where no route speaks. `without` are organisations
        that are out of the question: the next best route counts.
        """
        known = self.categories.get(category) if category is not None else None
        group = known.group if known else ""
        best: Routing | None = None
        rank = (-1, -1)
        for row in self._routes.get(procedure, ()):
            if row.category is not None and row.category != category:
                continue
            if row.group and row.group != group:
                continue
            if not holds_on(row.span, on) or not covers(row.area, area):
                continue
            narrow = 2 if row.category is not None else 1 if row.group else 0
            nearer = 0 if row.area == 0 else int(level_of(row.area))
            if (nearer, narrow) > rank:
                target = self._target(row.target, area, on)
                if target is not None and target not in without:
                    best, rank = Routing(organisation=target, rule=row.id, why=row.why), (nearer, narrow)
        return best

    def _target(self, target: str, area: int, on: date) -> int | None:
        sort, _, word = target.partition(":")
        if sort == "organisation":
            return self.successor(int(word), area, on=on) if int(word) in self.organisations else None
        if sort == "department":
            return self.organisation("county_department", area, on=on, department=word)
        return self.organisation(word, area, on=on)

    def rules_used(self) -> dict[str, Any]:
        """What an entry records of the configuration it was decided under."""
        return {"configuration": self.version}


def _gather(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, tuple[Any, ...]]:
    found: dict[Any, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def local_day(at: datetime, calendar: WorkCalendar) -> date:
    """The day at which dated rows are read, in the calendar's own time zone."""
    return at.astimezone(calendar.zone).date()
