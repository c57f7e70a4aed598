# SPDX-License-Identifier: Apache-2.0
"""find(by, text): cases whose facts or words hold all the tokens of a text, within what the actor may see.

Facts are searched in the actor's places, words in the cases its organisation works on now. Newest first, by slices
of time: place or organisation and month are one token in the same index, so a common word costs no more at ten
million cases than at ten thousand. There is no search for persons: a query that holds a long number is refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import count, islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from anlan.base.boundary import tell
from anlan.base.errors import Invalid, NotAllowed
from anlan.base.ids import NUMBER_LENGTH, read_number
from anlan.base.prepared import prepared
from anlan.cases import bigrams
from anlan.cases.known import Known
from anlan.cases.may import Branch, visible_to
from anlan.people.may import Actor, common
from anlan.people.phones import is_phone
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
      AND (s.opened_at, s.case_id) < ($1, $2::uuid)
    ORDER BY s.opened_at DESC, s.case_id DESC)
 SELECT * FROM (
   SELECT m.case_id, m.opened_at, (
     SELECT c.number FROM {source} WHERE {where} AND c.id = m.case_id AND c.area >= {low} AND c.area < {high} LIMIT 1) AS number
     FROM m OFFSET 0) seen
  WHERE number IS NOT NULL LIMIT $3)"""
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
    """The case number that the text is. Raises Invalid for other long numbers and plates; where those are somebody's the
    auditor sees that it was tried.
    """
    digits = bigrams.long_number(text)
    if digits is not None and len(digits) == NUMBER_LENGTH and not any(c.isalpha() for c in text):
        return read_number(text)
    if digits is None and not bigrams.has_plate(text):
        return None
    if digits is not None and not _is_of_somebody(text, digits):
        raise Invalid(
            _(
                "A case number has 16 digits; please type it whole. Other long numbers cannot be searched. Cases are also found "
                "by place or words of the matter."
            )
        )
    tell(text, "号码 number" if digits else "车牌 plate", where="search")
    raise Invalid(
        _(
            "Phone, identity, bank and plate numbers cannot be searched: that would look for a person. Cases are found by "
            "number, place or words of the matter. The attempt was noted for the auditor."
        )
    )


def _is_of_somebody(text: str, digits: str) -> bool:
    """Whether a long number is shaped like a mobile phone's or like one of papers, in this region."""
    return bigrams.has_plate(text) or bigrams.has_plate(digits) or any(map(is_phone, (digits, f"+{digits}")))


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

    The newest slice fills most pages, and a statement of it alone is small. The rest is one statement, newest first: slices
    after the one that fills the page are never looked into.
    """
    spans = tuple(slices(cursor[0], floor=floor, wide=wide))
    found: dict[UUID, Hit] = {}
    for some in (spans[:1], spans[1:]):
        if some and len(found) < limit:
            found |= _hits(streams, tokens, cursor, some, limit=limit)
    return found


def _hits(
    streams: list[Stream], tokens: list[str], cursor: Cursor, spans: Sequence[Slice], *, limit: int
) -> dict[UUID, Hit]:
    facts = " & ".join(f"'{token}'" for token in tokens)
    anything = " & ".join(f"('{token}' | '{bigrams.SAID}{token}')" for token in tokens)
    params: list[Any] = [*cursor, limit, limit * len(streams)]  # a case may be in each of the streams
    for one in spans:
        for stream in streams:
            asked = anything if stream.with_words else facts
            if stream.name:
                span = f"' | '{stream.name}.".join(one.suffixes)
                asked = f"('{stream.name}.{span}') & {asked}"
            params += (asked, one.since, one.until, *stream.branch.params, stream.low, stream.high)
    of = tuple((one.branch.source, one.branch.where) for one in streams)
    with prepared() as run:
        return {
            id: Hit(case_id=id, number=number, opened_at=at)
            for id, at, number in run(_statement(of, len(spans)), params)
        }


@lru_cache(maxsize=1_000)
def _statement(streams: tuple[tuple[str, str], ...], spans: int) -> str:
    """The statement for so many spans of these streams, by source and condition; its parameters in the order of the text."""
    places = (f"${n}" for n in count(5))
    parts: list[str] = []
    for _span in range(spans):
        of: list[str] = []
        for source, where in streams:
            query, since, until = islice(places, 3)
            seen = where.replace("%s", "{}").format(*islice(places, where.count("%s")))
            low, high = islice(places, 2)
            of.append(
                MATCH.format(
                    query=query, since=since, until=until, source=source, where=seen, low=low, high=high
                )
            )
        parts.append(f"({' UNION ALL '.join(of)} ORDER BY 2 DESC, 1 DESC)")
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) found LIMIT $4"


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
        yield Slice(bigrams.first_instant(start), end, _months(newest, months))
        end, first, turn = bigrams.first_instant(start), start - timedelta(days=1), turn + 1


@lru_cache(maxsize=100)
def _months(newest: int, n: int) -> tuple[str, ...]:
    """The suffixes of `n` months back from the `newest`, counted from the year 0."""
    return tuple(f"{month // 12:04}{month % 12 + 1:02}" for month in range(newest, newest - n, -1))


def _months_before(day: date, n: int) -> date:
    """The first of the month `n` months before that of `day`."""
    count = day.year * 12 + day.month - 1 - n
    return date(count // 12, count % 12 + 1, 1)
