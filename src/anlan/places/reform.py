# SPDX-License-Identifier: Apache-2.0
"""A change of divisions: places begin, end and get other codes on one day. All of a file or nothing of it; a step that is
done already is not done again.

CSV with a header: what, code, to, name. `begin,,330113,临平区` a place begins. `end,330103,330105` one ends and falls to
another; named again for each that took a part, the first one is the main successor. `move,330110002,330113001` a place goes
on under another code with everything in it. What lies in a place that ends and is told nothing about is refused, but grids.
"""

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Q

from anlan.base.boundary import check_words
from anlan.base.errors import BoundaryRefused
from anlan.places.codes import Level, ancestors, code_range, level_of, pad, text
from anlan.places.find import forget
from anlan.places.models import Place, PlaceCode, Succession
from anlan.places.rows import Bad, BadFile
from anlan.places.spell import spell

COLUMNS = ["what", "code", "to", "name"]


class What(StrEnum):
    """What happens to a place."""

    BEGIN = "begin"
    END = "end"
    MOVE = "move"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row: padded codes, 0 where there is none."""

    line: int
    what: What
    code: int
    to: int
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reformed:
    """How many places began, ended and moved; all zero when it was done before."""

    begun: int = 0
    ended: int = 0
    moved: int = 0


def read_reform(text: str) -> tuple[Step, ...]:
    """The steps of a file. Raises BadFile with every row that does not read."""
    bad: list[Bad] = []
    steps: list[Step] = []
    reader = csv.reader(io.StringIO(text, newline=""))
    for cells in reader:
        line, row = reader.line_num, [cell.strip() for cell in cells]
        if line == 1:
            if [cell.lower() for cell in row] != COLUMNS:
                raise BadFile([Bad(line=1, why=f"the columns must be {','.join(COLUMNS)}")])
            continue
        if not any(row):
            continue
        try:
            what, code, to, name = [*row, "", "", ""][:4]
            steps.append(_read(line, What(what.lower()), code, to, name))
        except (ValueError, BoundaryRefused) as error:
            bad.append(Bad(line=line, why=str(error)))
    if bad or not steps:
        raise BadFile(bad or [Bad(line=0, why="there is no row")])
    return tuple(steps)


def _read(line: int, what: What, code: str, to: str, name: str) -> Step:
    if what is What.BEGIN:
        if code or not name:
            raise ValueError("a place that begins has no code before, and has a name")
        check_words(name, where="place.name")
        return Step(line=line, what=what, code=0, to=pad(to), name=name)
    step = Step(line=line, what=what, code=pad(code), to=pad(to))
    if level_of(step.code) is not level_of(step.to):
        raise ValueError(f"{code} and {to} are not of one level")
    return step


def reform_places(steps: Sequence[Step], *, day: date, source: str, using: str = "default") -> Reformed:
    """Does the steps, in force from `day`; the caller holds the transaction. Raises BadFile, and then nothing was done."""
    left = [step for step in steps if not _done(step, day, using)]
    if not left:
        return Reformed()
    open_codes = dict(PlaceCode.objects.using(using).filter(valid_to=None).values_list("code", "place_id"))
    moves = _moves(left, open_codes)
    _check(left, open_codes, moves)
    ends = {step.code: open_codes[step.code] for step in left if step.what is What.END}
    grids = {
        code: place
        for code, place in open_codes.items()
        if level_of(code) is Level.GRID and code not in moves and ancestors(code)[-1] in ends
    }
    ends |= grids
    _check_days([*ends, *moves], day=day, using=using)
    _close(ends, moves, day=day, using=using)
    begun = _begin([step for step in left if step.what is What.BEGIN], day=day, using=using)
    PlaceCode.objects.using(using).bulk_create(
        PlaceCode(place_id=open_codes[old], code=new, valid_from=day) for old, new in moves.items()
    )
    after = {code: place for code, place in open_codes.items() if code not in ends and code not in moves}
    after |= {new: open_codes[old] for old, new in moves.items()} | begun
    _succeed(
        [step for step in left if step.what is What.END], ends, after, day=day, source=source, using=using
    )
    _hang(after, [step.to for step in left], using=using)
    forget()
    return Reformed(begun=len(begun), ended=len(ends), moved=len(moves))


def _done(step: Step, day: date, using: str) -> bool:
    """Whether the database says so already: the same file may be given again after an interruption."""
    rows = PlaceCode.objects.using(using)
    if step.what is What.BEGIN:
        return rows.filter(code=step.to, valid_from=day, place__name=step.name).exists()
    before = rows.filter(code=step.code, valid_to=day).values("place_id")
    if step.what is What.MOVE:
        return rows.filter(code=step.to, valid_from=day, place__in=before).exists()
    return Succession.objects.using(using).filter(place__in=before, at=day).exists()


def _moves(steps: Iterable[Step], open_codes: Mapping[int, int]) -> dict[int, int]:
    """Old and new code of each place that moves; what has no row of its own goes with the nearest one above that has."""
    told = {step.code: step.to for step in steps if step.what is What.MOVE}
    ended = {step.code for step in steps if step.what is What.END}
    found: dict[int, int] = {}
    for code in open_codes:
        with_ = next(
            (each for each in (code, *reversed(ancestors(code))) if each in told or each in ended), None
        )
        if with_ is not None and with_ in told:
            found[code] = told[with_] + code - with_
    return found


def _check(steps: Sequence[Step], open_codes: Mapping[int, int], moves: Mapping[int, int]) -> None:
    ended = {step.code for step in steps if step.what is What.END}
    stay = [code for code in open_codes if code not in ended and code not in moves]
    begun = [step.to for step in steps if step.what is What.BEGIN]
    taken = Counter([*stay, *moves.values(), *begun])
    bad = [Bad(line=0, why=f"{text(code)} would have two places") for code, n in taken.items() if n > 1]
    bad += _wrong(steps, open_codes, after=taken.keys())
    for code in stay:
        lost = next((upper for upper in ancestors(code) if upper in ended and upper not in taken), None)
        if lost is not None and level_of(code) is not Level.GRID:
            bad.append(Bad(line=0, why=f"{text(code)} lies in {text(lost)}, which ends: say where it goes"))
    if bad:
        raise BadFile(bad)


def _wrong(steps: Sequence[Step], open_codes: Mapping[int, int], *, after: Collection[int]) -> Iterator[Bad]:
    for step in steps:
        above = ancestors(step.to)
        if step.what is not What.BEGIN and step.code not in open_codes:
            yield Bad(line=step.line, why=f"{text(step.code)} is no place now")
        elif step.what is What.END and step.to not in after:
            yield Bad(line=step.line, why=f"{text(step.to)} is no place from that day on")
        elif above and above[-1] not in after:
            yield Bad(line=step.line, why=f"{text(step.to)} has no place above it from that day on")


def _check_days(codes: Collection[int], *, day: date, using: str) -> None:
    """Refuses an end before the beginning: a file for an earlier day than the last change."""
    later = PlaceCode.objects.using(using).filter(valid_to=None, code__in=codes, valid_from__gte=day)
    bad = [
        Bad(line=0, why=f"{text(code)} began on {since}, not before {day}")
        for code, since in later.values_list("code", "valid_from")
    ]
    if bad:
        raise BadFile(bad)


def _close(ends: Mapping[int, int], moves: Mapping[int, int], *, day: date, using: str) -> None:
    rows = PlaceCode.objects.using(using).filter(valid_to=None)
    rows.filter(code__in=[*ends, *moves]).update(valid_to=day)
    Place.objects.using(using).filter(pk__in=ends.values()).update(valid_to=day)


def _begin(steps: Iterable[Step], *, day: date, using: str) -> dict[int, int]:
    begun: dict[int, int] = {}
    for step in steps:
        spelling = spell(step.name)
        place = Place.objects.using(using).create(
            level=level_of(step.to),
            name=step.name,
            name_en=spelling.english,
            pinyin=spelling.pinyin,
            valid_from=day,
        )
        PlaceCode.objects.using(using).create(place=place, code=step.to, valid_from=day)
        begun[step.to] = place.pk
    return begun


def _succeed(
    steps: Iterable[Step],
    ends: Mapping[int, int],
    after: Mapping[int, int],
    *,
    day: date,
    source: str,
    using: str,
) -> None:
    named: set[int] = set()
    for step in steps:
        Succession.objects.using(using).create(
            place_id=ends[step.code],
            successor_id=after[step.to],
            at=day,
            main=step.code not in named,
            source=source,
        )
        named.add(step.code)


def _hang(after: Mapping[int, int], changed: Iterable[int], *, using: str) -> None:
    """Gives the places that began or moved, and what is directly in them, the place above that they have now."""
    inside = Q()
    for low, high in map(code_range, changed):
        inside |= Q(code__gte=low, code__lt=high)
    wrong = []
    for row in PlaceCode.objects.using(using).filter(inside, valid_to=None).select_related("place"):
        upper = next((code for code in reversed(ancestors(row.code)) if code in after), None)
        parent = after[upper] if upper is not None else None
        if row.place.parent_id != parent:
            row.place.parent_id = parent
            wrong.append(row.place)
    Place.objects.using(using).bulk_update(wrong, ["parent"], batch_size=500)
