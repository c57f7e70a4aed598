# SPDX-License-Identifier: Apache-2.0
"""What an uploaded file really is, and what of it is fit to keep. Every upload is hostile.

The kind is read from the bytes, never from the name or the sender. Pictures are decoded only when their announced
size fits in bounded memory, turned upright, stripped of everything but pixels, and written anew as JPEG of at most
about 300 KB. PDFs and recordings lose what they say of their sender. SVG and whatever is not on the list is refused.
Time and place of taking are offered to the person first, before they are stripped.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from threading import BoundedSemaphore, Lock
from typing import Any

import pillow_heif
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from anlan.base.errors import Busy, Invalid
from anlan.cases.papers import MOST_BYTES, Grown, Locked, clean_pdf
from anlan.cases.sounds import clean_mp3, clean_mp4, clean_webm

MOST_PIXELS = 64_000_000
MOST_SIDE = 20_000
TARGET_BYTES = 300 * 1024
TARGET_SIDE = 1600
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/heic": "HEIF"}

SOUNDS = (b"M4A ", b"mp41", b"mp42", b"isom", b"iso5", b"iso6")
"""Brands of MP4 files that recorders write; the last are those of Safari's own."""

CLEANED: Mapping[str, Callable[[bytes], bytes]] = {
    "application/pdf": clean_pdf,
    "audio/mp4": clean_mp4,
    "audio/mpeg": clean_mp3,
    "audio/webm": clean_webm,
}

# A decoded picture may take MOST_PIXELS x 4 bytes; two at once bound the process. Two more may wait for them: a request
# that waits holds a thread, and pictures that take long must not hold the threads of those who only read. One sender has
# two of the four, so that nobody's album keeps everybody else's picture out.
AT_ONCE, PLACES, EACH = 2, 4, 2
RETRY = 5
"""Seconds after which who found no place should come back."""

pillow_heif.register_heif_opener()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A file fit to keep: its bytes, its true kind, and what a photo said of when and where it was taken; `origin` is the digest of the
    bytes that came, if any did.
    """

    data: bytes
    kind: str
    origin: bytes = b""
    taken_at: datetime | None = None
    point: dict[str, int] | None = None


def kind_of(data: bytes) -> str | None:
    """The kind that the bytes show; None for anything that is not taken."""
    head = data[:16]
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"):
        return "image/heic"
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head[4:8] == b"ftyp" and head[8:12] in SOUNDS:
        return "audio/mp4"
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "audio/webm"
    return None


class _Turns:
    """Who is having a file made ready in this process, and whose turn it is."""

    def __init__(self) -> None:
        self.room = BoundedSemaphore(AT_ONCE)
        self._senders: Counter[str] = Counter()
        self._lock = Lock()

    @contextmanager
    def of(self, sender: str) -> Iterator[None]:
        """A turn. Raises Busy at once when the process or this sender has no place left."""
        with self._lock:
            if self._senders.total() >= PLACES or self._senders[sender] >= EACH:
                raise Busy(
                    _(
                        "Many pictures are being taken in just now. Please send again in a few seconds; your words are kept."
                    ),
                    retry_after=RETRY,
                )
            self._senders[sender] += 1
        try:
            with self.room:
                yield
        finally:
            with self._lock:
                self._senders -= Counter([sender])


_turns = _Turns()


def make_ready(data: bytes, *, sender: str, taken: tuple[str, ...], name: str = "") -> Ready:
    """The file as it may be kept. `taken` lists the kinds the procedure takes, `sender` is one account or one network.

    Raises Invalid saying what is wrong with this file and what would be taken, Busy when too many files are being made
    ready, or too many of this sender's.
    """
    if not data:
        raise _refuse(name, _("it is empty"))
    if len(data) > MOST_BYTES:
        raise _refuse(name, _("it is larger than 20 MB"))
    kind = kind_of(data)
    if kind is None or kind not in taken:
        raise _refuse(name, _("it is not a photo or file of a kind that can be taken here"))
    with _turns.of(sender):
        try:
            if kind in PICTURES:
                return _picture(data, PICTURES[kind], name)
            return Ready(data=CLEANED[kind](data), kind=kind)
        except Locked as error:
            raise _refuse(name, _("it is locked with a password")) from error
        except Grown as error:
            raise _refuse(name, _("it is larger than 20 MB")) from error
        except (
            OSError,
            ValueError,
            SyntaxError,
            EOFError,
            MemoryError,
            OverflowError,
            RuntimeError,
            Image.DecompressionBombError,
            UnidentifiedImageError,
        ) as error:
            raise _refuse(name, _("it is damaged and cannot be opened")) from error


def _picture(data: bytes, wanted: str, name: str) -> Ready:
    with Image.open(io.BytesIO(data), formats=(wanted,)) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
            raise _refuse(name, _("it has too many pixels"))
        exif = picture.getexif()
        taken_at, point = _taken(exif), _point(exif)
        if wanted == "JPEG":
            picture.draft("RGB", (TARGET_SIDE * 2, TARGET_SIDE * 2))
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((TARGET_SIDE, TARGET_SIDE))
        flat = Image.new("RGB", upright.size, "white")
        if upright.mode in ("RGBA", "LA", "P", "PA"):
            upright = upright.convert("RGBA")
            flat.paste(upright, mask=upright.getchannel("A"))
        else:
            flat.paste(upright.convert("RGB"))
    origin = sha256(data).digest()
    return Ready(data=shrunk(flat), kind="image/jpeg", origin=origin, taken_at=taken_at, point=point)


def shrunk(picture: Image.Image) -> bytes:
    """The picture written anew as JPEG of at most about 300 KB, with nothing but its pixels."""
    while True:
        for quality in (82, 70, 58):
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= TARGET_BYTES:
                return out.getvalue()
        picture = picture.resize((max(1, picture.width * 3 // 4), max(1, picture.height * 3 // 4)))


def _taken(exif: Image.Exif) -> datetime | None:
    text = exif.get_ifd(0x8769).get(0x9003) or exif.get(0x0132)
    try:
        return datetime.strptime(str(text), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - EXIF has no zone; it is offered
    except ValueError:
        return None


def _point(exif: Image.Exif) -> dict[str, int] | None:
    gps = exif.get_ifd(0x8825)
    try:
        lat = _degrees(gps[2]) * (-1 if gps.get(1) == "S" else 1)
        lng = _degrees(gps[4]) * (-1 if gps.get(3) == "W" else 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    inside = abs(lng) <= 1_800_000_000 and abs(lat) <= 900_000_000 and (lng, lat) != (0, 0)
    return {"lng": lng, "lat": lat} if inside else None


def _degrees(parts: Any) -> int:
    degrees, minutes, seconds = (float(part) for part in parts)
    return round((degrees + minutes / 60 + seconds / 3600) * 10_000_000)


def _refuse(name: str, why: Any) -> Invalid:
    message = _("“%(name)s” was not taken: %(why)s. The rest of what you entered is kept.") % {
        "name": name or _("The file"),
        "why": why,
    }
    return Invalid(message, fields={"files": message})
