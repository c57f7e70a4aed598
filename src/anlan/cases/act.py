# SPDX-License-Identifier: Apache-2.0
"""open_case(), act(), act_many(): the only doors to load, decide, apply, write.

They raise or report a `Refused` per item, never return quietly. A request sent again gets the same answer as the
first time; the same request with other content, or another account's, gets a Conflict that says nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hmac import compare_digest
from uuid import UUID

from django.db import DataError, IntegrityError, OperationalError, transaction

from anlan.base.digests import canonical
from anlan.base.errors import Busy, Conflict, Invalid, Refused
from anlan.base.keys import CaseKey, keyring
from anlan.cases.decide import Decision, decide
from anlan.cases.declarations import keep
from anlan.cases.envelope import Envelope
from anlan.cases.erased import remember
from anlan.cases.load import Batch, load
from anlan.cases.write import write

TRIES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of an accepted envelope: the entry it led to and the state after that. The same for its repetitions, but
    `again`, whatever happened since.
    """

    case_id: UUID
    number: int
    seq: int
    state: str
    action: str
    again: bool = False


def open_case(envelope: Envelope) -> Done:
    """Opens a case. Raises `Refused`."""
    return act(envelope)


def act(envelope: Envelope) -> Done:
    """Does one action on one case. Raises `Refused`."""
    answer = act_many((envelope,))[0]
    if isinstance(answer, Refused):
        raise answer
    return answer


def act_many(envelopes: Sequence[Envelope]) -> list[Done | Refused]:
    """Does each envelope in order, all in one transaction; each gets its own answer, in the same order.

    A refused envelope changes nothing and harms no other. A lock that is not had in time refuses with Busy, which
    may be tried again.
    """
    payloads = {id(envelope): payload_of(envelope) for envelope in envelopes}
    for left in range(TRIES - 1, -1, -1):
        try:
            with transaction.atomic():
                return _once(envelopes, payloads)
        except IntegrityError:
            # Somebody opened the same case, or sent the same request, since we looked: look again.
            if left:
                continue
            if len(envelopes) == 1:
                return [Conflict()]
        except DataError:
            if len(envelopes) == 1:
                return [Invalid()]
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in ("55P03", "40P01", "57014"):
                raise
            if len(envelopes) == 1:
                return [Busy()]
        return [answer for envelope in envelopes for answer in act_many((envelope,))]
    raise AssertionError("unreachable")


def payload_of(envelope: Envelope) -> bytes:
    """Account and payload: what must be the same for a repetition to get the same answer. Kept only as a digest
    under the case's key, which goes with the case's words.
    """
    try:
        return canonical(
            [
                envelope.by.account_id,
                envelope.party,
                envelope.procedure,
                envelope.action,
                envelope.place,
                envelope.expect,
                dict(envelope.data),
                [dict(party.contact) for party in envelope.parties],
                [file.plain for file in envelope.files],
            ]
        )
    except (TypeError, ValueError):
        # Deciding refuses such data with words; nothing of it is ever written.
        return repr(sorted(envelope.data)).encode()


def _once(envelopes: Sequence[Envelope], payloads: dict[int, bytes]) -> list[Done | Refused]:
    batch = load(envelopes)
    loaded = batch.loaded
    decisions: list[Decision] = []
    answers: list[Done | Refused] = []
    done: dict[tuple[UUID, UUID], tuple[bytes, Done]] = {}
    for envelope in envelopes:
        payload = payloads[id(envelope)]
        answer = _repeated(batch, envelope, payload, done)
        if answer is None:
            try:
                made = decide(loaded, envelope)
            except Refused as refused:
                answers.append(refused)
                continue
            decisions += made
            for decision in made:
                loaded.cases[decision.entry.case_id] = decision.after
            after = made[-1].after
            answer = Done(
                case_id=after.id,
                number=after.number,
                seq=after.seq,
                state=after.state,
                action=envelope.action,
            )
            done[envelope.case_id, envelope.request_id] = payload, answer
        answers.append(answer)
    if decisions:
        keys, wrapped = _keys(batch, decisions)
        remember(decision.entry for decision in decisions)
        write(decisions, keys=keys, wrapped=wrapped, payloads=payloads)
        keep({d.procedure.key: d.procedure for d in decisions if d.before is None}.values())
    return answers


def _repeated(
    batch: Batch, envelope: Envelope, payload: bytes, done: Mapping[tuple[UUID, UUID], tuple[bytes, Done]]
) -> Done | Refused | None:
    name = envelope.case_id, envelope.request_id
    if name in done:
        before, answer = done[name]
        return replace(answer, again=True) if before == payload else Conflict()
    case = batch.loaded.cases.get(envelope.case_id)
    earlier = batch.requests.get(name)
    if earlier is None or case is None:
        # An opening of a case that is there already is somebody else's id, or a forged one.
        return Conflict() if case is not None and envelope.procedure is not None else None
    digest = keyring().unwrap(batch.keys[case.id]).keyed_digest(payload)
    if not compare_digest(earlier[0], digest):
        return Conflict()
    return Done(
        case_id=case.id,
        number=case.number,
        seq=earlier[1],
        state=earlier[2],
        action=envelope.action,
        again=True,
    )


def _keys(batch: Batch, decisions: Sequence[Decision]) -> tuple[dict[UUID, CaseKey], dict[UUID, bytes]]:
    keys: dict[UUID, CaseKey] = {}
    wrapped: dict[UUID, bytes] = {}
    for decision in decisions:
        case_id = decision.entry.case_id
        if case_id in keys:
            continue
        held = batch.keys.get(case_id)
        given = decision.envelope.key if decision.envelope else None
        if held is None and given is not None:
            wrapped[case_id], keys[case_id] = given, keyring().unwrap(given)
        elif held is None:
            wrapped[case_id], keys[case_id] = keyring().new_case_key()
        else:
            keys[case_id] = keyring().unwrap(held)
    return keys, wrapped
