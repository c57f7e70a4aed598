# SPDX-License-Identifier: Apache-2.0
"""What a phone gets: its cases and what changed of them, and the kit that it works with where there is no signal."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema

from anlan import __version__
from anlan.base.digests import canonical
from anlan.base.errors import Invalid
from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.define import Action, Procedure
from anlan.cases.known import Known, local_day
from anlan.cases.queries_evidence import used_before
from anlan.cases.queries_feed import MOST, pull
from anlan.people.may import Actor
from anlan.people.terminals import note_pull, sign_out
from anlan.places import find
from anlan.places.tree import Spot
from anlan.procedures.alert.answers import awaited, is_asked
from anlan.procedures.alert.standing import Alert, standing
from anlan.procedures.report.catalogue import said_of
from anlan.web.api import shapes_sync as shapes
from anlan.web.api.callers import Caller, caller_of, token_in
from anlan.web.api.carried import carried_of
from anlan.web.api.catalogue import categories_of, language
from anlan.web.api.door import operation
from anlan.web.api.drawing import (
    action_schema,
    named,
    number_text,
    place_of,
    place_text,
    procedure_of,
)
from anlan.web.api.given import check_page_size
from anlan.web.api.stamps import new_stamp

SIZE = 50
MOST_PLACES = 2_000
LONGEST = 2_000
TAG_HEADER = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag of the kit that the phone has: 304 when it is still that.",
}


class Pull(Schema):
    """Where a phone goes on; a field app says its version, and how many acts it has still to send."""

    model_config = {"extra": "forbid"}

    after: str | None = None
    size: int = SIZE
    version: str | None = None
    waiting: int = 0


@operation("GET", "/sync", to="token", gives=shapes.Pulled, tag="sync")
def pull_changes(request: HttpRequest, asked: Query[Pull]) -> HttpResponse:
    """Get what changed. Without `after` the open cases within the token's reach; then what changed there since, and which cases left it.
    It may come twice: what counts is the later `seq`.
    """
    caller, known = caller_of(request), current()
    after, size = asked.after, asked.size
    if after is not None and ("\x00" in after or len(after) > LONGEST):
        raise Invalid(fields={"after": _("This cannot be read. Please check it.")})
    check_page_size(size, most=MOST)
    if asked.version is not None:
        note_pull(token_in(request), version=asked.version, waiting=asked.waiting, at=caller.at)
    found = pull(caller.by, known=known, at=caller.at, after=after or None, size=size)
    used = used_before(found.cases)
    told = {
        "cases": [carried_of(view, used.get(view.case.id, ()), known=known) for view in found.cases],
        "removed": [number_text(number) for number in found.removed],
        "next": found.cursor,
        "more": found.more,
        "anew": found.anew,
        "stamp": new_stamp(caller),
        "kit": _tag(caller, known),
        "alerts": _alerts(caller),
    }
    # Written as it is: to have each value of fifty cases looked at again takes a quarter of the time. tests/web/api/test_pull.py does.
    return HttpResponse(msgspec.json.encode(told), content_type="application/json")


def _alerts(caller: Caller) -> list[dict[str, Any]]:
    """What stands for the reach; `asks` where this post is asked whether it has read it and has not said so, `confirmed` where it has."""
    by, at = caller.by, caller.at
    found = standing(at=at, scope=by.scope, drills=True)
    waits = awaited(by, found, at=at)
    return [
        _alert(one, asks=one.id in waits, confirmed=one.id not in waits and is_asked(by, one, at=at))
        for one in found
    ]


def _alert(alert: Alert, *, asks: bool, confirmed: bool) -> dict[str, Any]:
    return {
        "number": number_text(alert.number),
        "level": alert.level.key,
        "drill": alert.drill,
        "asks": asks,
        "confirmed": confirmed,
        "words_of_level": named(alert.level.words),
        "hazard": named(alert.hazard),
        "title": named(alert.title),
        "words": named(alert.words),
        "place": place_text(alert.place),
        "starts": alert.starts,
        "ends": alert.ends,
    }


@operation("GET", "/sync/kit", to="token", gives=shapes.Kit, headers=[TAG_HEADER], tag="sync")
def read_the_kit(request: HttpRequest) -> HttpResponse:
    """Get what a phone works with. Procedures with their forms, categories, places of the token's reach; it has an ETag."""
    caller, known = caller_of(request), current()
    tag = f'"{_tag(caller, known)}"'
    if tag in request.headers.get("If-None-Match", ""):
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(msgspec.json.encode(_kit(caller, known)), content_type="application/json")
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "Authorization, Accept-Language"
    return answer


@operation("DELETE", "/sync/terminal", to="token", gives=shapes.SignedOut, tag="sync")
def sign_out_terminal(request: HttpRequest) -> dict[str, Any]:
    """Sign a phone out. Its token is good no more; what is on the phone is the phone's to erase."""
    caller = caller_of(request)
    sign_out(token_in(request), by=caller.by, at=caller.at)
    return {"ended_at": caller.at}


def _tag(caller: Caller, known: Known) -> str:
    """Names all that the kit is made of, without making it."""
    by = caller.by
    made_of = [
        __version__,
        [_digest(each.key, each.version) for each in _procedures(by)],
        known.version,
        find.revision(),
        local_day(caller.at, known.calendar),
        language(),
        str(by.role),
        by.organisation_id,
        [list(each) for each in by.scope],
        sorted(by.actions) if by.actions is not None else None,
        said_of(known),
    ]
    return sha256(canonical(made_of)).hexdigest()[:32]


@cache
def _digest(key: str, version: int) -> str:
    return registry.declaration_digest(registry.get_procedure(key, version)).hex()


def _kit(caller: Caller, known: Known) -> dict[str, Any]:
    by, tongue = caller.by, language()
    return {
        "procedures": [
            procedure_of(one)
            | {
                "schemas": {
                    action.key: action_schema(one, action, language=tongue, role=str(by.role))
                    for action in one.actions
                    if action.on_screen
                },
                "mine": [action.key for action in one.actions if action.on_screen and _can(by, action)],
            }
            for one in _procedures(by)
        ],
        "categories": categories_of(known, day=local_day(caller.at, known.calendar)),
        "said": said_of(known),
        "places": [place_of(spot, language=tongue) for spot in _places(caller)],
        "role": str(by.role),
        "organisation": by.organisation_id,
        "actions": sorted(by.actions) if by.actions is not None else None,
    }


def _can(by: Actor, action: Action) -> bool:
    """Whether a post of this role can ever do it, in some relation to some case."""
    return any(str(by.role) in who.roles for who in action.by) and (
        by.actions is None or action.key in by.actions
    )


def _procedures(by: Actor) -> list[Procedure]:
    """All versions of those that the token reads: open cases may be of an older one."""
    return [
        one
        for (key, _version), one in sorted(registry.by_version().items())
        if by.procedures is None or key in by.procedures
    ]


def _places(caller: Caller) -> list[Spot]:
    """The places of the reach, level by level as long as they fit, after those above them."""
    tops = [spot for low, _high in caller.by.scope if (spot := find.find_code(low, at=caller.at)) is not None]
    found = {above.id: above for top in tops for above in find.above(top.id, at=caller.at)}
    level: Sequence[Spot] = tops
    while level and len(found) + len(level) <= MOST_PLACES:
        found |= {spot.id: spot for spot in level}
        level = [below for spot in level for below in find.children(spot.id, at=caller.at)]
    return list(found.values())
