# SPDX-License-Identifier: Apache-2.0
"""A mould is one decided history with its case, place, organisations and moments taken out; a cast puts others in.

What a cast gives is byte for byte what the engine writes for that case: the outcomes are the decided ones, digests,
contents, keys and salts are the case's own. Which moments move with the beginning is learnt by deciding the history
twice, `SPAN` apart: one that moved by exactly that moves with it, one that did not move stays, anything else is Unfit.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from struct import Struct
from typing import Any
from uuid import UUID

from anlan.base.digests import canonical
from anlan.base.keys import aad
from anlan.cases import bigrams
from anlan.cases.decide import Decision
from anlan.cases.define import Audience, Kind
from anlan.cases.search import READ_BY_WORKERS
from anlan.config.fill_copy import Types
from anlan.config.fill_forms import (
    EPOCH,
    MICRO,
    ContentMould,
    EntryMould,
    Form,
    Mould,
    Slot,
    as_date,
    as_field,
    as_text,
    form,
    lexeme,
    slot_bare,
    slot_text,
    split,
)
from anlan.config.fill_scene import Spot
from anlan.config.fill_words import HERE
from anlan.indicators.keep import Held, facts_of
from anlan.places.calendars import WorkCalendar

SPAN = timedelta(minutes=25)
"""How far the casts of one mould spread over time."""
ORGANISATIONS = frozenset({"suggested", "handed_up_from", "returned_1", "returned_2"})
"""Typed columns of a report that name organisations."""

_MOMENTS = ("started_at", "due_at", "told", "stopped_at", "paused_at", "next_at")
_int: Mapping[str, Struct] = {"smallint": Struct(">h"), "integer": Struct(">i"), "bigint": Struct(">q")}
FIXED = {"raw": 16, "nonce": 16, "digest": 32, "payload": 32, "keyed": 32, "at": 8}
"""Bytes of the slots that always have as many, by the first word of their names."""


class Unfit(Exception):  # noqa: N818 - an answer: this history cannot be cast
    """This history cannot be varied; the message says why."""


def make_mould(
    first: list[Decision], second: list[Decision], spot: Spot, *, types: Types, calendar: WorkCalendar
) -> Mould:
    """The mould of a history decided twice, `SPAN` apart. Raises Unfit."""
    if [d.entry.action for d in first] != [d.entry.action for d in second]:
        raise Unfit("it went another way a little later")
    if bigrams.local_day(first[0].entry.at) != bigrams.local_day(second[0].entry.at):
        raise Unfit("it begins on two days")
    maker = _Maker(spot=spot, types=types)
    entries = tuple(maker.entry(a, b) for a, b in zip(first, second, strict=True))
    maker.projection(first[-1], second[-1])
    last = first[-1].after
    facts = facts_of(last, calendar=calendar)
    if facts != facts_of(second[-1].after, calendar=calendar):
        raise Unfit("it counts otherwise a little later")
    for held in facts:
        maker.held(held)
    return Mould(
        began=first[0].entry.at,
        entries=entries,
        rows=tuple(maker.rows),
        parties=maker.parties,
        files=last.attachments,
        parts=tuple({spot.parts[a.organisation] for a in last.assigned.values()}),
        lexemes=frozenset(lexeme(token) for token in bigrams.said(maker.tokens)),
        category=last.category,
        condition=last.condition,
        facts=tuple(facts),
    )


@dataclass(slots=True)
class _Maker:
    spot: Spot
    types: Types
    rows: list[tuple[str, Form]] = field(default_factory=list)
    parties: dict[int, bytes] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    def part(self, organisation: int) -> str:
        part = self.spot.parts.get(organisation)
        if part is None:
            raise Unfit(f"organisation {organisation} is none of the place's own")
        return part

    def moves(self, a: datetime, b: datetime) -> bool:
        """Whether a moment moves with the beginning; else it stays."""
        if b - a not in {timedelta(0), SPAN}:
            raise Unfit("a moment moves in another way")
        return b > a

    def moment(self, a: datetime, b: datetime) -> str:
        """A moment in JSON."""
        micros = (a - EPOCH) // MICRO
        return slot_text(f"time:{micros}") if self.moves(a, b) else as_text(micros).decode()

    def entry(self, a: Decision, b: Decision) -> EntryMould:
        one, other = a.entry, b.entry
        if a.contents and [c.plain for c in a.contents] != [c.plain for c in b.contents]:
            raise Unfit("its words differ")
        seq = one.seq
        self._take_tokens(a)
        post = self.post(a) if one.actor.startswith("post:") else ""
        body = [
            one.format, one.algorithm, slot_text("id"), seq, self.moment(one.at, other.at),
            self.moment(one.received_at, other.received_at), slot_text(post) if post else one.actor, one.action, one.frm, one.to, one.audience,
            slot_bare(f"outcomes:{seq}"), slot_text(f"hex:digest:{seq - 1}") if seq > 1 else "",
        ]  # fmt: skip
        self.row("entry", {
            "case_id": Slot("raw"), "seq": seq, "format": one.format, "algorithm": one.algorithm,
            "at": (one.at, other.at), "received_at": (one.received_at, other.received_at),
            "actor": Slot(post) if post else one.actor, "action": one.action, "from_state": one.frm, "to_state": one.to,
            "audience": one.audience, "outcomes": Slot(f"jsonb:{seq}"),
            "prev": Slot(f"digest:{seq - 1}") if seq > 1 else b"", "digest": Slot(f"digest:{seq}"),
        })  # fmt: skip
        self.row("request", {"case_id": Slot("raw"), "request_id": Slot(f"nonce:{seq}"),
                             "payload": Slot(f"payload:{seq}"), "seq": seq})  # fmt: skip
        for c in a.contents:
            self.row("content", {"case_id": Slot("raw"), "seq": seq, "n": c.n, "audience": c.audience,
                                 "sealed": Slot(f"sealed:{seq}:{c.n}")})  # fmt: skip
        for n, party in a.parties:
            self.parties[n] = json.dumps(dict(party.contact), separators=(",", ":")).encode()
            self.row(
                "party", {"case_id": Slot("raw"), "n": n, "role": party.role, "sealed": Slot(f"party:{n}")}
            )
        for n, file in a.files:
            self.row("attachment", {
                "case_id": Slot("raw"), "n": n, "seq": seq, "kind": file.kind, "size": file.size,
                "keyed": Slot("keyed"), "audience": str(file.audience), "sealed_name": None, "erased": False,
            })  # fmt: skip
        return EntryMould(
            seq=seq,
            outcomes=form(split(canonical(self._outcomes(one.outcomes, other.outcomes, a)))),
            body=form(split(canonical(body))),
            contents={
                c.n: ContentMould(
                    plain=form(split(c.plain)),
                    bound=aad(UUID(int=0), "content", seq, f"{c.n}:{c.audience}")[16:],
                )
                for c in a.contents
            },
        )

    def post(self, decision: Decision) -> str:
        """The slot of the post that acted."""
        by = decision.envelope.by if decision.envelope else None
        if by is None or by.organisation_id is None:
            raise Unfit("an entry of a post without its organisation")
        return f"post:{by.role}:{self.part(by.organisation_id)}"

    def _take_tokens(self, decision: Decision) -> None:
        action = decision.procedure.action(decision.entry.action)
        free = {f.key for f in action.fields if f.kind in {Kind.TEXT, Kind.LONG_TEXT}}
        for content in decision.contents:
            if Audience(content.audience) in READ_BY_WORKERS:
                for key, value in json.loads(content.plain).items():
                    if key in free and isinstance(value, str):
                        # The name stands apart from its neighbours, so its own tokens can be added per cast.
                        self.tokens |= bigrams.tokens(value.replace(HERE, " "))

    def _outcomes(self, a: Mapping[str, Any], b: Mapping[str, Any], decision: Decision) -> dict[str, Any]:
        if a.keys() != b.keys() or "links" in a or "area" in a:
            raise Unfit("its outcomes differ")
        seq = decision.entry.seq
        found = dict(a)
        for key, value in a.items():
            match key:
                case "opened":
                    found[key] = {
                        **value,
                        "number": slot_bare("text:number"),
                        "place": slot_bare("text:place"),
                        "area": slot_bare("text:area"),
                    }
                case "assign":
                    found[key] = [{**row, "organisation": self.org(row["organisation"])} for row in value]
                case "clocks":
                    found[key] = [self._clock(*pair) for pair in zip(value, b[key], strict=True)]
                case "record":
                    self._same({k: v for k, v in value.items() if k != "urged_due"}, b[key])
                    found[key] = {k: self.org(v) if k in ORGANISATIONS else v for k, v in value.items()}
                case "barred":
                    found[key] = self.org(value)
                case "facts":
                    self._same(value, b[key])
                    found[key] = {**value, **self._named(value, decision)}
                case "contents":
                    found[key] = [
                        {**row, "digest": slot_text(f"hex:content:{seq}:{row['n']}")} for row in value
                    ]
                case "attachments":
                    found[key] = [{**row, "keyed": slot_text("hex:keyed")} for row in value]
                case _:
                    self._same(value, b[key])
        return found

    def _same(self, a: Any, b: Any) -> None:
        if isinstance(a, dict) and any(b.get(key) != value for key, value in a.items()):
            raise Unfit("its outcomes differ a little later")
        if not isinstance(a, dict) and a != b:
            raise Unfit("its outcomes differ a little later")

    def _named(self, facts: Mapping[str, Any], decision: Decision) -> dict[str, Any]:
        action = decision.procedure.action(decision.entry.action)
        single = {f.key for f in action.fields if f.kind is Kind.ORGANISATION}
        many = {f.key for f in action.fields if f.kind is Kind.ORGANISATIONS}
        return {
            key: self.org(value) if key in single else [self.org(one) for one in value]
            for key, value in facts.items()
            if key in single | many
        }

    def org(self, organisation: int | None) -> Any:
        return None if organisation is None else slot_bare(f"text:{self.part(organisation)}")

    def _clock(self, a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
        found = {**a, "owner": self.org(a["owner"])}
        for key, value in a.items():
            if key in _MOMENTS:
                pair = datetime.fromisoformat(value), datetime.fromisoformat(b[key])
                found[key] = self.moment(*pair)
            elif key != "owner" and value != b[key]:
                raise Unfit("a clock differs a little later")
        if a.keys() != b.keys():
            raise Unfit("a clock differs a little later")
        return found

    def projection(self, a: Decision, b: Decision) -> None:
        """Rows of the case as it stands at the end, with its assignments, clocks and typed columns."""
        one, other = a.after, b.after
        self.row("case", {
            "id": Slot("raw"), "state": one.state, "version": one.version, "open": one.open, "seq": one.seq,
            "digest": Slot(f"digest:{one.seq}"), "material_seq": one.material_seq,
            "closed_at": (one.closed_at, other.closed_at), "area": Slot("area"), "category_id": one.category,
            "condition_id": one.condition, "urgent": one.urgent, "barred": self.raw_org(one.barred),
            "holder_id": self.raw_org(one.holder), "due_at": (one.due_at, other.due_at), "number": Slot("number"),
            "procedure": one.procedure, "opened_at": (one.opened_at, other.opened_at), "place_id": Slot("place"),
            "source": one.source, "key": Slot("key"), "published_as": None, "published_at": None,
        })  # fmt: skip
        for n, held in one.assigned.items():
            self.row("assignment", {
                "case_id": Slot("raw"), "n": n, "organisation_id": self.raw_org(held.organisation), "role": held.role,
                "since_seq": held.since_seq, "until_seq": held.until_seq, "open": one.open,
                "opened_at": (one.opened_at, other.opened_at), "due_at": (one.due_at, other.due_at),
                "urgent": one.urgent,
            })  # fmt: skip
        for n, run in one.clocks.items():
            later = other.clocks[n]
            self.row("clock", {
                "case_id": Slot("raw"), "n": n, "key": run.key, "limit_n": run.n, "unit": run.unit,
                "calendar": run.calendar, "calendar_version": run.calendar_version, "provisional": run.provisional,
                "owner_id": self.raw_org(run.owner), "stage": run.stage,
                **{key: (getattr(run, key), getattr(later, key)) for key in _MOMENTS},
            })  # fmt: skip
        if one.record:
            record = {k: self.raw_org(v) if k in ORGANISATIONS else v for k, v in one.record.items()}
            self.row("record", {"case_id": Slot("raw"), **record})

    def held(self, held: Held) -> None:
        """What the case counts for on a day."""
        self.row("facts", {
            "case_id": Slot("raw"), "day": held.day, "procedure": held.procedure, "area": Slot("area"),
            "about": self.raw_org(held.about), "facts": held.facts,
        })  # fmt: skip

    def raw_org(self, organisation: int | None) -> Slot | None:
        return None if organisation is None else Slot(self.part(organisation))

    def row(self, table: str, values: Mapping[str, Any]) -> None:
        """One binary COPY row, in the order of the database's columns as `types` has them."""
        types = self.types[table]
        if values.keys() != types.keys():
            raise LookupError(f"{table}: {sorted(values.keys() ^ types.keys())}")
        pieces: list[bytes | str] = [Struct(">h").pack(len(types))]
        for column, kind in types.items():
            pieces += self._field(values[column], kind)
        self.rows.append((table, form(pieces)))

    def _field(self, value: Any, kind: str) -> list[bytes | str]:
        match value:
            case None | (None, None):
                return [b"\xff\xff\xff\xff"]
            case (None, _) | (_, None):
                raise Unfit("a moment is there only at first")
            case (a, b):
                micros = (a - EPOCH) // MICRO
                return [
                    _int["integer"].pack(8),
                    f"at:{micros}" if self.moves(a, b) else _int["bigint"].pack(micros),
                ]
            case Slot(name) if kind in _int:
                size = _int[kind].size
                return [_int["integer"].pack(size), f"int{size}:{name}"]
            case Slot(name):
                length = FIXED.get(name.partition(":")[0])
                return [_int["integer"].pack(length) if length else f"length:{name}", name]
        if kind in _int:
            return [as_field(_int[kind].pack(value))]
        if kind == "date":
            return [as_field(_int["integer"].pack(as_date(value)))]
        if kind == "boolean":
            return [as_field(b"\x01" if value else b"\x00")]
        if kind in {"text", "bytea"}:
            return [as_field(value.encode() if kind == "text" else value)]
        raise LookupError(f"no binary form of {kind}")
