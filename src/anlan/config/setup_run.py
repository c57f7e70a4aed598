# SPDX-License-Identifier: Apache-2.0
"""One run of `anlan setup`: what it found, what it did, and how one row of a file is taken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Refused, Words, say
from anlan.config.setup_files import PLACES, Row, Table
from anlan.people import grants
from anlan.people.changes import change_configuration
from anlan.people.models import PendingChange
from anlan.places.models import PlaceCode
from anlan.places.region import Fault, Region
from anlan.places.tables import read_table

NEW, CHANGED, WAITS, SAME = "new", "changed", "waits", "same"


@dataclass(kw_only=True)
class Outcome:
    """What a run did: how many rows of each file were new, changed, wait or were the same; first passwords of new accounts."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    passwords: list[tuple[str, str]] = field(default_factory=list)

    def count(self, file: str, what: str) -> None:
        """One more."""
        row = self.counts.setdefault(file, dict.fromkeys((NEW, CHANGED, WAITS, SAME), 0))
        row[what] += 1


class Run:
    """The files of one folder on their way into the database."""

    def __init__(self, folder: Path, region: Region, at: datetime) -> None:
        """Nothing is read yet; `alone` says that no second person is there to ask."""
        self.folder, self.region, self.at = folder, region, at
        self.faults: list[Fault] = []
        self.outcome = Outcome()
        self.alone = grants.founding(at)
        self.named: dict[str, set[str]] = {}

    def fault(self, file: str, line: int, why: Words) -> None:
        """Notes one; the run goes on to find the others."""
        self.faults.append(Fault(file=str(self.folder / file), line=line, why=why))

    def rows(self, table: Table) -> list[Row]:
        """The rows of a file; a file that is not there has none."""
        path = self.folder / table.file
        if not path.is_file():
            return []
        found = [
            Row(table.file, line, cells)
            for line, cells in read_table(
                path, needed=table.needed, known=table.columns, fault=self.faults.append
            )
        ]
        self.named[table.file] = {row[table.needed[0]] for row in found}
        first: dict[tuple[str, ...], int] = {}
        kept = []
        for row in found:
            names = tuple(row[column] for column in table.once)
            if first.setdefault(names, row.line) == row.line:
                kept.append(row)
                self._check_languages(table, row)
            else:
                words = _("%(what)s stands in line %(line)s already. Keep one of the two.")
                self.fault(row.file, row.line, say(words, what=_spelt(names), line=first[names]))
        return kept

    def _check_languages(self, table: Table, row: Row) -> None:
        """Where pages are in two languages, so are the words on them."""
        pairs = ((column, f"{column}_en") for column in table.columns)
        lacking = [english for column, english in pairs if english in table.columns and not row[english]]
        if len(self.region.languages) > 1 and lacking:
            words = _(
                "Pages are in Chinese and English here: the columns %(columns)s hold the English words."
            )
            self.fault(row.file, row.line, say(words, columns=", ".join(lacking)))

    def take(self, row: Row, do: Callable[[], str]) -> None:
        """Does one row and counts it; what is refused is a fault of its line."""
        try:
            with transaction.atomic():
                what = do()
        except Refused as refusal:
            words = [str(each) for each in refusal.fields.values()] or [str(refusal)]
            self.fault(row.file, row.line, " ".join(words))
        except (DataError, IntegrityError, ValueError) as error:
            why = say(_("This cannot be stored: %(error)s"), error=str(error).splitlines()[0])
            self.fault(row.file, row.line, why)
        else:
            self.outcome.count(row.file, what)

    def change(self, key: str, data: Mapping[str, Any]) -> bool:
        """Changes configuration; whether it waits for a second person."""
        done = change_configuration(key, data, by=None, at=self.at, founding=self.alone)
        return isinstance(done, PendingChange)

    def place(self, row: Row, column: str = "place") -> PlaceCode | None:
        """The place whose own code a cell holds; notes what is not there. None, too, for a row of places that had a fault."""
        code = row[column]
        found = PlaceCode.objects.filter(valid_to=None, source=code).first()
        if found is None and code.isascii() and code.isdecimal() and len(code) <= 15:
            found = PlaceCode.objects.filter(valid_to=None, source="", code=int(code.ljust(15, "0"))).first()
        if found is None and code not in self.named.get(PLACES.file, ()):
            self.fault(
                row.file, row.line, say(_("No place has the code %(code)s: see places.csv."), code=code)
            )
        return found

    def today(self) -> str:
        """The first day of what is added."""
        return self.at.astimezone(self.region.zone).date().isoformat()


def _spelt(names: tuple[str, ...]) -> str:
    """What two rows share, as the file has it."""
    return "“" + ", ".join(name for name in names if name) + "”"
