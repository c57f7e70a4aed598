# SPDX-License-Identifier: Apache-2.0
"""Lifecycles: open, dispatch, finish, then a search for a two-character word in the county; each act a transaction of its own.

Worker processes call the engine as the doors do, while the journal numbers entries and feeds search beside them. What was
found by the search is not counted: only that it answers.
"""

import gc
import random
import time
from typing import Any

from django.db import connections
from django.utils import translation

from anlan.base.clock import now
from anlan.base.errors import Refused
from anlan.base.ids import new_id
from anlan.cases.act import act, open_case
from anlan.cases.catalogue import current
from anlan.cases.envelope import NewParty
from anlan.cases.find import find
from anlan.config.bench import Measured, Run, cpu_ms, machine, make_people, percentile
from anlan.config.bench_client import CONTEXT
from anlan.config.bench_web import running
from anlan.config.fill_scene import Scene, Spot, set_scene
from anlan.people.may import Role, anonymous
from anlan.web.action_forms import make_envelope

PROCESSES = 4
WARM = 2.0
WORDS = ("路灯", "垃圾", "井盖", "噪音", "积水", "广告", "围挡", "河道", "电线", "绿化")
"""What is looked for, and what the reports are about."""


def measure(run: Run) -> Measured:
    """Lifecycles a second of `PROCESSES` processes."""
    make_people()
    about = machine()
    scene = set_scene(at=now())
    connections.close_all()
    gc.freeze()  # as a web process does once it has read what it needs
    with running(web=False):
        results = CONTEXT.SimpleQueue()
        workers = [
            CONTEXT.Process(target=_work, args=(results, scene, n, run.seconds), daemon=True)
            for n in range(PROCESSES)
        ]
        for worker in workers:
            worker.start()
        counted = [results.get() for _worker in workers]
        for worker in workers:
            worker.join()
    times = [ms for found, _errors, _parts, _cpu in counted for ms in found]
    parts = {
        name: percentile([ms for _found, _errors, each, _cpu in counted for ms in each[name]], 0.95)
        for name in ("open", "dispatch", "finish", "search")
    }
    return Measured(
        name="lifecycle",
        seconds=run.seconds,
        per_second=round(len(times) / run.seconds, 1),
        p50_ms=percentile(times, 0.5),
        p95_ms=percentile(times, 0.95),
        errors=sum(errors for _found, errors, _parts, _cpu in counted),
        settings=about
        | {
            "rows": run.rows,
            "processes": PROCESSES,
            "journal": True,
            "p95_ms_of": parts,
            "cpu_ms_each": round(
                sum(cpu for _found, _errors, _parts, cpu in counted) / max(1, len(times)), 2
            ),
        },
    )


def _work(results: Any, scene: Scene, n: int, seconds: float) -> None:
    pick = random.Random(n)
    times: list[float] = []
    parts: dict[str, list[float]] = {"open": [], "dispatch": [], "finish": [], "search": []}
    errors, cpu = 0, 0.0
    began = time.monotonic() + WARM
    while (start := time.monotonic()) < began + seconds:
        before = cpu_ms()
        try:
            spent = live(scene, scene.place(pick), pick)
        except Refused:
            errors += 1
            continue
        if start >= began:
            times.append((time.monotonic() - start) * 1000)
            cpu += cpu_ms() - before
            for name, ms in spent.items():
                parts[name].append(ms)
    connections.close_all()
    results.put((times, errors, parts, cpu))


def live(scene: Scene, spot: Spot, pick: random.Random) -> dict[str, float]:
    """One case from its report to its answer, then the search; milliseconds of each step. Raises Refused."""
    case_id, word = new_id(), pick.choice(WORDS)
    spent: dict[str, float] = {}

    def step(name: str, since: float) -> None:
        spent[name] = (time.perf_counter() - since) * 1000

    start = time.perf_counter()
    opened = open_case(
        make_envelope(
            "open",
            by=anonymous(),
            at=now(),
            case_id=case_id,
            data={
                "words": f"{spot.name}的{word}有问题，请来看看。",
                "address": f"{spot.name}菜场门口",
                "kind": "road",
            },
            procedure="report",
            place=spot.ground.place,
            source="resident",
            parties=(NewParty(role="reporter", contact={"name": "王女士"}),),
        )
    )
    step("open", start)
    category = scene.category(pick)
    start = time.perf_counter()
    sent = act(
        make_envelope(
            "dispatch",
            by=scene.actor(spot.orgs["town"]),
            at=now(),
            case_id=case_id,
            expect=opened.seq,
            data={
                "category": category.id,
                "condition": scene.known.conditions_of(category.id)[0].id,
                "unit": spot.orgs["dept:enforcement"],
                "words": "请核对现场情况后办理。",
            },
        )
    )
    step("dispatch", start)
    start = time.perf_counter()
    act(
        make_envelope(
            "done",
            by=scene.actor(spot.orgs["dept:enforcement"]),
            at=now(),
            case_id=case_id,
            expect=sent.seq,
            data={"outcome": "explained", "answer": "经现场核对，已向报告人说明情况和办理依据。"},
        )
    )
    step("finish", start)
    start = time.perf_counter()
    look_for(scene, spot, word)
    step("search", start)
    return spent


def look_for(scene: Scene, spot: Spot, word: str) -> int:
    """Looks for a word in the cases of the spot's county as its dispatcher does; how many were on the first page."""
    by = scene.actor(spot.orgs["county"], Role.COUNTY_DISPATCHER)
    with translation.override("zh-hans"):
        return len(find(by, word, known=current(), at=now()).hits)
