# SPDX-License-Identifier: Apache-2.0
"""How values went from day to day: lines drawn by the server, in words for who cannot see them, and as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from anlan.web.look.times import say_date, say_day

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 14, 30
"""Room around the lines for what the axes say."""
NICE = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """One line: a value a day, None where nothing is known or told. `late` draws it in the colour of what is overdue."""

    name: str
    values: Sequence[float | None]
    late: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Path:
    """A drawn line, its last point, and what it says in words."""

    name: str
    number: int
    late: bool
    path: str
    x: float
    y: float
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """A place on an axis and its words."""

    at: float
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Trend:
    """What `{% trend %}` draws."""

    title: str
    lines: Sequence[Path]
    rows: Sequence[tuple[date, Sequence[str]]]
    up: Sequence[Tick]
    along: Sequence[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


def trend_of(title: str, days: Sequence[date], series: Sequence[Series], *, today: date) -> Trend:
    """The lines over these days. Raises ValueError when a line has not one value for each day."""
    if any(len(each.values) != len(days) for each in series):
        raise ValueError("a line has one value for each day")
    top = ceiling(max((value for each in series for value in each.values if value is not None), default=0))
    last = max(len(days) - 1, 1)
    across = [LEFT + n * (WIDTH - LEFT - RIGHT) / last for n in range(len(days))]
    return Trend(
        title=title,
        lines=[_line(n, each, days, across, top=top, today=today) for n, each in enumerate(series, 1)],
        rows=[
            (day, [_said(each.values[n]) for each in series]) for n, day in reversed(list(enumerate(days)))
        ],
        up=[Tick(at=round(_high(value, top), 1), words=_said(value)) for value in (0, top / 2, top)],
        along=_along(days, across, today=today),
    )


def _along(days: Sequence[date], across: Sequence[float], *, today: date) -> list[Tick]:
    """The first, the middle and the last day; the year is named where it is another than before, at first than this one."""
    ticks, told = [], today.year
    for n in sorted({0, (len(days) - 1) // 2, len(days) - 1}) if days else ():
        ticks.append(Tick(at=round(across[n], 1), words=say_date(days[n], year=days[n].year != told)))
        told = days[n].year
    return ticks


def ceiling(most: float) -> float:
    """The next round number whose half is round too; 2 at least."""
    if most <= 2:
        return 2
    size = 10.0 ** (len(str(int(most))) - 1)
    return float(next(n * size for n in NICE if n * size >= most))


def spark(values: Sequence[float | None], *, width: int = 160, height: int = 40) -> str:
    """The path of a line without axes, from the least to the greatest value."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    least, most, last = min(known), max(known), max(len(values) - 1, 1)
    spread = (most - least) or 1
    points = [
        None if value is None else (n * width / last, height - 3 - (value - least) / spread * (height - 6))
        for n, value in enumerate(values)
    ]
    return _path(points)


def _line(
    n: int, each: Series, days: Sequence[date], across: Sequence[float], *, top: float, today: date
) -> Path:
    points = [
        None if value is None else (x, _high(value, top))
        for x, value in zip(across, each.values, strict=True)
    ]
    x, y = next((point for point in reversed(points) if point is not None), (0.0, 0.0))
    return Path(
        name=each.name,
        number=n,
        late=each.late,
        path=_path(points),
        x=round(x, 1),
        y=round(y, 1),
        words=_in_words(each, days, today=today),
    )


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """A gap where a value is missing."""
    parts, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        parts.append(f"{pen}{point[0]:.1f} {point[1]:.1f}")
        pen = "L"
    return "".join(parts)


def _high(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP)


def _in_words(each: Series, days: Sequence[date], *, today: date) -> str:
    known = [(day, value) for day, value in zip(days, each.values, strict=True) if value is not None]
    if not known:
        return _("%(name)s: nothing known") % {"name": each.name}
    (first, began), (last, ended) = known[0], known[-1]
    return _("%(name)s: %(began)s on %(first)s, %(ended)s on %(last)s, at most %(most)s") % {
        "name": each.name,
        "began": _said(began),
        "first": say_day(first, today=today),
        "ended": _said(ended),
        "last": say_day(last, today=today),
        "most": _said(max(value for _day, value in known)),
    }


def _said(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.1f}".removesuffix(".0")
