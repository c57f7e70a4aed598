# SPDX-License-Identifier: Apache-2.0
"""Cases through the API: open, list, read, act, timeline. Everything is judged by the engine; nothing is judged here."""

from typing import Any, NoReturn
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema

from anlan.base.errors import Invalid, NotFound, Refused, say
from anlan.base.keys import keyring
from anlan.cases import registry
from anlan.cases.act import Done, act, open_case
from anlan.cases.catalogue import current
from anlan.cases.define import Action, Audience, Procedure
from anlan.cases.envelope import NewParty
from anlan.cases.may import may_reach
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
from anlan.cases.veiling import PHOTOS
from anlan.people.may import Actor, Role
from anlan.people.phones import read_phone
from anlan.web.action_forms import make_envelope
from anlan.web.api import shapes
from anlan.web.api.bodies import Acting, Contact, Opening, read_body, read_key
from anlan.web.api.callers import OPENINGS, Caller, caller_of, count
from anlan.web.api.door import CODE_HEADER, KEY_HEADER, operation
from anlan.web.api.drawing import ROOT, case_of, entry_of, number_text, row_of
from anlan.web.api.files import read_references
from anlan.web.api.given import clean_data, find_area, find_spot
from anlan.web.api.sight import Sight, find_sight
from anlan.web.assisted import contact_of, for_somebody

SOURCES = ("grid", "office", "hotline", "inspection", "other")
"""Where a case opened by an office may say that it comes from."""
FIRST = 1
LONGEST_NAME, LONGEST_ADDRESS = 50, 200


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
    procedure = registry.newest().get(given.procedure)
    if procedure is None:
        raise Invalid(fields={"procedure": _("There is no such procedure.")})
    action = next((one for one in procedure.openings() if one.key == given.action and one.on_screen), None)
    if action is None:
        raise Invalid(fields={"action": _("This action does not open a case.")})
    spot = find_spot(given.place, at=caller.at)
    if not may_reach(caller.by, spot.code):
        raise Invalid(fields={"place": _("This place is not one of this token's.")})
    for_another = for_somebody(action)
    data = clean_data(action, given.data, by=caller.by, known=current)
    parties = _parties(given.contact, procedure, caller, data if for_another else None)
    case_id, wrapped, files = read_references(given.files, action, procedure)
    if case_id is not None and not wrapped:
        raise Invalid(fields={"files": _("These files are of another case.")})
    count("report network", caller, *OPENINGS)
    key = None
    if case_id is None:
        case_id = case_id_of(request_id, caller.by)
        wrapped, key = keyring().new_case_key()
    done = open_case(
        make_envelope(
            action.key,
            by=caller.by,
            at=caller.at,
            case_id=case_id,
            data=data,
            request_id=request_id,
            files=files,
            procedure=procedure.key,
            place=spot.id,
            source=_source(given.source, caller),
            parties=parties,
            key=wrapped,
        )
    )
    code = None
    if parties and (caller.is_post or not for_another or data.get("helper_sees")):
        code = (
            follow_code(key, FIRST) if key is not None and not done.again else follow_code_of(case_id, FIRST)
        )
    return _opened(done, code)


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


def case_id_of(request_id: UUID, by: Actor) -> UUID:
    """The id of the case that a request opens: the same for its repetitions, another for another account's.

    A UUIDv7 whose time is the key's own when that is one, so that new rows stay together in the indexes.
    """
    mark = f"{by.account_id}:{request_id.hex}"
    raw = int.from_bytes(
        salted_hmac("anlan.api.case", mark, secret=settings.SECRET_KEY, algorithm="sha256").digest()[:16],
        "big",
    )
    time = request_id.int >> 80 if request_id.version == 7 else raw >> 80
    return UUID(int=time << 80 | 0x7 << 76 | (raw >> 64 & 0xFFF) << 64 | 1 << 63 | raw & (1 << 62) - 1)


def _source(given: str | None, caller: Caller) -> str:
    if not caller.is_post:
        if given not in {None, "resident"}:
            raise Invalid(fields={"source": _("Without a token a report comes from a resident.")})
        return "resident"
    if given is not None:
        if given not in SOURCES:
            raise Invalid(
                fields={"source": _("Please choose one of: %(words)s") % {"words": ", ".join(SOURCES)}}
            )
        return given
    if caller.by.role is Role.HOTLINE_AGENT:
        return "hotline"
    return "grid" if caller.by.role in {Role.GRID_WORKER, Role.VILLAGE_CLERK} else "office"


def _parties(
    given: Contact | None, procedure: Procedure, caller: Caller, helping: dict[str, Any] | None
) -> tuple[NewParty, ...]:
    """Who reports without a token is a party, named or not; an office's case has one when a person is given, or when it
    reports for somebody: `helping` is what was said about them.
    """
    if given is None and caller.is_post and helping is None:
        return ()
    given = given or Contact()
    for key, longest in (("name", LONGEST_NAME), ("address", LONGEST_ADDRESS)):
        if len(getattr(given, key)) > longest:
            raise Invalid(
                fields={f"contact.{key}": _("Please shorten this to %(n)s characters.") % {"n": longest}}
            )
    tongue = "zh" if (get_language() or "zh").startswith("zh") else "en"
    contact: dict[str, str] = {}
    try:
        if helping is not None:
            contact = contact_of(
                helping, name=given.name, phone=given.phone, home=given.address, language=tongue
            )
        else:
            contact = {
                key: said
                for key, said in (("name", given.name), ("phone", given.phone and read_phone(given.phone)))
                if said
            }
            if contact:
                contact["language"] = tongue
    except Refused as refused:
        names = {"home": "address"}
        raise Invalid(
            fields={f"contact.{names.get(key, key)}": words for key, words in refused.fields.items()}
        ) from None
    return (NewParty(role=procedure.parties[0][0], contact=contact),)


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
    if not 1 <= asked.size <= 100:
        raise Invalid(
            fields={
                "size": _("Please give a whole number between %(low)s and %(high)s.")
                % {"low": 1, "high": 100}
            }
        )
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
    if not 1 <= size <= 100:
        raise Invalid(
            fields={
                "size": _("Please give a whole number between %(low)s and %(high)s.")
                % {"low": 1, "high": 100}
            }
        )
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
    try:
        declared = procedure.action(action)
    except KeyError:
        raise NotFound from None
    if not declared.on_screen and declared.key != "look":
        raise NotFound
    owner, _key, files = read_references(given.files, declared, procedure)
    if owner not in {None, sight.case_id}:
        raise Invalid(fields={"files": _("These files are of another case.")})
    data = clean_data(declared, given.data, by=sight.by, known=lambda: sight.known)
    if data.get(PHOTOS):
        raise Invalid(
            fields={PHOTOS: _("Photos are chosen and blurred at the desk, where somebody looks at them.")}
        )
    if declared.audience is Audience.PUBLIC and given.seen != public_words(declared, data, known=sight.known):
        _ask_to_read(declared, data, case, procedure, sight)
    if declared.key == "look":
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
        return _acted(
            Done(case_id=case.id, number=case.number, seq=case.seq, state=case.state, action=declared.key)
        )
    return _acted(
        act(
            make_envelope(
                declared.key,
                by=sight.by,
                at=sight.at,
                case_id=sight.case_id,
                data=data,
                request_id=request_id,
                expect=given.expect,
                party=sight.party,
                files=files,
            )
        )
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


def _acted(done: Done) -> dict[str, Any]:
    return {
        "number": number_text(done.number),
        "seq": done.seq,
        "state": done.state,
        "action": done.action,
        "again": done.again,
    }
