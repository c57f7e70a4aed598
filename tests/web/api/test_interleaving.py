# SPDX-License-Identifier: Apache-2.0
"""Two phones, a desk and answers that are lost, in any order: each act is done at most once, none is lost, and in the end all see the same."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.base.clock import now
from anlan.cases.models import Case, Request
from anlan.people.may import Role, actor_of
from anlan.people.models import Post
from anlan.people.tokens import make_token
from tests.people.world import post
from tests.procedures.report.cast import Matter, town
from tests.web.api.conftest import TOWN, Api, no_leases
from tests.web.api.test_pull import catch_up
from tests.web.api.test_sync import on, opening

__all__ = ["no_leases"]
pytestmark = pytest.mark.django_db
STEPS = ("open", "accept", "note", "note", "flush", "lost", "lost", "pull", "desk")


@dataclass
class Phone:
    """What the field app keeps: its cases as it heard of them, its outbox, what was refused and waits for its person."""

    api: Api
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    outbox: list[dict[str, Any]] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    cursor: str = ""

    def act(self, action: str, n: int) -> None:
        """Without signal: a new case, or something on one that it knows, as it believes that it stands."""
        if action == "open":
            self.outbox.append(opening())
            return
        known = sorted(self.cases)
        if not known:
            return
        case = self.cases[known[n % len(known)]]
        before = sum(act["case"] == case["id"] for act in self.outbox)
        data = {"words": "看过了"} if action == "note" else {}
        self.outbox.append(on(case["id"], action, data, expect=case["seq"] + before))

    def flush(self, *, lost: bool) -> None:
        """Sends all; when the answer is lost everything stays and is sent again."""
        if not self.outbox:
            return
        answer = self.api.post("sync", {"acts": self.outbox})
        assert answer.status_code == 200
        if lost:
            return
        for act, told in zip(self.outbox, answer.json()["answers"], strict=True):
            (self.done if told["done"] else self.refused).add(act["request"])
        self.outbox = []

    def pull(self) -> None:
        """Until there is no more."""
        more = True
        while more:
            told = self.api.get("sync", {"after": self.cursor} if self.cursor else {}).json()
            if told["anew"]:
                self.cases = {}
            self.cases |= {case["number"]: case for case in told["cases"]}
            for number in told["removed"]:
                self.cases.pop(number, None)
            self.cursor, more = told["next"], told["more"]


def phone_of(post: Post) -> Phone:
    """One more phone of a post."""
    made = make_token(
        post.pk,
        label="phone",
        procedures=["report"],
        actions=["open", "accept", "note"],
        expires_at=now() + timedelta(days=2),
        by=actor_of(post, at=now()),
        at=now(),
    )
    return Phone(Api(client=Client(), token=made.text))


@pytest.fixture
def as_dispatcher() -> Post:
    return post(Role.DISPATCHER, f"town:{TOWN}")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from((0, 1)), st.sampled_from(STEPS), st.integers(0, 7)),
        min_size=10,
        max_size=24,
    )
)
def test_any_order_of_two_phones_a_desk_and_lost_answers_ends_alike(
    as_dispatcher: Post, steps: list[tuple[int, str, int]]
) -> None:
    phones = [phone_of(as_dispatcher), phone_of(as_dispatcher)]
    sent: set[str] = set()
    for phone in phones:
        phone.act("open", 0)
        sent |= {act["request"] for act in phone.outbox}
        phone.flush(lost=True)
    for who, step, n in steps:
        if step == "desk":
            at_the_desk(n)
        elif step in {"flush", "lost"}:
            phones[who].flush(lost=step == "lost")
        elif step == "pull":
            catch_up()
            phones[who].pull()
        else:
            phones[who].act(step, n)
            sent |= {act["request"] for act in phones[who].outbox}
    for phone in phones:
        phone.flush(lost=False)
    catch_up()
    for phone in phones:
        phone.pull()
    done, refused = (
        set().union(*(getattr(phone, which) for phone in phones)) for which in ("done", "refused")
    )
    assert done | refused == sent, "none is lost"
    assert not done & refused
    kept = {str(each) for each in Request.objects.values_list("request_id", flat=True)}
    assert done <= kept
    assert not refused & kept
    stands = {
        f"{number:016d}": (seq, state)
        for number, seq, state in Case.objects.filter(open=True).values_list("number", "seq", "state")
    }
    for phone in phones:
        assert {number: (case["seq"], case["state"]["key"]) for number, case in phone.cases.items()} == stands


def at_the_desk(n: int) -> None:
    """Somebody at the desk does something with one of the cases."""
    ids: list[UUID] = list(Case.objects.filter(open=True).order_by("pk").values_list("pk", flat=True))
    if ids:
        case = Matter.known(ids[n % len(ids)], at=now())
        case.do("note", by=town(), words="正在核对")
