# SPDX-License-Identifier: Apache-2.0
"""Acts that arrive sealed, from terminals that were wiped before they could send: held until their post says whether they were theirs.

Whoever holds the phone can send them and cannot read them; what is in them proves the terminal by its token's text, also one that has
ended. The words come first and each photo after them, with the act that it belongs to. Nothing is done by arriving: the post takes an act
over on its terminal of now, from where it goes as any other, or drops it.
"""

import base64
import binascii
import uuid
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Conflict, Invalid, NotFound, TooMany
from anlan.base.keys import Unreadable
from anlan.base.outbox import open_sealed
from anlan.people.models_terminals import SealedAct, SealedPhoto, Terminal
from anlan.people.tokens import digest_of

LARGEST = 256 * 1024
"""Bytes of the largest sealed act."""
LARGEST_PHOTO = 20 * 1024 * 1024 + 16
"""What any upload may have, and the tag of its seal."""
MOST_PHOTOS = 20
MOST, MOST_BYTES = 500, 2**30
"""Sealed acts that wait for one post, and bytes of their photos."""
COMES = timedelta(days=1)
"""So long an act is shown only with all its photos; then with those that came."""
LASTS = timedelta(days=90)


class Photo(msgspec.Struct, frozen=True):
    """A photo of a sealed act: its name on the phone, what opens it, the digest of its bytes and, in hex too, of what it was made from."""

    id: str
    digest: str
    size: int
    type: str
    iv: str
    key: str
    origin: str = ""


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
    """Keeps a sealed act, and photos of it whenever they come; what is here already stays as it is.

    Raises Invalid for what no terminal of ours sealed, Conflict where another post's act has its id, TooMany.
    """
    if (
        len(sealed) > LARGEST
        or len(photos) > MOST_PHOTOS
        or any(len(p) > LARGEST_PHOTO for p in photos.values())
    ):
        raise Invalid(fields={"sealed": _("This is more than is taken at once. Please send less.")})
    told = _open(sealed, key_id)
    request = _request(told)
    terminal = (
        Terminal.objects.select_related("token")
        .filter(pk=told.terminal, token__digest=digest_of(told.token))
        .first()
    )
    post = terminal.token.post_id if terminal else None
    if terminal is None or post is None:
        raise Invalid(fields={"sealed": NOT_OURS})
    with transaction.atomic():
        row = SealedAct.objects.select_related("terminal__token").filter(pk=request).first()
        if row is None:
            if SealedAct.objects.filter(terminal__token__post_id=post).count() >= MOST:
                raise TooMany(FULL, retry_after=3600)
            row, _made = SealedAct.objects.get_or_create(
                id=request,
                defaults={"terminal": terminal, "key": key_id, "sealed": sealed, "received_at": at},
            )
        if row.terminal.token.post_id != post:
            raise Conflict
        named = {each.id for each in told.photos}
        _keep(row, {name: data for name, data in photos.items() if name in named}, post)


def _keep(row: SealedAct, photos: Mapping[str, bytes], post: int) -> None:
    there = set(row.photos.values_list("photo", flat=True))
    new = [SealedPhoto(act=row, photo=name, data=data) for name, data in photos.items() if name not in there]
    if not new:
        return
    held = SealedPhoto.objects.filter(act__terminal__token__post_id=post).aggregate(n=Sum(Length("data")))[
        "n"
    ]
    if (held or 0) + sum(len(each.data) for each in new) > MOST_BYTES:
        raise TooMany(FULL, retry_after=3600)
    SealedPhoto.objects.bulk_create(new, ignore_conflicts=True)


FULL = _("Many acts of this post wait already for its word.")
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


def sealed_for(post_id: int, *, at: datetime) -> list[Opened]:
    """The sealed acts of a post's terminals, the oldest first, each with the photos that came. Left out is what waits for photos, for a
    day at most, and what no key of the ring opens any more.
    """
    came = defaultdict(set)
    for act, name in SealedPhoto.objects.filter(act__terminal__token__post_id=post_id).values_list(
        "act_id", "photo"
    ):
        came[act].add(name)
    found = []
    for row in SealedAct.objects.filter(terminal__token__post_id=post_id).order_by("pk"):
        with suppress(Invalid):
            told = _open(bytes(row.sealed), row.key)
            photos = [each for each in told.photos if each.id in came[row.pk]]
            if len(photos) == len(told.photos) or row.received_at <= at - COMES:
                told = msgspec.structs.replace(told, photos=photos)
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
