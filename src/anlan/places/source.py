# SPDX-License-Identifier: Apache-2.0
"""Reads the package's own data of Zhejiang: divisions and county outlines. What they are: data/README.md.

Outlines come in whole units of 1e-7 degree, WGS-84. Checks nothing: the data are part of the package and tested.
"""

import csv
import gzip
import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from anlan.places.codes import Level, pad

DATA = Path(__file__).parent / "data"
SPELLINGS = DATA / "zhejiang-spellings.tsv.gz"
E7 = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """One row of the divisions: code and parent as written, without padding."""

    code: str
    name: str
    level: Level
    parent: str


def read_divisions() -> list[Division]:
    """The five levels of Zhejiang, parents before children."""
    with gzip.open(DATA / "zhejiang-divisions.csv.gz", "rb") as packed:
        rows = csv.DictReader(io.StringIO(packed.read().decode()))
        return [
            Division(
                code=row["code"], name=row["name"], level=Level[row["level"].upper()], parent=row["parent"]
            )
            for row in rows
        ]


def read_spellings() -> list[tuple[str, str]]:
    """Pinyin syllables and English name of each division, in the order of `read_divisions`; `spell.py` makes them."""
    lines = gzip.decompress(SPELLINGS.read_bytes()).decode().split("\n")
    return [(pinyin, english) for pinyin, english in (line.split("\t") for line in lines)]


def read_counties() -> dict[int, BaseGeometry]:
    """The surveyed outline of each county, by padded code."""
    with gzip.open(DATA / "zhejiang-counties.geojson.gz", "rb") as packed:
        features = json.load(packed)["features"]
    return {pad(feature["properties"]["code"]): to_units(shape(feature["geometry"])) for feature in features}


def to_units(outline: BaseGeometry) -> BaseGeometry:
    """An outline in degrees as whole units of 1e-7 degree."""
    return shapely.transform(outline, lambda xy: np.rint(xy * E7))
