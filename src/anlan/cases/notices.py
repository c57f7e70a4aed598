# SPDX-License-Identifier: Apache-2.0
"""Who is told of what: a sending follower that turns the notices a procedure declares into inbox rows and deliveries.

Organisations and parties find a notice in their inbox here; a party with a contact is told outside too, which
carries the case number and the public state and nothing else. It was said once: nothing is ever sent twice.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings

from anlan.base.ids import case_number
from anlan.base.keys import Unreadable, keyring
from anlan.base.prepared import prepared
from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.define import Channel, Notice, Procedure, Relation
from anlan.cases.follow import Wish
from anlan.cases.journal import Line
from anlan.cases.known import Known, local_day
from anlan.cases.may import NARROW, ROLES
from anlan.cases.onward import gone_into
from anlan.cases.read import by_case
from anlan.cases.sealed import open_contact
from anlan.cases.telling import Way
from anlan.people.quiet import Quiet
from anlan.people.staffmail import Wanting, When, wanting

OLD = timedelta(days=2)
"""Entries that reach the journal later than this are shown in the inbox but no longer sent out."""
SYSTEM = "system"
"""Who acts where nobody but time did."""
SPACE = UUID("6f5d2c1e-8a1b-5c3d-9e7f-0a1b2c3d4e5f")

CASES = "SELECT id, procedure, version, area, barred, key, urgent FROM cases_case WHERE id = ANY($1)"
ASSIGNED = "SELECT case_id, organisation_id, role, since_seq, until_seq FROM cases_assignment WHERE case_id = ANY($1)"
PARTIES = """
SELECT p.case_id, p.n, p.role, p.sealed, t.way FROM cases_party p
  LEFT JOIN cases_telling t ON t.case_id = p.case_id AND t.n = p.n WHERE p.case_id = ANY($1)"""
PUT = """
INSERT INTO cases_notice (case_id, id, key, seq, at, organisation_id, party)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::timestamptz[], $6::integer[], $7::smallint[])
ON CONFLICT DO NOTHING"""


OnDuty = Callable[[Iterable[int], datetime], Collection[tuple[int, int]]]
"""Organisation and account of whoever is on duty in these organisations at an instant."""


def tell(lines: Sequence[Line], *, on_duty: OnDuty) -> Iterable[Wish]:
    """The sending follower: inbox rows at once, with its position; what travels becomes wishes to send."""
    ids = list({line.entry.case_id for line in lines})
    with prepared() as run, run.connection.pipeline():
        found, tied, people = run(CASES, [ids]), run(ASSIGNED, [ids]), run(PARTIES, [ids])
    cases = {row[0]: row[1:] for row in found}
    assigned, parties = by_case(tied), by_case(people)
    others = _gone_into(lines, cases)
    known = current()
    rows: list[tuple[Any, ...]] = []
    wishes: list[Wish] = []
    offices: list[_Office] = []
    for line in lines:
        entry = line.entry
        if entry.case_id not in cases:
            continue
        procedure_key, version, area, barred, key, urgent = cases[entry.case_id]
        told: set[int] = set()
        for notice in _notices(registry.get_procedure(procedure_key, version), entry.action):
            if notice.to is Relation.PARTY:
                for n, role, sealed, way in parties.get(entry.case_id, ()):
                    if entry.actor == f"party:{n}" and entry.seq > 1:
                        continue  # who did it knows it
                    if entry.audience in NARROW and entry.audience != role:
                        continue  # that it was said is not for the other side either
                    rows.append(_row(line, notice, party=n))
                    if sealed is not None and line.at - entry.received_at <= OLD:
                        wishes += _wishes(line, notice, n, key=key, sealed=sealed, way=way)
                for other in others.get(entry.case_id, ()) if notice.too else ():
                    rows.append(_row(line, notice, party=other.n, case_id=other.case_id))
                    if other.sealed is not None and line.at - entry.received_at <= OLD:
                        wishes += _wishes(
                            line,
                            notice,
                            other.n,
                            key=other.key,
                            sealed=other.sealed,
                            way=other.way,
                            case_id=other.case_id,
                        )
                continue
            if notice.when and not entry.outcomes.get("record", {}).get(notice.when):
                continue
            held = assigned.get(entry.case_id, ())
            for organisation in _organisations(notice.to, held, entry.seq, area, at=entry.at, known=known):
                if organisation in told:
                    continue  # who stands in several relations hears of one entry once, by what is declared first
                if barred is None or barred not in known.concerned(organisation):
                    told.add(organisation)
                    rows.append(_row(line, notice, organisation=organisation))
                    if line.at - entry.received_at <= OLD:
                        offices.append(
                            _Office(line=line, notice=notice, organisation=organisation, urgent=urgent)
                        )
    if rows:
        with prepared() as run:
            run(PUT, [list(column) for column in zip(*rows, strict=True)])
    return [*wishes, *_to_staff(offices, on_duty)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Office:
    """An organisation that was told of something, of a case that is urgent or not."""

    line: Line
    notice: Notice
    organisation: int
    urgent: bool


def _to_staff(offices: Sequence[_Office], on_duty: OnDuty) -> Iterable[Wish]:
    """Of what organisations were told, what people there want at once, and what is urgent to who is on duty. In their quiet hours
    screens wait for the end of them, but for what is urgent, and for who is on duty.
    """
    if not offices:
        return
    at = offices[-1].line.at
    wanted: dict[int, list[Wanting]] = {}
    for each in wanting((office.organisation for office in offices), at=at):
        wanted.setdefault(each.organisation, []).append(each)
    asked = {office.organisation for office in offices if office.urgent} & wanted.keys()
    asked |= {
        key for key, people in wanted.items() if any(one.quiet and one.quiet.until(at) for one in people)
    }
    duty = on_duty(asked, at) if asked else ()
    for office in offices:
        for one in wanted.get(office.organisation, ()):
            called = (one.organisation, one.account) in duty
            timely = office.line.entry.actor == SYSTEM
            urgent = office.urgent and called
            if one.mail and (urgent or (one.pressing if timely else one.rest) is When.NOW):
                yield _wish(office, one, Channel.EMAIL)
            if urgent or (one.push_pressing if timely else one.push_rest):
                waits = None if called or office.urgent or one.quiet is None else one.quiet.until(at)
                for channel, there in ((Channel.PUSH, one.push), (Channel.DINGTALK, one.dingtalk)):
                    if there:
                        yield _wish(office, one, channel, after=waits)


def _wish(office: _Office, one: Wanting, channel: Channel, *, after: datetime | None = None) -> Wish:
    return Wish(
        position=office.line.position,
        recipient=f"post:{one.post}",
        channel=str(channel),
        case_id=office.line.entry.case_id,
        key=office.notice.key,
        after=after,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Other:
    """A party of a case that went on in another."""

    case_id: UUID
    n: int
    key: bytes
    sealed: bytes | None
    way: str | None


def _gone_into(lines: Sequence[Line], cases: Mapping[UUID, Sequence[Any]]) -> dict[UUID, list[_Other]]:
    """By case, the parties of cases that went on in it, where one of these lines is for them too."""
    awaited = {
        line.entry.case_id
        for line in lines
        if line.entry.case_id in cases
        and any(n.too for n in _notices(_procedure(cases[line.entry.case_id]), line.entry.action))
    }
    if not awaited:
        return {}
    with prepared() as run:
        found = gone_into(run, awaited)
        people = by_case(run(PARTIES, [[other for each in found.values() for other in each]]))
    return {
        case_id: [
            _Other(case_id=other, n=n, key=key, sealed=sealed, way=way)
            for other, key in each.items()
            for n, _role, sealed, way in people.get(other, ())
        ]
        for case_id, each in found.items()
    }


def _procedure(case: Sequence[Any]) -> Procedure:
    return registry.get_procedure(case[0], case[1])


def _notices(procedure: Procedure, action: str) -> tuple[Notice, ...]:
    return tuple(notice for notice in procedure.notices if notice.on == action)


def _organisations(
    relation: Relation, assigned: Iterable[Any], seq: int, area: int, *, at: datetime, known: Known
) -> tuple[int, ...]:
    """Organisations that stand in `relation` to the case after entry `seq`, whatever came later."""
    roles: dict[str, list[int]] = {}
    for organisation, role, since, until in assigned:
        if since <= seq and (until is None or until > seq):
            roles.setdefault(role, []).append(organisation)
    if relation is Relation.UPPER:
        return tuple(upper for held in roles.get("lead", ()) for upper in known.lineage(held)[1:2])
    if relation is Relation.AREA:
        below = known.organisation("village_committee", area, on=local_day(at, known.calendar))
        return (below,) if below is not None else ()
    return tuple(roles.get(ROLES.get(relation, ""), ()))


def _row(
    line: Line,
    notice: Notice,
    *,
    organisation: int | None = None,
    party: int | None = None,
    case_id: UUID | None = None,
) -> tuple[Any, ...]:
    """`case_id` is the party's own case, where that went on in the one of the line."""
    entry = line.entry
    whom = f"o{organisation}" if organisation is not None else f"p{party}"
    id = uuid5(SPACE, f"{entry.case_id}/{entry.seq}/{notice.key}/{whom}")
    return case_id or entry.case_id, id, notice.key, entry.seq, entry.at, organisation, party


def _wishes(
    line: Line,
    notice: Notice,
    party: int,
    *,
    key: bytes,
    sealed: bytes,
    way: str | None,
    case_id: UUID | None = None,
) -> Iterable[Wish]:
    """What is to be sent: the way that this party chose, else an SMS where there is a number."""
    # A delivery is kept by recipient, and two cases may each have a first party.
    recipient = f"party:{party}" if case_id is None else f"party:{party}:{case_number(case_id)}"
    case_id = case_id or line.entry.case_id
    if all(channel is Channel.INBOX for channel in notice.channels) or way == Way.PAGE:
        return
    if way is None:
        try:
            contact = open_contact(case_id, party, key=keyring().unwrap(bytes(key)), sealed=sealed)
        except Unreadable:
            pass  # the sender says that a key is missing, and tries again
        else:
            if not contact.get("phone"):
                return
    channel = Channel(way or Channel.SMS)
    quiet: Quiet | None = settings.ANLAN_QUIET
    yield Wish(
        position=line.position,
        recipient=recipient,
        channel=str(channel),
        case_id=case_id,
        key=notice.key,
        # A mailbox wakes nobody.
        after=quiet.until(line.at) if quiet and channel is not Channel.EMAIL else None,
    )
