# SPDX-License-Identifier: Apache-2.0
"""The door for acts from terminals that were wiped: they come sealed, without a sign-in, and their post says whether they were theirs."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja.responses import Status

from anlan.base.errors import Invalid
from anlan.people import sealed
from anlan.people.rates import Cap, take
from anlan.web.api import shapes_sync as shapes
from anlan.web.api.bodies import check_size
from anlan.web.api.callers import caller_of, terminal_of
from anlan.web.api.door import operation
from anlan.web.api.files import AROUND
from anlan.web.api.problems import WrongKind

ARRIVING = (Cap(n=1_000, per=timedelta(hours=1)), Cap(n=5_000, per=timedelta(days=1)))
"""Sealed acts from one network, each photo counted with them."""
LARGEST = sealed.LARGEST + sealed.LARGEST_PHOTO + AROUND
"""Bytes of one act with the largest photo."""
BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["key", "sealed"],
                "properties": {
                    "key": {"type": "integer", "description": "The id of the key to which it was sealed."},
                    "sealed": {"type": "string", "format": "binary"},
                    "photos": {"type": "array", "items": {"type": "string", "format": "binary"}},
                },
            }
        }
    },
}


@operation("POST", "/outbox", to="anyone", gives=shapes.SealedLeft, status=201, body=BODY, tag="sync")
def leave_sealed(request: HttpRequest) -> Status[dict[str, Any]]:
    """Leave an act that a phone sealed before it was wiped. It waits until its post takes it over or drops it; twice is once.
    Photos may come with it, each under its name as `filename`, or later, one at a time with the act once more.
    """
    if request.content_type != "multipart/form-data":
        raise WrongKind(_("Please send the sealed act as multipart/form-data."))
    check_size(request, LARGEST)
    caller = caller_of(request)
    for cap in ARRIVING:
        take("sealed act", caller.network, cap=cap, at=caller.at)
    given = request.FILES.get("sealed")
    key = request.POST.get("key", "")
    if given is None or not key.isdecimal() or len(key) > 3:
        raise Invalid(fields={"sealed": _("Please send what was sealed, and the number of its key.")})
    photos = {(each.name or "")[:36]: each.read() for each in request.FILES.getlist("photos")}
    sealed.hold(given.read(), key_id=int(key), photos=photos, at=caller.at)
    return Status(201, {"received_at": caller.at})


@operation("GET", "/outbox", to="token", gives=shapes.SealedActs, tag="sync")
def read_sealed(request: HttpRequest) -> dict[str, Any]:
    """Get the acts that arrived sealed from phones of this post. Whoever did them takes them over, as acts like any other, or drops them."""
    caller = terminal_of(request)
    return {"acts": list(_told(caller.by.post_id or 0, caller.at))}


def _told(post_id: int, at: datetime) -> Iterator[dict[str, Any]]:
    for one in sealed.sealed_for(post_id, at=at):
        yield {
            "id": one.id,
            "received_at": one.received_at,
            "stamp": one.told.stamp,
            "act": one.told.act,
            "photos": [
                {"id": p.id, "digest": p.digest, "size": p.size, "type": p.type, "origin": p.origin}
                for p in one.told.photos
            ],
        }


@operation("GET", "/outbox/{uuid:act}/photos/{photo}", to="token", gives=bytes, sends="*/*", tag="sync")
def read_sealed_photo(request: HttpRequest, act: UUID, photo: str) -> HttpResponse:
    """Get a photo of an act that arrived sealed."""
    data, _kind = sealed.sealed_photo(terminal_of(request).by.post_id or 0, act, photo)
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@operation("DELETE", "/outbox/{uuid:act}", to="token", gives=shapes.SealedForgotten, tag="sync")
def forget_sealed(request: HttpRequest, act: UUID) -> dict[str, Any]:
    """Say that an act that arrived sealed was taken over on this phone, or is wanted no more."""
    caller = terminal_of(request)
    sealed.forget(caller.by.post_id or 0, act)
    return {"forgotten_at": caller.at}
