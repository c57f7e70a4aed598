# SPDX-License-Identifier: Apache-2.0
"""Takes in another province's or country's places, or their boundaries: all of a file or nothing of it.

Raises BadFile with every bad row. Writes over the owner's connection and forgets this process's copy of the tree.
"""

from datetime import date

import shapely
from django.db import connections, transaction

from anlan.places.copy import BOUNDARY, NewPlace, copy_rows, next_id, write_places
from anlan.places.find import forget
from anlan.places.models import Boundary, PlaceCode
from anlan.places.outlines import read_outlines
from anlan.places.rows import Known, Scheme, decode, read_rows
from anlan.places.spell import spell

LOCK = "LOCK TABLE places_place IN SHARE ROW EXCLUSIVE MODE"
FIRST_DAY = date(2000, 1, 1)


def import_places(
    data: bytes,
    *,
    encoding: str | None = None,
    scheme: Scheme = Scheme.CHINA,
    root: int | None = None,
    since: date = FIRST_DAY,
    using: str = "owner",
) -> int:
    """Loads a CSV of places; returns how many. Raises BadFile."""
    text = decode(data, encoding=encoding)
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute(LOCK)
        known = _known(using)
        rows = read_rows(text, known=known, scheme=scheme, root=root, since=since)
        ids = dict(PlaceCode.objects.using(using).filter(valid_to=None).values_list("code", "place_id"))
        first = next_id(using=using)
        for n, row in enumerate(rows, first):
            ids[row.padded] = n
        padded = {row.code: row.padded for row in rows}
        places = []
        for row in rows:
            spelling = spell(row.name)
            above = padded.get(row.parent) or known.sources.get(row.parent)
            parent = ids[above or int(row.parent.ljust(15, "0"))] if row.parent else None
            places.append(
                NewPlace(
                    id=ids[row.padded],
                    level=row.level,
                    name=row.name,
                    name_en=row.name_en or spelling.english,
                    pinyin=spelling.pinyin,
                    parent=parent,
                    code=row.padded,
                    source="" if scheme is Scheme.CHINA else row.code,
                    valid_from=row.valid_from,
                )
            )
        write_places(places, using=using)
    forget()
    return len(places)


def import_outlines(
    data: bytes,
    *,
    source: str,
    surveyed: bool,
    encoding: str | None = None,
    replace: bool = False,
    using: str = "owner",
) -> int:
    """Loads a GeoJSON of boundaries of places that are loaded; returns how many. Raises BadFile.

    Boundaries that are there already stay, unless `replace`; `source` says who drew them.
    """
    text = decode(data, encoding=encoding)
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute(LOCK)
        outlines = read_outlines(text, known=_known(using))
        ids = dict(PlaceCode.objects.using(using).filter(valid_to=None).values_list("code", "place_id"))
        rows = {ids[outline.code]: outline.shape for outline in outlines}
        there = Boundary.objects.using(using).filter(place__in=rows)
        if replace:
            there.delete()
        else:
            for place in there.values_list("place_id", flat=True):
                del rows[place]
        packed = ((place, shapely.to_wkb(shape), surveyed, source) for place, shape in rows.items())
        copy_rows("places_boundary", BOUNDARY, packed, using=using)
    forget()
    return len(rows)


def _known(using: str) -> Known:
    rows = PlaceCode.objects.using(using).filter(valid_to=None).values_list("code", "source")
    return Known(
        codes=frozenset(code for code, _ in rows), sources={source: code for code, source in rows if source}
    )
