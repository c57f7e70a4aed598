# SPDX-License-Identifier: Apache-2.0
"""A burst is shed at once; who was taken in is answered; afterwards all is as before."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from anlan.config.environment import Environment
from anlan.config.shed import ShedMiddleware, refuse


@pytest.fixture
def door(settings: LazySettings) -> tuple[ShedMiddleware, threading.Event]:
    """Two at a time; each request is worked on until the event is set."""
    settings.ENVIRONMENT = Environment(threads=2)
    done = threading.Event()

    def work(_request: HttpRequest) -> HttpResponse:
        assert done.wait(10)
        return HttpResponse("done")

    return ShedMiddleware(work), done


def test_a_burst_is_shed_at_once_and_who_was_taken_in_is_answered(
    door: tuple[ShedMiddleware, threading.Event],
) -> None:
    middleware, done = door
    ask = RequestFactory().get
    with ThreadPoolExecutor(40) as pool:
        began = time.monotonic()
        answers = [pool.submit(middleware, ask("/")) for _ in range(40)]
        while sum(answer.done() for answer in answers) < 34:
            assert time.monotonic() - began < 0.9, "they were kept waiting"
            time.sleep(0.01)
        done.set()
        statuses = sorted(answer.result().status_code for answer in answers)
    assert statuses == [200] * 6 + [503] * 34
    assert middleware(ask("/")).status_code == 200


def test_who_waits_in_vain_is_told_when_to_come_back(door: tuple[ShedMiddleware, threading.Event]) -> None:
    middleware, done = door
    ask = RequestFactory().get
    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(middleware, ask("/api/v1/cases")) for _ in range(3)]
        time.sleep(1.2)
        refused = [answer.result() for answer in answers if answer.done()]
        done.set()
    assert [answer.status_code for answer in refused] == [503]
    assert refused[0]["Retry-After"] == "2"
    assert refused[0]["Content-Type"] == "application/problem+json"


def test_a_page_that_is_refused_says_so_in_both_languages() -> None:
    answer = refuse(RequestFactory().post("/report"))
    assert answer.status_code == 503
    page = answer.content.decode()
    for words in ("写好的内容还在", "what you wrote is still there", "anlan/page"):
        assert words in page
    assert "<script" not in page
    assert "style=" not in page


def test_health_checks_pass_a_full_house(door: tuple[ShedMiddleware, threading.Event]) -> None:
    middleware, done = door
    ask = RequestFactory().get
    with ThreadPoolExecutor(10) as pool:
        for _ in range(8):
            pool.submit(middleware, ask("/"))
        statuses = [pool.submit(middleware, ask("/healthz")), pool.submit(middleware, ask("/"))]
        assert statuses[1].result(timeout=5).status_code == 503
        done.set()
        assert statuses[0].result(timeout=5).status_code == 200
