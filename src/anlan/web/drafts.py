# SPDX-License-Identifier: Apache-2.0
"""What a form carries between sendings: the case it is for, one request id, and the files taken already.

Signed for one browser, so nobody can name a file or a case that is not theirs to name, nor send a draft that was copied
out of a page elsewhere; the case's key in it is wrapped. With the same draft, sending twice is doing once. A file that was taken need not be chosen again; one that was refused is named.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.forms.forms import BaseForm
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _

from anlan.base.errors import Invalid, Refused
from anlan.base.ids import new_id
from anlan.base.keys import CaseKey, keyring
from anlan.cases.attachments import store
from anlan.cases.define import Action, Audience, Kind, Procedure
from anlan.cases.envelope import Stored
from anlan.cases.papers import MOST_BYTES
from anlan.cases.pictures import make_ready
from anlan.places.region import region
from anlan.web.look.fields import Problem, problems

SALT = "anlan.draft"
SEEN = "seen_at"
"""The question when it was seen."""
LASTS = 2 * 3600
"""Seconds a draft holds: whoever has it may send it again and is shown the case. Words typed later than that are kept, only
photos must be chosen again; files without a row are swept after a day.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One thing that is being written. `key` is the wrapped key of a case that is still to be opened, else empty.

    `point` is where a photo says it was taken (longitude, latitude in 1e-7 degree), `taken_at` when, by its own clock: offered,
    sent only if the person agrees.
    """

    case_id: UUID
    request_id: UUID
    key: bytes = b""
    files: tuple[Stored, ...] = ()
    point: tuple[int, int] | None = None
    taken_at: str = ""

    @property
    def offers(self) -> bool:
        """Whether a photo said where or when it was taken."""
        return self.point is not None or bool(self.taken_at)

    def said(self, action: Action, *, at: datetime) -> dict[str, Any]:
        """What the photos say, as answers to those questions of an action that ask for it; of a clock that is ahead nothing."""
        taken = datetime.fromisoformat(self.taken_at).replace(tzinfo=region().zone) if self.taken_at else None
        found: dict[str, Any] = {}
        for field in action.fields:
            if field.kind is Kind.POINT and self.point is not None:
                found[field.key] = {"lng": self.point[0], "lat": self.point[1]}
            elif field.kind is Kind.MOMENT and field.key == SEEN and taken is not None and taken <= at:
                found[field.key] = self.taken_at
        return found

    def text(self, request: HttpRequest) -> str:
        """The draft for a hidden field of a page that goes to this browser."""
        files = [
            [_text(f.keyed), _text(f.plain), f.kind, f.size, f.name, str(f.audience), _text(f.origin)]
            for f in self.files
        ]
        return signing.dumps(
            [self.case_id.hex, self.request_id.hex, _text(self.key), files, self.point, self.taken_at],
            salt=_salt(request),
            compress=True,
        )

    def without(self, dropped: Iterable[str]) -> "Draft":
        """The draft without the files of these digests, as a form names them."""
        unwanted = set(dropped)
        return replace(self, files=tuple(f for f in self.files if f.keyed.hex() not in unwanted))


def new_report() -> Draft:
    """A draft of a case that is to be opened."""
    wrapped, _key = keyring().new_case_key()
    return Draft(case_id=new_id(), request_id=uuid4(), key=wrapped)


def new_deed(case_id: UUID) -> Draft:
    """A draft of something to be done with a case."""
    return Draft(case_id=case_id, request_id=uuid4())


def read_draft(request: HttpRequest, *, case_id: UUID | None = None) -> Draft | None:
    """The draft that was sent; None when it is not ours, another browser's, too old, or (with `case_id`) for another case."""
    try:
        case, request_id, key, files, point, taken_at = signing.loads(
            request.POST.get("draft", ""), salt=_salt(request), max_age=LASTS
        )
    except signing.BadSignature:
        return None
    draft = Draft(
        case_id=UUID(hex=case),
        request_id=UUID(hex=request_id),
        key=_bytes(key),
        files=tuple(_file(one) for one in files),
        point=(point[0], point[1]) if point else None,
        taken_at=taken_at,
    )
    fits = bool(draft.key) if case_id is None else draft.case_id == case_id and not draft.key
    return draft if fits else None


def _salt(request: HttpRequest) -> str:
    """Binds to the browser by the cookie that every form here needs anyway."""
    get_token(request)
    return f"{SALT}.{request.META['CSRF_COOKIE']}"


def take_files(
    draft: Draft,
    uploads: Iterable["UploadedFile[bytes]"],
    *,
    sender: str,
    key: CaseKey,
    procedure: Procedure,
) -> tuple[Draft, list[Refused]]:
    """The draft with every file that could be taken, and why each other one could not."""
    audience = _audience(procedure)
    files = {file.keyed: file for file in draft.files}
    point, taken_at = draft.point, draft.taken_at
    refused: list[Refused] = []
    for upload in uploads:
        name = upload.name or ""
        if len(files) >= procedure.most_attachments:
            words = _("“%(name)s” was not taken: at most %(n)s files fit in one go.") % {
                "name": name,
                "n": procedure.most_attachments,
            }
            refused.append(Invalid(words, fields={"files": words}))
            continue
        try:
            ready = make_ready(
                upload.read(MOST_BYTES + 1), sender=sender, taken=procedure.attachments, name=name
            )
            taken = store(draft.case_id, key, ready, name=name, audience=audience)
        except Refused as error:
            refused.append(error)
            continue
        files[taken.keyed] = taken
        if ready.point is not None:
            point = point or (ready.point["lng"], ready.point["lat"])
        if ready.taken_at is not None:
            taken_at = taken_at or ready.taken_at.isoformat(timespec="minutes")
    return replace(draft, files=tuple(files.values()), point=point, taken_at=taken_at), refused


def problems_with(form: BaseForm, refused: Iterable[Refused]) -> list[Problem]:
    """The lines of the error summary: what the form found, then the files that could not be taken."""
    return [*problems(form), *(Problem(words=str(each.message), target="id_files") for each in refused)]


def _audience(procedure: Procedure) -> str:
    """Who may see files that a person sends: as the opening action's own field of files says."""
    for action in procedure.openings():
        for field in action.fields:
            if field.kind is Kind.FILES:
                return field.audience
    return Audience.REPORTER


def _file(one: Any) -> Stored:
    keyed, plain, kind, size, name, audience, *origin = one  # a page drawn before an upgrade has none
    return Stored(
        keyed=_bytes(keyed),
        plain=_bytes(plain),
        kind=kind,
        size=size,
        name=name,
        audience=audience,
        origin=_bytes("".join(origin)),
    )


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text)
