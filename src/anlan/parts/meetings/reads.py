# SPDX-License-Identifier: Apache-2.0
"""The meetings of a case, as far as a reader may know of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language

from anlan.cases.define import Audience
from anlan.cases.queries import Line, View
from anlan.parts.meetings.actions import FORMS, MEET
from anlan.parts.meetings.columns import Row, State, column, ending
from anlan.parts.meetings.rules import ONLINE

AUDIENCES = (Audience.REPORTER, Audience.SIDE1, Audience.SIDE2)
KEYS = tuple(MEET + ending(audience) for audience in AUDIENCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One meeting: `seq` is the entry that called it, `called_at` when. Words are empty once they are erased."""

    seq: int
    called_at: datetime
    begins: datetime
    minutes: int
    online: bool
    audience: str
    state: State
    where: str = ""
    link: str = ""
    about: str = ""

    @property
    def ends(self) -> datetime:
        """As it is planned."""
        return self.begins + timedelta(minutes=self.minutes)


def meetings_in(view: View) -> tuple[Meeting, ...]:
    """Those that this reader may know of, by their beginning; as far as the view's timeline goes."""
    found = (meeting_of(line, view) for line in view.timeline.lines if line.action in KEYS)
    return tuple(sorted(found, key=lambda one: (one.begins, one.seq)))


def called_by(view: View) -> dict[int, tuple[str | datetime, ...]]:
    """Each by the entry that called it: when it begins and where it is."""
    online = dict(FORMS)[ONLINE].in_language(get_language() or "zh")
    return {one.seq: (one.begins, online if one.online else one.where) for one in meetings_in(view)}


def meeting_of(line: Line, view: View) -> Meeting:
    """The meeting that an entry called."""
    facts = line.outcomes["facts"]
    words = {key: value for content in line.contents for key, value in (content.values or {}).items()}
    rows: list[Row] = view.case.record.get(column(line.audience)) or []
    state: State = next((row["state"] for row in rows if row["seq"] == line.seq), "called")
    return Meeting(
        seq=line.seq,
        called_at=line.at,
        begins=datetime.fromisoformat(facts["begins"]),
        minutes=facts["minutes"],
        online=facts["form"] == ONLINE,
        audience=line.audience,
        # Of a case that has ended nobody meets any more.
        state=state if view.case.open or state != "called" else "off",
        where=str(words.get("where", "")),
        link=str(words.get("link", "")),
        about=str(words.get("about", "")),
    )
