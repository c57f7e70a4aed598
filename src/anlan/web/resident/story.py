# SPDX-License-Identifier: Apache-2.0
"""A case as the person it belongs to reads it: the way so far, the promise, the latest answer, the whole story.

Drawn from the declaration and the entries that `get_view` gave this reader; nothing here knows a procedure by name, and
nothing is shown that the view holds back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.cases.define import START, Kind, Procedure, Relation
from anlan.cases.known import Known
from anlan.cases.may import SIDES
from anlan.cases.projection import Projection
from anlan.cases.queries import FOLLOWING, KIND, OUTCOME, TYPED_UP, File, Onward, View
from anlan.cases.queries import Line as Entry
from anlan.cases.standard import CLOCK, PERCENT
from anlan.people.may import Role
from anlan.places.find import full_path
from anlan.web.answers import say_value
from anlan.web.assisted import for_somebody, helps
from anlan.web.case_naming import shortened
from anlan.web.files import SOUNDS
from anlan.web.front import language, said
from anlan.web.kinds import outcome_words, say_own
from anlan.web.look.values import Line, Photo, Pill, Seen, Step, Tone
from anlan.web.panels import Named, named_in
from anlan.web.resident.steps import steps_of

PDF = "application/pdf"
PICTURES = "image/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """By when it was promised, who has it now and with what to do by when, and how long the person's own word is awaited."""

    due: datetime | None
    provisional: bool
    by: str
    next_word: str
    next_due: datetime | None
    yours: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What became of a matter that went on in another case."""

    steps: list[Step]
    pill: Pill
    is_open: bool
    closed_at: datetime | None
    promise: Promise
    outcome: str
    answer: str
    answered_at: datetime | None
    answered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The last thing an office wrote to the person."""

    at: datetime
    by: str
    words: str
    photos: tuple[Photo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The promised date was moved: from when to when, by whom and why."""

    old: datetime
    new: datetime
    by: str
    why: str


def promise_of(case: Projection, procedure: Procedure, *, known: Known) -> Promise:
    """What is true in this state: whose limit of the state comes first has it now, whoever leads. A date told to the
    person is a promise where the lead keeps it, else it is the person who is waited for.
    """
    running = {
        run.key: run for run in case.clocks.values() if run.stopped_at is None and run.paused_at is None
    }
    told = [(procedure.clock(key).owner, run) for key, run in running.items() if procedure.clock(key).told]
    promised = next((run for owner, run in told if owner is Relation.HOLDER), None)
    yours = next((run for owner, run in told if owner is not Relation.HOLDER), None)
    step = next((running[key] for key in procedure.state(case.state).clocks if key in running), None)
    has_it = case.holder if step is None or step.owner is None else step.owner
    office = (
        known.organisations.get(has_it) if has_it is not None and case.open and step is not yours else None
    )
    work = step if step is not promised and step is not yours else None
    return Promise(
        due=promised.due_at if promised else None,
        provisional=bool(promised and promised.provisional),
        by=said(office.words) if office else "",
        next_word=_step(said(procedure.clock(work.key).words)) if work else "",
        next_due=work.due_at if work else None,
        yours=yours.due_at if yours else None,
    )


def elsewhere(found: Onward | None, *, known: Known) -> Elsewhere | None:
    """The same as of one's own case, without anything of whoever else reported it."""
    if found is None:
        return None
    case, procedure, answer = found.case, found.procedure, found.answer
    outcome = outcome_words(procedure, str(case.record.get(OUTCOME) or ""))
    told = answer if outcome else None
    return Elsewhere(
        steps=steps_of(case, procedure),
        pill=state_pill(case, procedure),
        is_open=case.open,
        closed_at=case.closed_at,
        promise=replace(promise_of(case, procedure, known=known), yours=None),
        outcome=said(outcome) if outcome else "",
        answer=told.words if told else "",
        answered_at=told.at if told else None,
        answered_by=_office(told.organisation, known=known) if told and told.organisation else "",
    )


def _step(limit: str) -> str:
    """What is to be done within a limit: its name inside a sentence, in Chinese without the word for limit."""
    return limit.removesuffix("时限") if language().startswith("zh") else limit[:1].lower() + limit[1:]


def state_pill(case: Projection, procedure: Procedure) -> Pill:
    """Where it stands, in a word."""
    state = procedure.state(case.state)
    return Pill(word=said(state.public), tone=Tone.NEW if state.open else Tone.DONE)


def title_of(view: View, *, known: Known) -> str:
    """The person's own first words, else as they were typed up, else what kind of matter it is."""
    told = [line for line in view.timeline.lines if line.seq == 1 or line.action == TYPED_UP]
    for content in (each for line in reversed(told) for each in line.contents):
        words = str((content.values or {}).get("words", "")).strip()
        if words:
            return shortened(words.splitlines()[0])
    return kind_of(view, known=known)


def kind_of(view: View, *, known: Known) -> str:
    """The category, else the plain kind chosen at the opening, else the procedure's own name."""
    category = known.categories.get(view.case.category or 0)
    if category is not None:
        return said(category.words)
    return say_own(view.procedure, view.case.record.get(KIND)) or said(view.procedure.words)


def lines_of(view: View, number: int, *, known: Known, at: datetime) -> list[Line]:
    """The entries this reader may see, newest first."""
    photos, named = photos_of(view, number), named_in(view, known=known, at=at)
    return [
        _line(entry, view, photos.get(entry.seq, ()), known=known, at=at, named=named)
        for entry in view.timeline.lines
    ]


def latest_of(view: View, number: int, *, known: Known, at: datetime) -> Latest | None:
    """The last words or pictures from an office, as long as they hold: once the case went back behind them, what sent it back."""
    photos, procedure = photos_of(view, number), view.procedure
    order = [key for key, _words in procedure.stages]

    def stage(state: str) -> int:
        found = procedure.state(state).stage if state != START else ""
        return order.index(found) if found else -1

    back: Entry | None = None
    for entry in view.timeline.lines:
        if stage(entry.to) > stage(view.case.state):
            return _sent_back(back, view, photos, known=known, at=at) if back else None
        if back is None and stage(entry.to) < stage(entry.frm):
            back = entry
        words = words_of(entry, view.procedure, known=known, at=at)
        pictures = photos.get(entry.seq, ())
        wrote = pictures or _wrote(entry, view.procedure)
        if entry.actor.startswith("post:") and wrote:
            return Latest(at=entry.at, by=who(entry, view, known=known), words=words, photos=pictures)
    return None


def _sent_back(
    entry: Entry, view: View, photos: Mapping[int, tuple[Photo, ...]], *, known: Known, at: datetime
) -> Latest:
    line = _line(entry, view, photos.get(entry.seq, ()), known=known, at=at)
    words = "\n".join(filter(None, (line.title, line.words)))
    return Latest(at=entry.at, by=line.by, words=words, photos=tuple(line.photos))


def question_of(view: View) -> str:
    """The question that waits for the person's answer."""
    if not view.case.record.get("question"):
        return ""
    for entry in view.timeline.lines:
        for content in entry.contents:
            if content.values and "question" in content.values:
                return str(content.values["question"])
    return ""


def photos_of(view: View, number: int) -> dict[int, tuple[Photo, ...]]:
    """Files this reader may open, by entry."""
    found: dict[int, list[Photo]] = {}
    for file in view.files:
        if file.readable:
            found.setdefault(file.seq, []).append(_photo(file, number))
    return {seq: tuple(photos) for seq, photos in found.items()}


def papers_of(view: View, number: int) -> list[dict[str, Any]]:
    """Documents of the case that this reader may open, the newest first: nobody should look for them in its history."""
    entered = {line.seq: line.at for line in view.timeline.lines}
    return [
        {"name": photo.words, "url": photo.url, "at": entered.get(file.seq)}
        for file in reversed(view.files)
        if file.readable and file.kind == PDF
        for photo in [_photo(file, number)]
    ]


def beside(view: View, number: int) -> tuple[Sequence[Photo], Sequence[Photo]]:
    """The photos of the report and those that show what was done about it."""
    photos = photos_of(view, number)
    first = [1, *sorted(line.seq for line in view.timeline.lines if line.action == FOLLOWING)]
    shown = tuple(photo for seq in first for photo in photos.get(seq, ()) if photo.small)
    done = next((one.seq for one in view.timeline.lines if OUTCOME in one.outcomes.get("facts", {})), 1)
    return (shown, photos.get(done, ())) if done > 1 and view.case.record.get(OUTCOME) else ((), ())


def seen_by(view: View, *, known: Known) -> list[Seen]:
    """Who opened this person's words and why."""
    reasons = {key: words for action in view.procedure.actions for key, words in action.reasons}
    return [
        Seen(
            who=f"{_office(look.organisation, known=known)} · {_role(look.role)}",
            at=look.at,
            why=said(reasons[look.reason]) if look.reason in reasons else look.reason,
        )
        for look in view.looks
    ]


def why_kept(view: View) -> str:
    """Why what is kept of this person cannot be erased now; empty where it can."""
    erase = next((action for action in view.procedure.actions if action.key == "erase"), None)
    if erase is None or not view.asked.allows(erase):
        return ""
    why = view.asked.why_in_vain(erase)
    return said(why) if why else ""


def changes_of(view: View, *, known: Known, at: datetime) -> list[Change]:
    """Every change of the date that was promised, with its reason, the latest first; as far as the page goes back."""
    found: list[Change] = []
    before: datetime | None = None
    for entry in reversed(view.timeline.lines):
        for row in entry.outcomes.get("clocks", ()):
            clock = view.procedure.clock(row["key"])
            if not clock.told or clock.owner is not Relation.HOLDER:
                continue
            due = datetime.fromisoformat(row["due_at"])
            if before is not None and due != before:
                why = _line(entry, view, (), known=known, at=at)
                found.append(
                    Change(
                        old=before, new=due, by=why.by, why=": ".join(filter(None, (why.title, why.words)))
                    )
                )
            before = due
    return found[::-1]


def who(entry: Entry, view: View, *, known: Known) -> str:
    """Who did it: the office and post, the person, who helped them, or the system."""
    if entry.actor.startswith("party:"):
        n = int(entry.actor.removeprefix("party:"))
        role = view.case.parties.get(n, "")
        if role in SIDES and role not in {view.case.parties.get(each) for each in view.parties}:
            return said(dict(view.procedure.parties)[role])
        helped_first = entry.seq == 1 and for_somebody(view.procedure.action(entry.action))
        if helps(view):
            return _("you") if helped_first else _("the person")
        return _("somebody who helps") if helped_first else _("you")
    if not entry.actor.startswith("post:"):
        return _("the system")
    if entry.organisation is None:
        return _("an office")
    return " · ".join(filter(None, (_office(entry.organisation, known=known), _role(entry.role))))


def words_of(
    entry: Entry, procedure: Procedure, *, known: Known, at: datetime, named: Named | None = None
) -> str:
    """What was written and chosen in an entry, one answer a line; `named` says what stands in it by number."""
    fields = procedure.action(entry.action).fields
    said_lines: list[str] = []
    facts = entry.outcomes.get("facts", {})
    written: dict[str, Any] = {}
    for content in entry.contents:
        if content.erased:
            said_lines.append(_("(erased)"))
        written |= content.values or {}
    for field in fields:
        value = written.get(field.key, facts.get(field.key))
        if value in (None, "", [], False) or field == PERCENT:
            continue
        words = (
            said(procedure.clock(value).words)
            if field == CLOCK
            else say_value(field, value, known=known, at=at, named=named)
        )
        if not words:
            continue
        plain = field.kind is Kind.LONG_TEXT or field.kind is Kind.YES_NO
        said_lines.append(words if plain else _named(said(field.words), words))
    return "\n".join(said_lines)


def _named(name: str, value: str) -> str:
    if name.endswith(("?", "？")):
        return f"{name} {value}"
    return _("%(name)s: %(value)s") % {"name": name, "value": value}


def place_words(case: Projection) -> str:
    """The full path of the place."""
    return full_path(case.place, language=language(), skip=1)


def _line(
    entry: Entry,
    view: View,
    photos: Sequence[Photo],
    *,
    known: Known,
    at: datetime,
    named: Named | None = None,
) -> Line:
    procedure = view.procedure
    action = procedure.action(entry.action)
    late = entry.at != entry.received_at
    moved = entry.frm == START or entry.frm != entry.to
    return Line(
        title=_capital(said(action.done)),
        at=entry.at,
        by=who(entry, view, known=known),
        words="\n".join(
            filter(None, (words_of(entry, procedure, known=known, at=at, named=named), _why(entry.outcomes)))
        ),
        note=_("done without a connection, arrived later") if late else "",
        tone=Tone.OVERDUE if "overdue" in entry.action else Tone.PLAIN if moved else Tone.QUIET,
        photos=photos,
    )


def _wrote(entry: Entry, procedure: Procedure) -> bool:
    """Whether there are words in it for the person, not choices alone."""
    longs = {field.key for field in procedure.action(entry.action).fields if field.kind is Kind.LONG_TEXT}
    return any(longs & set(content.values or {}) for content in entry.contents)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _why(outcomes: Mapping[str, Any]) -> str:
    why = outcomes.get("why") or {}
    return str(why.get("zh" if language().startswith("zh") else "en", ""))


def _photo(file: File, number: int) -> Photo:
    url = reverse("resident:file", args=[f"{number:016d}", file.n])
    name = file.name or _("file %(n)s") % {"n": file.n}
    small = url if file.kind.startswith(PICTURES) else ""
    return Photo(words=name, url=url, small=small, sound=file.kind.startswith(SOUNDS))


def _office(organisation: int, *, known: Known) -> str:
    office = known.organisations.get(organisation)
    return said(office.words) if office else _("an office")


def _role(role: str | None) -> str:
    return Role(role).in_language(language()) if role in set(Role) else ""
