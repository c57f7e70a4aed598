# SPDX-License-Identifier: Apache-2.0
"""What was sent as the engine's envelopes, for the doors of one case and for the batch door alike. Nothing is judged here but how
it is spelt and whose token it is.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid, NotFound, Refused
from anlan.base.keys import CaseKey, keyring
from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.define import Action, Procedure
from anlan.cases.envelope import Envelope, NewParty
from anlan.cases.known import Known
from anlan.cases.may import may_reach
from anlan.cases.veiling import PHOTOS
from anlan.parts.documents.paper import papers_of
from anlan.people.may import Actor, Role
from anlan.people.phones import read_phone
from anlan.web.action_forms import make_envelope
from anlan.web.api.bodies import Acting, Contact, Opening
from anlan.web.api.callers import Caller
from anlan.web.api.files import Ahead, read_references
from anlan.web.api.given import clean_data, find_spot
from anlan.web.assisted import contact_of, for_somebody

SOURCES = ("grid", "office", "hotline", "inspection", "other")
"""Where a case opened by an office may say that it comes from."""
LONGEST_NAME, LONGEST_ADDRESS = 50, 200
LOOK = "look"


def opening_of(
    given: Opening,
    caller: Caller,
    *,
    request_id: UUID,
    case_id: UUID | None = None,
    ahead: Ahead | None = None,
) -> tuple[Envelope, CaseKey | None]:
    """The wish to open a case, and its new key where no upload had made one. `case_id`: the sender made it; `ahead`: what it sent
    for it before. Raises Refused.
    """
    procedure = registry.newest().get(given.procedure)
    if procedure is None:
        raise Invalid(fields={"procedure": _("There is no such procedure.")})
    action = next((one for one in procedure.openings() if one.key == given.action and one.on_screen), None)
    if action is None:
        raise Invalid(fields={"action": _("This action does not open a case.")})
    spot = find_spot(given.place, at=caller.at)
    if not may_reach(caller.by, spot.code):
        raise Invalid(fields={"place": _("This place is not one of this token's.")})
    data = clean_data(action, given.data, by=caller.by, known=current)
    parties = _parties(given.contact, procedure, caller, data if for_somebody(action) else None)
    of_files, wrapped, files = read_references(given.files, action, procedure, ahead=ahead)
    if of_files is not None and (not wrapped or case_id not in {None, of_files}):
        raise Invalid(fields={"files": _("These files are of another case.")})
    key = None
    if of_files is None:
        # What was sent ahead for it may be named later, and lies under this key already.
        wrapped = ahead.key if ahead is not None else b""
    if not wrapped:
        wrapped, key = keyring().new_case_key()
    return (
        make_envelope(
            action.key,
            by=caller.by,
            at=caller.at,
            case_id=of_files or case_id or case_id_of(request_id, caller.by),
            request_id=request_id,
            data=data,
            files=files,
            procedure=procedure.key,
            place=spot.id,
            source=_source(given.source, caller),
            parties=parties,
            key=wrapped,
        ),
        key,
    )


def acting_of(
    given: Acting,
    action: Action,
    procedure: Procedure,
    *,
    by: Actor,
    case_id: UUID,
    request_id: UUID,
    party: int | None,
    at: datetime,
    known: Callable[[], Known],
    ahead: Ahead | None = None,
) -> Envelope:
    """The wish to act on a case that is there. Raises Refused."""
    if papers_of(procedure.key, action.key):
        raise Invalid(_("A document is made with this. Please do it at the desk, where it is read first."))
    owner, _key, files = read_references(given.files, action, procedure, ahead=ahead)
    if owner not in {None, case_id}:
        raise Invalid(fields={"files": _("These files are of another case.")})
    data = clean_data(action, given.data, by=by, known=known)
    if data.get(PHOTOS):
        raise Invalid(
            fields={PHOTOS: _("Photos are chosen and blurred at the desk, where somebody looks at them.")}
        )
    return make_envelope(
        action.key,
        by=by,
        at=at,
        case_id=case_id,
        request_id=request_id,
        data=data,
        expect=given.expect,
        party=party,
        files=files,
    )


def action_on(procedure: Procedure, key: str) -> Action:
    """An action that a door offers. Raises NotFound."""
    try:
        action = procedure.action(key)
    except KeyError:
        raise NotFound from None
    if not action.on_screen and action.key != LOOK:
        raise NotFound
    return action


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
