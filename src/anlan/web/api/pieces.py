# SPDX-License-Identifier: Apache-2.0
"""Files in pieces, sent ahead of the acts that name them: what a phone with little signal sends, and how far it is.

A piece says where it belongs and what it is (`Content-Digest`, RFC 9530); sending it again changes nothing. The file is known by
its case, which the phone may have made itself, and by the digest of its bytes: that is how an act of a batch names it.
"""

import base64
import binascii
import re
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema

from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.cases.define import Procedure
from anlan.cases.queries_view import read_as
from anlan.cases.read import Stand
from anlan.cases.uploads import LARGEST_PIECE, Arrived, File, Piece, arrived, take
from anlan.people.session import sender_of
from anlan.web.api import shapes_sync as shapes
from anlan.web.api.bodies import check_size
from anlan.web.api.callers import Caller, caller_of
from anlan.web.api.door import operation
from anlan.web.api.files import DIGEST
from anlan.web.api.problems import WrongKind

RAW = "application/octet-stream"
SAYS = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):\Z")
BODY = {"required": True, "content": {RAW: {"schema": {"type": "string", "format": "binary"}}}}
WRITTEN = {"type": "string", "pattern": "^sha-256=:[A-Za-z0-9+/]{43}=:$"}
DIGEST_HEADER = {
    "name": "Content-Digest",
    "in": "header",
    "required": True,
    "schema": WRITTEN,
    "description": "SHA-256 of this piece, as RFC 9530 writes it.",
}
# In no address: those are in the logs of whatever is on the way.
ORIGIN_HEADER = {
    "name": "Origin-Digest",
    "in": "header",
    "schema": WRITTEN,
    "description": "SHA-256 of the photo as the camera wrote it, where what is sent was made smaller from it; written likewise. Whoever checks what"
    " was done is told when the same photo showed another case.",
}


class Of(Schema):
    """Where a piece belongs: in a file of `size` bytes from `offset` on."""

    model_config = {"extra": "forbid"}

    size: int
    offset: int
    procedure: str = ""


@operation(
    "PUT",
    "/uploads/{uuid:case}/{digest}",
    to="token",
    gives=shapes.Sending,
    body=BODY,
    headers=[DIGEST_HEADER, ORIGIN_HEADER],
    tag="sync",
)
def send_a_piece(request: HttpRequest, case: UUID, digest: str, of: Query[Of]) -> dict[str, Any]:
    """Send a piece of a file, ahead of the act that names it. `digest` is the SHA-256 of the whole file in hex, `size` its bytes;
    the pieces go in order, each of 16 KiB to 1 MiB. `procedure` for a case that is still to be opened.
    """
    if request.content_type != RAW:
        raise WrongKind(_("Please send the bytes of the piece as application/octet-stream."))
    check_size(request, LARGEST_PIECE)
    caller = caller_of(request)
    file = _file(case, digest, caller)
    seen = _seen(case, caller)
    procedure = _procedure(seen, of.procedure)
    if caller.by.actions == frozenset() or procedure.key not in (caller.by.procedures or {procedure.key}):
        raise NotAllowed
    kinds = procedure.attachments
    piece = Piece(size=of.size, offset=of.offset, data=request.body, origin=_origin(request))
    _check_digest(request, piece.data)
    sender = sender_of(request, caller.by)
    key = seen.key if seen else None
    return _told(take(file, piece, key=key, kinds=kinds, sender=sender, at=caller.at))


@operation("GET", "/uploads/{uuid:case}/{digest}", to="token", gives=shapes.Sending, tag="sync")
def ask_how_far(request: HttpRequest, case: UUID, digest: str) -> dict[str, Any]:
    """Ask how far a file is. What is not here, or lay for more than 12 hours, is at 0."""
    caller = caller_of(request)
    seen = _seen(case, caller)
    return _told(arrived(_file(case, digest, caller), key=seen.key if seen else None, at=caller.at))


def _file(case: UUID, digest: str, caller: Caller) -> File:
    if not DIGEST.match(digest):
        raise Invalid(fields={"digest": _("This is not a SHA-256 in 64 lower-case hexadecimal digits.")})
    assert caller.by.post_id is not None
    return File(case_id=case, post_id=caller.by.post_id, digest=bytes.fromhex(digest))


def _seen(case: UUID, caller: Caller) -> Stand | None:
    """The case, if it is there and the caller sees it: else the file is one of a case to be opened, whatever that id may be."""
    try:
        return read_as(caller.by, case, known=current(), at=caller.at).stand
    except NotFound:
        return None


def _procedure(case: Stand | None, named: str) -> Procedure:
    if case is not None:
        return registry.get_procedure(case.case.procedure, case.case.version)
    newest = registry.newest().get(named)
    if newest is None:
        raise Invalid(fields={"procedure": _("There is no such procedure.")})
    return newest


def _said(request: HttpRequest, header: str) -> bytes:
    """The digest that a header holds; nothing when it holds none."""
    said = SAYS.match(request.headers.get(header, ""))
    try:
        return base64.b64decode(said[1], validate=True) if said else b""
    except binascii.Error:
        return b""


def _origin(request: HttpRequest) -> bytes:
    """What the file was made from, as its sender says. Raises Invalid for what is no digest."""
    origin = _said(request, "Origin-Digest")
    if not origin and "Origin-Digest" in request.headers:
        raise Invalid(fields={"Origin-Digest": _("This is no SHA-256 as RFC 9530 writes it.")})
    return origin


def _check_digest(request: HttpRequest, data: bytes) -> None:
    if _said(request, "Content-Digest") != sha256(data).digest():
        raise Invalid(
            fields={
                "Content-Digest": _(
                    "This piece did not arrive as it was sent, or its Content-Digest is missing."
                )
            }
        )


def _told(found: Arrived | None) -> dict[str, Any]:
    stored = found.stored if found else None
    return {
        "received": found.received if found else 0,
        "whole": stored is not None,
        "kind": stored.kind if stored else None,
    }
