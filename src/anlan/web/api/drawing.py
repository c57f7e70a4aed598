# SPDX-License-Identifier: Apache-2.0
"""Cases, places and declarations as plain values of the shapes. Pure: what may be shown was judged before."""

from collections.abc import Iterable
from typing import Any

from anlan.cases import registry
from anlan.cases.act import Done
from anlan.cases.clean import LONGEST_LIMIT
from anlan.cases.define import START, Action, Field, Kind, Procedure, Words
from anlan.cases.envelope import TIME_UNSURE
from anlan.cases.evidence import picture_wanted_of
from anlan.cases.queries import KIND, File, Joined, Line, Row, View
from anlan.places.calendars import Unit
from anlan.places.codes import text as code_text
from anlan.places.find import as_dict, find_place
from anlan.places.region import region
from anlan.places.tree import Spot

ROOT = "/api/v1"


def named(words: Words) -> dict[str, str]:
    """Words in both languages."""
    return {"zh": words.zh, "en": words.en}


def number_text(number: int) -> str:
    """A case number as a text of 16 digits."""
    return f"{number:016d}"


def done_of(done: Done) -> dict[str, Any]:
    """What an action came to."""
    return {
        "number": number_text(done.number),
        "seq": done.seq,
        "state": done.state,
        "action": done.action,
        "again": done.again,
    }


def state_of(procedure: str, version: int, key: str) -> dict[str, Any]:
    """A state with its words, as its own version of the procedure has them."""
    state = registry.get_procedure(procedure, version).state(key)
    return {"key": key, "words": named(state.words), "public": named(state.public)}


def place_text(place_id: int) -> str:
    """The code of a place, as it was last."""
    spot = find_place(place_id)
    return code_text(spot.code) if spot else ""


def row_of(row: Row) -> dict[str, Any]:
    """A row of a list."""
    return _facts(row, kind=row.kind)


def _facts(case: Any, *, kind: str) -> dict[str, Any]:
    return {
        "number": number_text(case.number),
        "procedure": case.procedure,
        "version": case.version,
        "state": state_of(case.procedure, case.version, case.state),
        "open": case.open,
        "category": case.category,
        "kind": kind if case.category is None else "",
        "condition": case.condition,
        "place": place_text(case.place),
        "area": code_text(case.area),
        "due_at": case.due_at,
        "urgent": case.urgent,
        "holder": case.holder,
        "source": case.source,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
    }


def case_of(view: View, joined: Iterable[Joined] = ()) -> dict[str, Any]:
    """A case as far as its reader may see it, with the reports that went on in it."""
    case, procedure = view.case, view.procedure
    number = number_text(case.number)
    here = f"{ROOT}/cases/{number}"
    return _facts(case, kind=str(case.record.get(KIND) or "")) | {
        "seq": case.seq,
        "assigned": [
            {"organisation": a.organisation, "role": a.role}
            for a in case.assigned.values()
            if a.until_seq is None
        ],
        "clocks": [
            {
                "key": c.key,
                "due_at": c.due_at,
                "provisional": c.provisional,
                "paused": c.paused_at is not None,
            }
            for c in case.clocks.values()
            if c.stopped_at is None
        ],
        "parties": [
            {"n": p.n, "role": p.role, "contact": p.contact, "erased": p.erased} for p in view.people
        ],
        "files": [_file(f, here) for f in view.files],
        "linked": [number_text(other) for other in view.linked.values()],
        "also_reported": [_joined(each, here) for each in joined],
        "looks": [
            {"organisation": k.organisation, "role": k.role, "at": k.at, "until": k.until, "reason": k.reason}
            for k in view.looks
        ],
        "actions": [
            {"key": a.key, "words": named(a.words), "schema_url": schema_url(procedure, a)}
            for a in view.actions
        ],
        "entries_url": f"{here}/entries",
    }


def _file(file: File, here: str) -> dict[str, Any]:
    return {
        "n": file.n,
        "seq": file.seq,
        "kind": file.kind,
        "size": file.size,
        "name": file.name,
        "erased": file.erased,
        "url": f"{here}/attachments/{file.n}" if file.readable else None,
    }


def _joined(joined: Joined, here: str) -> dict[str, Any]:
    case, number = joined.case, number_text(joined.case.number)
    return {
        "number": number,
        "opened_at": case.opened_at,
        "place": place_text(case.place),
        "category": case.category,
        "urgent": case.urgent,
        "entries": [entry_of(line, joined.procedure) for line in joined.lines],
        "files": [_file(file, f"{here}/also_reported/{number}") for file in joined.files],
    }


def entry_of(line: Line, procedure: Procedure) -> dict[str, Any]:
    """An entry: facts, and words where they are the reader's. Of a post only organisation and role are told."""
    try:
        done = procedure.action(line.action).done
    except KeyError:
        done = Words(zh=line.action, en=line.action)
    return {
        "seq": line.seq,
        "at": line.at,
        "received_at": line.received_at,
        "by": line.actor.partition(":")[0],
        "organisation": line.organisation,
        "role": line.role,
        "time_unsure": TIME_UNSURE in line.outcomes.get("flags", ()),
        "action": line.action,
        "words": named(done),
        "state_from": line.frm,
        "state_to": line.to,
        "facts": line.outcomes.get("facts", {}),
        "why": line.outcomes.get("why", {}),
        "contents": [{"audience": c.audience, "values": c.values, "erased": c.erased} for c in line.contents],
    }


def place_of(spot: Spot, *, language: str) -> dict[str, Any]:
    """A place, its code as a text."""
    return as_dict(spot, language=language) | {"code": code_text(spot.code)}


def procedure_of(procedure: Procedure) -> dict[str, Any]:
    """A procedure: states and actions, each with its words."""
    return {
        "key": procedure.key,
        "version": procedure.version,
        "words": named(procedure.words),
        "purpose": named(procedure.purpose),
        "scheme": procedure.scheme,
        "attachments": list(procedure.attachments),
        "most_attachments": procedure.most_attachments,
        "states": [
            {"key": s.key, "words": named(s.words), "public": named(s.public)} for s in procedure.states
        ],
        "actions": [
            {
                "key": a.key,
                "words": named(a.words),
                "opens": START in a.frm,
                "state_from": list(a.frm),
                "state_to": [*([a.to] if a.to is not None else []), *a.may_lead_to],
                "by": [str(who.relation) for who in a.by],
                "schema_url": schema_url(procedure, a),
            }
            for a in procedure.actions
            if a.on_screen
        ],
    }


def schema_url(procedure: Procedure, action: Action) -> str:
    """Where the JSON Schema of an action's data is."""
    return f"{ROOT}/procedures/{procedure.key}/versions/{procedure.version}/actions/{action.key}"


def action_schema(procedure: Procedure, action: Action, *, language: str, role: str = "") -> dict[str, Any]:
    """The JSON Schema (2020-12) of an action's `data`, drawn from the declaration's fields. `x-files`: it takes files beside them;
    `x-picture`: of this role it needs one.
    """
    fields = [field for field in action.fields if field.kind is not Kind.FILES]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": schema_url(procedure, action),
        "title": action.words.in_language(language),
        "type": "object",
        "additionalProperties": False,
        "required": [field.key for field in fields if field.required],
        "properties": {field.key: _property(field, language) for field in fields},
        "x-files": any(field.kind is Kind.FILES for field in action.fields),
        "x-picture": role in picture_wanted_of(action),
    }


def _property(field: Field, language: str) -> dict[str, Any]:
    made: dict[str, Any] = {"title": field.words.in_language(language), **_type(field, language)}
    if field.hint is not None:
        made["description"] = field.hint.in_language(language)
    made["x-audience"] = "fact" if field.fact else str(field.audience)
    return made


def _type(field: Field, language: str) -> dict[str, Any]:
    match field.kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            shortest = max(field.shortest, 1 if field.required else 0)
            return {"type": "string", "minLength": shortest, "maxLength": field.longest}
        case Kind.CHOICE:
            answers = [{"const": key, "title": words.in_language(language)} for key, words in field.choices]
            return {"type": "string", "oneOf": answers}
        case Kind.YES_NO:
            return {"type": "boolean", **({"const": True} if field.required else {})}
        case Kind.DATE:
            return {"type": "string", "format": "date"}
        case Kind.MOMENT:
            return {"type": "string", "format": "date-time"}
        case Kind.ORGANISATIONS:
            return {"type": "array", "items": {"type": "integer"}, "maxItems": 20, "x-from": "organisations"}
        case Kind.CASE:
            return {"type": "string", "pattern": "^[0-9]{16}$", "x-from": "cases"}
        case Kind.LIMIT:
            number = {"type": "integer", "minimum": 1, "maximum": LONGEST_LIMIT}
            return _object({"n": number, "unit": {"enum": [str(u) for u in Unit]}})
        case Kind.POINT:
            return _point()
        case _:
            return _integer(field)


def _integer(field: Field) -> dict[str, Any]:
    """Whole numbers: a count, or the id of a category, a condition, an organisation, a place."""
    made: dict[str, Any] = {"type": "integer"}
    if field.low is not None:
        made["minimum"] = field.low
    if field.high is not None:
        made["maximum"] = field.high
    source = {
        Kind.CATEGORY: "categories",
        Kind.CONDITION: "categories",
        Kind.ORGANISATION: "organisations",
        Kind.PLACE: "places",
    }.get(field.kind)
    return made | ({"x-from": source} if source else {})


def _point() -> dict[str, Any]:
    """Whole units of 1e-7 degree; `crs` says what the numbers refer to and is converted at the door."""
    made = _object(
        {
            "lng": {"type": "integer", "minimum": -1_800_000_000, "maximum": 1_800_000_000},
            "lat": {"type": "integer", "minimum": -900_000_000, "maximum": 900_000_000},
        }
    )
    made["properties"]["metres"] = {"type": "integer", "minimum": 0}
    made["properties"]["crs"] = {"enum": [str(each) for each in region().datums], "default": "wgs84"}
    return made


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
