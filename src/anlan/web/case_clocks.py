# SPDX-License-Identifier: Apache-2.0
"""The clocks of a case in words: whose, by when, what was told, and day by day why it comes to that date."""

from django.utils.translation import gettext as _

from anlan.cases.projection import Running
from anlan.cases.queries import View
from anlan.places.calendars import DayCount, DayKind, Limit, Unit
from anlan.web.action_forms import say, say_law
from anlan.web.answers import organisation
from anlan.web.look import values as look
from anlan.web.look.times import say_day, say_when
from anlan.web.staff_frame import Sight, language


def terms_of(view: View, sight: Sight) -> list[look.Term]:
    """The clocks: those running first, then those that ended, each kind once, with why and what does not count."""
    latest: dict[str, Running] = {}
    for run in view.case.clocks.values():
        latest[run.key] = run
    runs = sorted(latest.values(), key=lambda run: (run.stopped_at is not None, run.due_at))
    return [_term(run, view, sight) for run in runs]


def _term(run: Running, view: View, sight: Sight) -> look.Term:
    notes: list[str] = []
    clock = next((each for each in view.procedure.clocks if each.key == run.key), None)
    if run.stopped_at is None:
        if run.owner is not None:
            notes.append(organisation(sight.known, run.owner))
        if run.told is not None:
            told = _("told to the resident: %(day)s") if view.procedure.parties else _("published: %(day)s")
            notes.append(told % {"day": say_when(run.told, at=sight.at, ends=True)})
        skipped = _skipped(run, sight)
        if skipped:
            notes.append(skipped)
        law = say_law(clock.key, clock.basis) if clock is not None else ""
        if law:
            notes.append(law)
    late = run.stopped_at is not None and run.stopped_at > run.due_at
    if late and not (clock and clock.runs_out):
        notes.append(_("after its limit"))
    return look.Term(
        word=say(clock.words) if clock else run.key,
        limit=Limit(n=run.n, unit=Unit(run.unit)),
        due=run.due_at,
        met=run.stopped_at,
        paused=run.paused_at is not None and run.stopped_at is None,
        provisional=run.provisional,
        note=(" · ").join(notes),
    )


def days_of(run: Running, sight: Sight) -> tuple[DayCount, ...]:
    """Day by day how a limit was counted; nothing for a limit of more than two months, which nobody would read."""
    if (run.due_at - run.started_at).days > 62 or run.due_at < run.started_at:
        return ()
    return sight.known.calendar.explain(run.started_at, run.due_at, Unit(run.unit))


def day_rows(view: View, sight: Sight) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """For each running clock in working time: its name, and day, hours counted, and kind of day."""
    kinds = {
        DayKind.WORKDAY: _("working day"),
        DayKind.MAKE_UP: _("weekend day worked instead of a holiday"),
        DayKind.WEEKEND: _("weekend, not counted"),
        DayKind.HOLIDAY: _("holiday, not counted"),
    }
    today = sight.at.astimezone(sight.known.calendar.zone).date()
    found = []
    for run in view.case.clocks.values():
        if run.stopped_at is not None or run.unit not in (Unit.WORKING_DAY, Unit.WORKING_HOUR):
            continue
        word = next((say(clock.words) for clock in view.procedure.clocks if clock.key == run.key), run.key)
        rows = [
            (
                say_day(day.date, today=today),
                _("%(n)s working hours") % {"n": day.hours} if day.counted else "—",
                kinds[day.kind] + (_(", provisional") if day.provisional else ""),
            )
            for day in days_of(run, sight)
        ]
        if rows:
            found.append((word, rows))
    return found


def _skipped(run: Running, sight: Sight) -> str:
    if run.unit not in (Unit.WORKING_DAY, Unit.WORKING_HOUR):
        return ""
    free = [d for d in days_of(run, sight) if d.kind in (DayKind.WEEKEND, DayKind.HOLIDAY)]
    if not free:
        return ""
    today = sight.at.astimezone(sight.known.calendar.zone).date()
    named = [say_day(each.date, today=today) for each in free[:4]]
    more = _(" and %(n)s more") % {"n": len(free) - 4} if len(free) > 4 else ""
    joined = ("、" if language().startswith("zh") else ", ").join(named)
    return _("not counted: %(days)s") % {"days": joined + more}
