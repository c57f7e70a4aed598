# SPDX-License-Identifier: Apache-2.0
"""Recordings without what they say of their sender: names, titles, pictures, dates, places. Pure; the sound stays as it is.

Of an MP3 only its frames are kept, whatever tags (ID3v1, ID3v2, APE, Lyrics3) stand before, between and behind them. In
an MP4 and a WebM positions count, so boxes of metadata become blank ones in place. All raise ValueError for what they cannot
read. What is spoken, or lies inside the track itself, is not touched.
"""

from collections.abc import Iterator

MOST_STEPS = 100_000
DEEPEST = 8

# Of layer III, by the bits of a frame's header: kilobits a second, samples a second, and what divides them.
RATES = {
    3: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),  # MPEG 1
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),  # MPEG 2
}
SAMPLES = (44_100, 48_000, 32_000)
SLOWER = {3: 1, 2: 2, 0: 4}  # MPEG 1, 2 and 2.5

# Of a WebM (Matroska), by their ids as they are written.
SEGMENT, VOID, TRACK_TYPE = b"\x18\x53\x80\x67", 0xEC, b"\x83"
ENCLOSING = {
    SEGMENT,
    b"\x15\x49\xa9\x66",  # Info
    b"\x16\x54\xae\x6b",  # Tracks
    b"\xae",  # TrackEntry
}
PLAYED = frozenset(
    map(
        bytes.fromhex,
        (
            "1a45dfa3", "114d9b74", "1f43b675", "1c53bb6b",  # what it is, where what lies, sound, times in it
            "2ad7b1", "4489", "e7", "a3", "a0", "ab", "a7",  # scale and length, a cluster's time and blocks
            "d7", "73c5", "83", "86", "63a2", "e1", "56aa", "56bb", "23e383", "9c", "88", "b9", "22b59c",  # a track
        ),
    )
)  # fmt: skip
"""What a player needs. All else may tell something, and is blanked."""
SOUND_TRACK = 2
LONGEST_LENGTH = 8

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"moof", b"traf"}
METADATA = {b"udta", b"meta", b"uuid", b"free", b"skip"}
DATED = {b"mvhd", b"tkhd", b"mdhd"}


def clean_mp3(data: bytes) -> bytes:
    """The frames alone."""
    kept = b"".join(_frames(data))
    if not kept:
        raise ValueError("no sound in it")
    return kept


def _frames(data: bytes) -> Iterator[bytes]:
    at, steady, lost = _behind_id3(data), False, 0
    while 0 <= at < len(data):
        end = at + _frame_length(data, at)
        # The first after a gap counts only when another follows: a tag may hold two bytes that look like a frame's.
        if end > at and (steady or end == len(data) or _frame_length(data, end)):
            yield data[at:end]
            at, steady = end, True
            continue
        lost += 1
        if lost > MOST_STEPS:
            raise ValueError("more gaps than sound")
        at, steady = data.find(b"\xff", at + 1), False


def _behind_id3(data: bytes) -> int:
    at = 0
    while data[at : at + 3] == b"ID3" and len(data) >= at + 10:
        footer = 10 if data[at + 5] & 0x10 else 0
        a, b, c, d = data[at + 6 : at + 10]
        at += 10 + ((a & 127) << 21 | (b & 127) << 14 | (c & 127) << 7 | d & 127) + footer
    return at


def _frame_length(data: bytes, at: int) -> int:
    """The length of the frame of layer III that is whole at this place; 0 when there is none."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, samples = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or not 1 <= rate <= 14 or samples == 3:
        return 0
    bits = RATES[3 if version == 3 else 2][rate - 1] * 1000
    length = (144 if version == 3 else 72) * bits // (SAMPLES[samples] // SLOWER[version])
    length += head[2] >> 1 & 1
    return length if at + length <= len(data) else 0


def clean_mp4(data: bytes) -> bytes:
    """The same boxes at the same places, those of metadata blank."""
    kept = bytearray(data)
    waiting, steps, tracks = [(0, len(data), 0)], 0, 0
    while waiting:
        at, end, depth = waiting.pop()
        while at < end:
            steps += 1
            kind, inside, after = _box(data, at, end)
            if steps > MOST_STEPS or depth > DEEPEST:
                raise ValueError("too many boxes")
            if kind in METADATA:
                kept[at + 4 : at + 8] = b"free"
                kept[inside:after] = bytes(after - inside)
            elif kind in DATED:
                # Version and flags, then when it was made and changed: 4 bytes each, 8 in version 1.
                dates = min(inside + 4 + (16 if data[inside : inside + 1] == b"\x01" else 8), after)
                kept[inside + 4 : dates] = bytes(max(0, dates - inside - 4))
            elif kind in CONTAINERS:
                tracks += kind == b"trak"
                waiting.append((inside, after, depth + 1))
            at = after
    if not tracks:
        raise ValueError("no sound in it")
    return bytes(kept)


def _box(data: bytes, at: int, end: int) -> tuple[bytes, int, int]:
    """Its kind, where its inside begins, and where it ends."""
    size, inside = int.from_bytes(data[at : at + 4]), at + 8
    if size == 1:
        size, inside = int.from_bytes(data[at + 8 : at + 16]), at + 16
    after = end if size == 0 else at + size
    if not inside <= after <= end:
        raise ValueError("a box that does not fit")
    return data[at + 4 : at + 8], inside, after


def clean_webm(data: bytes) -> bytes:
    """The same elements at the same places, those of metadata blank. A file with pictures in it is no recording."""
    kept = bytearray(data)
    waiting, steps, tracks = [(0, len(data), 0)], 0, 0
    while waiting:
        at, end, depth = waiting.pop()
        while at < end:
            steps += 1
            name, inside, after = _element(data, at, end)
            if steps > MOST_STEPS or depth > DEEPEST:
                raise ValueError("too many elements")
            if name in ENCLOSING:
                waiting.append((inside, after, depth + 1))
            elif name not in PLAYED:
                kept[at:after] = _void(after - at)
            elif name == TRACK_TYPE:
                if int.from_bytes(data[inside:after]) != SOUND_TRACK:
                    raise ValueError("not only sound")
                tracks += 1
            at = after
    if not tracks:
        raise ValueError("no sound in it")
    return bytes(kept)


def _element(data: bytes, at: int, end: int) -> tuple[bytes, int, int]:
    """Its id, where its inside begins, and where it ends. A recorder that did not know the length left it open: what is
    inside is then read as what follows, but a segment goes to the end.
    """
    first = data[at]
    wide = 9 - first.bit_length()
    name = data[at : at + wide]
    size_at = at + wide
    if wide > 4 or size_at >= end:
        raise ValueError("an element that does not fit")
    long = 9 - data[size_at].bit_length()
    inside = size_at + long
    if long > LONGEST_LENGTH or inside > end:
        raise ValueError("an element that does not fit")
    size = int.from_bytes(data[size_at:inside]) & (1 << 7 * long) - 1
    open_ended = size == (1 << 7 * long) - 1
    after = (end if name == SEGMENT else inside) if open_ended else inside + size
    if not inside <= after <= end:
        raise ValueError("an element that does not fit")
    return name, inside, after


def _void(length: int) -> bytes:
    """An element that says nothing, exactly so long."""
    wide = 1 if length < 127 else LONGEST_LENGTH
    size = length - 1 - wide
    if size < 0:
        raise ValueError("an element that does not fit")
    return bytes([VOID]) + (size | 1 << 7 * wide).to_bytes(wide) + bytes(size)
