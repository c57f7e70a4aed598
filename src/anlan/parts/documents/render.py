# SPDX-License-Identifier: Apache-2.0
"""A document as a PDF: PDF/A-2a, which keeps for decades, and tagged for readers who do not see (PDF/UA-1). The fonts are embedded as far
as they are used, and its text can be selected. The same document gives the same bytes.

It is set by Typst in a process of its own (`child`) with bounded memory and time, no secrets and no file it could write.
"""

import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import qrcode  # type: ignore[import-untyped]
import qrcode.image.svg  # type: ignore[import-untyped]
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Busy, Invalid
from anlan.parts.documents.blocks import (
    Block,
    Document,
    Heading,
    Items,
    Pairs,
    Seal,
    Signature,
    Signatures,
    Table,
    Text,
)

LONGEST = 60
"""Seconds, by the clock on the wall."""
MOST_BYTES = 4 * 1024 * 1024
"""Of what a document says: far more than a thousand pages."""
UNPRINTABLE, FAILED = 3, 4
"""The child's exit status for a character that no font has, which it names, and for all else."""
GETA = "〓"
"""What printers set where they lack a type."""
MOST_MARKED = 200
RUN = re.compile(r"[!-~]{40,}")
UNSEEN = frozenset({"Cc", "Cf"})
"""Categories of signs without a form of their own, those that turn the direction of a line among them."""
MARKS = frozenset({"Mn", "Me"})
HIGHEST = 8
"""So many marks stand over one letter; more would take all memory."""


class Unprintable(Invalid):
    """No font has a character. `character` says which."""

    def __init__(self, character: str) -> None:
        """Asks to write it otherwise."""
        super().__init__(
            _("The character %(character)s cannot be printed. Please write it otherwise."),
            params={"character": character},
        )
        self.character = character


def render(document: Document, *, marks: bool = False) -> bytes:
    """The PDF. Raises Unprintable for a character that no font has, unless it `marks` it with 〓; Busy when it takes too long."""
    data = as_data(document)
    for _try in range(MOST_MARKED if marks else 1):
        try:
            return _set(data)
        except Unprintable as refused:
            if not marks:
                raise
            data = _each_text(data, lambda text, lost=refused.character: text.replace(lost, GETA))  # type: ignore[misc]
    raise Invalid


def as_data(document: Document) -> dict[str, Any]:
    """What the template reads: plain values, every text without signs that cannot be seen."""
    data = {
        "title": document.title,
        "note": document.note,
        "mark": document.mark,
        "number": document.number,
        "code": document.code,
        "address": document.address.split("?")[0].rsplit("/", 1)[0] if document.code else "",
        "blocks": [_block(each) for each in document.blocks],
        "made_at": int(document.made_at.timestamp()),
    }
    clean: dict[str, Any] = _each_text(data, printable)
    return clean | {"qr": _qr(document.address) if document.address else ""}


def printable(text: str) -> str:
    """The text without signs that cannot be seen or that pile up; long runs without a space may break."""
    text = text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    seen: list[str] = []
    high = 0
    for c in text:
        kind = unicodedata.category(c)
        high = high + 1 if kind in MARKS else 0
        if c == "\n" or (kind not in UNSEEN and high <= HIGHEST):
            seen.append(c)
    return RUN.sub(lambda run: "\u200b".join(re.findall(".{1,20}", run[0])), "".join(seen))


def _set(data: Mapping[str, Any]) -> bytes:
    given = msgspec.json.encode(data)
    if len(given) > MOST_BYTES:
        raise Invalid(_("This is too long for one document."))
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "anlan.parts.documents.child"],
            input=given,
            capture_output=True,
            timeout=LONGEST,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise Busy(_("The document takes too long to make. Please try again later.")) from None
    if done.returncode == UNPRINTABLE:
        raise Unprintable(done.stdout.decode())
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise RuntimeError(f"the document could not be set: {done.stderr[-2000:].decode(errors='replace')}")
    return done.stdout


def _qr(address: str) -> str:
    drawn: str = qrcode.make(
        address,
        image_factory=qrcode.image.svg.SvgPathImage,
        border=1,
        error_correction=qrcode.ERROR_CORRECT_M,
    ).to_string(encoding="unicode")
    return drawn


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "text": block.text, "level": block.level}
        case Text():
            lines = [line.strip() for line in printable(block.text).split("\n")]
            return {"kind": "text", "texts": [line for line in lines if line], "plain": block.plain}
        case Pairs():
            return {"kind": "pairs", "rows": [list(row) for row in block.rows]}
        case Items():
            return {"kind": "items", "texts": list(block.texts)}
        case Table():
            shares = block.shares or (1,) * len(block.head)
            return {
                "kind": "table",
                "head": list(block.head),
                "rows": [list(row) for row in block.rows],
                "shares": list(shares),
            }
        case Signatures():
            return {"kind": "signatures", "lines": [_signature(line) for line in block.lines]}
        case Seal():
            return {"kind": "seal", "organisation": block.organisation, "day": block.day, "how": block.how}


def _signature(line: Signature) -> dict[str, str]:
    path = line.path
    if path and not STROKES.fullmatch(path):
        raise ValueError("a drawn signature is a path of whole numbers")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200"><path d="{path}" fill="none" stroke="#000"'
        ' stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
    return {"role": line.role, "name": line.name, "how": line.how, "svg": svg if path else ""}


STROKES = re.compile(r"[ML0-9 ]+")


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return value if value.startswith("<svg") else change(value)
    if isinstance(value, list):
        return [_each_text(one, change) for one in value]
    if isinstance(value, dict):
        return {
            key: one if key in {"kind", "svg", "qr"} else _each_text(one, change)
            for key, one in value.items()
        }
    return value
