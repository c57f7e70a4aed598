# SPDX-License-Identifier: Apache-2.0
"""Lists: how long the server takes for every list and page that people open all day, each filter and order of it.

Whole requests through all of Django's middleware and templates, without network. The figure is the worst kind of page (the inbox
of one actor, the page of a case, the public list) by its 95th percentile over all its filters. Beside it stand the slowest
single addresses by their medians, and what statements took, since drawing costs the same at any size.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from anlan.base.clock import now
from anlan.cases.catalogue import current
from anlan.cases.envelope import SOURCES
from anlan.cases.queries import Filters, Sort, list_cases
from anlan.config.bench import Measured, Run, cpu_ms, machine, make_people, percentile
from anlan.config.bench_database import BenchError
from anlan.people.may import actor_of
from anlan.people.models import Post
from anlan.people.session import BACKEND, POST, SEEN, SINCE
from anlan.places.find import find_code
from anlan.procedures.report.kinds import KINDS
from anlan.web.staff_lists import states

WHO = {
    "grid": "wensan-grid",
    "town": "xixi-town",
    "handler": "xihu-enforcement",
    "county": "xihu-centre",
    "city": "hangzhou-supervisor",
    "province": "zhejiang-supervisor",
}
"""Whose lists: people of the demo, by the width of their places."""
PAGES = 8
"""The newest cases of their places, and as many of their own, whose pages are opened."""
LEAST = 3
"""Rounds at least, however long they take."""
SLOWEST = 10


class Address:
    """One thing to open again and again, with the times it took: all of it, its statements, its processor."""

    def __init__(self, name: str, client: Client, url: str) -> None:
        self.name = name
        self.client = client
        self.url = url
        self.whole: list[float] = []
        self.statements: list[float] = []
        self.cpu: list[float] = []

    def open(self, *, counted: bool) -> None:
        """Opens it once. Raises BenchError when the server did not answer well."""
        spent = 0.0

        def watch(execute: Any, *given: Any) -> Any:
            nonlocal spent
            began = time.perf_counter()
            try:
                return execute(*given)
            finally:
                spent += time.perf_counter() - began

        with connection.execute_wrapper(watch):
            began, before = time.perf_counter(), cpu_ms()
            answer = self.client.get(self.url)
            whole, cpu = time.perf_counter() - began, cpu_ms() - before
        if answer.status_code != 200:
            raise BenchError(f"{self.name} {self.url}: {answer.status_code}")
        if counted:
            self.whole.append(whole * 1000)
            self.statements.append(spent * 1000)
            self.cpu.append(cpu)


def measure(run: Run) -> Measured:
    """The worst 95th percentile of all addresses, and the median of all requests."""
    make_people()
    about = machine()
    settings.ALLOWED_HOSTS.append("testserver")
    addresses = list(_addresses())
    for address in addresses:
        address.open(counted=False)
    began, rounds = time.monotonic(), 0
    least = LEAST if run.seconds >= 1 else 1
    while rounds < least or time.monotonic() - began < run.seconds:
        for address in addresses:
            address.open(counted=True)
        rounds += 1
    spent = time.monotonic() - began
    kinds = _kinds(addresses)
    slowest = sorted(addresses, key=lambda one: percentile(one.whole, 0.5) or 0.0, reverse=True)[:SLOWEST]
    return Measured(
        name="lists",
        seconds=round(spent, 1),
        per_second=round(rounds * len(addresses) / spent, 1),
        p50_ms=percentile([ms for one in addresses for ms in one.whole], 0.5),
        p95_ms=max(percentile([one[0] for one in times], 0.95) or 0.0 for times in kinds.values()),
        settings=about
        | {
            "rows": run.rows,
            "addresses": len(addresses),
            "rounds": rounds,
            "p95_ms_of": {kind: percentile([one[0] for one in times], 0.95) for kind, times in kinds.items()},
            "p50_ms_of": {kind: percentile([one[0] for one in times], 0.5) for kind, times in kinds.items()},
            "statements_p95_ms_of": {
                kind: percentile([one[1] for one in times], 0.95) for kind, times in kinds.items()
            },
            "cpu_p95_ms_of": {
                kind: percentile([one[2] for one in times], 0.95) for kind, times in kinds.items()
            },
            "slowest_median_ms_of": {
                one.name: [percentile(values, 0.5) for values in (one.whole, one.statements, one.cpu)]
                for one in slowest
            },
        },
    )


def _kinds(addresses: list[Address]) -> dict[str, list[tuple[float, float, float]]]:
    """Times by kind of page: whole, of statements, of processor."""
    kinds: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for one in addresses:
        kinds[one.name.split("?")[0]] += zip(one.whole, one.statements, one.cpu, strict=True)
    return dict(sorted(kinds.items()))


def _addresses() -> Iterator[Address]:
    for who, username in WHO.items():
        post = (
            Post.objects.select_related("account", "organisation").filter(account__username=username).first()
        )
        if post is None:
            raise BenchError(f"there is no post of {username}")
        client = enter(post)
        for query in ("", *queries()):
            yield Address(f"inbox {who}?{query}", client, f"/desk/?{query}")
        by = actor_of(post, at=now())
        pages = [
            list_cases(
                by,
                known=current(),
                at=now(),
                filters=Filters(open=None, mine=mine),
                sort=Sort.NEWEST,
                size=PAGES,
            )
            for mine in (False, True)
        ]
        for row in {row.number: row for page in pages for row in page.rows}.values():
            yield Address(f"case {who}?{row.number}", client, f"/desk/cases/{row.number}")
        if pages[0].next_cursor:
            yield Address(f"inbox {who}?second page", client, f"/desk/?{_second(by)}")
        if who == "grid":
            yield Address("tasks", client, "/field/")
            yield Address("tasks?check", client, "/field/?which=check")
    anyone = Client()
    county, town = find_code(330106_000_000_000, at=now()), find_code(330106_004_000_000, at=now())
    assert county is not None
    assert town is not None
    for query in (
        "",
        f"county={county.id}",
        f"county={county.id}&town={town.id}",
        *(f"kind={key}" for key, _words in KINDS),
    ):
        yield Address(f"public?{query}", anyone, f"/public?{query}")
    yield Address(
        f"public?county, kind={KINDS[0][0]}", anyone, f"/public?county={county.id}&kind={KINDS[0][0]}"
    )


def queries() -> Iterator[str]:
    """Each filter and order of the inbox, over all places of a post."""
    for part in (
        "",
        "urgent=1",
        "overdue=1",
        "near=1",
        "ended=1",
        "sort=newest",
        "sort=oldest",
        "whose=mine",
    ):
        yield f"whose=all&{part}" if not part.startswith("whose") else part
    for state in states():
        yield f"whose=all&state={state}"
    for group, _words in KINDS:
        yield f"whose=all&group={group}"
        yield f"whose=all&group={group}&sort=newest"
    for source in SOURCES:
        yield f"whose=all&source={source}"
    yield "whose=all&within=330106004000000"
    yield "whose=all&ended=1&state=closed&source=grid"


def _second(by: Any) -> str:
    page = list_cases(by, known=current(), at=now(), filters=Filters(), size=25)
    return f"whose=all&after={page.next_cursor}" if page.next_cursor else "whose=all"


def enter(post: Post) -> Client:
    """A browser in which this post is signed in."""
    client = Client()
    client.force_login(post.account, backend=BACKEND)
    session = client.session
    stamp = now().timestamp()
    session[POST], session[SEEN], session[SINCE] = post.pk, stamp, stamp
    session.save()
    return client
