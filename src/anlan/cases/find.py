# SPDX-License-Identifier: Apache-2.0
"""find(by, text): cases whose facts or words hold all the tokens of a text, within what the actor may see.

Facts are searched in the actor's places, words in the cases its organisation works on now. Newest first, by slices
of time: place or organisation and month are one token in the same index, so a common word costs no more at ten
million cases than at ten thousand. There is no search for persons: a query that holds a long number is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from anlan.base.boundary import tell
from anlan.base.errors import Invalid, NotAllowed
from anlan.base.ids import read_number
from anlan.base.prepared import prepared
from anlan.cases import bigrams
from anlan.cases.known import Known
from anlan.cases.may import Branch, visible_to
from anlan.people.may import Actor, common
from anlan.places.find import ranges_of

LONGEST = 100
MOST_TOKENS = 20
REACH = timedelta(days=5 * 366)
"""How far back one call looks; `Found.more` goes on from there."""
DAYS = (1, 2, 4, 8, 16)
MONTHS = (1, 6, 54)

Cursor = tuple[datetime, UUID]

MATCH = """
(WITH m AS MATERIALIZED (
   SELECT s.case_id, s.opened_at FROM cases_searchrow s
    WHERE (s.facts || s.words) @@ {query}::tsquery AND s.opened_at >= {since} AND s.opened_at < {until}
      AND (s.opened_at, s.case_id) < ({when}, {id}::uuid)
    ORDER BY s.opened_at DESC, s.case_id DESC)
 SELECT * FROM (
   SELECT m.case_id, m.opened_at, (
     SELECT c.number FROM {source} WHERE {where} AND c.id = m.case_id AND c.area >= {low} AND c.area < {high} LIMIT 1) AS number
     FROM m OFFSET 0) seen
  WHERE number IS NOT NULL LIMIT {limit})"""
"""One stream in one slice: what holds the words first, so that few cases are asked for; of them the newest that are seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One found case."""

    case_id: UUID
    number: int
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of hits, newest first; `more` is where the next page begins, None when nothing is left."""

    hits: tuple[Hit, ...]
    more: Cursor | None


@dataclass(frozen=True, slots=True)
class Slice:
    """A span of time and the tokens' suffixes that cover it (perhaps more than it: the times cut exactly)."""

    since: datetime
    until: datetime
    suffixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """Where one visible branch is searched: the token that stands for it, who may see, and whether its words count too."""

    name: str
    with_words: bool
    branch: Branch
    low: int
    high: int

    @property
    def is_wide(self) -> bool:
        """Whether its months hold so many cases that it has tokens for days too."""
        return not self.with_words and len(self.name) <= 4


WORLD = (0, 10**16)
LAST_ID = UUID(int=2**128 - 1)


def find(
    by: Actor,
    text: str,
    *,
    known: Known,
    at: datetime,
    within: int | None = None,
    before: Cursor | None = None,
    limit: int = 25,
) -> Found:
    """Cases with all the words of `text`, in the place coded `within`, opened before the cursor; `at` is the present.

    A case number goes to that case. Raises Invalid for a text too short, and for one that looks like the number of a
    phone or a person; NotAllowed for those who are not staff.
    """
    number = _number(text)
    if number is not None:
        return _by_number(by, number, known=known)
    if by.kind != "post":
        raise NotAllowed
    tokens = bigrams.query_tokens(text[:LONGEST])[:MOST_TOKENS]
    if not tokens:
        raise Invalid(_("Please give at least two characters to look for."))
    streams = _streams(by, within, known=known, at=at)
    cursor = before or (at + timedelta(minutes=1), LAST_ID)
    hits: dict[UUID, Hit] = {}
    floor = cursor[0] - REACH
    for wide in (True, False):
        own = [one for one in streams if one.is_wide is wide]
        if own:
            # Merging two kinds of slices by time needs both sorted, so each kind fills a page of its own first.
            hits |= _page(own, tokens, cursor, floor=floor, wide=wide, limit=limit + 1)
    page = sorted(hits.values(), key=lambda hit: (hit.opened_at, hit.case_id), reverse=True)
    more = (page[limit - 1].opened_at, page[limit - 1].case_id) if len(page) > limit else None
    return Found(hits=tuple(page[:limit]), more=more)


def _number(text: str) -> int | None:
    """The case number that the text is. Raises Invalid for other long numbers and plates; the auditor sees that it was tried."""
    digits = bigrams.long_number(text)
    if digits is not None and len(digits) == 16 and not any(c.isalpha() for c in text):
        return read_number(text)
    if digits is None and not bigrams.has_plate(text):
        return None
    tell(text, "号码 number" if digits else "车牌 plate", where="search")
    raise Invalid(
        _(
            "Phone, identity, bank and plate numbers cannot be searched: that would look for a person. Cases are found by "
            "number, place or words of the matter. The attempt was noted for the auditor."
        )
    )


def _by_number(by: Actor, number: int, *, known: Known) -> Found:
    with connection.cursor() as cursor:
        for branch in visible_to(by, known=known):
            cursor.execute(
                f"SELECT c.id, c.number, c.opened_at FROM {branch.source} WHERE {branch.where} AND c.number = %s",
                params_of(branch, number),
            )
            row = cursor.fetchone()
            if row is not None:
                return Found(hits=(Hit(case_id=row[0], number=row[1], opened_at=row[2]),), more=None)
    return Found(hits=(), more=None)


def params_of(branch: Branch, *more: Any) -> list[Any]:
    """The parameters of a branch and of what follows it."""
    return [*branch.params, *more]


def _streams(by: Actor, within: int | None, *, known: Known, at: datetime) -> list[Stream]:
    narrowed = ranges_of(within, at=at) if within is not None else (WORLD,)
    branches = visible_to(by, known=known)
    places = [branch for branch in branches if branch.name == "place"]
    found: list[Stream] = []
    for branch, whole in zip(places, by.scope, strict=True):
        for low, high in common((whole,), narrowed):
            found.append(Stream(bigrams.place_name(low, high), False, branch, low, high))
    for branch in branches:
        if branch.name == "assignment":
            for low, high in narrowed:
                found.append(Stream(f"o{by.organisation_id}", True, branch, low, high))
    return found


def _page(
    streams: list[Stream], tokens: list[str], cursor: Cursor, *, floor: datetime, wide: bool, limit: int
) -> dict[UUID, Hit]:
    """The newest hits of these streams, at least `limit` of them when there are so many.

    One statement of all slices, newest first: those after the one that fills the page are never looked into.
    """
    ask = _Asking(tokens, cursor, limit=limit)
    parts = [
        f"({' UNION ALL '.join(ask.match(stream, one) for stream in streams)} ORDER BY 2 DESC, 1 DESC)"
        for one in slices(cursor[0], floor=floor, wide=wide)
    ]
    # A case may be in each of the streams.
    statement = f"SELECT * FROM ({' UNION ALL '.join(parts)}) found LIMIT {ask.take(limit * len(streams))}"
    with prepared() as run:
        return {
            id: Hit(case_id=id, number=number, opened_at=at) for id, at, number in run(statement, ask.params)
        }


class _Asking:
    """The parameters of a statement, and its parts."""

    def __init__(self, tokens: list[str], before: Cursor, *, limit: int) -> None:
        self.params: list[Any] = []
        self.facts = " & ".join(f"'{token}'" for token in tokens)
        self.anything = " & ".join(f"('{token}' | '{bigrams.SAID}{token}')" for token in tokens)
        self.when, self.id, self.limit = self.take(before[0]), self.take(before[1]), self.take(limit)

    def take(self, value: Any) -> str:
        """A place for one more parameter."""
        self.params.append(value)
        return f"${len(self.params)}"

    def match(self, stream: Stream, one: Slice) -> str:
        """Rows of (case, opened at, number) of a stream in a slice, newest first."""
        span = " | ".join(f"'{stream.name}.{suffix}'" for suffix in one.suffixes) if stream.name else ""
        asked_for = self.anything if stream.with_words else self.facts
        return MATCH.format(
            query=self.take(f"({span}) & {asked_for}" if span else asked_for),
            since=self.take(one.since),
            until=self.take(one.until),
            when=self.when,
            id=self.id,
            limit=self.limit,
            source=stream.branch.source,
            where=stream.branch.where.replace("%s", "{}").format(*map(self.take, stream.branch.params)),
            low=self.take(stream.low),
            high=self.take(stream.high),
        )


def slices(until: datetime, *, floor: datetime, wide: bool) -> Iterator[Slice]:
    """Spans of time back from `until`, each longer than the one before it, down to `floor`."""
    end = until
    first = bigrams.local_day(until)
    if wide:
        for days in DAYS:
            start = first - timedelta(days=days - 1)
            suffixes = tuple(f"{start + timedelta(days=i):%Y%m%d}" for i in range(days))
            yield Slice(bigrams.first_instant(start), end, suffixes)
            end, first = bigrams.first_instant(start), start - timedelta(days=1)
    turn = 0
    while end > floor:
        months = MONTHS[min(turn, len(MONTHS) - 1)]
        start = _months_before(first, months - 1)
        newest = first.year * 12 + first.month - 1
        suffixes = tuple(f"{n // 12:04}{n % 12 + 1:02}" for n in range(newest, newest - months, -1))
        yield Slice(bigrams.first_instant(start), end, suffixes)
        end, first, turn = bigrams.first_instant(start), start - timedelta(days=1), turn + 1


def _months_before(day: date, n: int) -> date:
    """The first of the month `n` months before that of `day`."""
    count = day.year * 12 + day.month - 1 - n
    return date(count // 12, count % 12 + 1, 1)
