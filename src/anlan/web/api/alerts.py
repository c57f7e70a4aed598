# SPDX-License-Identifier: Apache-2.0
"""Alerts of other systems, as messages of the Common Alerting Protocol: each becomes a draft that a person releases, or is refused;
and whether the post of a phone has read an alert.
"""

from datetime import datetime
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Schema

from anlan.base.errors import NotFound
from anlan.base.ids import read_number
from anlan.base.keys import keyring
from anlan.cases.act import open_case
from anlan.procedures.alert.answers import confirm
from anlan.procedures.alert.cap import KIND
from anlan.procedures.alert.cap_in import LARGEST, read_message
from anlan.procedures.alert.procedure import ALERT
from anlan.procedures.alert.standing import get_numbered
from anlan.web.action_forms import make_envelope
from anlan.web.api.bodies import check_size, read_key
from anlan.web.api.callers import caller_of, terminal_of
from anlan.web.api.door import KEY_HEADER, operation
from anlan.web.api.drawing import number_text
from anlan.web.api.problems import WrongKind
from anlan.web.api.wishes import case_id_of

KINDS = frozenset({KIND, "application/xml", "text/xml"})
BODY: dict[str, Any] = {"required": True, "content": {KIND: {"schema": {"type": "string"}}}}


class Drafted(Schema):
    """The draft that a message became. `again`: it was there already."""

    number: str
    state: str
    again: bool


@operation(
    "POST", "/alerts", to="token", gives=Drafted, status=201, body=BODY, headers=[KEY_HEADER], tag="alerts"
)
def draft_an_alert(request: HttpRequest) -> HttpResponse:
    """Draft an alert from a CAP 1.2 message. For a post that may warn the place that its areas name by `geocode`: each area by one
    named `Anlan place code` or `GB/T 2260`, at most 100. Several infos are one thing in several languages. It is shown to nobody
    before a person of the office releases it; by `issue` with the entry that was read as `expect` where it is orange or red. No
    document type, at most 256 KiB.
    """
    caller, request_id = caller_of(request), read_key(request)
    if request.content_type not in KINDS:
        raise WrongKind(_("Please send a CAP message as application/cap+xml."))
    check_size(request, LARGEST)
    received = read_message(request.body, at=caller.at)
    wrapped, _key = keyring().new_case_key()
    done = open_case(
        make_envelope(
            received.action,
            by=caller.by,
            at=caller.at,
            case_id=case_id_of(request_id, caller.by),
            data=received.data,
            request_id=request_id,
            procedure=ALERT.key,
            place=received.place.id,
            source="other",
            key=wrapped,
        )
    )
    told = {"number": number_text(done.number), "state": done.state, "again": done.again}
    return HttpResponse(msgspec.json.encode(told), status=201, content_type="application/json")


class Confirmed(Schema):
    """When it was noted."""

    confirmed_at: datetime


@operation("POST", "/alerts/{number}/confirmation", to="token", gives=Confirmed, tag="alerts")
def confirm_an_alert(request: HttpRequest, number: str) -> dict[str, Any]:
    """Say that the post has read an alert that asks for it. It is counted for its place, once; whoever says it again changes nothing."""
    caller = terminal_of(request)
    if caller.by.procedures is not None and ALERT.key not in caller.by.procedures:
        raise NotFound
    confirm(get_numbered(read_number(number), drafts=()), by=caller.by, at=caller.at)
    return {"confirmed_at": caller.at}
