# SPDX-License-Identifier: Apache-2.0
"""Reads a CSV as offices save it: with commas, semicolons or tabs, with or without a mark at its beginning. What cannot be
read is a Fault with its line.
"""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Words, say
from anlan.places.region import Fault


def read_table(
    path: Path, *, needed: tuple[str, ...], known: tuple[str, ...], fault: Callable[[Fault], object]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV with their lines; empty lines and lines that begin with # are left out. Tells `fault` what is wrong."""

    def tell(line: int, why: Words) -> None:
        fault(Fault(file=str(path), line=line, why=why))

    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        tell(line, _("This file is not in UTF-8. Open it in your spreadsheet and save it as “CSV UTF-8”."))
        return
    if "\0" in text:
        tell(text.count("\n", 0, text.index("\0")) + 1, _("This is no text: save the table as “CSV UTF-8”."))
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    columns: list[str] = []
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            while len(row) > len(columns) and not row[-1]:
                row.pop()  # spreadsheets fill up lines with empty cells
            if not row or not any(row) or row[0].startswith("#"):
                continue
            if not columns:
                columns = [name.lower() for name in row]
                wrong = [name for name in needed if name not in columns]
                strange = [name for name in columns if name not in known]
                if wrong or strange or len(set(columns)) < len(columns):
                    words = _("%(what)s The columns are %(known)s; these must be there: %(needed)s.")
                    what = (
                        say(_("“%(names)s” is missing."), names=", ".join(wrong))
                        if wrong
                        else say(_("“%(names)s” is not a column here."), names=", ".join(strange))
                        if strange
                        else _("A column stands there twice.")
                    )
                    tell(
                        reader.line_num,
                        say(words, what=what, known=", ".join(known), needed=", ".join(needed)),
                    )
                    return
            elif len(row) > len(columns):
                words = _(
                    "There are %(n)s cells where the first line has %(m)s. Words with a comma stand in quotes."
                )
                tell(reader.line_num, say(words, n=len(row), m=len(columns)))
            else:
                made = {**dict.fromkeys(known, ""), **dict(zip(columns, row, strict=False))}
                empty = [name for name in needed if not made[name]]
                if empty:
                    tell(reader.line_num, say(_("Please fill in %(columns)s."), columns=", ".join(empty)))
                else:
                    yield reader.line_num, made
    except csv.Error as error:
        tell(reader.line_num, say(_("This is no CSV: %(error)s"), error=error))


def _delimiter(text: str) -> str:
    """Comma; or what spreadsheets of some countries write instead, as the first line that is read shows."""
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    head = next(lines, "")
    return next((each for each in (",", ";", "\t") if each in head), ",")
