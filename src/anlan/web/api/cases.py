# SPDX-License-Identifier: Apache-2.0
"""Cases through the API: open, list, read, act, timeline. Everything is judged by the engine; nothing is judged here."""

from typing import Any, NoReturn
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema

from anlan.base.errors import Invalid, say
from anlan.cases import registry
from anlan.cases.act import Done, act, open_case
from anlan.cases.catalogue import current
from anlan.cases.define import Action, Audience, Kind, Procedure
from anlan.cases.envelope import Envelope
from anlan.cases.preview import preview, public_words
from anlan.cases.projection import Projection
from anlan.cases.queries import (
    Filters,
    Sort,
    follow_code,
    follow_code_of,
    get_joined,
    get_view,
    list_cases,
    open_look,
)
from anlan.cases.queries_view import read_as
from anlan.procedures.mediation.register import offered_posts
from anlan.web.api import shapes
from anlan.web.api.bodies import Acting, Opening, read_body, read_key
from anlan.web.api.callers import OPENINGS, caller_of, count
from anlan.web.api.door import CODE_HEADER, KEY_HEADER, operation
from anlan.web.api.drawing import ROOT, case_of, done_of, entry_of, number_text, row_of
from anlan.web.api.given import check_page_size, find_area
from anlan.web.api.sight import Sight, find_sight
from anlan.web.api.wishes import LOOK, acting_of, action_on, opening_of
from anlan.web.assisted import for_somebody

FIRST = 1


@operation(
    "POST",
    "/cases",
    to="anyone",
    gives=shapes.Opened,
    status=201,
    body=Opening,
    headers=[KEY_HEADER],
    tag="cases",
)
def open_a_case(request: HttpRequest) -> HttpResponse:
    """Open a case. Without a token as a resident, capped per network; with one as the token's post."""
    caller = caller_of(request)
    request_id = read_key(request)
    given = read_body(request, Opening)
    envelope, key = opening_of(given, caller, request_id=request_id)
    count("report network", caller, *OPENINGS)
    done = open_case(envelope)
    code = None
    if envelope.parties and (caller.is_post or _reads_on(envelope)):
        case_id = envelope.case_id
        code = (
            follow_code(key, FIRST) if key is not None and not done.again else follow_code_of(case_id, FIRST)
        )
    return _opened(done, code)


def _reads_on(envelope: Envelope) -> bool:
    """Whether who opened it may read on: their own always, somebody else's where that person allows it."""
    action = registry.newest()[str(envelope.procedure)].action(envelope.action)
    return not for_somebody(action) or bool(envelope.data.get("helper_sees"))


def _opened(done: Done, code: str | None) -> HttpResponse:
    number = number_text(done.number)
    url = f"{ROOT}/cases/{number}"
    told = {
        "number": number,
        "seq": done.seq,
        "state": done.state,
        "url": url,
        "follow_code": code,
        "again": done.again,
    }
    answer = HttpResponse(msgspec.json.encode(told), status=201, content_type="application/json")
    answer["Location"] = url
    answer["Cache-Control"] = "no-store"
    return answer


class Asked(Schema):
    """What a list is narrowed to."""

    model_config = {"extra": "forbid"}

    open: bool | None = True
    state: str | None = None
    procedure: str | None = None
    category: int | None = None
    group: str | None = None
    source: str | None = None
    urgent: bool = False
    overdue: bool = False
    near: bool = False
    within: str | None = None
    mine: bool = False
    sort: Sort | None = None
    after: str | None = None
    size: int = 25


@operation("GET", "/cases", to="token", gives=shapes.Rows, tag="cases")
def list_the_cases(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List cases. Open ones by limit, the urgent first, all or ended ones (`open=false`) newest first."""
    caller, known = caller_of(request), current()
    _check_text(asked)
    if asked.category is not None and asked.category not in known.categories:
        raise Invalid(fields={"category": _("There is no such category.")})
    check_page_size(asked.size, most=100)
    sort = asked.sort or (Sort.DUE if asked.open else Sort.NEWEST)
    filters = Filters(
        open=asked.open,
        states=tuple(asked.state.split(",")) if asked.state else (),
        procedure=asked.procedure,
        category=asked.category,
        group=asked.group,
        source=asked.source,
        urgent=asked.urgent,
        overdue=asked.overdue,
        near=asked.near,
        within=find_area(asked.within, at=caller.at) if asked.within else None,
        mine=asked.mine,
    )
    page = list_cases(
        caller.by,
        known=known,
        at=caller.at,
        filters=filters,
        sort=sort,
        after=asked.after or None,
        size=asked.size,
    )
    following = None
    if page.next_cursor:
        given = request.GET.dict() | {"after": page.next_cursor}
        following = f"{ROOT}/cases?{urlencode(given)}"
    return {"cases": [row_of(row) for row in page.rows], "next": following}


def _check_text(asked: Schema) -> None:
    for key, value in asked:
        if isinstance(value, str) and ("\x00" in value or len(value) > 1000):
            raise Invalid(fields={key: _("This cannot be read. Please check it.")})


@operation("GET", "/cases/{number}", to="anyone", gives=shapes.Case, headers=[CODE_HEADER], tag="cases")
def read_a_case(request: HttpRequest, number: str) -> dict[str, Any]:
    """Read a case. Facts to whoever sees it; contacts and files only as permission allows."""
    sight, _reader = find_sight(request, number)
    view = get_view(sight.by, sight.case_id, known=sight.known, at=sight.at, parties=sight.parties, lines=1)
    return case_of(view, get_joined(sight.by, view.case, known=sight.known, at=sight.at))


@operation(
    "GET", "/cases/{number}/entries", to="anyone", gives=shapes.Entries, headers=[CODE_HEADER], tag="cases"
)
def list_the_entries(
    request: HttpRequest, number: str, after: str | None = None, size: int = 50
) -> dict[str, Any]:
    """Read the timeline. Newest first; words only as permission allows."""
    sight, _reader = find_sight(request, number)
    check_page_size(size, most=100)
    view = get_view(
        sight.by,
        sight.case_id,
        known=sight.known,
        at=sight.at,
        parties=sight.parties,
        before=after or None,
        lines=size,
    )
    older = None
    if view.timeline.older:
        query = urlencode({"after": view.timeline.older, "size": size})
        older = f"{ROOT}/cases/{number_text(view.case.number)}/entries?{query}"
    return {"entries": [entry_of(line, view.procedure) for line in view.timeline.lines], "next": older}


@operation(
    "POST",
    "/cases/{number}/actions/{action}",
    to="anyone",
    gives=shapes.Acted,
    body=Acting,
    headers=[KEY_HEADER, CODE_HEADER],
    tag="cases",
)
def act_on_a_case(request: HttpRequest, number: str, action: str) -> dict[str, Any]:
    """Do an action. Its data is described by the action's JSON Schema; send `seq` of the case you saw as `expect`."""
    request_id = read_key(request)
    given = read_body(request, Acting)
    sight, reader = find_sight(request, number)
    case = reader.stand.case
    procedure = registry.get_procedure(case.procedure, case.version)
    declared = action_on(procedure, action)
    envelope = acting_of(
        given,
        declared,
        procedure,
        by=sight.by,
        case_id=sight.case_id,
        request_id=request_id,
        party=sight.party,
        at=sight.at,
        known=lambda: sight.known,
    )
    data = dict(envelope.data)
    _check_posts(declared, data, case, sight)
    if declared.audience is Audience.PUBLIC and given.seen != public_words(declared, data, known=sight.known):
        _ask_to_read(declared, data, case, procedure, sight)
    if declared.key == LOOK:
        # A look is also an access row: the engine's own door writes both.
        open_look(
            sight.by,
            sight.case_id,
            reason=str(data.get("reason", "")),
            at=sight.at,
            known=sight.known,
            request_id=request_id,
        )
        case = read_as(sight.by, case.id, known=sight.known, at=sight.at).stand.case
        return done_of(
            Done(case_id=case.id, number=case.number, seq=case.seq, state=case.state, action=declared.key)
        )
    return done_of(act(envelope))


def _check_posts(action: Action, data: dict[str, Any], case: Projection, sight: Sight) -> None:
    """Only whom the office that has the case offers is named as its mediator. Raises Invalid."""
    for field in action.fields:
        named = data.get(field.key)
        if field.kind is Kind.POST and named is not None:
            offered = {key for key, _words in offered_posts(case, at=sight.at)}
            if str(named) not in offered:
                raise Invalid(
                    fields={
                        field.key: _("That cannot be chosen now, or no more. Please choose from the list.")
                    }
                )


def _ask_to_read(
    action: Action, data: dict[str, Any], case: Projection, procedure: Procedure, sight: Sight
) -> NoReturn:
    """Refuses to publish what nobody has read: with what is wrong with it, else with the words to be read."""
    text = preview(sight.by, action, data, case=case, procedure=procedure, known=sight.known, at=sight.at)
    words = _(
        "Everybody will read this. Please have somebody read it first, then send it again with exactly these words in seen: %(text)s"
    )
    raise Invalid(fields={"seen": say(words, text=text)}, found={"seen": (text,)})
