# SPDX-License-Identifier: Apache-2.0
"""Categories, conditions, limits and routes of a region's folder, as `anlan setup` takes them.

What differs from the row in force begins a new one, today, or tomorrow where the present one began today; nothing is
overwritten, and what is gone from the files stays until somebody ends it.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.base.errors import say
from anlan.cases import configure
from anlan.cases.models import Category, Condition, LimitRow, RouteRow
from anlan.config.setup_files import CATEGORIES, CONDITIONS, LIMITS, ROUTES, Row, Table
from anlan.config.setup_run import CHANGED, NEW, SAME, WAITS, Run
from anlan.people.models import Organisation, PendingChange
from anlan.procedures.report.catalogue import PROCEDURE, VERSION
from anlan.procedures.report.kinds import KINDS

Take = Callable[[Run, Row], str]


def catalogue(run: Run) -> None:
    """All four files, in the order in which they name each other."""
    tables: tuple[tuple[Table, Take], ...] = (
        (CATEGORIES, category),
        (CONDITIONS, condition),
        (LIMITS, limit),
        (ROUTES, route),
    )
    for table, take in tables:
        for row in run.rows(table):
            run.take(row, lambda row=row, take=take: take(run, row))  # type: ignore[misc]


def category(run: Run, row: Row) -> str:
    """A category of the region's own scheme."""
    if row["kind"] not in dict(KINDS):
        run.fault(row.file, row.line, say(_("A kind is one of %(all)s."), all=", ".join(dict(KINDS))))
        return SAME
    given = {
        "name": row["name"],
        "name_en": row["name_en"] or row["name"],
        "group": row["kind"],
        "urgent": row["urgent"].lower() in {"yes", "1"},
    }
    found = _category(run, row["code"])
    if found is not None and all(getattr(found, key) == value for key, value in given.items()):
        return SAME
    named = {"scheme": run.region.key, "version": VERSION, "code": row["code"]}
    first = _first_day(run, found)
    run.change(configure.ADD_CATEGORY.key, {**named, **given, "valid_from": first})
    return NEW if found is None else CHANGED


def condition(run: Run, row: Row) -> str:
    """A condition of a category. Its words never change: another wording is another condition."""
    of = _named_category(run, row)
    if of is None:
        return SAME
    given = {
        "name": row["name"],
        "name_en": row["name_en"] or row["name"],
        "closing": row["closing"],
        "closing_en": row["closing_en"] or row["closing"],
    }
    found = Condition.objects.filter(category=of, code=row["code"]).first()
    if found is None:
        run.change(configure.ADD_CONDITION.key, {"category": of.pk, "code": row["code"], **given})
        return NEW
    if any(getattr(found, key) != value for key, value in given.items()):
        words = _(
            "A condition keeps its words, because cases were closed by them. Give the new one another code."
        )
        run.fault(row.file, row.line, words)
    return SAME


def limit(run: Run, row: Row) -> str:
    """A limit of a stage, for everything or for a category, a condition, a place."""
    about = _about(run, row)
    if about is None:
        return SAME
    of: Condition | None = None
    if row["condition"]:
        of = Condition.objects.filter(category=about["category"], code=row["condition"]).first()
        if of is None:
            run.fault(row.file, row.line, _("This category has no condition of that code."))
            return SAME
    where = {"procedure": PROCEDURE, "stage": row["stage"], **about, "condition": of.pk if of else None}
    if not row["n"].isascii() or not row["n"].isdecimal():
        run.fault(row.file, row.line, _("“n” is a whole number."))
        return SAME
    given = {"n": int(row["n"]), "unit": row["unit"]}
    return _dated(run, configure.SET_LIMIT.key, LimitRow, where, given)


def route(run: Run, row: Row) -> str:
    """A route for a kind or category, everywhere or in a place."""
    about = _about(run, row)
    if about is None:
        return SAME
    if row["kind"] and row["kind"] not in dict(KINDS):
        run.fault(row.file, row.line, say(_("A kind is one of %(all)s."), all=", ".join(dict(KINDS))))
        return SAME
    sort, _sep, word = row["target"].partition(":")
    target = row["target"]
    if sort == "organisation":
        found = Organisation.objects.filter(key=word).first()
        if found is None:
            run.fault(row.file, row.line, say(_("No organisation has the key %(key)s."), key=word))
            return SAME
        target = f"organisation:{found.pk}"
    where = {"procedure": PROCEDURE, "group": row["kind"], **about}
    given = {"target": target, "why": row["why"], "why_en": row["why_en"] or row["why"]}
    return _dated(run, configure.SET_ROUTE.key, RouteRow, where, given)


def _dated(run: Run, key: str, model: Any, where: dict[str, Any], given: dict[str, Any]) -> str:
    """Begins a new row where the one in force, or to come, says something else."""
    newest = model.objects.filter(valid_to=None, **where).first()
    if newest is not None and all(getattr(newest, name) == value for name, value in given.items()):
        return SAME
    asked = {**where, **given}
    if PendingChange.objects.filter(what=key, state=PendingChange.WAITING, data__contains=asked).exists():
        return WAITS
    waits = run.change(key, {**asked, "valid_from": _first_day(run, newest)})
    return WAITS if waits else NEW if newest is None else CHANGED


def _about(run: Run, row: Row) -> dict[str, Any] | None:
    """Which category and place a limit or route is for; None after a fault."""
    of = _named_category(run, row) if row["category"] else None
    where = run.place(row) if row["place"] else None
    if (row["category"] and of is None) or (row["place"] and where is None):
        return None
    return {"category": of.pk if of else None, "area": where.code if where else 0}


def _named_category(run: Run, row: Row) -> Category | None:
    found = _category(run, row["category"])
    if found is None and row["category"] not in run.named.get(CATEGORIES.file, ()):
        words = _("No category has the code %(code)s: see categories.csv.")
        run.fault(row.file, row.line, say(words, code=row["category"]))
    return found


def _category(run: Run, code: str) -> Category | None:
    return Category.objects.filter(scheme=run.region.key, version=VERSION, code=code, valid_to=None).first()


def _first_day(run: Run, newest: Any) -> str:
    today = date.fromisoformat(run.today())
    begins = newest.valid_from if newest is not None else None
    return (begins + timedelta(days=1) if begins is not None and begins >= today else today).isoformat()
