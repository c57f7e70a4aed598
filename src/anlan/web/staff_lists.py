# SPDX-License-Identifier: Apache-2.0
"""What a list is asked for, as it stands in an address: filters, order, page; and the choices that lead to others.

Shared by the desk and the field. What an address asks for that does not exist is left out, never an error.
"""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from anlan.cases import registry
from anlan.cases.envelope import SOURCES
from anlan.cases.queries import MARKS, Filters, Sort
from anlan.people.may import Role, covers
from anlan.places import find
from anlan.places.codes import Level, level_of
from anlan.web.action_forms import say
from anlan.web.case_drawing import SOURCE_WORDS
from anlan.web.kinds import kinds_of
from anlan.web.look.values import Choice
from anlan.web.staff_frame import Sight, language

WIDE = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.HOTLINE_AGENT})
"""Roles whose work is the whole of their places rather than what their organisation holds."""
ALL, OURS, MINE = "all", "ours", "mine"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for. `whose`: all in the places, what the organisation has, what this post claimed."""

    whose: str = OURS
    state: str = ""
    group: str = ""
    source: str = ""
    urgent: bool = False
    overdue: bool = False
    near: bool = False
    ended: bool = False
    telling: bool = False
    within: int | None = None
    sort: Sort = Sort.DUE
    procedure: str = ""
    marked: str = ""
    unit: int | None = None
    gave_back: int | None = None
    words: str = ""
    after: str = ""

    def query(self, *, sight: Sight) -> str:
        """The address's query: only what differs from what a plain address means."""
        plain = usual(sight)
        given = {
            key: str(int(value)) if isinstance(value, bool) else str(value)
            for key, value in ((key, getattr(self, key)) for key in self.__dataclass_fields__)
            if value != getattr(plain, key) and value is not None
        }
        return f"?{urlencode(given)}" if given else ""

    def with_(self, **given: object) -> "Asked":
        """The same with something else, from the first page on."""
        return replace(self, **({"after": ""} | given))  # type: ignore[arg-type]

    def filters(self) -> Filters:
        """As the engine takes it."""
        return Filters(
            open=None if self.telling else not self.ended,
            telling=self.telling,
            states=(self.state,) if self.state else (),
            group=self.group or None,
            source=self.source or None,
            urgent=self.urgent,
            overdue=self.overdue,
            near=self.near,
            within=self.within,
            mine=self.whose == OURS,
            claimed=self.whose == MINE,
            procedure=self.procedure or None,
            marked=self.marked or None,
            holder=self.unit,
            returned_by=self.gave_back,
        )


def usual(sight: Sight) -> Asked:
    """What a plain address means for this role."""
    if sight.by.role in WIDE:
        return Asked(whose=ALL)
    own = procedures_of(sight)
    return Asked(whose=OURS, procedure=own[0] if len(own) == 1 else "")


def procedures_of(sight: Sight) -> list[str]:
    """The procedures in which somebody of this role may do something."""
    return [
        procedure.key
        for procedure in registry.newest().values()
        if any(str(sight.by.role) in who.roles for action in procedure.actions for who in action.by)
    ]


def read_asked(given: QueryDict, sight: Sight) -> Asked:
    """What the query asks for."""
    plain = usual(sight)
    within, chosen = given.get("within", ""), given.get("whose", "")
    telling = given.get("telling") == "1"
    ended = given.get("ended") == "1" and not telling
    sort = given.get("sort", "")
    usual_order = Sort.NEWEST if ended else Sort.OLDEST if telling else Sort.DUE
    order = Sort(sort) if sort in set(Sort) else usual_order
    return Asked(
        whose=chosen if chosen in {ALL, OURS, MINE} else plain.whose,
        state=given.get("state", "") if given.get("state") in states() else "",
        group=given.get("group", "") if given.get("group") in groups() else "",
        source=given.get("source", "") if given.get("source") in SOURCES else "",
        urgent=given.get("urgent") == "1",
        overdue=given.get("overdue") == "1" and not ended,
        near=given.get("near") == "1" and not ended,
        ended=ended,
        telling=telling,
        within=_code_in(within),
        sort=usual_order if (ended or telling) and order is Sort.DUE else order,
        procedure=_procedure_in(given.get("procedure"), plain),
        marked=given.get("marked", "") if given.get("marked") in MARKS else "",
        unit=_organisation_in(given.get("unit", ""), sight),
        gave_back=_organisation_in(given.get("gave_back", ""), sight),
        words=given.get("words", "")[:100],
        after=given.get("after", "")[:1000],
    )


def _procedure_in(text: str | None, plain: Asked) -> str:
    """A procedure, all of them for an empty text, and what is usual where the address says nothing."""
    if text is None:
        return plain.procedure
    return text if text in registry.newest() else ""


def _code_in(text: str) -> int | None:
    """A padded place code, if it is one."""
    try:
        code = int(text) if text.isdecimal() and len(text) == 15 else 0
        level_of(code)
    except ValueError:
        return None
    return code


def _organisation_in(text: str, sight: Sight) -> int | None:
    """An organisation, if there is such a one."""
    found = int(text) if text.isdecimal() and len(text) < 10 else None
    return found if found in sight.known.organisations else None


def marks() -> dict[str, str]:
    """What a list may be narrowed to besides facts of every case, with words."""
    return {
        "returned": _("Given back by a unit"),
        "reopened": _("Reopened"),
        "untyped": _("To be typed up"),
        "unpublished": _("May be published"),
    }


def publishes(sight: Sight) -> bool:
    """Whether somebody of this role writes what everybody reads."""
    return any(
        str(sight.by.role) in who.roles
        for procedure in registry.newest().values()
        for action in procedure.actions
        if action.key == "publish"
        for who in action.by
    )


def procedures() -> dict[str, str]:
    """All procedures whose cases stand in lists, with their words."""
    return {key: say(procedure.words) for key, procedure in registry.newest().items()}


def states(of: str = "") -> dict[str, str]:
    """Open states of one procedure, or of all, with their words, in the order of the declarations."""
    return {
        state.key: say(state.words)
        for procedure in registry.newest().values()
        for state in procedure.states
        if state.open and of in ("", procedure.key)
    }


def chief_states(of: str) -> frozenset[str]:
    """The first state of each stage of a procedure: shown as queues even when empty. Of all procedures, none is."""
    found: dict[str, str] = {}
    for state in registry.newest()[of].states if of else ():
        if state.open and state.clocks and state.stage:
            found.setdefault(state.stage, state.key)
    return frozenset(found.values())


def groups() -> dict[str, str]:
    """Groups of categories of all procedures, with their words."""
    found: dict[str, str] = {}
    for procedure in registry.newest().values():
        found |= kinds_of(procedure)
    return found


def sorts(asked: Asked) -> list[Choice]:
    """The orders, by their keys."""
    words = {
        Sort.DUE: _("Urgent first, then by limit"),
        Sort.NEWEST: _("Newest first"),
        Sort.OLDEST: _("Oldest first"),
    }
    return [
        Choice(word=word, url=str(sort), current=asked.sort is sort)
        for sort, word in words.items()
        if sort is not Sort.DUE or not (asked.ended or asked.telling)
    ]


def whose(asked: Asked, sight: Sight, *, base: str) -> list[Choice]:
    """Whose cases."""
    words = {OURS: _("Ours"), ALL: _("All in our places"), MINE: _("I work on")}
    if sight.by.role is Role.AUDITOR:
        words = {ALL: _("All in our places")}
    return [
        Choice(word=word, url=base + asked.with_(whose=key).query(sight=sight), current=asked.whose == key)
        for key, word in words.items()
    ]


def places_below(asked: Asked, sight: Sight) -> list[tuple[int, str]]:
    """Places one can narrow to: those below the chosen one, else below the post's own."""
    found: list[tuple[int, str]] = []
    tops = (
        [asked.within]
        if asked.within and covers(sight.by.scope, asked.within)
        else [low for low, _high in sight.by.scope]
    )
    for code in tops:
        spot = find.find_code(code, at=sight.at) or find.holder(code, at=sight.at)
        if spot is None:
            continue
        found.append((spot.code, spot.called(language())))
        if spot.level < Level.VILLAGE:
            found += [
                (child.code, "— " + child.called(language())) for child in find.children(spot.id, at=sight.at)
            ]
    return list(dict(found).items())


def source_words() -> dict[str, str]:
    """Sources with their words."""
    return {key: str(word) for key, word in SOURCE_WORDS.items()}
