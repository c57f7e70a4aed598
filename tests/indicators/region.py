# SPDX-License-Identifier: Apache-2.0
"""A region in which things happen by chance, and its figures counted the slow way, case by case."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from anlan.base.prepared import prepared
from anlan.cases import follow, journal
from anlan.cases.act import Done
from anlan.cases.catalogue import current
from anlan.cases.escalate import escalate
from anlan.cases.follow import Follows
from anlan.cases.known import local_day
from anlan.cases.models import Case, Follower
from anlan.cases.projection import Projection
from anlan.cases.read import read_cases
from anlan.indicators.keep import NAME, clear_facts, facts_of, keep_facts, spread, tallies
from anlan.indicators.models import CaseFact, Tally
from anlan.indicators.values import Period
from anlan.places.codes import code_range, pad
from anlan.procedures.report.procedure import REPORT
from tests.cases.walks import Walker
from tests.cases.world import MONDAY, place
from tests.procedures.report.cast import REPORTER, Matter

FOLLOWER = Follows(name=NAME, handler=keep_facts, sends=False, clear=clear_facts)
VILLAGES = ("330106004066", "330106004053001", "330106002051", "330105001051", "330203001001")
PASSED_BY = {
    "note", "look", "correct", "release", "erase", "withdraw", "split", "hand_up", "hand_down", "ask", "add", "prompt",
    "call_in", "let_go", "supervise", "adopt_version", "rezone", "not_accept", "publish", "unpublish",
    "bar", "return", "reassign", "unmerge", "urge", "answer", "rework", "refer",
}  # fmt: skip
"""What changes nothing that is counted, or would end most walks early."""
STEPS = replace(REPORT, actions=tuple(one for one in REPORT.actions if one.key not in PASSED_BY))
Held = tuple[set[tuple[Any, ...]], dict[tuple[Any, ...], list[int]]]
PERIOD = Period(first=date(2026, 3, 1), last=date(2026, 6, 30))


def catch_up(*, batch: int = 500) -> None:
    """Numbers what there is and lets the follower read it."""
    Follower.objects.get_or_create(name=NAME)
    while journal.number(at=MONDAY):
        pass
    while follow.advance(FOLLOWER, batch=batch):
        pass


def live(seed: int, *, steps: int = 120) -> Walker:
    """Cases in several villages; the follower reads now and then, a few lines at a time. Gives the walker, with the time."""
    pick = Random(seed)
    walker = Walker(
        STEPS,
        known=current(),
        places=tuple(map(place, VILLAGES)),
        start=MONDAY,
        pick=pick,
    )
    whole(rating=5)
    cases = [whole(rating=2), whole(rating=4, again=True)]
    for _step in range(steps):
        if not cases or (len(cases) < 13 and pick.random() < 0.2):
            done: Done | None = walker.step(None)
            if done is not None:
                cases.append(done.case_id)
        else:
            walker.step(standing(pick.choice(cases)), tuple(cases))
        if pick.random() < 0.06:
            walker.at += timedelta(days=pick.randint(1, 9))
            escalate(at=walker.at)
        if pick.random() < 0.15:
            catch_up(batch=pick.randint(1, 20))
    catch_up()
    return walker


def whole(*, rating: int = 0, again: bool = False) -> UUID:
    """A report from its opening to its closing, which chance seldom reaches; rated, or reopened after that."""
    matter = Matter()
    matter.close()
    if rating:
        matter.do("rate", REPORTER, rating=rating)
    if again:
        matter.do("reopen", REPORTER, words="又坏了，请再来看看")
    return matter.id


def standing(case_id: UUID) -> Projection:
    with prepared() as run:
        return read_cases(run, [case_id])[case_id].case


def everything() -> list[Projection]:
    with prepared() as run:
        return [
            stand.case for stand in read_cases(run, list(Case.objects.values_list("pk", flat=True))).values()
        ]


def kept() -> Held:
    """What the follower holds: rows of facts, and the tallies that are not all zero, without trailing zeros."""
    rows: set[tuple[Any, ...]] = set(
        CaseFact.objects.values_list("case_id", "day", "procedure", "area", "about", "facts")
    )
    found = {
        (one.code, one.procedure, one.about_office, one.day): trimmed(one.n) for one in Tally.objects.all()
    }
    return rows, {key: n for key, n in found.items() if n}


def trimmed(n: list[int]) -> list[int]:
    while n and not n[-1]:
        n = n[:-1]
    return n


def rebuilt() -> Held:
    """What they should be: from every case as it is now."""
    calendar = current().calendar
    rows = [held for case in everything() for held in facts_of(case, calendar=calendar)]
    return (
        {(one.case_id, one.day, one.procedure, one.area, one.about, one.facts) for one in rows},
        {key: trimmed([*spread(n)]) for key, n in tallies((1, rows)).items()},
    )


def by_hand(
    cases: Iterable[Projection], code: str, period: Period, *, but: tuple[int, ...] | None = ()
) -> Counter[str]:
    """How often each fact holds in a place: one case after the other. `but` None leaves out all that are about an office."""
    low, high = code_range(pad(code))
    found: Counter[str] = Counter()
    for case in cases:
        if not low <= case.area < high:
            continue
        if case.barred is not None and (but is None or case.barred in but):
            continue
        for fact in REPORT.facts:
            at = fact.at(case)
            if at is None:
                continue
            if fact.standing or period.first <= local_day(at, current().calendar) <= period.last:
                found[fact.key] += 1
    return found
