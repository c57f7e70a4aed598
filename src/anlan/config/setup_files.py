# SPDX-License-Identifier: Apache-2.0
"""The files of a region's folder beside its profile: which columns they have, and how places become what the importer reads."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Words, say
from anlan.places.region import Region
from anlan.places.region_files import DEPARTMENTS, HOLIDAYS, PROFILE

BOUNDARIES = "boundaries.geojson"
KEPT = (PROFILE, DEPARTMENTS, HOLIDAYS)
"""The files that a running deployment reads again: `anlan setup` keeps a copy of them in the home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One CSV: which columns must be filled in, the first of them names the row, and which may be; no two rows have the same
    in all of `once`.
    """

    file: str
    needed: tuple[str, ...]
    once: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them."""
        return self.needed + self.optional


PLACES = Table(
    file="places.csv", needed=("code", "name", "level"), once=("code",), optional=("parent", "name_en")
)
ORGANISATIONS = Table(
    file="organisations.csv",
    needed=("key", "kind", "name", "place"),
    once=("key",),
    optional=("department", "upper", "phone", "name_en"),
)
POSTS = Table(
    file="posts.csv",
    needed=("username", "name", "role", "organisation"),
    once=("username", "role", "organisation", "place"),
    optional=("place",),
)
CATEGORIES = Table(
    file="categories.csv", needed=("code", "name", "kind"), once=("code",), optional=("urgent", "name_en")
)
CONDITIONS = Table(
    file="conditions.csv",
    needed=("category", "code", "name", "closing"),
    once=("category", "code"),
    optional=("name_en", "closing_en"),
)
LIMITS = Table(
    file="limits.csv",
    needed=("stage", "n", "unit"),
    once=("stage", "category", "condition", "place"),
    optional=("category", "condition", "place"),
)
ROUTES = Table(
    file="routes.csv",
    needed=("target", "why"),
    once=("kind", "category", "place"),
    optional=("kind", "category", "place", "why_en"),
)
TABLES = (PLACES, ORGANISATIONS, POSTS, CATEGORIES, CONDITIONS, LIMITS, ROUTES)


@dataclass(frozen=True, slots=True)
class Row:
    """One row, with where it stands."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def places_text(rows: Iterable[Row], region: Region, *, fault: Callable[[str, int, Words], object]) -> str:
    """The rows as the importer of places reads them, each on its own line, the region's levels said as Anlan's."""
    layers = {layer.key: layer for layer in region.layers}
    lines: dict[int, list[str]] = {}
    for row in rows:
        layer = layers.get(row["level"])
        if layer is None:
            why = say(_("A level is one of %(all)s, as in region.toml."), all=", ".join(layers))
            fault(row.file, row.line, why)
        elif layer.digits and (len(row["code"]) != layer.digits or not row["code"].startswith(row["parent"])):
            words = _("A code of this level has %(n)s digits and begins with the code of its parent.")
            fault(row.file, row.line, say(words, n=layer.digits))
        else:
            named = layer.level.name.lower()
            lines[row.line] = [row["code"], row["name"], named, row["parent"], row["name_en"]]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("code", "name", "level", "parent", "name_en"))
    for line in range(2, max(lines, default=1) + 1):
        if line in lines:
            writer.writerow(lines[line])
        else:
            out.write("\n")
    return out.getvalue() if lines else ""


def profile_digest(folder: Path) -> str:
    """One digest of the files that make the profile."""
    held = b"".join((folder / name).read_bytes() for name in KEPT if (folder / name).is_file())
    return sha256(held).hexdigest()
