# SPDX-License-Identifier: Apache-2.0
"""Reads a file of places and says everything that is wrong with it, line by line. Pure: knows of the database only what
it is told.

CSV with a header: code, name, level, parent, and if wanted name_en and valid_from. Codes are either China's (2, 4, 6, 9, 12
or 15 digits: "china") or anything at all ("order": siblings are numbered in the order of their codes below a root of two
digits, and the code as written is kept as the source's). A file with one bad row gives no places at all.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from anlan.base.boundary import check_words
from anlan.base.errors import BoundaryRefused
from anlan.places.codes import LENGTHS, Level, ancestors, level_of, pad

COLUMNS = ("code", "name", "level", "parent")
OPTIONAL = ("name_en", "valid_from")
LONGEST_NAME = 200
LEVELS = {level.name.lower(): level for level in Level} | {str(int(level)): level for level in Level}


class Scheme(StrEnum):
    """How written codes become padded ones."""

    CHINA = "china"
    ORDER = "order"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Bad:
    """What is wrong with a line of a file; line 0 is the file as a whole."""

    line: int
    why: str


class BadFile(Exception):  # noqa: N818 - it carries the answer
    """Every bad row of a file; nothing of it was loaded."""

    def __init__(self, bad: Iterable[Bad]) -> None:
        self.bad = tuple(sorted(bad))
        super().__init__(f"{len(self.bad)} bad rows")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the database has already: padded open codes, and for places named otherwise their code as written."""

    codes: frozenset[int] = frozenset()
    sources: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Read:
    """A row that was read, with the line it began on. `padded` is filled in by the scheme."""

    line: int
    code: str
    name: str
    level: Level
    parent: str
    name_en: str
    valid_from: date
    padded: int = 0


def decode(data: bytes, *, encoding: str | None = None) -> str:
    """The text of a file. Raises BadFile naming the line, and the encoding it seems to be in."""
    if encoding is None:
        encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        if isinstance(error, LookupError):
            raise BadFile([Bad(line=0, why=f"no encoding is called {encoding!r}")]) from None
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile([Bad(line=line, why=f"not {encoding.removesuffix('-sig')}{_guess(data)}")]) from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise BadFile([Bad(line=line, why="holds a NUL character: not a text file, or in another encoding")])
    return text


def _guess(data: bytes) -> str:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return ", and not GBK either; please save it as UTF-8"
    if any("\u4e00" <= letter <= "\u9fff" for letter in text):
        return "; it looks like GBK: save it as UTF-8, or say --encoding gb18030"
    return "; please save it as UTF-8"


def read_rows(
    text: str, *, known: Known, scheme: Scheme = Scheme.CHINA, root: int | None = None, since: date
) -> list[Read]:
    """The rows in an order in which parents come first, each with its padded code. Raises BadFile."""
    bad: list[Bad] = []
    rows = list(_parse(text, since, bad))
    rows = _unique(rows, known, bad)
    by_code = {row.code: row for row in rows}
    for row in rows:
        _check_parent(row, by_code, known, bad)
    _check_cycles(rows, by_code, bad)
    if not bad:
        ordered = sorted(rows, key=lambda row: (row.level, row.code))
        if scheme is Scheme.CHINA:
            _pad(ordered, known, bad)
        else:
            _number(ordered, known, root, bad)
        rows = sorted(ordered, key=lambda row: (row.level, row.padded))
    elif scheme is Scheme.CHINA:
        _pad(rows, known, bad)
    if bad:
        raise BadFile(set(bad))
    return rows


def _parse(text: str, since: date, bad: list[Bad]) -> Iterator[Read]:
    lines = _records(text, bad)
    _, header = next(lines, (1, []))
    columns = [name.strip().lower() for name in header]
    problems = [f"the column {name!r} is missing" for name in COLUMNS if name not in columns]
    problems += [f"the column {name!r} is not known" for name in columns if name not in COLUMNS + OPTIONAL]
    problems += [f"the column {name!r} is there twice" for name in set(columns) if columns.count(name) > 1]
    if problems:
        bad.extend(Bad(line=1, why=why) for why in problems)
        return
    empty = True
    for line, cells in lines:
        if not cells:
            continue
        empty = False
        if len(cells) != len(columns):
            bad.append(Bad(line=line, why=f"has {len(cells)} cells where the header has {len(columns)}"))
            continue
        row = _row(line, dict(zip(columns, (cell.strip() for cell in cells), strict=True)), since, bad)
        if row is not None:
            yield row
    if empty and not bad:
        bad.append(Bad(line=1, why="there are no rows"))


def _records(text: str, bad: list[Bad]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            bad.append(Bad(line=line, why=f"not CSV: {error}"))
            return


def _row(line: int, cells: Mapping[str, str], since: date, bad: list[Bad]) -> Read | None:
    problems: list[str] = []
    level = LEVELS.get(cells["level"].lower())
    if level is None:
        problems.append(
            f"{cells['level']!r} is no level: {', '.join(name for name in LEVELS if name.isalpha())}"
        )
    if not cells["code"] or len(cells["code"]) > 64:
        problems.append("the code is empty or longer than 64 characters")
    for key in ("name", "name_en"):
        problems += _name_problems(key, cells.get(key, ""), needed=key == "name")
    begins = since
    if cells.get("valid_from"):
        try:
            begins = date.fromisoformat(cells["valid_from"])
        except ValueError:
            problems.append(f"{cells['valid_from']!r} is no date: 2021-04-09")
    bad.extend(Bad(line=line, why=why) for why in problems)
    if problems or level is None:
        return None
    return Read(
        line=line,
        code=cells["code"],
        name=cells["name"],
        level=level,
        parent=cells["parent"],
        name_en=cells.get("name_en", ""),
        valid_from=begins,
    )


def _name_problems(key: str, name: str, *, needed: bool) -> Iterator[str]:
    if needed and not name:
        yield f"the {key} is empty"
    if len(name) > LONGEST_NAME or not name.isprintable() or "\ufffd" in name:
        yield f"the {key} is longer than {LONGEST_NAME} characters or holds unreadable ones"
    if needed:
        # Only the name as its office writes it: real villages are spelt Hukou in Latin letters.
        try:
            check_words(name, where="place name")
        except BoundaryRefused as refusal:
            yield str(refusal)


def _unique(rows: Sequence[Read], known: Known, bad: list[Bad]) -> list[Read]:
    first: dict[str, int] = {}
    for row in rows:
        if row.code in first:
            bad.append(Bad(line=row.line, why=f"the code {row.code} is on line {first[row.code]} already"))
        elif row.code in known.sources:
            bad.append(Bad(line=row.line, why=f"the code {row.code} is loaded already"))
        first.setdefault(row.code, row.line)
    return [row for row in rows if first[row.code] == row.line]


def _check_parent(row: Read, by_code: Mapping[str, Read], known: Known, bad: list[Bad]) -> None:
    say: Callable[[str], None] = lambda why: bad.append(Bad(line=row.line, why=why))  # noqa: E731 - said four times
    if not row.parent:
        if row.level is not Level.PROVINCE:
            say(f"a {row.level.name.lower()} needs a parent")
        return
    upper = by_code.get(row.parent)
    if upper is not None:
        if upper.level >= row.level:
            say(
                f"the parent {row.parent} is a {upper.level.name.lower()}, not above a {row.level.name.lower()}"
            )
        return
    code = find_known(row.parent, known)
    if code is None:
        say(f"the parent {row.parent} is neither in the file nor loaded")
    elif level_of(code) >= row.level:
        say(
            f"the parent {row.parent} is a {level_of(code).name.lower()}, not above a {row.level.name.lower()}"
        )


def _check_cycles(rows: Sequence[Read], by_code: Mapping[str, Read], bad: list[Bad]) -> None:
    safe: set[str] = set()
    for row in rows:
        path: list[str] = []
        at: Read | None = row
        while at is not None and at.code not in safe and at.code not in path:
            path.append(at.code)
            at = by_code.get(at.parent)
        if at is not None and at.code in path:
            circle = path[path.index(at.code) :]
            bad.append(Bad(line=at.line, why=f"goes in a circle: {' > '.join([*circle, at.code])}"))
        safe.update(path)


def find_known(code: str, known: Known) -> int | None:
    """The padded code of a loaded place by its code as its source writes it."""
    if code in known.sources:
        return known.sources[code]
    try:
        padded = pad(code)
    except ValueError:
        return None
    return padded if padded in known.codes else None


def _pad(rows: Sequence[Read], known: Known, bad: list[Bad]) -> None:
    faulty = {each.line for each in bad}
    for row in rows:
        try:
            row.padded = pad(row.code)
        except ValueError as error:
            bad.append(Bad(line=row.line, why=f"{error}; for other codes say --scheme order"))
            continue
        if level_of(row.padded) is not row.level:
            wanted = LENGTHS[row.level - 1]
            bad.append(
                Bad(line=row.line, why=f"a {row.level.name.lower()} has {wanted} digits, {row.code} has not")
            )
        elif row.line not in faulty and not row.code.startswith(row.parent):
            bad.append(
                Bad(line=row.line, why=f"the code {row.code} does not begin with its parent's, {row.parent}")
            )
        if row.padded in known.codes:
            bad.append(Bad(line=row.line, why=f"the code {row.code} is loaded already"))


def _number(rows: Sequence[Read], known: Known, root: int | None, bad: list[Bad]) -> None:
    """Numbers siblings in the order of their codes, after those that are loaded."""
    taken: dict[tuple[int, Level], int] = {}
    for code in known.codes:
        upper = ancestors(code)
        key = (upper[-1] if upper else 0, level_of(code))
        taken[key] = max(taken.get(key, 0), code)
    padded: dict[str, int] = {}
    for row in rows:
        span = 10 ** (LENGTHS[-1] - LENGTHS[row.level - 1])
        above = padded.get(row.parent) or (find_known(row.parent, known) if row.parent else 0) or 0
        key = (above, row.level)
        if not above:
            if root is None:
                bad.append(
                    Bad(line=row.line, why="say with --root which two digits its codes begin with, 10 to 99")
                )
                continue
            # Roots of one file follow each other; those of other regions are not counted.
            start = taken.get((-1, row.level), root * span - span)
            key = (-1, row.level)
        else:
            start = taken.get(key, above)
        row.padded = taken[key] = padded[row.code] = start + span
        most = 100 * span if not above else above + 10 ** (LENGTHS[-1] - LENGTHS[row.level - 2])
        if row.padded >= most or (row.padded in known.codes):
            bad.append(Bad(line=row.line, why="there is no number left for it at this level, or it is taken"))
