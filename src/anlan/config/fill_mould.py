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
from anlan.config.fill_forms import (
    EPOCH,
    GAP,
    MICRO,
    SLOT,
    TEXT,
    ContentMould,
    EntryMould,
    Form,
    Mould,
    Sheet,
    Slot,
    as_field,
    as_text,
    lexeme,
    slot_bare,
    slot_text,
    split,
)
from anlan.config.fill_scene import Spot
from anlan.config.fill_words import HERE

SPAN = timedelta(minutes=25)
"""How far the casts of one mould spread over time."""
ORGANISATIONS = frozenset({"suggested", "handed_up_from"})
"""Typed columns of a report that name organisations."""

_MOMENTS = ("started_at", "due_at", "told", "stopped_at", "paused_at", "next_at")
_int: Mapping[str, Struct] = {"smallint": Struct(">h"), "integer": Struct(">i"), "bigint": Struct(">q")}
LENGTH_8, LENGTH_16 = Struct(">i").pack(8), Struct(">i").pack(16)


class Unfit(Exception):  # noqa: N818 - an answer: this history cannot be cast
    """This history cannot be varied; the message says why."""


Types = Mapping[str, Mapping[str, str]]
"""Column types by table, as the database has them."""


def make_mould(first: list[Decision], second: list[Decision], spot: Spot, *, types: Types) -> Mould:
    """The mould of a history decided twice, `SPAN` apart. Raises Unfit."""
    if [d.entry.action for d in first] != [d.entry.action for d in second]:
        raise Unfit("it went another way a little later")
    maker = _Maker(spot=spot, sheet=Sheet(), types=types)
    entries = tuple(maker.entry(a, b) for a, b in zip(first, second, strict=True))
    maker.projection(first[-1], second[-1])
    last = first[-1].after
    numbers = maker.sheet.numbers
    if bigrams.local_day(first[0].entry.at) != bigrams.local_day(second[0].entry.at):
        raise Unfit("it begins on two days")
    return Mould(
        slots=numbers,
        base=tuple(_constant(name) for name in numbers),
        own=tuple((slot, name) for name, slot in numbers.items() if _kind(name) == "own"),
        of_spot=tuple((slot, name) for name, slot in numbers.items() if _kind(name) == "spot"),
        texts=tuple(
            (slot, int(name[4:-1]))
            for name, slot in numbers.items()
            if name[:4] == "at:t" and name[-1] == "+"
        ),
        instants=tuple(
            (slot, int(name[4:-1]))
            for name, slot in numbers.items()
            if name[:4] == "at:b" and name[-1] == "+"
        ),
        began=first[0].entry.at,
        entries=entries,
        rows=tuple(maker.rows),
        parties=tuple(maker.parties),
        files=last.attachments,
        parts=tuple({spot.parts[a.organisation] for a in last.assigned.values()}),
        lexemes=frozenset(lexeme(token) for token in maker.tokens),
        salts=sum(1 + len(entry.contents) for entry in entries),
        category=last.category,
        condition=last.condition,
        open=last.open,
        state=last.state,
    )


OWN = frozenset(
    {"id", "raw:id", "number", "number#8", "place", "place#4", "place#8", "area", "area#8", "field:key"}
)
"""Slots that each cast of any mould fills."""


def _kind(name: str) -> str:
    if name in OWN:
        return "own"
    bare = name.removeprefix("field:")
    return "spot" if name == "name" or bare.startswith(("org:", "post:")) else ""


def _constant(name: str) -> bytes:
    """A moment that stays, in the slot's own spelling; nothing for slots that casts fill."""
    if name[:3] != "at:" or name[-1] != "=":
        return b""
    micros = int(name[4:-1])
    return as_text(micros) if name[3] == "t" else Struct(">q").pack(micros)


@dataclass(slots=True)
class _Maker:
    spot: Spot
    sheet: Sheet
    types: Types
    rows: list[tuple[str, Form]] = field(default_factory=list)
    parties: list[tuple[int, bytes]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)

    def part(self, organisation: int) -> str:
        part = self.spot.parts.get(organisation)
        if part is None:
            raise Unfit(f"organisation {organisation} is none of the place's own")
        return part

    def moment(self, a: datetime, b: datetime, form: str) -> str:
        """The slot of a moment; `form` is t (text) or b (binary)."""
        if b - a not in {timedelta(0), SPAN}:
            raise Unfit("a moment moves in another way")
        return f"at:{form}{(a - EPOCH) // MICRO}{'+' if b > a else '='}"

    def entry(self, a: Decision, b: Decision) -> EntryMould:
        one, other = a.entry, b.entry
        if a.contents and [c.plain for c in a.contents] != [c.plain for c in b.contents]:
            raise Unfit("its words differ")
        seq = one.seq
        slot = self.sheet.slot
        contents = tuple(
            ContentMould(
                plain=self.sheet.form(split(c.plain)),
                bound=aad(UUID(int=0), "content", seq, f"{c.n}:{c.audience}")[16:],
                digest=slot(f"content:{seq}:{c.n}"),
                sealed=slot(f"field:sealed:{seq}:{c.n}"),
            )
            for c in a.contents
        )
        self._take_tokens(a)
        actor: str = one.actor
        if actor.startswith("post:"):
            by = self.spot_post(a)
            actor = f"post:{slot_text(by)}"
        outcomes = self._outcomes(one.outcomes, other.outcomes, a)
        at, received = (
            self.moment(one.at, other.at, "t"),
            self.moment(one.received_at, other.received_at, "t"),
        )
        body = [
            one.format, one.algorithm, slot_text("id"), seq, slot_text(at), slot_text(received), actor, one.action,
            one.frm, one.to, one.audience, GAP, slot_text(f"prev:{seq}"),
        ]  # fmt: skip
        before, after = canonical(body).split(f'"{GAP}"'.encode())
        row = {
            "case_id": Slot("raw:id"), "seq": seq, "format": one.format, "algorithm": one.algorithm,
            "at": (one.at, other.at), "received_at": (one.received_at, other.received_at),
            "actor": actor, "action": one.action, "from_state": one.frm, "to_state": one.to,
            "audience": one.audience, "outcomes": Slot(f"outcomes:{seq}"), "prev": Slot(f"rawprev:{seq}"),
            "digest": Slot(f"rawdigest:{seq}"),
        }  # fmt: skip
        self.row("entry", row)
        self.row("request", {"case_id": Slot("raw:id"), "request_id": Slot(f"request:{seq}"),
                             "payload": Slot(f"payload:{seq}"), "seq": seq})  # fmt: skip
        for c in a.contents:
            self.row("content", {"case_id": Slot("raw:id"), "seq": seq, "n": c.n, "audience": c.audience,
                                 "sealed": Slot(f"sealed:{seq}:{c.n}")})  # fmt: skip
        for n, party in a.parties:
            contact = json.dumps(dict(party.contact), separators=(",", ":")).encode()
            self.parties.append((n, contact))
            self.row(
                "party", {"case_id": Slot("raw:id"), "n": n, "role": party.role, "sealed": Slot(f"party:{n}")}
            )
        for n, file in a.files:
            self.row("attachment", {
                "case_id": Slot("raw:id"), "n": n, "seq": seq, "kind": file.kind, "size": file.size,
                "keyed": Slot("rawkeyed"), "audience": str(file.audience), "sealed_name": None, "erased": False,
            })  # fmt: skip
        return EntryMould(
            seq=seq,
            outcomes=self.sheet.form(split(canonical(outcomes))),
            before=self.sheet.form(split(before)),
            after=self.sheet.form(split(after)),
            contents=contents,
            prev=slot(f"prev:{seq}"),
            raw_outcomes=slot(f"field:outcomes:{seq}"),
            raw_prev=slot(f"field:rawprev:{seq}"),
            raw_digest=slot(f"field:rawdigest:{seq}"),
            request=slot(f"request:{seq}"),
            payload=slot(f"field:payload:{seq}"),
        )

    def spot_post(self, decision: Decision) -> str:
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
                        "number": slot_bare("number"),
                        "place": slot_bare("place"),
                        "area": slot_bare("area"),
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
                    found[key] = [{**row, "digest": slot_text(f"content:{seq}:{row['n']}")} for row in value]
                case "attachments":
                    found[key] = [{**row, "keyed": slot_text("keyed")} for row in value]
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
        return None if organisation is None else slot_bare(f"org:{self.part(organisation)}")

    def _clock(self, a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
        found = {**a, "owner": self.org(a["owner"])}
        for key, value in a.items():
            if key in _MOMENTS:
                pair = datetime.fromisoformat(value), datetime.fromisoformat(b[key])
                found[key] = slot_text(self.moment(*pair, "t"))
            elif key != "owner" and value != b[key]:
                raise Unfit("a clock differs a little later")
        if a.keys() != b.keys():
            raise Unfit("a clock differs a little later")
        return found

    def projection(self, a: Decision, b: Decision) -> None:
        """Rows of the case as it stands at the end, with its assignments, clocks and typed columns."""
        one, other = a.after, b.after
        self.row("case", {
            "id": Slot("raw:id"), "state": one.state, "version": one.version, "open": one.open, "seq": one.seq,
            "digest": Slot(f"rawdigest:{one.seq}"), "material_seq": one.material_seq,
            "closed_at": (one.closed_at, other.closed_at), "area": Slot("raw:area"), "category_id": one.category,
            "condition_id": one.condition, "urgent": one.urgent, "barred": self.raw_org(one.barred),
            "holder_id": self.raw_org(one.holder), "due_at": (one.due_at, other.due_at), "number": Slot("raw:number"),
            "procedure": one.procedure, "opened_at": (one.opened_at, other.opened_at), "place_id": Slot("raw:place"),
            "source": one.source, "key": Slot("key"),
        })  # fmt: skip
        for n, held in one.assigned.items():
            self.row("assignment", {
                "case_id": Slot("raw:id"), "n": n, "organisation_id": self.raw_org(held.organisation), "role": held.role,
                "since_seq": held.since_seq, "until_seq": held.until_seq, "open": one.open,
                "opened_at": (one.opened_at, other.opened_at), "due_at": (one.due_at, other.due_at),
            })  # fmt: skip
        for n, run in one.clocks.items():
            later = other.clocks[n]
            self.row("clock", {
                "case_id": Slot("raw:id"), "n": n, "key": run.key, "limit_n": run.n, "unit": run.unit,
                "calendar": run.calendar, "calendar_version": run.calendar_version, "provisional": run.provisional,
                "owner_id": self.raw_org(run.owner), "stage": run.stage,
                **{key: (getattr(run, key), getattr(later, key)) for key in _MOMENTS},
            })  # fmt: skip
        if one.record:
            record = {k: self.raw_org(v) if k in ORGANISATIONS else v for k, v in one.record.items()}
            self.row("record", {"case_id": Slot("raw:id"), **record})

    def raw_org(self, organisation: int | None) -> Slot | None:
        return None if organisation is None else Slot(f"org:{self.part(organisation)}")

    def row(self, table: str, values: Mapping[str, Any]) -> None:
        """One binary COPY row, in the order of the database's columns as `types` has them."""
        types = self.types[table]
        if values.keys() != types.keys():
            raise LookupError(f"{table}: {sorted(values.keys() ^ types.keys())}")
        pieces: list[bytes | str] = [Struct(">h").pack(len(types))]
        for column, kind in types.items():
            pieces += self._field(values[column], kind)
        self.rows.append((table, self.sheet.form(pieces)))

    def _field(self, value: Any, kind: str) -> list[bytes | str]:
        if isinstance(value, tuple):
            a, b = value
            if (a is None) is not (b is None):
                raise Unfit("a moment is there only at first")
            value = None if a is None else Slot(self.moment(a, b, "b"))
        if value is None:
            return [b"\xff\xff\xff\xff"]
        if isinstance(value, Slot):
            return self._slot(value.name, kind)
        if kind in _int:
            packed = _int[kind].pack(value)
        elif kind == "boolean":
            packed = b"\x01" if value else b"\x00"
        elif kind == "text":
            if TEXT[0] in value:
                name = SLOT.search(value)
                assert name is not None
                return [f"field:{name[1]}"]
            packed = value.encode()
        else:
            raise LookupError(f"no binary form of {kind}")
        return [as_field(packed)]

    def _slot(self, name: str, kind: str) -> list[bytes | str]:
        if kind in _int:
            size = _int[kind].size
            return [Struct(">i").pack(size), f"{name.removeprefix('raw:')}#{size}"]
        if kind == "timestamp with time zone":
            return [LENGTH_8, name]
        if kind == "uuid":
            return [LENGTH_16, name]
        # What has no fixed length brings it along.
        return [f"field:{name}"]
