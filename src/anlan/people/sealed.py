# SPDX-License-Identifier: Apache-2.0
"""Acts that arrive sealed, from terminals that were wiped before they could send: held until their post says whether they were theirs.

Whoever holds the phone can send them and cannot read them; what is in them proves the terminal by its token's text, also one that has
ended. Nothing is done by arriving: the post takes an act over on its terminal of now, from where it goes as any other, or drops it.
"""

import base64
import binascii
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid, NotFound, TooMany
from anlan.base.keys import Unreadable
from anlan.base.outbox import open_sealed
from anlan.people.models_terminals import SealedAct, SealedPhoto, Terminal
from anlan.people.tokens import digest_of

LARGEST = 64 * 1024
"""Bytes of the largest sealed act."""
LARGEST_PHOTO = 2 * 1024 * 1024
MOST_PHOTOS = 20
MOST = 500
"""Sealed acts that wait for one post."""
LASTS = timedelta(days=90)


class Photo(msgspec.Struct, frozen=True):
    """A photo of a sealed act: its name on the phone, what opens it, and the digest of its bytes."""

    id: str
    digest: str
    size: int
    type: str
    iv: str
    key: str


class Told(msgspec.Struct, frozen=True):
    """What a terminal sealed: which it is, the act as it would have been sent, and the stamp that bears out its time."""

    terminal: uuid.UUID
    token: str
    stamp: str | None
    act: dict[str, Any]
    photos: list[Photo] = []


@dataclass(frozen=True, kw_only=True)
class Opened:
    """One sealed act, opened for its post."""

    id: uuid.UUID
    received_at: datetime
    told: Told


def hold(sealed: bytes, *, key_id: int, photos: Mapping[str, bytes], at: datetime) -> None:
    """Keeps a sealed act and its photos; twice is once. Raises Invalid for what no terminal of ours sealed, TooMany."""
    if (
        len(sealed) > LARGEST
        or len(photos) > MOST_PHOTOS
        or any(len(p) > LARGEST_PHOTO for p in photos.values())
    ):
        raise Invalid(fields={"sealed": _("This is more than is taken at once. Please send less.")})
    told = _open(sealed, key_id)
    request = _request(told)
    terminal = Terminal.objects.filter(pk=told.terminal, token__digest=digest_of(told.token)).first()
    if terminal is None:
        raise Invalid(fields={"sealed": NOT_OURS})
    named = {each.id for each in told.photos}
    with transaction.atomic():
        post = terminal.token.post_id
        if SealedAct.objects.filter(terminal__token__post_id=post).count() >= MOST:
            raise TooMany(_("Many acts of this post wait already for its word."), retry_after=3600)
        _row, made = SealedAct.objects.get_or_create(
            id=request, defaults={"terminal": terminal, "key": key_id, "sealed": sealed, "received_at": at}
        )
        if made:
            SealedPhoto.objects.bulk_create(
                [
                    SealedPhoto(act_id=request, photo=name, data=data)
                    for name, data in photos.items()
                    if name in named
                ]
            )


NOT_OURS = _("This was not sealed for us, or by no phone of ours.")


def _open(sealed: bytes, key_id: int) -> Told:
    try:
        return msgspec.json.decode(open_sealed(sealed, key_id=key_id), type=Told)
    except (Unreadable, msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        raise Invalid(fields={"sealed": NOT_OURS}) from None


def _request(told: Told) -> uuid.UUID:
    try:
        return uuid.UUID(told.act["request"])
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Invalid(fields={"sealed": NOT_OURS}) from None


def sealed_for(post_id: int) -> list[Opened]:
    """The sealed acts of a post's terminals, the oldest first. What no key of the ring opens any more is left out."""
    found = []
    for row in SealedAct.objects.filter(terminal__token__post_id=post_id).order_by("pk"):
        with suppress(Invalid):
            told = _open(bytes(row.sealed), row.key)
            found.append(Opened(id=row.pk, received_at=row.received_at, told=told))
    return found


def sealed_photo(post_id: int, act_id: uuid.UUID, name: str) -> tuple[bytes, str]:
    """A photo of a sealed act of this post, opened, and its media type. Raises NotFound."""
    row = (
        SealedPhoto.objects.select_related("act")
        .filter(act_id=act_id, photo=name, act__terminal__token__post_id=post_id)
        .first()
    )
    if row is None:
        raise NotFound
    try:
        told = _open(bytes(row.act.sealed), row.act.key)
        photo = next(each for each in told.photos if each.id == name)
        opened = AESGCM(base64.b64decode(photo.key)).decrypt(
            base64.b64decode(photo.iv), bytes(row.data), None
        )
    except (Invalid, StopIteration, InvalidTag, ValueError, binascii.Error):
        raise NotFound from None
    return opened, photo.type


def forget(post_id: int, act_id: uuid.UUID) -> None:
    """Its post took it over or dropped it. Raises NotFound."""
    gone, _each = SealedAct.objects.filter(pk=act_id, terminal__token__post_id=post_id).delete()
    if not gone:
        raise NotFound


def forget_lapsed(*, before: datetime) -> int:
    """Forgets what nobody gave their word about."""
    gone, _each = SealedAct.objects.filter(received_at__lt=before).delete()
    return gone


def count_lapsed(*, before: datetime) -> int:
    """How many that would be."""
    return SealedAct.objects.filter(received_at__lt=before).count()
