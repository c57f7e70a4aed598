# SPDX-License-Identifier: Apache-2.0
"""current(): the configuration as decisions read it, built once per configuration version and shared by threads.

Whoever changes organisations, categories, limits, routes or calendars raises the version in the same transaction
(`raise_version`); every process sees it with its next decision.
"""

from threading import Lock
from typing import Any

from django.db import connection

from anlan.base.prepared import prepared
from anlan.cases.define import Words
from anlan.cases.known import Category, Condition, Known, LimitRow, Org, RouteRow
from anlan.cases.models import Category as CategoryModel
from anlan.cases.models import Condition as ConditionModel
from anlan.cases.models import LimitRow as LimitModel
from anlan.cases.models import RouteRow as RouteModel
from anlan.places.calendars import Limit, Unit
from anlan.places.find import load_calendar

_lock = Lock()
_held: dict[str, Known] = {}

ORGANISATIONS = """
SELECT o.id, o.key, o.kind, o.department, o.name, o.name_en, o.upper_id, o.phone, o.valid_from, o.valid_to,
       coalesce((SELECT pc.code FROM places_placecode pc WHERE pc.place_id = o.place_id
                  ORDER BY pc.valid_from DESC LIMIT 1), 0)
  FROM people_organisation o ORDER BY o.id"""

SUCCESSORS = """
SELECT organisation_id, array_agg(successor_id ORDER BY main DESC, id) FROM people_organisationsuccession
 GROUP BY organisation_id"""


def current(version: int | None = None) -> Known:
    """The configuration in force. One small query when nothing changed; none when its version was read already."""
    if version is None:
        version = current_version()
    database = str(connection.settings_dict["NAME"])
    held = _held.get(database)
    if held is not None and held.version == version:
        return held
    with _lock:
        held = _held.get(database)
        if held is None or held.version != version:
            held = _build(version)
            _held[database] = held
        return held


def current_version() -> int:
    """The version of the configuration in force."""
    with prepared() as run:
        row = run("SELECT version FROM cases_configuration WHERE id = 1", []).fetchone()
    return int(row[0]) if row else 0


def forget() -> None:
    """Drops the copy this process holds: for tests that roll configuration back."""
    _held.clear()


def raise_version() -> int:
    """Says that configuration changed; call it in the transaction that changes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_configuration (id, version) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET version = cases_configuration.version + 1 RETURNING version"
        )
        return int(cursor.fetchone()[0])


def _build(version: int) -> Known:
    with connection.cursor() as cursor:
        cursor.execute(ORGANISATIONS)
        organisations = {row[0]: _organisation(row) for row in cursor.fetchall()}
        cursor.execute(SUCCESSORS)
        successors = {organisation: tuple(heirs) for organisation, heirs in cursor.fetchall()}
    return Known(
        version=version,
        organisations=organisations,
        categories={
            c.pk: Category(
                id=c.pk,
                scheme=c.scheme,
                version=c.version,
                code=c.code,
                words=Words(zh=c.name, en=c.name_en),
                group=c.group,
                urgent=c.urgent,
                span=(c.valid_from, c.valid_to),
            )
            for c in CategoryModel.objects.order_by("pk")
        },
        conditions={
            c.pk: Condition(
                id=c.pk,
                category=c.category_id,
                words=Words(zh=c.name, en=c.name_en),
                closing=Words(zh=c.closing, en=c.closing_en),
            )
            for c in ConditionModel.objects.order_by("pk")
        },
        limits=tuple(
            LimitRow(
                id=r.pk,
                procedure=r.procedure,
                stage=r.stage,
                category=r.category_id,
                condition=r.condition_id,
                area=r.area,
                limit=Limit(n=r.n, unit=Unit(r.unit)),
                span=(r.valid_from, r.valid_to),
            )
            for r in LimitModel.objects.order_by("pk")
        ),
        routes=tuple(
            RouteRow(
                id=r.pk,
                procedure=r.procedure,
                group=r.group,
                category=r.category_id,
                area=r.area,
                target=r.target,
                why=Words(zh=r.why, en=r.why_en),
                span=(r.valid_from, r.valid_to),
            )
            for r in RouteModel.objects.order_by("pk")
        ),
        calendar=load_calendar(),
        successors=successors,
    )


def _organisation(row: Any) -> Org:
    return Org(
        id=row[0],
        key=row[1],
        kind=row[2],
        department=row[3],
        words=Words(zh=row[4], en=row[5]),
        upper=row[6],
        phone=row[7],
        span=(row[8], row[9]),
        area=int(row[10]),
    )
