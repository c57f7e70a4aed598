# SPDX-License-Identifier: Apache-2.0
"""The program of the process in which one PDF is cleaned, from standard input to standard output. Knows no Django."""

import io
import resource
import sys

import pikepdf

from anlan.cases.papers import LOCKED

MEMORY = 768 * 1024 * 1024
SECONDS = 10
"""Of the processor."""

HIDDEN = ("/Metadata", "/PieceInfo", "/LastModified", "/OpenAction", "/AA", "/AF", "/Thumb", "/EF", "/JS")
ON_REMARKS = ("/M", "/CreationDate", "/FS", "/A")
"""When a remark was made, the file that hangs on it, and what a click on it does."""
NAMED = ("/EmbeddedFiles", "/JavaScript")


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
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        if "/Names" in pdf.Root:
            for name in NAMED:
                if name in pdf.Root.Names:
                    del pdf.Root.Names[name]
        for each in pdf.objects:
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
    sys.stdout.buffer.write(out.getvalue())
    return 0


def _clean(each: pikepdf.Object) -> None:
    for name in HIDDEN:
        if name in each:
            del each[name]
    kind = each.get("/Type")
    if kind == "/Annot":
        _clean_remark(each)
    if isinstance(each, pikepdf.Stream):
        if kind == "/Metadata":
            each.write(b"")
        elif each.get("/Filter") in ("/DCTDecode", pikepdf.Array([pikepdf.Name.DCTDecode])):
            each.write(_without_segments(each.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)


def _clean_remark(each: pikepdf.Object) -> None:
    """Takes off who made a remark and when. Its type may be left out, and it may stand in the page itself."""
    writer = () if each.get("/Subtype") == "/Widget" else ("/T",)
    for name in (*ON_REMARKS, *writer):
        if name in each:
            del each[name]


def _without_segments(jpeg: bytes) -> bytes:
    """A JPEG without its EXIF, XMP, IPTC and comments; the picture is not decoded."""
    kept, at = [jpeg[:2]], 2
    while jpeg[at : at + 1] == b"\xff" and jpeg[at + 1 : at + 2] != b"\xda":
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        if end < at + 4:
            break
        if jpeg[at + 1] not in {0xE1, 0xED, 0xFE}:
            kept.append(jpeg[at:end])
        at = end
    return b"".join([*kept, jpeg[at:]])


if __name__ == "__main__":
    sys.exit(main())
