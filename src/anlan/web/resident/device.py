# SPDX-License-Identifier: Apache-2.0
"""What a phone that keeps its drafts sends along: the case's id, made there, and a secret that it shows to nobody else.

The request's id is made of the secret, so that sending again is sending once, whichever way it was sent first: by the form,
by the waiting queue, without the session it began in. Who has the secret opened the case: for a week it brings the slip
again and lets photos follow. The database holds only what was made of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.utils.crypto import salted_hmac

from anlan.people.may import Actor
from anlan.web.drafts import Draft
from anlan.web.resident.report_form import point_of

SECRET_LENGTH = 32
UUID_VERSION = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """The ids under which a device sends one report, and where and when a photo that is still on it was taken."""

    case_id: UUID
    request_id: UUID
    point: tuple[int, int] | None
    taken_at: str


def read_device(posted: Mapping[str, str]) -> Device | None:
    """What was sent; None when there is nothing, or not such as a device makes."""
    try:
        case_id, secret = UUID(hex=posted.get("case", "")), bytes.fromhex(posted.get("secret", ""))
    except ValueError:
        return None
    if len(secret) != SECRET_LENGTH or case_id.version != UUID_VERSION:
        return None
    point = point_of({"lng": posted.get("photo_lng"), "lat": posted.get("photo_lat")})
    return Device(
        case_id=case_id,
        request_id=UUID(bytes=sha256(b"report" + secret).digest()[:16]),
        point=(point["lng"], point["lat"]) if point else None,
        taken_at=_moment(posted.get("photo_at", "")),
    )


def of_device(draft: Draft, device: Device | None) -> Draft:
    """The draft under the device's ids. Files that were taken in under other ids keep those: they lie there."""
    if device is None or (draft.files and draft.case_id != device.case_id):
        return draft
    return replace(
        draft,
        case_id=device.case_id,
        request_id=device.request_id,
        point=device.point,
        taken_at=device.taken_at,
    )


def mark_of(by: Actor) -> str:
    """Whose session this is, as a mark that tells nothing: what was written in another is sent without an account."""
    return salted_hmac("anlan.report.by", str(by.account_id)).hexdigest()[:16] if by.account_id else ""


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None).isoformat(timespec="minutes")
    except ValueError:
        return ""
