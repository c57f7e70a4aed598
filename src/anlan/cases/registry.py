# SPDX-License-Identifier: Apache-2.0
"""Holds the procedures that wiring gives, by version, and refuses an unsound, changed or missing declaration.

Filled once at start by `config.wiring`; read-only afterwards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from django.apps import apps
from django.db.models import DateTimeField

from anlan.base.digests import Algorithm, canonical, digest
from anlan.cases.define import Kind, Procedure
from anlan.cases.may import MEDIATOR
from anlan.cases.soundness import faults
from anlan.people.may import NEIGHBOURS, set_kinds

ROOM_KINDS = ("village_committee", "town_room", "county_centre", "city_supervision", "province_supervision")

_procedures: dict[tuple[str, int], Procedure] = {}
_newest: dict[str, Procedure] = {}
_tables: dict[str, str] = {}
_columns: dict[str, tuple[str, ...]] = {}
_moments: dict[str, frozenset[str]] = {}
_case_fields: dict[str, tuple[str, ...]] = {}
_organisation_fields: dict[str, tuple[tuple[str, Kind], ...]] = {}
_routing: set[str] = set()
_onward: set[str] = set()
_joined: set[str] = set()
_carrying: set[str] = set()
_naming: set[str] = set()
_posting: set[str] = set()
_counting: set[str] = set()


class Unsound(Exception):  # noqa: N818 - says what is wrong with a declaration
    """A declaration that may not be used; the message lists every fault."""


def register(procedures: Iterable[Procedure]) -> None:
    """Takes the declarations of this deployment, superseded versions included.

    Raises Unsound with all faults of all declarations.
    """
    wrong: list[str] = []
    for procedure in procedures:
        wrong += [f"{procedure.key} v{procedure.version}: {fault}" for fault in faults(procedure)]
        _procedures[procedure.key, procedure.version] = procedure
        newest = _newest.get(procedure.key)
        if newest is None or newest.version <= procedure.version:
            _newest[procedure.key] = procedure
    for procedure in _procedures.values():
        # A fact is known by its number, so a later version only adds to those of the one before.
        if procedure.facts != _newest[procedure.key].facts[: len(procedure.facts)]:
            wrong.append(
                f"{procedure.key} v{procedure.version}: other facts than the newest version begins with"
            )
    if wrong:
        raise Unsound("\n".join(wrong))
    _columns.clear()
    for key, procedure in _newest.items():
        if procedure.record is not None:
            record = apps.get_model(procedure.record)._meta
            typed = [f for f in record.concrete_fields if not f.primary_key]
            _tables[key] = str(record.db_table)
            _columns[key] = tuple(str(f.column) for f in typed)
            _moments[key] = frozenset(str(f.column) for f in typed if isinstance(f, DateTimeField))
    for procedure in _procedures.values():
        for action in procedure.actions:
            found = {f.key for f in action.fields if f.kind is Kind.CASE}
            _case_fields[action.key] = tuple(found | set(_case_fields.get(action.key, ())))
            orgs = {
                (f.key, f.kind) for f in action.fields if f.kind in (Kind.ORGANISATION, Kind.ORGANISATIONS)
            }
            _organisation_fields[action.key] = tuple(orgs | set(_organisation_fields.get(action.key, ())))
            if "routing" in action.needs:
                _routing.add(action.key)
            if "onward" in action.needs:
                _onward.add(action.key)
            if "joined" in action.needs:
                _joined.add(action.key)
            if "parties" in action.needs:
                _carrying.add(action.key)
            if "names" in action.needs:
                _naming.add(action.key)
            if "posts" in action.needs:
                _posting.add(action.key)
            if "before" in action.needs:
                _counting.add(action.key)
    set_kinds({role: _kinds_of(role) for role in NEIGHBOURS})


def at_odds(key: str) -> bool:
    """Whether a procedure is about people at odds with each other: one who mediates reads what they say."""
    return MEDIATOR in _columns.get(key, ())


def _kinds_of(role: str) -> frozenset[str]:
    """The procedures of which this role sees cases: of people at odds only where it has something to do."""
    acts = {
        key
        for (key, _version), procedure in _procedures.items()
        if any(role in who.roles for action in procedure.actions for who in action.by)
    }
    return frozenset(key for key in _newest if key in acts or not at_odds(key))


def by_version() -> Mapping[tuple[str, int], Procedure]:
    """Every declaration by (key, version)."""
    return _procedures


def newest() -> Mapping[str, Procedure]:
    """The version in which new cases open, by procedure key."""
    return _newest


def get_procedure(key: str, version: int) -> Procedure:
    """Raises KeyError when this deployment does not have that version."""
    return _procedures[key, version]


def recorded() -> tuple[str, ...]:
    """Procedures that have typed columns of their own."""
    return tuple(_columns)


def record_table(procedure: str) -> str:
    """The table of a procedure's typed columns. Raises KeyError where it has none."""
    return _tables[procedure]


def record_columns(procedure: str) -> tuple[str, ...]:
    """The typed columns of a procedure, without the case."""
    return _columns[procedure]


def record_moments(procedure: str) -> frozenset[str]:
    """Those of the typed columns that hold a moment."""
    return _moments[procedure]


def case_fields(action: str) -> tuple[str, ...]:
    """Fields of this action, in any procedure, that name another case."""
    return _case_fields.get(action, ())


def organisation_fields(action: str) -> tuple[tuple[str, Kind], ...]:
    """Fields of this action, in any procedure, that name organisations."""
    return _organisation_fields.get(action, ())


def needs_routing(action: str) -> bool:
    """Whether this action, in any procedure, asks who is at work."""
    return action in _routing


def needs_onward(action: str) -> bool:
    """Whether this action, in any procedure, asks what became of a case that goes on in another."""
    return action in _onward


def needs_joined(action: str) -> bool:
    """Whether this action, in any procedure, asks which cases go on in this one."""
    return action in _joined


def needs_parties(action: str) -> bool:
    """Whether this action, in any procedure, hands the parties of a case on to another."""
    return action in _carrying


def needs_names(action: str) -> bool:
    """Whether this action, in any procedure, asks what the people of the case and of all linked ones are called."""
    return action in _naming


def needs_posts(action: str) -> bool:
    """Whether this action, in any procedure, asks which other posts whoever acts has or had."""
    return action in _posting


def needs_before(action: str) -> bool:
    """Whether this action, in any procedure, asks how many of the same kind there were before in the same place."""
    return action in _counting


def declaration_digest(procedure: Procedure) -> bytes:
    """The digest of a declaration: every value in it; guards and effects by their qualified name."""
    return digest(canonical(plain(procedure)), algorithm=Algorithm.SHA256)


def plain(value: Any) -> Any:
    """A declaration as plain values: what its digest covers and `anlan procedures --json` prints."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: plain(getattr(value, f.name))
            for f in fields(value)
            if not (f.metadata.get("later") and getattr(value, f.name) == f.default)
        }
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(one) for one in value]
    if callable(value):
        return f"{value.__module__}.{value.__qualname__}"
    return value if isinstance(value, (int, bool)) or value is None else str(value)
