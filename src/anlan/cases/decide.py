# SPDX-License-Identifier: Apache-2.0
"""decide(loaded, envelope): whether and how a case changes. Pure: no database, no clock, no randomness of its own.

Order: permission, state, freshness, cleaned data, guard, effect, new state, assignments, clocks, entry. It raises
a `Refused`, it never returns quietly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.base.digests import Algorithm, canonical
from anlan.base.errors import Conflict, Invalid, NotAllowed, NotFound
from anlan.base.ids import case_number, show_code
from anlan.cases import enter
from anlan.cases.admit import check_files, check_joins, check_people, check_state
from anlan.cases.apply import apply, write_moment
from anlan.cases.chain import entry_digest
from anlan.cases.clean import as_words, clean
from anlan.cases.define import START, Action, Procedure, Refusal
from anlan.cases.effects import Effect
from anlan.cases.envelope import SOURCES, TIME_UNSURE, Envelope, NewParty, Stored
from anlan.cases.known import Known
from anlan.cases.may import may, sees
from anlan.cases.moment import Moment
from anlan.cases.projection import Entry, Projection
from anlan.people.may import SYSTEM

NOBODY: Mapping[int, NewParty] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What `load` found for a batch: projections by case, and all that decisions may read. `erased` are parties whose code
    was good when they asked, and is no more; `posts` by account, where an action asks for a second person.
    """

    cases: dict[UUID, Projection]
    procedures: Mapping[tuple[str, int], Procedure]
    newest: Mapping[str, Procedure]
    known: Known
    active: frozenset[int]
    areas: Mapping[int, int]
    own: Mapping[UUID, tuple[int, ...]]
    algorithm: Algorithm
    people: Mapping[UUID, Mapping[int, NewParty]] = field(default_factory=dict)
    around: Mapping[UUID, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    erased: frozenset[tuple[UUID, int]] = frozenset()
    posts: Mapping[int, frozenset[int]] = field(default_factory=dict)
    before: Mapping[UUID, int] = field(default_factory=dict)


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One entry, with its outcomes `spelt` as its digest has them, and all that is written beside it. `envelope` is None for entries
    caused in other cases.
    """

    before: Projection | None
    after: Projection
    entry: Entry
    spelt: bytes
    procedure: Procedure
    envelope: Envelope | None
    contents: tuple[enter.Sealable, ...]
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
        raise NotFound
    try:
        action = procedure.action(envelope.action)
    except KeyError:
        raise NotFound from None
    area = _area(loaded, envelope, case)
    if not may(envelope.by, action, case, procedure=procedure.key, parties=parties, known=loaded.known):
        raise NotAllowed
    check_state(procedure, action, case, envelope)
    check_joins(procedure, action, case, envelope)
    moment = Moment(
        procedure=procedure,
        action=action,
        case=case,
        by=envelope.by,
        parties=parties,
        at=_time_of(envelope, action, case),
        data=clean(action.fields, envelope.data, known=loaded.known),
        known=loaded.known,
        place=case.place if case else (envelope.place or 0),
        area=area,
        others={key: value for key, value in loaded.cases.items() if key != envelope.case_id},
        active=loaded.active,
        pictures=sum(file.kind.startswith("image/") for file in envelope.files),
        recordings=sum(file.kind.startswith("audio/") for file in envelope.files),
        people=loaded.around.get(envelope.case_id, ()),
        posts=loaded.posts.get(envelope.by.account_id or 0, frozenset()),
        expect=envelope.expect,
        joining=tuple(party.role for party in envelope.parties),
        before=loaded.before.get(envelope.case_id, 0),
    )
    check_people(moment)
    check_files(moment, len(envelope.files))
    effect = judge(moment)
    return _settle(loaded, moment, effect, envelope)


def _procedure(loaded: Loaded, envelope: Envelope, case: Projection | None) -> Procedure:
    if case is not None:
        return loaded.procedures[case.procedure, case.version]
    if envelope.procedure is None or envelope.procedure not in loaded.newest:
        raise NotFound
    return loaded.newest[envelope.procedure]


def _time_of(envelope: Envelope, action: Action, case: Projection | None) -> datetime:
    """The time at which it counts. Nothing is done before its case was opened, nor is a case moved before the clock began that moves: what
    says so counts from its arrival, and is marked.
    """
    begun = [case.opened_at] if case is not None else []
    if case is not None and action.material:
        begun += [run.started_at for run in case.clocks.values()]
    possible = envelope.at >= max(begun, default=envelope.at)
    return (envelope.at if possible else envelope.received_at).astimezone(UTC)


def _parties(loaded: Loaded, envelope: Envelope, case: Projection | None) -> tuple[int, ...]:
    if case is None:
        return ()
    found = set(loaded.own.get(case.id, ())) if envelope.by.kind == "resident" else set()
    by_code = envelope.party
    if by_code is not None and by_code in case.parties and (case.id, by_code) not in loaded.erased:
        found.add(by_code)
    return tuple(sorted(found))


def _area(loaded: Loaded, envelope: Envelope, case: Projection | None) -> int:
    if case is not None:
        return case.area
    area = loaded.areas.get(envelope.place or 0)
    if area is None:
        raise Invalid(fields={"place": _("Please choose the place from the list.")})
    return area


def effect_of(moment: Moment) -> Effect:
    """What the action's own rules make of this moment. Pure. Raises Refusal."""
    action = moment.action
    if action.guard is not None:
        action.guard(moment)
    return action.effect(moment) if action.effect is not None else Effect()


def judge(moment: Moment) -> Effect:
    """The same in the user's language, so a page may ask before anything is done. Raises Invalid."""
    try:
        return effect_of(moment)
    except Refusal as refusal:
        words = refusal.words.in_language(get_language() or "zh")
        fields, found = (
            ({refusal.field: words}, {refusal.field: refusal.found}) if refusal.field else ({}, {})
        )
        raise Invalid(words, fields=fields, found=found) from None


def _settle(loaded: Loaded, moment: Moment, effect: Effect, envelope: Envelope) -> list[Decision]:
    """The caused decisions (openings, entries of linked cases), then the decision itself citing them."""
    caused: list[Decision] = []
    links: list[dict[str, str]] = []
    if len(effect.opens) > len(envelope.spares):
        raise Invalid(_("This opens more cases than one request may."))
    for opening, child_id in zip(effect.opens, envelope.spares, strict=False):
        procedure = loaded.newest[opening.procedure]
        other = replace(moment, procedure=procedure, action=procedure.action(opening.action), case=None)
        carried = loaded.people.get(envelope.case_id, {}) if opening.carries else {}
        caused.append(
            _cause(loaded, moment, other, envelope, child_id, opening.kind, opening.data, carried=carried)
        )
        links.append(_link(opening.kind, child_id, caused[-1].entry.digest))
    for link in effect.links:
        there = moment.others.get(link.case_id)
        if there is None:
            raise NotFound
        digest = there.digest
        if link.action is not None:
            procedure = loaded.procedures[there.procedure, there.version]
            other = replace(moment, procedure=procedure, action=procedure.action(link.action), case=there)
            caused.append(_cause(loaded, moment, other, envelope, link.case_id, link.kind, {}))
            digest = caused[-1].entry.digest
        links.append(_link(link.kind, link.case_id, digest))
    _check_version(loaded, moment, effect)
    own = _enter(loaded, moment, effect, envelope.case_id, links=links, own=envelope, envelope=envelope)
    return [*caused, own]


def _check_version(loaded: Loaded, moment: Moment, effect: Effect) -> None:
    """A version may be adopted when this deployment has it and it knows the state the case is in."""
    if effect.version is None:
        return
    adopted = loaded.procedures.get((moment.procedure.key, effect.version))
    state = effect.to or moment.action.to or (moment.case.state if moment.case else START)
    if adopted is None or state not in {known.key for known in adopted.states}:
        raise Invalid(_("There is no such version of this procedure for this case."))


def _link(kind: str, case_id: UUID, digest: bytes) -> dict[str, str]:
    return {"kind": str(kind), "case": str(case_id), "digest": digest.hex()}


def _cause(  # noqa: PLR0917 - the two moments and what ties them
    loaded: Loaded,
    cause: Moment,
    moment: Moment,
    envelope: Envelope,
    case_id: UUID,
    kind: str,
    data: Mapping[str, Any],
    *,
    carried: Mapping[int, NewParty] = NOBODY,
) -> Decision:
    """The entry that `cause` makes in another case, citing the head of the cause's own chain before it."""
    case, action = moment.case, moment.action
    if (case.state if case else START) not in action.frm:
        raise Conflict(_("The other case can no longer be joined to this one."))
    other = replace(
        moment,
        parties=(),
        data=clean(action.fields, data, known=loaded.known),
        area=case.area if case else cause.area,
        place=case.place if case else cause.place,
        pictures=0,
        recordings=0,
    )
    effect = judge(other)
    if effect.opens or effect.links:
        raise Invalid(_("A caused entry may not cause others."))
    link = _link(kind, envelope.case_id, cause.case.digest if cause.case else b"")
    return _enter(loaded, other, effect, case_id, links=[link], own=None, envelope=envelope, carried=carried)


def _enter(
    loaded: Loaded,
    moment: Moment,
    effect: Effect,
    case_id: UUID,
    *,
    links: Sequence[Mapping[str, str]],
    own: Envelope | None,
    envelope: Envelope,
    carried: Mapping[int, NewParty] = NOBODY,
) -> Decision:
    """One entry and the case after it; `own` is the envelope when the entry is its own, None when caused."""
    case, procedure, action = moment.case, moment.procedure, moment.action
    to = _next_state(procedure, action, case, effect)
    outcomes: dict[str, Any] = {}
    if case is None:
        source = own.source if own is not None and own.source in SOURCES else "system"
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
    if case is not None and case.condition is not None and enter.classified(case, effect)[1] is None:
        outcomes["condition"] = None
    enter.assign(outcomes, case, effect)
    enter.run_on(outcomes, moment, effect, to=to)
    if effect.record:
        outcomes["record"] = {key: _plain(value) for key, value in effect.record.items()}
    if effect.version is not None:
        outcomes["version"] = effect.version
    if effect.published is not None:
        outcomes["published"] = _published_as(case) if effect.published else ""
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
    unsure = own is not None and own.at != moment.at
    if own is not None and (own.flags or unsure):
        outcomes["flags"] = sorted({*own.flags, *((TIME_UNSURE,) if unsure else ())})
    first = max(case.parties, default=0) + 1 if case else 1
    parties = enter.join(outcomes, dict(enumerate(own.parties, start=first)) if own is not None else carried)
    secret = enter.in_confidence(moment, effect)
    files = enter.attach(outcomes, case, own, action=action, secret=secret)
    salt = envelope.salt if own is not None else sha256(envelope.salt + case_id.bytes).digest()[:16]
    contents = enter.seal_later(outcomes, moment, salt=salt, algorithm=loaded.algorithm, secret=secret)
    entry = Entry(
        case_id=case_id,
        seq=case.seq + 1 if case else 1,
        at=moment.at,
        received_at=envelope.received_at.astimezone(UTC),
        actor=_actor(moment) if own is not None or moment.by.kind == "post" else "system",
        action=action.key,
        frm=case.state if case else START,
        to=to,
        audience=str(action.audience),
        outcomes=outcomes,
        prev=case.digest if case else b"",
        digest=b"",
        algorithm=int(loaded.algorithm),
    )
    spelt = canonical(outcomes)
    entry = msgspec.structs.replace(entry, digest=entry_digest(entry, spelt=spelt))
    return Decision(
        before=case,
        after=apply(case, entry),
        entry=entry,
        spelt=spelt,
        procedure=procedure,
        envelope=own,
        contents=contents,
        parties=parties,
        files=files,
    )


def _published_as(case: Projection | None) -> str:
    """The address of the public page: kept when the page is written anew; from the chain, so nobody can guess it and
    nothing leads from it to the number.
    """
    if case is None:
        raise LookupError("what is published is there already")
    return case.published_as or show_code(sha256(b"public" + case.digest).digest()).replace(" ", "")


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
    return write_moment(value.astimezone(UTC)) if isinstance(value, datetime) else value
