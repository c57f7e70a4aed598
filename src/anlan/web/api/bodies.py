# SPDX-License-Identifier: Apache-2.0
"""What is sent to the API, read strictly: JSON objects in UTF-8, of bounded size and depth.

No numbers with a point (coordinates are whole units of 1e-7 degree), no NUL, no unknown names: whatever is not taken is
refused by name, never dropped in silence.
"""

import json
import re
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid
from anlan.web.api.problems import TooLarge, Unreadable, WrongKind

LARGEST = 256 * 1024
"""Bytes of the largest JSON body."""
DEEPEST = 12
KEY = "HTTP_IDEMPOTENCY_KEY"
T = TypeVar("T")


class Contact(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How the person of the case can be answered; each is voluntary. Only who asks for a visit or a letter has an `address`."""

    name: str = ""
    phone: str = ""
    address: str = ""


class Opening(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A case to be opened. `place` is a code of 2 to 15 digits; `files` are references of uploads."""

    procedure: str
    place: str
    data: dict[str, Any]
    action: str = "open"
    files: list[str] = []
    source: str | None = None
    contact: Contact | None = None


class Acting(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Something to be done with a case. `expect` is the last entry that was seen; `seen` the words that everybody will read,
    exactly, once somebody has read them.
    """

    data: dict[str, Any] = {}
    expect: int | None = None
    files: list[str] = []
    seen: str | None = None


class Sent(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One act done on a phone. `request` is its own id, kept for its repetitions; `at` when it was done. With `procedure` it opens a
    case, whose id, a UUIDv7, the phone makes; else `case` or `number` names one that is there.
    """

    request: UUID
    action: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    case: UUID | None = None
    number: str | None = None
    procedure: str | None = None
    place: str | None = None
    data: dict[str, Any] = {}
    expect: int | None = None
    files: list[str] = []
    source: str | None = None
    contact: Contact | None = None


class Batch(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a phone sends at once, in the order it was done. `stamp` is the one of the last answer, `clock` what the phone's clock shows."""

    acts: list[Sent]
    stamp: str | None = None
    clock: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


def read_body(request: HttpRequest, kind: type[T]) -> T:
    """The body as a `kind`. Raises WrongKind, TooLarge, Unreadable, Invalid."""
    return as_kind(read_json(request, most=LARGEST), kind)


def read_json(request: HttpRequest, *, most: int) -> Any:
    """The body as plain values, not looked at any further. Raises WrongKind, TooLarge, Unreadable, Invalid."""
    if (
        request.content_type != "application/json"
        or request.headers.get("Content-Encoding", "identity") != "identity"
    ):
        raise WrongKind
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8"}:
        raise WrongKind
    check_size(request, most)
    try:
        return msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if HALF.search(request.body):
            return _with_halves(request.body)
        raise Unreadable(
            _("This is not JSON in UTF-8: %(why)s") % {"why": str(error)[:200]},
        ) from None
    except RecursionError:
        raise Invalid(_("This is nested too deeply.")) from None


HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""May begin half a character: an escaped surrogate."""
HALVES = re.compile("[\ud800-\udfff]")


def _with_halves(body: bytes) -> Any:
    """JSON in which a text holds half a character, as a phone sends for an emoji that was cut: `_check` refuses the very text, so that
    what stands beside it is heard. Raises Unreadable.
    """
    try:
        return json.loads(body, parse_constant=_no_number)
    except RecursionError:
        raise Invalid(_("This is nested too deeply.")) from None
    except ValueError as error:
        raise Unreadable(_("This is not JSON in UTF-8: %(why)s") % {"why": str(error)[:200]}) from None


def _no_number(name: str) -> None:
    raise ValueError(name)


def as_kind(raw: Any, kind: type[T]) -> T:
    """Plain values as a `kind`. Raises Invalid."""
    _check(raw)
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        words, _sep, where = str(error).partition(" - at `$")
        name = where.strip("`.") or "body"
        raise Invalid(fields={name: words}) from None


def check_size(request: HttpRequest, most: int) -> None:
    """Refuses by the announced length, before anything is read. Raises TooLarge, Unreadable."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise Unreadable from None
    if length > most:
        raise TooLarge


def _check(value: Any, *, where: str = "", depth: int = 0) -> None:
    """Depth, NUL and numbers with a point, anywhere in the body. Raises Invalid naming the spot."""
    match value:
        case str():
            if "\x00" in value:
                raise Invalid(
                    fields={where or "body": _("This holds a NUL character, which cannot be kept.")}
                )
            if HALVES.search(value):
                raise Invalid(fields={where or "body": HALF_SAID})
        case float():
            raise Invalid(fields={where or "body": POINTLESS})
        case dict() | list():
            if depth >= DEEPEST:
                raise Invalid(fields={where.partition(".")[0] or "body": _("This is nested too deeply.")})
            pairs = value.items() if isinstance(value, dict) else enumerate(value)
            for key, each in pairs:
                if isinstance(key, str):
                    _check(key, where=where)
                _check(each, where=f"{where}.{key}" if where else str(key), depth=depth + 1)


HALF_SAID = _("This holds half a character, perhaps of an emoji that was cut. Please write it again.")
POINTLESS = _(
    "Numbers with a decimal point are not taken. Coordinates are whole numbers of 1e-7 degree:"
    " 120.1551 is written 1201551000."
)


def read_key(request: HttpRequest) -> UUID:
    """The header Idempotency-Key, which makes sending again the same as sending once. Raises Invalid."""
    text = request.META.get(KEY, "").strip().strip('"')
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(
            fields={
                "Idempotency-Key": _(
                    "Please send a UUID that you make for each new request and keep for its repetitions."
                )
                if not text
                else _("This is not a UUID.")
            }
        ) from None


def read_degrees(text: str, *, name: str, most: int) -> int:
    """A coordinate in whole units of 1e-7 degree. Raises Invalid."""
    try:
        value = int(text) if len(text) <= 12 else most + 1
    except ValueError:
        raise Invalid(fields={name: POINTLESS}) from None
    if abs(value) > most:
        raise Invalid(fields={name: _("This is not on the globe.")})
    return value
