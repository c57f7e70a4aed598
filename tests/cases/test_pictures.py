# SPDX-License-Identifier: Apache-2.0
"""Uploads are hostile: what is taken, what is stripped, what is refused, and that nothing typed is lost with it."""

import io
import os
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pikepdf
import pillow_heif
import pytest
from django.test.utils import override_settings
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from anlan.base.errors import Busy, Invalid, NotFound
from anlan.base.ids import new_id
from anlan.base.keys import keyring
from anlan.cases import attachments, pictures
from anlan.cases.act import open_case
from anlan.cases.models import Case
from anlan.cases.papers_child import _without_segments
from anlan.cases.pictures import TARGET_BYTES, Ready, kind_of
from tests.cases.files import (
    FRAME,
    SENDER,
    bomb,
    box,
    camera_jpeg,
    element,
    paper,
    recording_mp3,
    recording_mp4,
    swelling,
    webm,
)
from tests.cases.world import opening

make_ready = partial(pictures.make_ready, sender="one")
TAKEN = ("image/jpeg", "image/png", "image/webp", "image/heic", "application/pdf")


def picture(form: str = "JPEG", size: tuple[int, int] = (800, 600), **given: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(out, form, **given)
    return out.getvalue()


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "a maker"
    exif.get_ifd(0x8769)[0x9003] = "2026:03:02 09:30:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 16.0, 30.0), 3: "E", 4: (120.0, 7.0, 30.0)})
    return picture(exif=exif)


def png_bomb() -> bytes:
    """A few hundred bytes that announce 50,000 x 50,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 999))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_photos_become_small_jpegs(form: str) -> None:
    ready = make_ready(picture(form, (2400, 1800)), taken=TAKEN)
    assert ready.kind == "image/jpeg"
    assert len(ready.data) <= TARGET_BYTES
    with Image.open(io.BytesIO(ready.data)) as made:
        assert max(made.size) <= 1600


def test_heic_is_taken() -> None:
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.effect_noise((320, 240), 60).convert("RGB")).save(out)
    assert kind_of(out.getvalue()) == "image/heic"
    assert make_ready(out.getvalue(), taken=TAKEN).kind == "image/jpeg"


def test_time_and_place_are_offered_and_stripped() -> None:
    ready = make_ready(with_exif(), taken=TAKEN)
    assert ready.taken_at == datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001 - EXIF has no zone
    assert ready.point == {"lng": 1_201_250_000, "lat": 302_750_000}
    with Image.open(io.BytesIO(ready.data)) as made:
        assert not made.getexif()
    assert b"a maker" not in ready.data


def test_sideways_photos_are_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(io.BytesIO(make_ready(picture(size=(400, 200), exif=exif), taken=TAKEN).data)) as made:
        assert made.size == (200, 400)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        b"GIF89a" + b"\0" * 40,
        b"MZ" + b"\0" * 400,
        b"PK\x03\x04" + b"\0" * 40,
        png_bomb(),
        picture()[:500],
        b"\xff\xd8\xff\xe0" + os.urandom(2000),
        b"\x89PNG\r\n\x1a\n" + os.urandom(2000),
        b"RIFF\x10\x00\x00\x00WEBP" + os.urandom(50),
        b"\0\0\0\x18ftypheic" + os.urandom(500),
        b"x" * (21 * 1024 * 1024),
    ],
    ids=range(13),
)
def test_anything_else_is_refused_with_its_name(data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        make_ready(data, taken=TAKEN, name="照片.jpg")
    assert "照片.jpg" in str(refused.value.message)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBP", b"\0\0\0\x18ftypheic"]),
)
def test_no_bytes_crash_the_door(tail: bytes, head: bytes) -> None:
    try:
        make_ready(head + tail, taken=TAKEN)
    except Invalid:
        return


def test_only_declared_kinds_are_taken() -> None:
    make_ready(paper(), taken=TAKEN)
    with pytest.raises(Invalid):
        make_ready(paper(), taken=("image/jpeg",))


@pytest.mark.parametrize("packed", ["disable", "generate"])
def test_a_paper_keeps_its_pages_and_says_nothing_of_who_made_it(packed: str) -> None:
    sent = paper(object_stream_mode=getattr(pikepdf.ObjectStreamMode, packed))
    assert SENDER.encode() in sent
    ready = make_ready(sent, taken=TAKEN)
    with pikepdf.open(io.BytesIO(ready.data)) as pdf:
        page = pdf.pages[0]
        assert page.Contents.read_bytes() == b"q 100 0 0 100 0 0 cm /A Do Q"
        assert page.Annots[0].Contents == "a remark"
        for photo in (page.Resources.XObject.A, page.Resources.XObject.B):
            with Image.open(io.BytesIO(photo.read_raw_bytes())) as shown:
                assert shown.size == (256, 256)
                assert shown.getpixel((9, 9))
        assert page.Annots[2]["/T"] == "Signature1"
        plain = io.BytesIO()
        pdf.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False, qdf=True)
        assert "/Info" not in pdf.trailer
    for told in (
        SENDER.encode(),
        b"JavaScript",
        b"EmbeddedFiles",
        b"dc:creator",
        b"ByteRange",
        b"DSS",
        b"SigFlags",
    ):
        assert told not in ready.data + plain.getvalue()
    assert make_ready(sent, taken=TAKEN).data == ready.data


def test_a_photo_in_a_paper_keeps_what_draws_it_alone() -> None:
    sent = camera_jpeg()
    kept = _without_segments(sent)
    assert SENDER.encode() in sent
    assert SENDER.encode() not in kept
    with Image.open(io.BytesIO(sent)) as before, Image.open(io.BytesIO(kept)) as after:
        assert after.info["icc_profile"] == b"colours"
        assert before.tobytes() == after.tobytes()
    assert _without_segments(kept) == kept


@given(st.binary(max_size=200), st.integers(0, 600))
def test_no_photo_in_a_paper_breaks_its_cleaning(more: bytes, at: int) -> None:
    sent = camera_jpeg()
    kept = _without_segments(sent[:at] + more + sent[at:])
    assert len(kept) <= len(sent) + len(more) + 4


def test_a_paper_that_is_too_large_once_it_is_clean_is_refused() -> None:
    sent = swelling()
    assert len(sent) < 1024 * 1024
    with override("en"), pytest.raises(Invalid, match="larger than 20 MB"):
        make_ready(sent, taken=TAKEN)


def test_a_locked_paper_and_one_that_unpacks_without_end_are_refused() -> None:
    locked = paper(encryption=pikepdf.Encryption(owner="one", user="other"))
    with override("en"), pytest.raises(Invalid, match="locked with a password"):
        make_ready(locked, taken=TAKEN)
    make_ready(bomb(1), taken=TAKEN)
    with pytest.raises(Invalid):
        make_ready(bomb(1024), taken=TAKEN)


def test_a_recording_keeps_its_sound_and_says_nothing_of_who_made_it() -> None:
    taken = ("audio/mpeg", "audio/mp4")
    assert make_ready(recording_mp3(), taken=taken).data == FRAME * 20
    sent = recording_mp4()
    kept = make_ready(sent, taken=taken).data
    assert len(kept) == len(sent)
    assert kept.index(b"the sound itself") == sent.index(b"the sound itself")
    for told in (SENDER.encode(), b"WHEN", b"udta", b"meta", b"uuid"):
        assert told not in kept


@pytest.mark.parametrize(
    "data",
    [
        b"ID3\x04\0\0\0\0\0\x09nothing",
        b"\xff\xfb\x90\x64" + b"\xff\xfb" * 200_000,
        box(b"ftyp", b"M4A \0\0\0\0") + box(b"mdat", b"x"),
        box(b"ftyp", b"M4A \0\0\0\0") + b"\x7f\xff\xff\xffmoov",
        box(b"ftyp", b"M4A \0\0\0\0") + box(b"wide", b"") * 200_000,
    ],
    ids=range(5),
)
def test_a_recording_that_is_none_is_refused_soon(data: bytes) -> None:
    with pytest.raises(Invalid):
        make_ready(data, taken=("audio/mpeg", "audio/mp4", "audio/webm"))


@pytest.mark.parametrize("open_ended", [True, False])
def test_what_a_browser_recorded_keeps_its_sound_and_says_nothing_else(*, open_ended: bool) -> None:
    tags = element("1254c367", element("7373", SENDER.encode()))
    sent = webm(open_ended=open_ended, told=tags)
    kept = make_ready(sent, taken=("audio/webm",))
    assert (kept.kind, len(kept.data)) == ("audio/webm", len(sent))
    assert b"\x81\x00\x00\x80sound" in kept.data
    assert b"A_OPUS" in kept.data
    for told in (SENDER.encode(), b"Secret Phone", b"Li Si", b"\x07" * 8):
        assert told in sent
        assert told not in kept.data
    assert make_ready(kept.data, taken=("audio/webm",)).data == kept.data


def test_a_film_is_no_recording() -> None:
    with pytest.raises(Invalid):
        make_ready(webm(kind=1), taken=("audio/webm",))


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [b"ID3", b"\xff\xfb\x90\x64", b"\0\0\0\x18ftypM4A ", recording_mp3(4), recording_mp4(), webm()]
    ),
)
def test_no_bytes_of_a_recording_crash_the_door(tail: bytes, head: bytes) -> None:
    try:
        make_ready(head + tail, taken=("audio/mpeg", "audio/mp4", "audio/webm"))
    except Invalid:
        return


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Path]:
    with override_settings(ANLAN_ATTACHMENTS=tmp_path / "files"):
        yield tmp_path / "files"


def test_a_file_is_sealed_and_bound_to_its_case(shelf: Path) -> None:
    ready = Ready(data=b"bytes of a photo", kind="image/jpeg")
    one, two = new_id(), new_id()
    _wrapped, key = keyring().new_case_key()
    stored = attachments.store(one, key, ready)
    assert attachments.read(one, key, stored.keyed) == ready.data
    assert b"bytes of" not in attachments.path_of(one, stored.keyed).read_bytes()
    with pytest.raises(NotFound):
        attachments.read(two, key, stored.keyed)
    assert attachments.store(one, key, ready).keyed == stored.keyed
    assert attachments.store(one, keyring().new_case_key()[1], ready).keyed != stored.keyed


def test_a_full_disk_says_so_and_leaves_nothing(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    _wrapped, key = keyring().new_case_key()
    with pytest.raises(Busy) as busy:
        attachments.store(new_id(), key, Ready(data=b"x", kind="image/jpeg"))
    assert busy.value.retry_after == 60
    assert not [path for path in shelf.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_orphans_are_swept_and_named_files_stay(shelf: Path) -> None:
    wrapped, key = keyring().new_case_key()
    given_ = opening(key=wrapped)
    kept = attachments.store(given_.case_id, key, Ready(data=b"kept", kind="image/jpeg"))
    lost = attachments.store(given_.case_id, key, Ready(data=b"lost", kind="image/jpeg"))
    done = open_case(opening(case_id=given_.case_id, key=wrapped, files=(kept,)))
    assert bytes(Case.objects.get(pk=done.case_id).key) == wrapped
    assert attachments.sweep(at=datetime.now(tz=UTC)) == 0
    assert attachments.sweep(at=datetime.now(tz=UTC) + timedelta(days=2)) == 1
    assert attachments.read(done.case_id, key, kept.keyed) == b"kept"
    with pytest.raises(NotFound):
        attachments.read(done.case_id, key, lost.keyed)
