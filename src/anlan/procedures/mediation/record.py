# SPDX-License-Identifier: Apache-2.0
"""The typed columns of a mediation as they are before anything happened. Nothing here says what anybody said; people are their
numbers in the case.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from types import MappingProxyType
from typing import Any

from anlan.cases.may import MEDIATOR, RECUSED, TALKING, TALKS_FROM
from anlan.cases.moment import Moment
from anlan.cases.projection import Projection
from anlan.parts.meetings import columns as meetings
from anlan.parts.signing import columns as signing

SIDES = ("side1", "side2")
STOOD = "stood"
AGREED = (
    "outcome",
    "oral",
    "partial",
    "agreed_at",
    "level",
    "joint",
    "court",
    "drafted",
    "clauses",
    "until",
    "owed_by",
    "lasting",
    "perform_by",
    "performed",
)
"""The columns that an agreement in force is made of."""
BLANK: Mapping[str, object] = MappingProxyType(
    {
        "kind": "",  # kind of dispute, of terms.KINDS
        "wish": "",  # what was asked for: consult, assess, mediate
        "channel": "people",  # people's, industry, administrative, labour, judicial
        "own_motion": False,  # the committee began it, nobody asked
        "asked": [],  # who was asked alone whether they are afraid
        "apart": False,  # somebody is: no joint session
        "consented": [],  # who wants the mediation
        "wanted_1": None,  # the mediator's post that a side chose
        "wanted_2": None,
        MEDIATOR: None,  # the post that mediates
        RECUSED: [],  # posts that somebody would not have
        TALKING: False,  # the sides talk: offers are read
        TALKS_FROM: 0,  # since this entry
        "longer": [],  # who asks for more time
        "extended": 0,
        "drafted": False,  # facts, points and liability are written
        "clauses": [],  # entries of the terms that stand
        "until": [],  # the day of each, as an ordinal
        "owed_by": [],  # who owes each
        "lasting": [],  # those that begin on their day and last
        "perform_by": None,  # the last day of them
        "oral": False,
        "partial": False,
        "agreed_at": None,
        "level": "",  # of the committee that settled it: village, town, county, city
        "performed": [],  # terms that were kept
        "breach": False,  # somebody says that one is not
        "joint": [],  # who asks for judicial confirmation
        "court": "",  # asked, ready, filed, admitted, confirmed, refused
        "outcome": "",  # how it ended
        "rated_1": None,
        "rated_2": None,
        "visited": False,
        "again": False,  # in the same village there was one of this kind in the year before
        "reopened": 0,
        STOOD: None,  # the agreement that stands while it is mediated again, column by column
        **signing.blank(),
        **meetings.blank(),
    }
)


def with_one(moment: Moment, key: str, *new: int) -> list[int]:
    """A list column with these added."""
    there: Sequence[int] = moment.open_case.record[key]
    return sorted({*there, *new})


def standing(record: Mapping[str, Any]) -> dict[str, Any]:
    """The agreement in force, to be kept while it is mediated again."""
    kept = {key: record[key] for key in AGREED}
    return kept | {
        key: moment.astimezone(UTC).isoformat()
        for key in ("agreed_at", "perform_by")
        if (moment := moment_of(record[key]))
    }


def restored(stood: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the agreement that was kept."""
    return {**stood, **{key: moment_of(stood[key]) for key in ("agreed_at", "perform_by")}}


def moment_of(value: object) -> datetime | None:
    """A typed column that holds a moment: as the database has it, or as an entry spells it."""
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return value if isinstance(value, datetime) else None


def next_day(record: Mapping[str, Any], *, since: date, zone: tzinfo) -> datetime | None:
    """The end of the first day, this one or a later, of a term that stands and is not down as kept."""
    waits = zip(record["clauses"], record["until"], strict=True)
    days = [day for seq, day in waits if seq not in record["performed"] and day >= since.toordinal()]
    return datetime.combine(date.fromordinal(min(days)), time.max, tzinfo=zone) if days else None


def side_of(case: Projection, n: int) -> str:
    """The side of a person of the case; empty for somebody who only helped."""
    role = case.parties.get(n, "")
    return role if role in SIDES else ""


def disputants(case: Projection) -> list[int]:
    """Everybody on a side, by number."""
    return [n for n in case.parties if side_of(case, n)]


def all_of(case: Projection, key: str) -> bool:
    """Whether both sides are there and everybody on them is in a list column."""
    there = disputants(case)
    return {side_of(case, n) for n in there} == set(SIDES) and set(there) <= set(case.record[key])
