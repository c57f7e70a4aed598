# SPDX-License-Identifier: Apache-2.0
"""decide(loaded, envelope): whether and how a case changes. Pure: no database, no clock, no randomness of its own.

Order: permission, state, freshness, cleaned data, guard, effect, new state, assignments, clocks, entry. It raises
a `Refused`, it never returns quietly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.base.digests import Algorithm, canonical, salted
from anlan.base.errors import Conflict, Invalid, NotAllowed, NotFound
from anlan.base.ids import case_number
from anlan.cases.apply import apply, write_clock, write_moment
from anlan.cases.chain import entry_digest
from anlan.cases.clean import as_words, clean
from anlan.cases.clocks import Change, Owners, run_clocks
from anlan.cases.define import START, Action, Audience, Effect, Procedure, Refusal
from anlan.cases.known import Known
from anlan.cases.may import may, sees
from anlan.cases.moment import Moment
from anlan.cases.projection import Entry, Projection
from anlan.people.may import SYSTEM, Actor

SOURCES = ("resident", "grid", "office", "hotline", "inspection", "system", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParty:
    """A person's part in a case being opened: their role, what is sealed of them, the account if they have one."""

    role: str
    contact: Mapping[str, Any] = field(default_factory=dict)
    account_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file already stored under its per-case keyed digest, ready to become part of an entry.

    `plain` is the digest of its bytes, which a repetition under another key has too; it is never kept.
    """

    keyed: bytes
    plain: bytes
    kind: str
    size: int
    name: str = ""
    audience: str = Audience.OFFICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One wish to act. `at` is the time of the act, `received_at` of its arrival; `expect` the entry the actor had
    seen; `salt` 16 random bytes, `spares` ids for cases this may open, both made by the door so deciding stays pure.
    `party` is the party a follow code proved; `procedure`, `place`, `source` and `key` (the new case's wrapped key,
    under which the files are stored already) are for opening."""

    case_id: UUID
    action: str
    by: Actor
    at: datetime
    received_at: datetime
    request_id: UUID
    salt: bytes
    data: Mapping[str, Any] = field(default_factory=dict)
    expect: int | None = None
    party: int | None = None
    procedure: str | None = None
    place: int | None = None
    source: str = "other"
    parties: tuple[NewParty, ...] = ()
    files: tuple[Stored, ...] = ()
    spares: tuple[UUID, ...] = ()
    flags: tuple[str, ...] = ()
    key: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What `load` found for a batch: projections by case, and all that decisions may read."""

    cases: dict[UUID, Projection]
    procedures: Mapping[tuple[str, int], Procedure]
    newest: Mapping[str, Procedure]
    known: Known
    active: frozenset[int]
    areas: Mapping[int, int]
    own: Mapping[UUID, tuple[int, ...]]
    algorithm: Algorithm


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealable:
    """A content before encryption: what `write` seals under the case's key."""

    n: int
    audience: str
    salt: bytes
    plain: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One entry with all that is written beside it. `envelope` is None for entries caused in other cases."""

    before: Projection | None
    after: Projection
    entry: Entry
    procedure: Procedure
    envelope: Envelope | None
    contents: tuple[Sealable, ...]
    parties: tuple[tuple[int, NewParty], ...] = ()
    files: tuple[tuple[int, Stored], ...] = ()


def decide(loaded: Loaded, envelope: Envelope) -> list[Decision]:
    """The decisions that `envelope` leads to, its own last. `loaded.cases` is left as it was.

    Raises NotFound, NotAllowed, Conflict or Invalid (all `Refused`) with words for the user.
    """
    case = loaded.cases.get(envelope.case_id)
    procedure = _procedure(loaded, envelope, case)
    parties = _parties(loaded, envelope, case)
    if case is not None and not sees(envelope.by, case, parties=parties, known=loaded.known):
        raise NotFound()
    try:
        action = procedure.action(envelope.action)
    except KeyError:
        raise NotFound() from None
    area = _area(loaded, envelope, case)
    if not may(
        envelope.by, action, case, procedure=procedure.key, parties=parties, known=loaded.known
    ):
        raise NotAllowed()
    _check_state(procedure, action, case, envelope)
    moment = Moment(
        procedure=procedure,
        action=action,
        case=case,
        by=envelope.by,
        parties=parties,
        at=envelope.at.astimezone(UTC),
        data=clean(action.fields, envelope.data, known=loaded.known),
        known=loaded.known,
        place=case.place if case else (envelope.place or 0),
        area=area,
        others={key: value for key, value in loaded.cases.items() if key != envelope.case_id},
        active=loaded.active,
        files=len(envelope.files),
    )
    if len(envelope.files) + (case.attachments if case else 0) > procedure.most_attachments * 3:
        raise Invalid(fields={"files": _("This case has no room for more files.")})
    effect = _judge(moment)
    return _settle(loaded, moment, effect, envelope)


def _procedure(loaded: Loaded, envelope: Envelope, case: Projection | None) -> Procedure:
    if case is not None:
        return loaded.procedures[case.procedure, case.version]
    if envelope.procedure is None or envelope.procedure not in loaded.newest:
        raise NotFound()
    return loaded.newest[envelope.procedure]


def _parties(loaded: Loaded, envelope: Envelope, case: Projection | None) -> tuple[int, ...]:
    if case is None:
        return ()
    found = set(loaded.own.get(case.id, ())) if envelope.by.kind == "resident" else set()
    if envelope.party is not None and envelope.party in case.parties:
        found.add(envelope.party)
    return tuple(sorted(found))


def _area(loaded: Loaded, envelope: Envelope, case: Projection | None) -> int:
    if case is not None:
        return case.area
    area = loaded.areas.get(envelope.place or 0)
    if area is None:
        raise Invalid(fields={"place": _("Please choose the place from the list.")})
    return area


def _check_state(procedure: Procedure, action: Action, case: Projection | None, envelope: Envelope) -> None:
    if (case.state if case else START) not in action.frm:
        if case is None:
            raise NotFound()
        raise Conflict(
            _("This case is now “%(state)s”, so this can no longer be done. Nothing you typed is lost.")
            % {"state": procedure.state(case.state).words.in_language(get_language() or "zh")},
            seq=case.seq,
        )
    if case is not None and envelope.expect is not None and case.material_seq > envelope.expect:
        raise Conflict(
            _("The case has changed since you opened it. Please look at what is new, then send again."),
            seq=case.seq,
        )


def _judge(moment: Moment) -> Effect:
    action = moment.action
    try:
        if action.guard is not None:
            action.guard(moment)
        return action.effect(moment) if action.effect is not None else Effect()
    except Refusal as refusal:
        words = refusal.words.in_language(get_language() or "zh")
        raise Invalid(words, fields={refusal.field: words} if refusal.field else {}) from None


def _settle(loaded: Loaded, moment: Moment, effect: Effect, envelope: Envelope | None) -> list[Decision]:
    """The caused decisions (openings, entries of linked cases), then the decision itself citing them."""
    caused: list[Decision] = []
    links: list[dict[str, Any]] = []
    head = moment.case.digest if moment.case else b""
    own_id = envelope.case_id if envelope else moment.open_case.id
    for index, opening in enumerate(effect.opens):
        if envelope is None or index >= len(envelope.spares):
            raise Invalid(_("This opens more cases than one request may."))
        child_id = envelope.spares[index]
        child = _caused(loaded, moment, own_id, head, opening.kind, child_id, opening.action, envelope,
                        data=opening.data, procedure=loaded.newest[opening.procedure])
        caused.append(child)
        links.append({"kind": str(opening.kind), "case": str(child_id), "digest": child.entry.digest.hex()})
    for link in effect.links:
        other = moment.others.get(link.case_id)
        if other is None:
            raise NotFound()
        digest = other.digest
        if link.action is not None:
            answer = _caused(loaded, moment, own_id, head, link.kind, link.case_id, link.action, envelope,
                             data={}, procedure=loaded.procedures[other.procedure, other.version], case=other)
            caused.append(answer)
            digest = answer.entry.digest
        links.append({"kind": str(link.kind), "case": str(link.case_id), "digest": digest.hex()})
    return [*caused, _enter(loaded, moment, effect, envelope, own_id, links)]


def _caused(
    loaded: Loaded,
    moment: Moment,
    cause: UUID,
    head: bytes,
    kind: str,
    case_id: UUID,
    action: str,
    envelope: Envelope | None,
    *,
    data: Mapping[str, Any],
    procedure: Procedure,
    case: Projection | None = None,
) -> Decision:
    declared = procedure.action(action)
    if (case.state if case else START) not in declared.frm:
        raise Conflict(_("The other case can no longer be joined to this one."), seq=None)
    other = replace(
        moment,
        procedure=procedure,
        action=declared,
        case=case,
        parties=(),
        data=clean(declared.fields, data, known=loaded.known),
        area=case.area if case else moment.area,
        place=case.place if case else moment.place,
        files=0,
    )
    effect = _judge(other)
    if effect.opens or effect.links:
        raise Invalid(_("A caused entry may not cause others."))
    link = {"kind": kind, "case": str(cause), "digest": head.hex()}
    salt = sha256((envelope.salt if envelope else b"") + case_id.bytes).digest()[:16]
    return _enter(loaded, other, effect, None, case_id, [link], salt=salt, received_at=envelope.received_at
                  if envelope else moment.at)


def _enter(
    loaded: Loaded,
    moment: Moment,
    effect: Effect,
    envelope: Envelope | None,
    case_id: UUID,
    links: Sequence[Mapping[str, Any]],
    *,
    salt: bytes = b"",
    received_at: datetime | None = None,
) -> Decision:
    case, procedure, action = moment.case, moment.procedure, moment.action
    to = _next_state(procedure, action, case, effect)
    outcomes: dict[str, Any] = {}
    if case is None:
        source = envelope.source if envelope and envelope.source in SOURCES else "system"
        outcomes["opened"] = {
            "procedure": procedure.key,
            "version": procedure.version,
            "number": case_number(case_id),
            "place": moment.place,
            "area": moment.area,
            "source": source,
        }
    if action.material:
        outcomes["material"] = True
    state = procedure.state(to)
    if case is None or state.open != case.open:
        outcomes["is_open"] = state.open
    for key in ("area", "category", "condition", "urgent", "barred"):
        value = getattr(effect, key)
        if value is not None:
            outcomes[key] = value
    _assign(outcomes, case, effect)
    _clocks(outcomes, moment, effect, to, loaded.known)
    if effect.record:
        outcomes["record"] = {key: _plain(value) for key, value in effect.record.items()}
    if effect.version is not None:
        outcomes["version"] = effect.version
    if effect.erased:
        outcomes["erased"] = list(effect.erased)
    if effect.why:
        outcomes["why"] = dict(effect.why)
    facts = {f.key: as_words(moment.data[f.key]) for f in action.fields if f.fact and f.key in moment.data}
    if facts:
        outcomes["facts"] = facts
    if links:
        outcomes["links"] = list(links)
    outcomes["rules"] = loaded.known.rules_used()
    if envelope is not None and envelope.flags:
        outcomes["flags"] = list(envelope.flags)
    parties = _new_parties(outcomes, envelope)
    files = _files(outcomes, case, envelope)
    contents = _contents(outcomes, moment, envelope.salt if envelope else salt, loaded.algorithm)
    entry = Entry(
        case_id=case_id,
        seq=case.seq + 1 if case else 1,
        at=moment.at,
        received_at=(envelope.received_at if envelope else received_at or moment.at).astimezone(UTC),
        actor=_actor(moment) if envelope is not None or moment.by.kind == "post" else "system",
        action=action.key,
        frm=case.state if case else START,
        to=to,
        audience=str(action.audience),
        outcomes=outcomes,
        prev=case.digest if case else b"",
        digest=b"",
        algorithm=int(loaded.algorithm),
    )
    entry = replace(entry, digest=entry_digest(entry))
    return Decision(
        before=case,
        after=apply(case, entry),
        entry=entry,
        procedure=procedure,
        envelope=envelope,
        contents=contents,
        parties=parties,
        files=files,
    )


def _actor(moment: Moment) -> str:
    if moment.by.kind == "post":
        return f"post:{moment.by.post_id}"
    if moment.parties:
        return f"party:{moment.parties[0]}"
    return "party:1" if moment.case is None and moment.by is not SYSTEM else "system"


def _next_state(procedure: Procedure, action: Action, case: Projection | None, effect: Effect) -> str:
    to = effect.to if effect.to is not None else action.to
    if to is None:
        to = case.state if case else START
    elif effect.to is not None and effect.to not in (*action.may_lead_to, action.to):
        raise LookupError(f"{procedure.key}.{action.key} may not lead to {effect.to}")
    procedure.state(to)
    return to


def _plain(value: Any) -> Any:
    return write_moment(value) if isinstance(value, datetime) else value


def _assign(outcomes: dict[str, Any], case: Projection | None, effect: Effect) -> None:
    now = dict(case.assigned) if case else {}
    current = {(a.role, a.organisation): n for n, a in now.items() if a.until_seq is None}
    release: list[int] = []
    assign: list[dict[str, Any]] = []
    for role, organisation in (("lead", effect.holder), ("room", effect.room)):
        if organisation is None or (role, organisation) in current:
            continue
        release += [n for (held, _org), n in current.items() if held == role]
        assign.append({"organisation": organisation, "role": role})
    for organisation in effect.assist:
        if ("assist", organisation) not in current:
            assign.append({"organisation": organisation, "role": "assist"})
    release += [current["assist", org] for org in effect.release if ("assist", org) in current]
    if release:
        outcomes["release"] = sorted(release)
    if assign:
        outcomes["assign"] = [{"n": len(now) + i, **row} for i, row in enumerate(assign, start=1)]


def _clocks(outcomes: dict[str, Any], moment: Moment, effect: Effect, to: str, known: Known) -> None:
    case = moment.case
    holder = effect.holder if effect.holder is not None else (case.holder if case else None)
    room = effect.room if effect.room is not None else (case.room if case else None)
    upper = known.lineage(holder)[1:2] if holder is not None else ()
    change = Change(
        state=moment.procedure.state(to),
        at=moment.at,
        area=effect.area or moment.area,
        category=effect.category if effect.category is not None else (case.category if case else None),
        condition=effect.condition if effect.condition is not None else (case.condition if case else None),
        owners=Owners(holder=holder, room=room, upper=upper[0] if upper else None),
        limits=effect.limits,
        due=effect.due,
        escalated=effect.escalated,
        recalculated=effect.recalculated,
    )
    changed = run_clocks(moment.procedure, case, change, known=known)
    if changed:
        outcomes["clocks"] = [write_clock(n, run) for n, run in sorted(changed.items())]


def _new_parties(outcomes: dict[str, Any], envelope: Envelope | None) -> tuple[tuple[int, NewParty], ...]:
    if envelope is None or not envelope.parties:
        return ()
    numbered = tuple(enumerate(envelope.parties, start=1))
    outcomes["parties"] = [{"n": n, "role": party.role} for n, party in numbered]
    return numbered


def _files(
    outcomes: dict[str, Any], case: Projection | None, envelope: Envelope | None
) -> tuple[tuple[int, Stored], ...]:
    if envelope is None or not envelope.files:
        return ()
    numbered = tuple(enumerate(envelope.files, start=(case.attachments if case else 0) + 1))
    outcomes["attachments"] = [
        {"n": n, "kind": file.kind, "keyed": file.keyed.hex(), "audience": str(file.audience)}
        for n, file in numbered
    ]
    return numbered


def _contents(
    outcomes: dict[str, Any], moment: Moment, salt: bytes, algorithm: Algorithm
) -> tuple[Sealable, ...]:
    grouped: dict[str, dict[str, Any]] = {}
    for declared in moment.action.fields:
        if not declared.fact and declared.key in moment.data:
            grouped.setdefault(str(declared.audience), {})[declared.key] = as_words(moment.data[declared.key])
    found: list[Sealable] = []
    for n, (audience, values) in enumerate(grouped.items(), start=1):
        own_salt = sha256(salt + bytes([n])).digest()[:16]
        found.append(Sealable(n=n, audience=audience, salt=own_salt, plain=canonical(values)))
    if found:
        outcomes["contents"] = [
            {"n": c.n, "audience": c.audience, "digest": salted(c.salt, c.plain, algorithm=algorithm).hex()}
            for c in found
        ]
    return tuple(found)
