# SPDX-License-Identifier: Apache-2.0
"""Sync: what phones send when they come back, ten acts a request, beside the floor of intake; then what a pull costs.

Each act opens a case under the phone's own id, as the floor's statement does. The posts are of one town, so a pull finds what all of them
sent.
"""

import http.client
import json
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.db import connection, connections

from anlan.base.clock import now
from anlan.base.ids import new_id
from anlan.cases import registry
from anlan.config.bench import Measured, Run, machine, make_people, percentile
from anlan.config.bench_client import Heard, drive
from anlan.config.bench_database import BenchError
from anlan.config.bench_intake import CONNECTIONS, PLACE, PROCESSES, REPORT, WARM, floor_rate, load_of
from anlan.config.bench_web import running
from anlan.people.may import Role, actor_of
from anlan.people.models import Post
from anlan.people.tokens import make_token
from anlan.places.codes import pad
from anlan.places.find import place_of_code

EACH = 10
PULLS = 40
PATIENCE = 120.0


def measure(run: Run) -> Measured:
    """Acts a second over HTTP, their ratio to the floor, and milliseconds of each kind of pull."""
    make_people()
    about = machine()
    tokens = [_token(post) for post in _posts()]
    connections.close_all()
    ask = request_maker(tokens)
    with running() as port:
        drive(port, ask, connections=CONNECTIONS, seconds=WARM, processes=PROCESSES)
        heard = drive(port, ask, connections=CONNECTIONS, seconds=run.seconds, processes=PROCESSES)
        good = heard.times(200)
        if not good:
            raise BenchError(f"nothing was taken: {dict(heard.statuses())} {heard.refusal.decode()[:500]}")
        refused = check_kept(heard)
        lag = settle()
        pulls = _pulls(port, tokens[0])
    per_second = len(good) * EACH / run.seconds
    floor = floor_rate(_sample(), seconds=min(run.seconds, 10))
    return Measured(
        name="sync",
        seconds=run.seconds,
        per_second=round(per_second, 1),
        floor_per_second=round(floor, 1),
        ratio=round(per_second / floor, 3),
        p50_ms=percentile(good, 0.5),
        p95_ms=percentile(good, 0.95),
        errors=len(heard.answers) - len(good) + heard.broken + refused,
        settings=about
        | load_of(run, heard)
        | {
            "each": EACH,
            "refused": refused,
            "feed_behind_seconds": lag,
            "pull_p50_ms": pulls,
        },
    )


def _posts() -> Sequence[Post]:
    """Posts whose reports need no photo: pictures would be measured, not acts."""
    place = place_of_code(pad(PLACE[:9]), at=now())
    found = Post.objects.current(now()).filter(role=Role.DISPATCHER, place_id=place.id)
    return list(found.select_related("organisation", "account")[:16])


def _token(post: Post) -> str:
    at = now()
    actions = {action.key for one in registry.newest().values() for action in one.actions}
    return make_token(
        post.pk,
        label="bench",
        procedures=list(registry.newest()),
        actions=actions,
        expires_at=at + timedelta(days=1),
        by=actor_of(post, at=at),
        at=at,
    ).text


def body_maker() -> Callable[[], bytes]:
    """Makes a batch with acts of its own."""
    opening = {key: value for key, value in REPORT.items() if key != "contact"} | {"source": "inspection"}
    opening |= {"request": "%(request)s", "case": "%(case)s", "at": "%(at)s"}
    act = json.dumps(opening, ensure_ascii=False)

    def body() -> bytes:
        at = now().isoformat()
        acts = ", ".join(act % {"request": new_id(), "case": new_id(), "at": at} for _act in range(EACH))
        return f'{{"acts": [{acts}], "clock": "{at}"}}'.encode()

    return body


def request_maker(tokens: Sequence[str]) -> Callable[[], bytes]:
    """Makes the bytes of a request; one post after the other sends."""
    heads = [
        (
            "POST /api/v1/sync HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {token}\r\n"
        ).encode()
        for token in tokens
    ]
    turns, make = count(), body_maker()

    def ask() -> bytes:
        body = make()
        return b"%bContent-Length: %d\r\n\r\n%b" % (heads[next(turns) % len(heads)], len(body), body)

    return ask


def check_kept(heard: Heard) -> int:
    """How many acts were refused; every other is there exactly once. Raises BenchError."""
    answers = [answer for body in heard.bodies for answer in json.loads(body)["answers"]]
    done = [answer["done"] for answer in answers if answer["done"]]
    if not done:
        raise BenchError(f"no act was taken: {answers[0]['problem']}")
    numbers = [int(one["number"]) for one in done if one["seq"] == 1 and not one["again"]]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT number) FROM cases_case WHERE number = ANY(%s)", [numbers]
        )
        rows, different = cursor.fetchone()
    if not rows == different == len(numbers):
        raise BenchError(f"{len(numbers)} cases were acknowledged, {rows} are there")
    return len(answers) - len(done)


def _sample() -> UUID:
    """A case of one entry: what the floor copies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM cases_case WHERE source = 'inspection' AND seq = 1 ORDER BY opened_at DESC LIMIT 1"
        )
        return UUID(str(cursor.fetchone()[0]))


def settle(*, patience: float = PATIENCE) -> float:
    """Seconds until the feed has read all that was sent. Raises BenchError."""
    began = time.monotonic()
    while time.monotonic() < began + patience:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT NOT EXISTS (SELECT FROM cases_tray) AND f.position = (SELECT max(position) FROM cases_journal)"
                " FROM cases_follower f WHERE name = 'feed'"
            )
            if cursor.fetchone() == (True,):
                return round(time.monotonic() - began, 1)
        time.sleep(0.1)
    raise BenchError("the feed did not catch up")


def _pulls(port: int, token: str) -> dict[str, float | None]:
    """Milliseconds of a first page of 50 cases, of a pull with nothing new, and of one with the cases of a batch."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def timed(method: str, where: str, body: bytes | None = None) -> tuple[float, Any]:
        start = time.perf_counter()
        line.request(method, f"/api/v1/sync{where}", body, headers)
        answer = line.getresponse().read()
        return (time.perf_counter() - start) * 1000, json.loads(answer)

    first = [timed("GET", "")[0] for _pull in range(PULLS)]
    _ms, page = timed("GET", "?size=100")
    while page["more"]:
        _ms, page = timed("GET", f"?size=100&after={page['next']}")
    idle = [timed("GET", f"?after={page['next']}")[0] for _pull in range(PULLS)]
    changed: list[float] = []
    make = body_maker()
    for _pull in range(PULLS // 4):
        timed("POST", "", make())
        settle()
        ms, page = timed("GET", f"?after={page['next']}")
        if len(page["cases"]) != EACH:
            raise BenchError("a pull did not bring what was sent")
        changed.append(ms)
    line.close()
    return {
        "first_50": percentile(first, 0.5),
        "nothing_new": percentile(idle, 0.5),
        "after_a_batch": percentile(changed, 0.5),
    }
