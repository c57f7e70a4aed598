# SPDX-License-Identifier: Apache-2.0
"""The program of the process in which one PDF is cleaned, from standard input to standard output. Knows no Django."""

import io
import re
import resource
import sys
from collections.abc import Iterator
from typing import Any

import pikepdf

from anlan.cases.papers import GROWN, LOCKED, MOST_BYTES

MEMORY = 768 * 1024 * 1024
SECONDS = 10
"""Of the processor."""

HIDDEN = (
    "/Metadata", "/PieceInfo", "/LastModified", "/OpenAction", "/AA", "/AF", "/Thumb", "/EF", "/JS", "/Info", "/Author",
    "/CreatorInfo", "/User",
)  # fmt: skip
ON_REMARKS = ("/M", "/CreationDate", "/FS", "/A", "/RC")
"""When a remark was made, the file that hangs on it, what a click on it does, and its words once more with who wrote them."""
NAMED = ("/EmbeddedFiles", "/JavaScript")
ON_FORMS = ("/SV", "/Lock")
"""What a field says of the signature it waits for, certificates too."""
OF_THE_FILE = ("/DSS", "/Perms", "/URI", "/Threads")
"""Certificates that signatures are checked with, what a signature permits, where the file lay, and its articles."""
TRAILER = frozenset({"/Root", "/ID", "/Size"})
MARK = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
"""A marker of a JPEG; in the picture itself other bytes follow 0xFF."""
ALONE = {0x01, *range(0xD0, 0xDA)}
LAST, PICTURE = 0xD9, 0xDA
HOLDERS = (pikepdf.Dictionary, pikepdf.Array)


def main() -> int:
    """Cleans it; the exit status says how it went."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    try:
        pdf = pikepdf.open(io.BytesIO(sys.stdin.buffer.read()))
    except pikepdf.PasswordError:
        return LOCKED
    with pdf:
        for name in set(pdf.trailer.keys()) - TRAILER:
            del pdf.trailer[name]
        if "/Names" in pdf.Root:
            for name in NAMED:
                if name in pdf.Root.Names:
                    del pdf.Root.Names[name]
        for name in OF_THE_FILE:
            if name in pdf.Root:
                del pdf.Root[name]
        if "/SigFlags" in pdf.Root.get("/AcroForm", ()):
            del pdf.Root.AcroForm.SigFlags
        for each in pdf.objects:
            for one in _inside(each):
                _unsign(one)
                _hide(one)
            if isinstance(each, (pikepdf.Dictionary, pikepdf.Stream)):
                _clean(each)
        for page in pdf.pages:
            for each in page.obj.get("/Annots", ()):
                if isinstance(each, pikepdf.Dictionary):
                    _clean(each)
                    _clean_remark(each)
        out = io.BytesIO()
        # The same file gives the same bytes, so that sending it twice keeps it once.
        pdf.save(out, deterministic_id=True, fix_metadata_version=False, encryption=False)
    if out.tell() > MOST_BYTES:
        return GROWN
    sys.stdout.buffer.write(out.getvalue())
    return 0


def _inside(each: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The dictionaries and streams that an object is and holds, but for those that are objects of their own."""
    waiting = [each]
    while waiting:
        one = waiting.pop()
        if isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
            yield one
            parts = [part for _name, part in one.items()]
        else:
            parts = list(one) if isinstance(one, pikepdf.Array) else []
        waiting += [part for part in parts if isinstance(part, HOLDERS) and not part.is_indirect]


def _unsign(each: pikepdf.Object) -> None:
    """Empties a signature, and takes off what a field says of the one it waits for."""
    if "/ByteRange" in each or each.get("/Type") in {"/Sig", "/DocTimeStamp"}:
        for name in list(each.keys()):
            del each[name]
    for name in ON_FORMS if each.get("/FT") == "/Sig" else ():
        if name in each:
            del each[name]


def _hide(each: pikepdf.Object) -> None:
    for name in HIDDEN:
        if name in each:
            del each[name]


def _clean(each: pikepdf.Object) -> None:
    _hide(each)
    kind = each.get("/Type")
    if kind == "/Annot" or each.get("/Subtype") == "/Popup":
        _clean_remark(each)
    if isinstance(each, pikepdf.Stream):
        if kind == "/Metadata":
            each.write(b"")
        else:
            _clean_photo(each)


def _clean_photo(each: pikepdf.Stream) -> None:
    """Takes off what the camera wrote, also where the JPEG is packed once more."""
    filters, parameters = _listed(each.get("/Filter")), _listed(each.get("/DecodeParms"))
    if not filters or filters[-1] not in {"/DCTDecode", "/DCT"}:
        return
    parameters += [None] * (len(filters) - len(parameters))
    if len(filters) > 1:
        outer = [one or pikepdf.Dictionary() for one in parameters[:-1]]
        each.write(
            each.read_raw_bytes(), filter=pikepdf.Array(filters[:-1]), decode_parms=pikepdf.Array(outer)
        )
        jpeg = each.read_bytes()
    else:
        jpeg = each.read_raw_bytes()
    each.write(_without_segments(jpeg), filter=pikepdf.Name.DCTDecode, decode_parms=parameters[-1])


def _listed(one: Any) -> list[Any]:
    return list(one) if isinstance(one, pikepdf.Array) else [one] if one is not None else []


def _clean_remark(each: pikepdf.Object) -> None:
    """Takes off who made a remark and when. Its type may be left out, and it may stand in the page itself."""
    writer = () if each.get("/Subtype") == "/Widget" else ("/T",)
    for name in (*ON_REMARKS, *writer):
        if name in each:
            del each[name]


def _without_segments(jpeg: bytes) -> bytes:
    """A JPEG of what it takes to draw it: no EXIF, XMP, IPTC and comments, no second picture behind the first."""
    kept, at, drawing = [b"\xff\xd8"], 2, False
    while found := MARK.search(jpeg, at):
        if drawing:
            kept.append(jpeg[at : found.start()])
        drawing, mark, at = False, found[1][0], found.end()
        if mark == LAST:
            break
        if mark in ALONE:
            continue
        end = at + int.from_bytes(jpeg[at : at + 2])
        if _draws(mark, jpeg[at + 2 : end]):
            kept.append(jpeg[found.start() : end])
        at, drawing = end, mark == PICTURE
    else:
        kept.append(jpeg[at:] if drawing else b"")
    return b"".join([*kept, b"\xff\xd9"])


def _draws(mark: int, inside: bytes) -> bool:
    """Whether a segment is needed to draw: of those that programs write, the colours alone."""
    if mark == 0xFE:
        return False
    needed = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}.get(mark)
    return inside.startswith(needed) if needed else not 0xE0 <= mark <= 0xEF


if __name__ == "__main__":
    sys.exit(main())
