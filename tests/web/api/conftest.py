# SPDX-License-Identifier: Apache-2.0
"""Callers of the API: somebody without a token, and posts with theirs, in a real corner of Zhejiang."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.cases import registry
from anlan.people.may import Role, actor_of
from anlan.people.models import Organisation, Post
from anlan.people.tokens import make_token
from anlan.web.api import callers
from tests.people.world import post

TOWN, VILLAGE, COUNTY = "330106004", "330106004066", "330106"
PIT = {"words": "文三路与学院路口有一个坑，很深", "address": "文三路 259 号门口"}


@pytest.fixture(autouse=True)
def no_leases() -> None:
    callers._leases.clear()


@dataclass(frozen=True, kw_only=True)
class Api:
    """One caller; each call says what came back. JSON in, JSON out."""

    client: Client
    token: str = ""

    def _headers(self, given: dict[str, Any]) -> dict[str, Any]:
        headers = {name.replace("_", "-"): value for name, value in given.items()}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers

    def get(self, where: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        where = where if where.startswith("/") else f"/api/v1/{where}"
        return self.client.get(where, query, headers=self._headers(headers))

    def post(self, where: str, body: Any, *, key: Any = None, **headers: str) -> Any:
        given = self._headers({"Idempotency-Key": str(key or uuid4()), **headers})
        return self.client.post(f"/api/v1/{where}", body, content_type="application/json", headers=given)

    def open(self, *, place: str = VILLAGE, key: Any = None, **given: Any) -> Any:
        return self.post("cases", {"procedure": "report", "place": place, "data": PIT, **given}, key=key)

    def act(self, number: str, action: str, data: Any = None, *, key: Any = None, **given: Any) -> Any:
        headers = {name: given.pop(name) for name in ("Follow_Code",) if name in given}
        body = {"data": data or {}, **given}
        return self.post(f"cases/{number}/actions/{action}", body, key=key, **headers)


@pytest.fixture
def anyone(client: Client) -> Api:
    return Api(client=client)


MakeApi = Callable[..., Api]


@pytest.fixture
def as_post(client: Client) -> MakeApi:
    """A caller with the token of a new post; `place` narrows the token."""

    def make(
        role: Role = Role.DISPATCHER,
        key: str = f"town:{TOWN}",
        *,
        procedures: tuple[str, ...] = ("report",),
        actions: tuple[str, ...] | None = None,
        place: int | None = None,
    ) -> Api:
        return Api(client=client, token=token_of(post(role, key), procedures, actions, place))

    return make


def token_of(
    held: Post,
    procedures: tuple[str, ...] = ("report",),
    actions: tuple[str, ...] | None = None,
    place: int | None = None,
) -> str:
    at = now()
    every = {action.key for procedure in registry.newest().values() for action in procedure.actions}
    made = make_token(
        held.pk,
        label="tests",
        procedures=procedures,
        actions=every if actions is None else actions,
        place_id=place,
        expires_at=at + timedelta(days=1),
        by=actor_of(held, at=at),
        at=at,
    )
    return made.text


def place_of(key: str) -> int:
    return int(Organisation.objects.values_list("place_id", flat=True).get(key=key))


def other_village() -> int:
    """A village of the same town that is not the one where cases are opened."""
    villages = Organisation.objects.filter(key__startswith=f"village:{TOWN}").exclude(
        key=f"village:{VILLAGE}"
    )
    return int(villages.order_by("key").values_list("place_id", flat=True)[0])
