# SPDX-License-Identifier: Apache-2.0
"""Files through the API: uploaded before the action that they belong to, named in it by a signed reference.

A reference names one file of one case and nothing else can be made to name it; whether the action may be done is judged
with the action. What no action names within a day is swept. Files go out as sandboxed downloads.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid
from anlan.base.ids import new_id
from anlan.base.keys import CaseKey, keyring
from anlan.cases.attachments import store
from anlan.cases.define import Action, Audience, Kind, Procedure
from anlan.cases.envelope import Stored
from anlan.cases.papers import MOST_BYTES
from anlan.cases.pictures import Ready, make_ready
from anlan.cases.queries import File
from anlan.cases.uploads import Arrived
from anlan.people.may import Actor
from anlan.people.session import sender_of
from anlan.web.api.bodies import check_size
from anlan.web.api.problems import WrongKind

FILE, DRAFT = "anlan.api.file", "anlan.api.draft"
LASTS = 12 * 3600
"""Seconds that references hold; files without a row are swept after a day."""
DIGEST = re.compile(r"[0-9a-f]{64}\Z")
"""How a file is named that was sent ahead in pieces."""
AROUND = 64 * 1024
"""Bytes that a form may have around its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A case still to be opened, to which files were uploaded: its id and its wrapped key."""

    case_id: UUID
    key: bytes

    @property
    def text(self) -> str:
        """The draft, signed."""
        return signing.dumps([self.case_id.hex, _text(self.key)], salt=DRAFT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What was sent ahead in pieces for one case, by digest; `key` is the wrapped key under which it lies, while it is to be opened."""

    case_id: UUID
    key: bytes = b""
    files: Mapping[str, Arrived] = field(default_factory=dict)


def new_draft() -> tuple[Draft, CaseKey]:
    """A draft with a new id and key."""
    wrapped, key = keyring().new_case_key()
    return Draft(case_id=new_id(), key=wrapped), key


def read_draft(text: str) -> tuple[Draft, CaseKey]:
    """The draft in an earlier answer. Raises Invalid."""
    case_id, wrapped = _signed(text, salt=DRAFT, field="draft")
    draft = Draft(case_id=UUID(hex=case_id), key=_bytes(wrapped))
    return draft, keyring().unwrap(draft.key)


def check_form(request: HttpRequest) -> None:
    """Refuses what is no form or too large, before any of it is read. Raises WrongKind, TooLarge."""
    if request.content_type != "multipart/form-data":
        raise WrongKind(_("Please send the file as multipart/form-data, in the field file."))
    check_size(request, MOST_BYTES + AROUND)


def take_file(
    request: HttpRequest, case_id: UUID, key: CaseKey, procedure: Procedure, *, by: Actor
) -> tuple[Stored, Ready]:
    """The one file of a form, checked, cleaned and stored. Raises Invalid."""
    uploads = request.FILES.getlist("file")
    if len(uploads) != 1 or len(request.FILES) != 1:
        raise Invalid(fields={"file": _("Please send one file at a time, in the field file.")})
    upload = uploads[0]
    assert isinstance(upload, UploadedFile)
    name = (upload.name or "").replace("\x00", "")
    ready = make_ready(
        upload.read(MOST_BYTES + 1), sender=sender_of(request, by), taken=procedure.attachments, name=name
    )
    return store(case_id, key, ready, name=name), ready


def write_reference(case_id: UUID, stored: Stored, *, draft: Draft | None) -> str:
    """The reference of a stored file; with a draft it carries the key under which it is stored."""
    return signing.dumps(
        [
            case_id.hex,
            _text(draft.key) if draft else "",
            _text(stored.keyed),
            _text(stored.plain),
            stored.kind,
            stored.size,
            stored.name,
            _text(stored.origin),
        ],
        salt=FILE,
        compress=True,
    )


def read_references(
    texts: Sequence[str], action: Action, procedure: Procedure, *, ahead: Ahead | None = None
) -> tuple[UUID | None, bytes, tuple[Stored, ...]]:
    """Case, wrapped key (of a case to be opened) and the files that `texts` refer to, all of one case: references, or digests of
    what was sent `ahead`. Raises Invalid.
    """
    if len(texts) > procedure.most_attachments:
        raise Invalid(
            fields={"files": _("Please choose at most %(n)s files.") % {"n": procedure.most_attachments}}
        )
    if not texts:
        return None, b"", ()
    declared = next((field for field in action.fields if field.kind is Kind.FILES), None)
    if declared is None:
        raise Invalid(fields={"files": _("This action takes no files.")})
    found: dict[bytes, Stored] = {}
    cases: set[tuple[str, str]] = set()
    for text in texts:
        if DIGEST.match(text):
            case_id, key, stored = _ahead(text, ahead, procedure)
        else:
            # One written before an upgrade has no origin.
            case_id, key, keyed, plain, kind, size, name, *origin = _signed(text, salt=FILE, field="files")
            stored = Stored(
                keyed=_bytes(keyed),
                plain=_bytes(plain),
                kind=kind,
                size=size,
                name=name,
                origin=_bytes("".join(origin)),
            )
        cases.add((case_id, key))
        found[stored.keyed] = replace(stored, audience=Audience(declared.audience))
    if len(cases) != 1:
        raise Invalid(
            fields={"files": _("These files are not of one case: send the draft with every further upload.")}
        )
    case_id, key = cases.pop()
    return UUID(hex=case_id), _bytes(key), tuple(found.values())


def _ahead(digest: str, ahead: Ahead | None, procedure: Procedure) -> tuple[str, str, Stored]:
    """A file that was sent ahead: its case, the wrapped key, what is stored. Raises Invalid."""
    one = ahead.files.get(digest) if ahead is not None else None
    if ahead is None or one is None or one.stored is None:
        raise Invalid(fields={"files": _("This is not known, or too old. Please upload again.")})
    if one.stored.kind not in procedure.attachments:
        raise Invalid(fields={"files": _("This is not a photo or file of a kind that can be taken here.")})
    return ahead.case_id.hex, _text(ahead.key), one.stored


def draw_photo(data: bytes) -> HttpResponse:
    """A photo that everybody may see now, kept by nobody on the way: it may be taken back."""
    return _harmless(data, "image/jpeg", keep="no-store")


def draw_file(file: File, data: bytes) -> HttpResponse:
    """The bytes as a download in which nothing runs."""
    answer = _harmless(data, file.kind, keep="private, no-store")
    name = file.name or f"{file.n}.{file.kind.rpartition('/')[2]}"
    answer["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    return answer


def _harmless(data: bytes, kind: str, *, keep: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = keep
    return answer


def _signed(text: str, *, salt: str, field: str) -> Any:
    try:
        return signing.loads(text, salt=salt, max_age=LASTS)
    except signing.BadSignature:
        raise Invalid(fields={field: _("This is not known, or too old. Please upload again.")}) from None


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text)
