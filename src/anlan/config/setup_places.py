# SPDX-License-Identifier: Apache-2.0
"""Places, their boundaries and the calendar of a region's folder, as `anlan setup` takes them."""

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Refused, say
from anlan.cases.configure import ADD_CALENDAR
from anlan.config.setup_files import BOUNDARIES, PLACES, places_text
from anlan.config.setup_run import CHANGED, NEW, SAME, WAITS, Run
from anlan.people.models import PendingChange
from anlan.places.calendars import DayKind
from anlan.places.find import load_calendar
from anlan.places.importing import import_outlines, import_places
from anlan.places.models import Calendar, CalendarVersion, Place, PlaceCode
from anlan.places.region import Days
from anlan.places.region_files import PROFILE
from anlan.places.rows import BadFile, Scheme
from anlan.places.versions import first_version

FIRST_ROOT = 10
"""The two digits that Anlan's own codes of another country begin with."""


def calendar(run: Run) -> None:
    """The first version, or the next one; refuses a database of another region."""
    plan = run.region.calendar
    others = Calendar.objects.exclude(key=plan.key).first()
    if others is not None and Place.objects.exists():
        words = _(
            "This database was set up for “%(other)s”. Use another ANLAN_HOME or database for this region."
        )
        run.fault(PROFILE, 0, say(words, other=others.key))
    elif not Calendar.objects.filter(key=plan.key).exists():
        first_version(plan, zone=run.region.zone)
        run.outcome.count(PROFILE, NEW)
    elif plan.horizon is not None:
        _next_version(run, plan, plan.horizon)


def _next_version(run: Run, plan: Days, horizon: date) -> None:
    """Asks for another version of the calendar where the files say other days, hours or days off."""
    kept = CalendarVersion.objects.filter(calendar=plan.key).latest("version")
    present = load_calendar(plan.key, version=kept.version)
    days = {day: kind for day, kind in plan.days.items() if present.kind(day) is not kind}
    for day in present.days.keys() - plan.days.keys():
        days[day] = DayKind.WEEKEND if str(day.weekday()) in plan.weekend else DayKind.WORKDAY
    if not days and (kept.hours, kept.weekend, kept.horizon) == (plan.hours, plan.weekend, horizon):
        run.outcome.count(PROFILE, SAME)
        return
    asked = {
        "calendar": plan.key,
        "days": {day.isoformat(): str(kind) for day, kind in sorted(days.items())},
        "horizon": horizon.isoformat(),
        "hours": plan.hours,
        "weekend": plan.weekend,
        "why": plan.why,
    }
    if PendingChange.objects.filter(what=ADD_CALENDAR.key, state=PendingChange.WAITING, data=asked).exists():
        run.outcome.count(PROFILE, WAITS)
        return
    try:
        run.outcome.count(PROFILE, WAITS if run.change(ADD_CALENDAR.key, asked) else CHANGED)
    except Refused as refusal:
        run.fault(PROFILE, 0, " ".join(map(str, refusal.fields.values())) or str(refusal))


def places(run: Run) -> None:
    """What is not there yet, and then their outlines."""
    there = {
        source: (name, english)
        for source, name, english in PlaceCode.objects.filter(valid_to=None)
        .exclude(source="")
        .values_list("source", "place__name", "place__name_en")
    }
    fresh = []
    for row in run.rows(PLACES):
        if row["code"] not in there:
            fresh.append(row)
        elif there[row["code"]][0] != row["name"]:
            words = _("This place is called %(name)s. A new name is a change of divisions: `anlan reform`.")
            run.fault(row.file, row.line, say(words, name=there[row["code"]][0]))
        else:
            run.outcome.count(row.file, SAME)
    text = places_text(fresh, run.region, fault=run.fault)
    if fresh and text:
        load(run, PLACES.file, lambda: import_places(text.encode(), scheme=Scheme.ORDER, root=FIRST_ROOT))
    path = run.folder / BOUNDARIES
    if path.is_file():
        drawn = run.region.boundaries
        load(
            run,
            BOUNDARIES,
            lambda: import_outlines(path.read_bytes(), source=drawn.source, surveyed=drawn.surveyed),
        )


def load(run: Run, file: str, do: Callable[[], int]) -> None:
    """Loads a whole file; its bad rows are faults."""
    try:
        made = do()
    except BadFile as refusal:
        for bad in refusal.bad:
            run.fault(file, bad.line, bad.why)
    else:
        for _n in range(made):
            run.outcome.count(file, NEW)
