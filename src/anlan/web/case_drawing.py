# SPDX-License-Identifier: Apache-2.0
"""A case in words for colleagues, drawn from its declaration: rows, timeline, clocks, why it came here.

Shared by the desk and the field. Everything shown was let through by `cases.queries`; what is held back is said.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base.errors import NotFound
from anlan.cases import registry
from anlan.cases.define import Action, Kind, Procedure
from anlan.cases.envelope import SOURCES, TIME_UNSURE
from anlan.cases.known import Known
from anlan.cases.projection import Projection
from anlan.cases.queries import NOTHING, Beginning, File, Line, Row, View, get_view, name_in
from anlan.cases.queries_cursor import write_cursor
from anlan.people.may import Role
from anlan.places import find
from anlan.web.action_forms import say
from anlan.web.answers import organisation, say_answer
from anlan.web.assisted import answering, for_somebody, way_words
from anlan.web.case_naming import title_of
from anlan.web.files import SOUNDS
from anlan.web.look import values as look
from anlan.web.look.times import due_pill, say_when
from anlan.web.panels import Named, named_in
from anlan.web.staff_frame import Sight, language

SOURCE_WORDS = dict(
    zip(
        SOURCES,
        (
            gettext_lazy("Residents"),
            gettext_lazy("Grid workers"),
            gettext_lazy("Offices"),
            gettext_lazy("Hotline"),
            gettext_lazy("Inspection"),
            gettext_lazy("System"),
            gettext_lazy("Other"),
        ),
        strict=True,
    )
)
"""Where a case came from, in words."""

Address = Callable[[int], str]
"""The address of a file by its number."""


def place_of(place: int, *, at: datetime, levels: int = 2) -> str:
    """The place's own name with the county it is in, short: 文三社区（西湖区）. A grid goes by its village too."""
    return _place_of(find.revision(), place, find.day_of(at), language(), levels)


@lru_cache(maxsize=10_000)
def _place_of(_revision: int, place: int, day: int, language: str, levels: int) -> str:
    on = date.fromordinal(day)
    try:
        spot = find.get_place(place, at=on)
        above = find.above(place, at=on)
    except NotFound:
        return ""
    own = spot.called(language)
    village = next((each.called(language) for each in above if each.level == 5), "")
    if spot.level > 5 and village:
        own = f"{village}{own}" if language.startswith("zh") else f"{own}, {village}"
    county = next((each.called(language) for each in above if each.level == 3), "")
    if not county or spot.level <= 3 or levels < 2:
        return own
    return f"{own}（{county}）" if language.startswith("zh") else f"{own}, {county}"


def item_of(
    row: Row,
    *,
    url: str,
    sight: Sight,
    current: bool = False,
    who: Mapping[int, str] | None = None,
    leaving: bool = False,
    begins: Beginning = NOTHING,
) -> look.Item:
    """One line of a list; `who` says the posts that work on its cases, `leaving` that something is on its way, `begins` what it
    is named and how it begins. What has a name goes by it, and its kind stands below.
    """
    procedure = registry.get_procedure(row.procedure, row.version)
    state = procedure.state(row.state)
    kind = title_of(
        procedure, category=row.category, condition=row.condition, kind=row.kind, known=sight.known
    )
    under = [place_of(row.place, at=sight.at, levels=1), say(state.words)]
    if row.untyped and row.open:
        under.insert(0, _("To be typed up"))
    if row.returns and row.open:
        under.insert(0, returned_words(row.returns, row.returned_by, sight.known))
    if row.tell:
        under.insert(0, way_words(row.tell))
    if row.source in SOURCE_WORDS:
        under.append(str(SOURCE_WORDS[row.source]))
    if begins.name:
        under.insert(0, kind)
    return look.Item(
        title=begins.name or kind,
        url=url,
        under=[each for each in under if each],
        pill=_pill(row, procedure, at=sight.at),
        current=current,
        urgent=row.urgent,
        warning=_claimed(row, sight, who or {}),
        number=row.number,
        leaving=leaving,
        words=begins.words,
    )


def returned_words(times: int, last: int | None, known: Known) -> str:
    """How often units gave a case back, and the last of them; units, never people."""
    words = _("given back by %(unit)s") if times == 1 else _("given back %(n)s times, last by %(unit)s")
    return words % {"n": times, "unit": organisation(known, last) or _("a unit")}


def _claimed(row: Row, sight: Sight, who: Mapping[int, str]) -> str:
    if row.claimed_by is None:
        return ""
    if row.claimed_by == sight.by.post_id:
        return _("you work on it") if row.said else ""
    name = who.get(row.claimed_by, "")
    if not name:
        return _("somebody works on it")
    return (_("%(who)s works on it") if row.said else _("%(who)s has it open")) % {"who": name}


def _pill(row: Row, procedure: Procedure, *, at: datetime) -> look.Pill:
    state = procedure.state(row.state)
    if not row.open:
        return look.Pill(word=say(state.words), tone=look.Tone.DONE)
    if row.due_at is None:
        return look.Pill(word=say(state.words), tone=look.Tone.PLAIN)
    return due_pill(row.due_at, at=at)


def lines_of(view: View, sight: Sight, *, file_url: Address) -> list[look.Line]:
    """The timeline, newest first."""
    files: dict[int, list[File]] = {}
    for file in view.files:
        files.setdefault(file.seq, []).append(file)
    named = named_in(view, known=sight.known, at=sight.at)
    return [
        line_of(line, view, sight, files=files.get(line.seq, ()), file_url=file_url, named=named)
        for line in view.timeline.lines
    ]


class Drawn(Protocol):
    """What a line is drawn for: a case and its declaration."""

    @property
    def case(self) -> Projection:
        """The case of the line."""

    @property
    def procedure(self) -> Procedure:
        """The version of the procedure that it has."""


def line_of(
    line: Line,
    view: Drawn,
    sight: Sight,
    *,
    files: Iterable[File],
    file_url: Address,
    named: Named | None = None,
) -> look.Line:
    """One entry: what was done, by whom, with what words; `named` says what stands in it by number."""
    action = _action(view.procedure, line.action)
    parts = _facts(line, action, sight, named)
    for content in line.contents:
        if content.erased:
            parts.append(_("The words were erased."))
        elif content.values is not None:
            parts += _said(content.values, action, sight, named)
    if any(content.values is None and not content.erased for content in line.contents):
        parts.append(_("Its words are not open to your post."))
    note = ""
    if abs((line.received_at - line.at).total_seconds()) > 120:
        note = _("done without network, arrived %(when)s") % {"when": say_when(line.received_at, at=sight.at)}
    elif TIME_UNSURE in line.outcomes.get("flags", ()):
        note = _("done on a phone whose time was not sure: it counts from its arrival")
    return look.Line(
        title=_title(line, action, view.procedure),
        at=line.at,
        by=_by(line, view, sight),
        words="\n".join(parts),
        note=note,
        tone=_tone(line, view),
        photos=[photo_of(file, file_url) for file in files if file.readable],
    )


def photo_of(file: File, file_url: Address) -> look.Photo:
    """A picture, or another file by its name."""
    url = file_url(file.n)
    words = file.name or (_("Photo %(n)s") % {"n": file.n})
    small = url if file.kind.startswith("image/") else ""
    return look.Photo(words=words, url=url, small=small, sound=file.kind.startswith(SOUNDS))


def _action(procedure: Procedure, key: str) -> Action | None:
    try:
        return procedure.action(key)
    except KeyError:
        return None


def _title(line: Line, action: Action | None, procedure: Procedure) -> str:
    done = say(action.done) if action else line.action
    done = done[:1].upper() + done[1:]
    state = say(procedure.state(line.to).words)
    if line.frm and line.to != line.frm and state.casefold() not in done.casefold():
        return _("%(done)s: now “%(state)s”") % {"done": done, "state": state}
    return done


def _by(line: Line, view: Drawn, sight: Sight) -> str:
    if line.organisation is not None and line.role is not None:
        return f"{organisation(sight.known, line.organisation)} · {Role(line.role).in_language(language())}"
    kind, _sep, number = line.actor.partition(":")
    if kind == "party" and line.seq == 1 and for_somebody(view.procedure.action(line.action)):
        return _("somebody who helps")
    if kind == "party":
        role = view.case.parties.get(int(number))
        roles = dict(view.procedure.parties)
        return say(roles[role]) if role in roles else _("somebody without an account")
    return _("by itself") if kind == "system" else _("a former post")


def _tone(line: Line, view: Drawn) -> look.Tone:
    if line.action in {"overdue", "far_overdue"}:
        return look.Tone.OVERDUE
    if line.frm == line.to:
        return look.Tone.QUIET
    return look.Tone.DONE if not view.procedure.state(line.to).open else look.Tone.PLAIN


def _facts(line: Line, action: Action | None, sight: Sight, named: Named | None) -> list[str]:
    facts = line.outcomes.get("facts", {})
    if action is None:
        return []
    shown = []
    for field in action.fields:
        if field.key in facts and field.key != "percent":
            value = facts[field.key]
            clock = field.key == "clock"
            word = (
                _clock_word(line, value, sight)
                if clock
                else say_answer(field, value, known=sight.known, at=sight.at, named=named)
            )
            colon = "：" if language().startswith("zh") else ": "
            shown += [f"{say(field.words)}{colon}{word}"] if word else []
    return shown


def _clock_word(_line: Line, value: str, _sight: Sight) -> str:
    for procedure in registry.newest().values():
        for clock in procedure.clocks:
            if clock.key == value:
                return say(clock.words)
    return value


def _said(values: Mapping[str, Any], action: Action | None, sight: Sight, named: Named | None) -> list[str]:
    fields = {field.key: field for field in action.fields} if action else {}
    found: list[str] = []
    longs = [key for key in values if key in fields and fields[key].kind is Kind.LONG_TEXT]
    for key, value in values.items():
        declared = fields.get(key)
        if declared is None or not declared.asked or declared.kind is Kind.POINT:
            continue
        word = say_answer(declared, value, known=sight.known, at=sight.at, named=named)
        if declared.kind is Kind.LONG_TEXT and len(longs) == 1:
            found.insert(0, word)
        elif word:
            colon = "：" if language().startswith("zh") else ": "
            found.append(f"{say(declared.words)}{colon}{word}")
    return found


def why_here(view: View) -> str:
    """Why the case came to where it is: the reason of the latest entry that moved it, as far as the page was read."""
    for line in view.timeline.lines:
        why = line.outcomes.get("why")
        if isinstance(why, Mapping) and "zh" in why:
            return str(why["zh"] if language().startswith("zh") else why.get("en", why["zh"]))
    return ""


def first_line(view: View, sight: Sight) -> Line:
    """The entry that opened the case, read apart when the page of the timeline does not reach back to it."""
    if view.timeline.lines[-1].seq == 1:
        return view.timeline.lines[-1]
    begin = write_cursor(("timeline", str(view.case.id)), [2])
    return get_view(sight.by, view.case.id, known=sight.known, at=sight.at, before=begin).timeline.lines[0]


def name_of(view: View, sight: Sight) -> str:
    """The name that the case was given at its opening, as far as it may be read; empty where it has none."""
    values = (content.values or {} for content in first_line(view, sight).contents)
    return next((name for name in map(name_in, values) if name), "")


def words_of(view: View, sight: Sight) -> tuple[str, list[tuple[str, str]]]:
    """What was told at the opening, if it may be read: the words, and the other answers beside them."""
    return words_in(first_line(view, sight), view.procedure, sight)


def words_in(first: Line, procedure: Procedure, sight: Sight) -> tuple[str, list[tuple[str, str]]]:
    """The same of the entry that opened a case; says so where the words were erased."""
    action = _action(procedure, first.action)
    if action is None:
        return "", []
    told, rows = "", []
    for content in first.contents:
        if content.erased:
            told = _("The words were erased.")
        for field in action.fields:
            if content.values is None or field.key not in content.values or field.kind is Kind.POINT:
                continue
            value = say_answer(field, content.values[field.key], known=sight.known, at=sight.at)
            if field.kind is Kind.LONG_TEXT and not told:
                told = value
            elif value:
                rows.append((say(field.words), value))
    return told, rows


def people_of(view: View) -> list[tuple[str, list[tuple[str, str]]]]:
    """The parties with what may be seen of them."""
    roles = dict(view.procedure.parties)
    keys = {
        "name": _("Name"),
        "phone": _("Phone"),
        "call": _("Phone to call"),
        "email": _("E-mail"),
        "address": _("Address"),
        "language": _("Language"),
    }
    found = []
    for person in view.people:
        name = say(roles[person.role]) if person.role in roles else person.role
        if person.erased:
            rows = [("", _("erased"))]
        elif person.contact is None:
            rows = [("", _("not open to your post"))]
        else:
            rows = [
                (str(keys[key]), str(value))
                for key, value in person.contact.items()
                if key in keys and value and key != "language"
            ]
            rows = rows or [("", _("gave no name and no phone"))]
        if person.role == view.procedure.parties[0][0]:
            rows += answering(view.case, view.procedure)
        found.append((name, rows))
    return found


def looks_of_view(view: View, sight: Sight) -> list[look.Seen]:
    """Who opened words and parties, in words."""
    reasons = {key: say(words) for action in view.procedure.actions for key, words in action.reasons}
    return [
        look.Seen(
            who=f"{organisation(sight.known, each.organisation)} · {Role(each.role).in_language(language())}",
            at=each.at,
            why=reasons.get(each.reason, each.reason),
        )
        for each in view.looks
    ]
