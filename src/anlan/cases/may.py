# SPDX-License-Identifier: Apache-2.0
"""Permission: one rule, four questions.

`may(actor, action, case)` answers for one, `visible_to(actor)` for lists, `who_may(action.by, case)` for whom a step
waits, `may_see(actor, audience, case)` for words. Nobody acts on a case, or reads its words, whose facts they do not
see. A barred organisation, and all below it, sees nothing. A higher post sees a case's facts; its words and parties
open by assignment or by a look with a reason. An API token's place, procedures and actions bind in each of these, so
no door has to think of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from anlan.cases.define import Action, Audience, Relation, Who
from anlan.cases.known import Known
from anlan.cases.projection import Projection
from anlan.people.holding import HeldPost, held_posts
from anlan.people.may import Actor, Role
from anlan.places import find

ROLES = {Relation.HOLDER: "lead", Relation.ROOM: "room", Relation.ASSISTING: "assist"}
"""What an organisation that stands in this relation was given of the case."""
CONFIDENTIAL, SHARED = "confidential", "shared"
"""Typed columns by which a procedure says that a party is kept secret from who handles the case, and that what was said in
confidence may be read by whoever works on it all the same. See docs/decisions/confidential.md.
"""
HELPED, SEES = "helper", "sees"
"""The role of a party who reported for somebody else, the typed column that says whether whoever did so may read on, and its
value where the person allows it. A helper reads what the reporter is told and does nothing in their name.
"""
MEDIATOR, RECUSED, TALKING, TALKS_FROM = "mediator", "recused", "talking", "talks_from"
"""Typed columns: the post that mediates, which alone reads what one side said in confidence (None: any mediator of whoever works on
it, but those posts whom somebody would not have; what is said to all sides any mediator there reads, and nobody else of the office
without a look with a reason); whether the sides still talk, and from which entry on: what they offered each other
is read while they do, and by nobody afterwards, in later talks neither.
"""
SIDES = frozenset({Audience.SIDE1, Audience.SIDE2})
NARROW = SIDES | {Audience.MEDIATOR}
"""Audiences of which a party hears only what is for its own side."""
INHERITED = frozenset({Relation.HOLDER, Relation.ROOM})
"""In these an organisation stands to an ended case for those that it succeeded."""


def in_scope(by: Actor, area: int) -> bool:
    """Whether the actor's places contain the place coded `area`."""
    return any(low <= area < high for low, high in by.scope)


def may_reach(by: Actor, area: int) -> bool:
    """Whether a token's place holds the place coded `area`; whoever is not bound to places reaches all."""
    return not by.bounded or in_scope(by, area)


def is_barred(by: Actor, case: Projection, *, known: Known) -> bool:
    """Whether the case is about the actor's own organisation, one above it, or one that these succeeded."""
    if case.barred is None or by.organisation_id is None:
        return False
    return case.barred in known.concerned(by.organisation_id)


def hands(by: Actor, case: Projection, *, known: Known) -> frozenset[int]:
    """The organisations as which the actor stands to the case: its own, and to an ended case in its places those that it
    succeeded. An open case is moved to the successor by an entry (`rezone`); an ended one keeps who had it.
    """
    if by.organisation_id is None:
        return frozenset()
    if case.open or not in_scope(by, case.area):
        return frozenset({by.organisation_id})
    return frozenset({by.organisation_id, *known.predecessors(by.organisation_id)})


def stands(who: Who, by: Actor, case: Projection | None, *, parties: tuple[int, ...], known: Known) -> bool:
    """Whether the actor stands to the case as `who` says."""
    relation = who.relation
    if relation is Relation.SYSTEM:
        return by.kind == "system"
    if relation is Relation.ANYONE:
        return case is None
    if relation is Relation.PARTY:
        if case is None:
            return False
        return any(not who.roles or case.parties.get(n) in who.roles for n in parties)
    if by.kind != "post" or by.role is None or str(by.role) not in who.roles:
        return False
    if relation is Relation.STAFF:
        return case is None
    if case is None or by.organisation_id is None:
        return False
    if relation is Relation.AREA:
        return in_scope(by, case.area)
    as_whom = hands(by, case, known=known) if relation in INHERITED else {by.organisation_id}
    return not as_whom.isdisjoint(_organisations(relation, case, known=known))


def may(
    by: Actor,
    action: Action,
    case: Projection | None,
    *,
    procedure: str,
    parties: tuple[int, ...],
    known: Known,
) -> bool:
    """Question one: whether this actor may do this action on this case (None: open one)."""
    if case is not None and not sees(by, case, parties=parties, known=known):
        return False
    return may_seeing(by, action, case, procedure=procedure, parties=parties, known=known)


def may_seeing(
    by: Actor,
    action: Action,
    case: Projection | None,
    *,
    procedure: str,
    parties: tuple[int, ...],
    known: Known,
) -> bool:
    """The rest of question one, of an actor who sees the case: asked of every action there is."""
    if by.procedures is not None and procedure not in by.procedures:
        return False
    if by.actions is not None and action.key not in by.actions:
        return False
    return any(stands(who, by, case, parties=parties, known=known) for who in action.by)


def sees(by: Actor, case: Projection, *, parties: tuple[int, ...], known: Known) -> bool:
    """Whether the actor sees the case's facts at all; the rule that `visible_to` says in SQL."""
    if not may_reach(by, case.area):
        return False
    if by.kind == "system" or parties:
        return True
    if by.kind != "post" or by.organisation_id is None or by.role in NO_CASES:
        return False
    if by.procedures is not None and case.procedure not in by.procedures:
        return False
    if is_barred(by, case, known=known):
        return False
    assigned = {a.organisation for a in case.assigned.values() if a.until_seq is None}
    return by.organisation_id in assigned or in_scope(by, case.area)


NO_CASES = frozenset({"system_admin", "security_admin"})


def may_see(
    by: Actor,
    audience: str,
    case: Projection,
    *,
    parties: tuple[int, ...],
    looked: bool,
    known: Known,
    opened: bool = False,
) -> bool:
    """Question four: whether the actor may read an entry or content of `audience` in a case whose facts it sees.

    `looked` says that the actor's own post has a look with a listed reason open; `opened` that it opened the case. Who
    reported what they found themselves, or for somebody who allows it, reads what a reporter would.
    """
    if audience == Audience.PUBLIC:
        return True
    if parties:
        roles = {case.parties.get(n) for n in parties}
        own_side = audience in SIDES and audience in roles
        offered = audience == Audience.OFFER and bool(case.record.get(TALKING)) and bool(roles & SIDES)
        told = audience in (Audience.REPORTER, Audience.ROOM)
        helps = audience == Audience.REPORTER and HELPED in roles
        return own_side or offered or helps or (told and bool(roles & {"reporter", *SIDES}))
    if not sees(by, case, parties=parties, known=known):
        return False
    if by.kind == "system":
        return True
    if audience == Audience.AUDIT:
        return by.role == "auditor"
    parts = _parts(by, case, known=known)
    working = "lead" in parts if audience == Audience.LEAD else bool(parts)
    if audience == Audience.ROOM:
        return looked or "room" in parts or (working and not is_withheld(case))
    mediates = working and by.role == Role.MEDIATOR and by.post_id not in (case.record.get(RECUSED) or ())
    if audience in SIDES or audience in (Audience.MEDIATOR, Audience.OFFER):
        sits = mediates and case.record.get(MEDIATOR) in (None, by.post_id)
        return sits and (audience != Audience.OFFER or bool(case.record.get(TALKING)))
    if audience in (Audience.REPORTER, Audience.OFFICE) and MEDIATOR in case.record:
        # What the office writes down of people at odds is about them: who routes reads it no more than what they say.
        return looked or mediates
    reported = opened and (not case.parties or case.record.get(HELPED) == SEES)
    return working or looked or (reported and audience == Audience.REPORTER)


def works_on(by: Actor, case: Projection, *, known: Known) -> bool:
    """Whether the actor's organisation has a part in the case now: what comes next in it is its own to know."""
    return bool(_parts(by, case, known=known))


def _parts(by: Actor, case: Projection, *, known: Known) -> frozenset[str]:
    """As what the actor's organisation has a part in the case now: lead, room, assist."""
    own = hands(by, case, known=known)
    return frozenset(a.role for a in case.assigned.values() if a.until_seq is None and a.organisation in own)


def is_withheld(case: Projection) -> bool:
    """Whether what was said in confidence is for the room alone, as long as it has not passed it on."""
    return bool(case.record.get(CONFIDENTIAL)) and not case.record.get(SHARED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One way in which cases are visible: SQL over `case` as ``c`` (and ``a`` for assignment) with its parameters.

    Each branch has an index in the page's order; lists merge branches by UNION and keyset, never by OR.
    """

    name: str
    source: str
    where: str
    params: tuple[object, ...]


def visible_to(by: Actor, *, known: Known) -> tuple[Branch, ...]:
    """Question two: the branches whose union is exactly the cases the actor sees."""
    if by.kind == "resident" and by.account_id is not None:
        return (
            Branch(
                name="own",
                source="case_account o JOIN cases_case c ON c.id = o.case_id",
                where="o.account_id = %s",
                params=(by.account_id,),
            ),
        )
    if by.kind != "post" or by.organisation_id is None or by.role in NO_CASES:
        return ()
    bar = "(c.barred IS NULL OR c.barred <> ALL(%s))"
    bars: tuple[object, ...] = (list(known.concerned(by.organisation_id)),)
    if by.procedures is not None:
        bar, bars = f"{bar} AND c.procedure = ANY(%s)", (*bars, list(by.procedures))
    branches = [
        Branch(
            name="place",
            source="cases_case c",
            where=f"{range_of('c.area', low, high)[0]} AND {bar}",
            params=(*range_of("c.area", low, high)[1], *bars),
        )
        for low, high in by.scope
    ]
    if by.bounded:
        within = " OR ".join("(c.area >= %s AND c.area < %s)" for _range in by.scope) or "FALSE"
        bar, bars = f"{bar} AND ({within})", (*bars, *(code for one in by.scope for code in one))
    branches.append(
        Branch(
            name="assignment",
            source="cases_assignment a JOIN cases_case c ON c.id = a.case_id",
            where=f"a.organisation_id = %s AND a.until_seq IS NULL AND {bar}",
            params=(by.organisation_id, *bars),
        )
    )
    return tuple(branches)


def range_of(column: str, low: int, high: int) -> tuple[str, tuple[int, ...]]:
    """The condition that `column` lies in [low, high), spelt as the index on that level has it."""
    for width in (13, 11, 9, 6, 3):
        if high - low == 10**width and low % 10**width == 0:
            return f"({column} / {10**width}) = %s", (low // 10**width,)
    if high - low == 1:
        # A grid is read from its village's part of the index: a village has a few of them.
        return f"({column} / 1000) = %s AND {column} = %s", (low // 1000, low)
    for width in (3, 6, 9, 11, 13):
        # What moved away leaves a hole: the rest is read from the index of the place around it.
        if low // 10**width == (high - 1) // 10**width:
            return (
                f"({column} / {10**width}) = %s AND {column} >= %s AND {column} < %s",
                (low // 10**width, low, high),
            )
    return f"{column} >= %s AND {column} < %s", (low, high)


def who_may(
    by: Iterable[Who], case: Projection, *, known: Known, at: datetime
) -> list[tuple[HeldPost, list[Who]]]:
    """Question three: the posts in force at `at` that stand to the case as some of `by` say, and see it; with those of `by`."""
    wanted = [(who, *_theirs(who.relation, case, known=known)) for who in by]
    posts = held_posts(
        places=_places_over(case.area, at=at),
        organisations=[a.organisation for a in case.assigned.values() if a.until_seq is None],
        roles={role for who, *_orgs in wanted for role in who.roles} - NO_CASES,
        at=at,
    )
    found = []
    for post in posts:
        whos = [
            who
            for who, theirs, heirs in wanted
            if post.role in who.roles
            and (
                post.in_places
                if who.relation is Relation.AREA
                else post.organisation in theirs or (post.in_places and post.organisation in heirs)
            )
        ]
        if whos and (case.barred is None or case.barred not in known.concerned(post.organisation)):
            found.append((post, whos))
    return found


def _theirs(relation: Relation, case: Projection, *, known: Known) -> tuple[tuple[int, ...], frozenset[int]]:
    """The organisations that stand in this relation to the case, and those that go on with the work of one once it has ended."""
    organisations = _organisations(relation, case, known=known)
    if relation not in INHERITED or case.open:
        return organisations, frozenset()
    return organisations, frozenset(heir for one in organisations for heir in known.all_successors(one))


def _organisations(relation: Relation, case: Projection, *, known: Known) -> tuple[int, ...]:
    """The organisations that stand in this relation to the case."""
    if relation is Relation.UPPER:
        return known.lineage(case.holder)[1:] if case.holder is not None else ()
    return case.assigned_now(ROLES[relation]) if relation in ROLES else ()


def _places_over(area: int, *, at: datetime) -> list[int]:
    """The places whose scope contains the place coded `area`, its own successor first."""
    spot = find.holder(area, at=at)
    return [spot.id, *(each.id for each in find.above(spot.id, at=at))] if spot else []
