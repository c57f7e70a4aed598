# SPDX-License-Identifier: Apache-2.0
"""Posts and envelopes of a small real corner of Zhejiang, for the engine's tests."""

import os
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from anlan.base.ids import new_id
from anlan.cases.envelope import Envelope
from anlan.people.may import Actor, Role, anonymous
from anlan.people.models import Organisation
from anlan.places.codes import code_range, pad
from anlan.places.models import PlaceCode

TOWN, VILLAGE = "330106004", "330106004066"
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Hangzhou, an ordinary working Monday


def organisation(key: str) -> int:
    return int(Organisation.objects.values_list("pk", flat=True).get(key=key))


def place(code: str) -> int:
    return int(PlaceCode.objects.values_list("place_id", flat=True).get(code=pad(code)))


def post(role: Role, key: str, code: str, *, post_id: int = 1) -> Actor:
    """A staff actor; the engine reads posts only for notices, so the row itself is not needed."""
    unit = Organisation.objects.get(key=key)
    return Actor(
        kind="post",
        account_id=post_id,
        post_id=post_id,
        role=role,
        organisation_id=unit.pk,
        organisation_kind=unit.kind,
        scope=(code_range(pad(code)),),
    )


def dispatcher() -> Actor:
    return post(Role.DISPATCHER, f"town:{TOWN}", TOWN, post_id=11)


def handler(department: str = "housing") -> Actor:
    return post(Role.HANDLER, f"dept:330106:{department}", "330106", post_id=12)


def envelope(action: str, by: Actor, case_id: UUID, **given: Any) -> Envelope:
    at = given.pop("at", MONDAY)
    return Envelope(
        case_id=case_id,
        action=action,
        by=by,
        at=at,
        received_at=given.pop("received_at", at),
        request_id=given.pop("request_id", None) or uuid4(),
        salt=os.urandom(16),
        spares=(new_id(), new_id()),
        data=given.pop("data", {}),
        **given,
    )


def opening(by: Actor | None = None, *, procedure: str = "toy", **given: Any) -> Envelope:
    given.setdefault("data", {"words": "文三路与学院路口有一个坑"})
    given.setdefault("place", place(VILLAGE))
    return envelope(
        given.pop("action", "open"),
        by or anonymous(),
        given.pop("case_id", new_id()),
        procedure=procedure,
        **given,
    )
