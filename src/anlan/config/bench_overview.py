# SPDX-License-Identifier: Apache-2.0
"""The overview: how long the server takes to draw figures of the region and of the places below it, down to a grid.

Whole requests of the province's supervisor, without network: each level for two periods, the wall, the file for a spreadsheet, and
the cases behind a number. The floor, same run: the sums of the same places and days by one prepared statement of plain psycopg.
"""

import time
from collections import defaultdict
from collections.abc import Iterator

import psycopg
from django.conf import settings
from django.db import connection

from anlan.base.clock import now
from anlan.cases import registry
from anlan.config.bench import Measured, Run, cpu_ms, machine, make_people, percentile
from anlan.config.bench_database import BenchError
from anlan.config.bench_lists import WHO, Address, enter
from anlan.indicators.reads import lag
from anlan.indicators.values import Period
from anlan.people.models import Post
from anlan.places import find
from anlan.places.codes import pad
from anlan.places.tree import Spot
from anlan.procedures.report.procedure import REPORT

GRID = pad("330106004066")
"""文三社区, where the demo's people are; the way down to it and one grid of it are opened."""
DAYS = (30, 365)
LEAST = 3
FLOOR = """
SELECT t.code{sums} FROM indicators_tally t
 WHERE t.code = ANY($1) AND t.procedure = $2 AND t.day >= $3 AND t.day <= $4 GROUP BY t.code"""


def measure(run: Run) -> Measured:
    """Pages a second, their worst kind by the 95th percentile, and the ratio of the overviews to the floor."""
    make_people()
    about = machine()
    waiting = lag().waiting
    if waiting:
        raise BenchError(f"the figures do not have {waiting} entries yet: anlan journal --once")
    settings.ALLOWED_HOSTS.append("testserver")
    way = _way()
    addresses = list(_addresses(way))
    for address in addresses:
        address.open(counted=False)
    floors: list[tuple[float, float]] = []
    began, rounds = time.monotonic(), 0
    while rounds < (LEAST if run.seconds >= 1 else 1) or time.monotonic() - began < run.seconds:
        for address in addresses:
            address.open(counted=True)
        floors += [_floor(place, days) for place in way for days in DAYS]
        rounds += 1
    kinds: dict[str, list[Address]] = defaultdict(list)
    for each in addresses:
        kinds[each.name.split("?")[0]].append(each)
    pages = [ms for one in kinds["overview"] for ms in one.whole]
    per_second = 1000 * len(pages) / sum(pages)
    floor = 1000 * len(floors) / sum(ms for ms, _cpu in floors)
    return Measured(
        name="overview",
        seconds=round(time.monotonic() - began, 1),
        per_second=round(per_second, 1),
        floor_per_second=round(floor, 1),
        ratio=round(per_second / floor, 4),
        p50_ms=percentile([ms for one in addresses for ms in one.whole], 0.5),
        p95_ms=max(
            percentile([ms for one in each for ms in one.whole], 0.95) or 0.0 for each in kinds.values()
        ),
        settings=about
        | {
            "rows": run.rows,
            "rounds": rounds,
            "p95_ms_of": {
                kind: percentile([ms for one in each for ms in one.whole], 0.95)
                for kind, each in sorted(kinds.items())
            },
            "statements_p50_ms_of": {
                kind: percentile([ms for one in each for ms in one.statements], 0.5)
                for kind, each in sorted(kinds.items())
            },
            "cpu_p50_ms_of": {
                kind: percentile([ms for one in each for ms in one.cpu], 0.5)
                for kind, each in sorted(kinds.items())
            },
            "floor_cpu_p50_ms": percentile([cpu for _ms, cpu in floors], 0.5),
        },
    )


def _way() -> tuple[Spot, ...]:
    """The places from the region down to a grid. Raises BenchError."""
    at = now()
    village = find.find_code(GRID, at=at)
    if village is None:
        raise BenchError("the places of the demo are not there")
    return (*find.above(village.id, at=at), village, *find.children(village.id, at=at)[:1])


def _addresses(way: tuple[Spot, ...]) -> Iterator[Address]:
    post = (
        Post.objects.select_related("account", "organisation")
        .filter(account__username=WHO["province"])
        .first()
    )
    if post is None:
        raise BenchError(f"there is no post of {WHO['province']}")
    client = enter(post)
    fact = REPORT.measures[0].counts
    for place in way:
        for days in DAYS:
            asked = f"place={place.code}&period={days}"
            yield Address(f"overview?{asked}", client, f"/desk/overview?{asked}")
            yield Address(f"file?{asked}", client, f"/desk/overview.csv?{asked}")
            yield Address(f"cases?{asked}", client, f"/desk/overview/cases?{asked}&fact={fact}")
        yield Address(f"wall?place={place.code}", client, f"/desk/wall?place={place.code}")


def _floor(place: Spot, days: int) -> tuple[float, float]:
    """Milliseconds, and those of processor, of the sums of a place and those below it."""
    at = now()
    codes = [place.code, *(below.code for below in find.children(place.id, at=at))]
    period = Period.of_days(days, last=at.astimezone(find.ZONE).date())
    facts = registry.newest()[REPORT.key].facts
    statement = FLOOR.format(sums="".join(f", sum(t.n[{i}])" for i in range(1, len(facts) + 1)))
    began, before = time.perf_counter(), cpu_ms()
    cursor = psycopg.RawCursor(connection.connection)
    cursor.execute(
        statement.encode(), [codes, REPORT.key, period.first, period.last], prepare=True
    ).fetchall()
    return (time.perf_counter() - began) * 1000, cpu_ms() - before
