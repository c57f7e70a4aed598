# SPDX-License-Identifier: Apache-2.0
"""Short lists to choose from: places that typed words or a position may mean, and public offices at a place.

Nothing is chosen for anybody. Below the county nothing is surveyed, so what a position suggests is marked as made up, to
be confirmed. Every place comes with its full path, because many share a name.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from anlan.cases.known import Known, Org, holds_on, local_day
from anlan.places import find
from anlan.places.codes import Level, ancestors, level_of
from anlan.places.find import find_place, full_path
from anlan.places.locate import MADE_UP, OutsideRegion, locate
from anlan.places.names import narrow
from anlan.places.region import NOTHING, region
from anlan.web.front import language

MOST_PLACES, MOST_OFFICES = 8, 20
SHORTEST = 2
"""Letters of which an everyday name is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One place or office to choose; `note` says how sure it is."""

    id: int
    words: str
    note: str = ""


def places_in(text: str, *, county: int | None, at: datetime) -> tuple[list[Option], bool]:
    """Places that the words may mean, from the county down; and whether they are only the closest, none having every part."""
    if not text.strip():
        return [], False
    spot = find_place(county, at=at) if county is not None else None
    found = narrow(text, within=spot.code if spot else None, language=language(), limit=MOST_PLACES * 3)
    fit = [each for each in found if each.spot.level >= Level.COUNTY]
    closest = any(not each.whole for each in fit)
    return [Option(id=each.spot.id, words=each.path) for each in fit[:MOST_PLACES]], closest


def places_at(point: dict[str, int]) -> list[Option]:
    """The county of a position, and villages near it to confirm; empty outside the region."""
    try:
        found = locate(point["lng"], point["lat"])
    except OutsideRegion:
        return []
    near = [
        Option(
            id=each.spot.id,
            words=full_path(each.spot.id, language=language()),
            note=_("about %(metres)s m away; %(how)s") % {"metres": round(each.metres, -1), "how": MADE_UP},
        )
        for each in found.candidates
    ]
    county = Option(
        id=found.place.id,
        words=full_path(found.place.id, language=language()),
        note=_("I only know the county"),
    )
    return [*near, county]


def place_option(place_id: int, *, at: datetime) -> Option | None:
    """A place that was chosen before, when one may report there."""
    spot = find_place(place_id, at=at)
    if spot is None or spot.level < Level.COUNTY:
        return None
    return Option(id=spot.id, words=full_path(spot.id, at=at, language=language()))


def counties(*, at: datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every county under what is above it, for a list without typing."""
    return [
        (upper.called(language()), [(str(each.id), each.called(language())) for each in below])
        for upper, below in find.counties(at=at)
    ]


def offices(known: Known, *, area: int | None, text: str, at: datetime) -> list[Option]:
    """Public offices whose name, or what people call them, holds what was typed; when nothing was, those at a place. The nearest first."""
    typed = text.strip().casefold()
    if not typed:
        here = known.serving(area, on=local_day(at, known.calendar)) if area is not None else ()
        return [_office(org, at=at) for org in here[:MOST_OFFICES]]
    day = local_day(at, known.calendar)
    called = _called_here(typed)
    named: list[Org] = []
    for org in known.organisations.values():
        own = f"{org.words.zh}\n{org.words.en}".casefold()
        meant = any(words in own for words in (typed, *called.get(org.kind, ())))
        if meant and org.area and holds_on(org.span, day):
            named.append(org)
    if area is not None:
        named.sort(key=lambda org: -_shared(org.area, area))
    return [_office(org, at=at) for org in named[:MOST_OFFICES]]


def _called_here(typed: str) -> dict[str, list[str]]:
    """By the kind of an office that is meant by an everyday name, what is left of the words: a place's name, or nothing.

    Of `文三街道办事处` and of `文三镇政府` that is `文三`, of a bare `办事处` nothing.
    """
    found: dict[str, list[str]] = {}
    for kind, names in _everyday().items():
        for name in names:
            if name in typed:
                found.setdefault(kind, []).append(typed.replace(name, "").strip())
            elif len(typed) >= SHORTEST and typed in name:
                found.setdefault(kind, []).append("")
    return found


def _everyday() -> dict[str, list[str]]:
    """What people here call an office of each kind, in every language."""
    return {
        kind: [*text.zh.casefold().split("\n"), *text.en.casefold().split("\n")]
        for kind, text in region().offices.items()
    }


def offices_beside(known: Known, *, area: int, at: datetime) -> list[Option]:
    """Public offices of the village and the town that a place lies in."""
    here = known.serving(area, on=local_day(at, known.calendar))
    return [_office(org, at=at) for org in here if level_of(org.area) >= Level.TOWN]


def office_option(known: Known, organisation: int, *, at: datetime) -> Option | None:
    """An office that was chosen before."""
    org = known.organisations.get(organisation)
    return _office(org, at=at) if org else None


def _shared(one: int, other: int) -> int:
    return len({one, *ancestors(one)} & {other, *ancestors(other)})


def _office(org: Org, *, at: datetime) -> Option:
    """An office by its own name, with where it is, because many share a name, and what people call it where that is another."""
    spot = find.find_code(org.area, at=at)
    where = full_path(spot.id, at=at, language=language()) if spot else ""
    usual = region().offices.get(org.kind, NOTHING).in_language(language())
    apart = "、" if language().startswith("zh") else ", "
    also = _("Also called: %(names)s") % {"names": apart.join(usual.split("\n"))} if usual else ""
    note = " · ".join(filter(None, (where, also)))
    return Option(id=org.id, words=org.words.in_language(language()), note=note)
