# SPDX-License-Identifier: Apache-2.0
"""`anlan places import FILE`: another province's or country's places (CSV) or boundaries (GeoJSON), all or nothing.
`anlan places holidays [FILE]`: the next version of a working calendar, from a CSV or from the installed `chinesecalendar`.

Every bad row is reported with its line; exit status 1 then, and nothing was loaded.
"""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.base.errors import Refused
from anlan.places.find import load_calendar
from anlan.places.holidays import national_days, national_horizon
from anlan.places.importing import FIRST_DAY, import_outlines, import_places
from anlan.places.rows import BadFile, Scheme, decode
from anlan.places.versions import add_version, package_days, read_days

SHOWN = 1000


class Command(BaseCommand):
    """Looks after places."""

    help = "Imports places (CSV: code,name,level,parent[,name_en,valid_from]) or boundaries (GeoJSON)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Two sub-commands."""
        what = parser.add_subparsers(dest="what", required=True, parser_class=argparse.ArgumentParser)
        take = what.add_parser("import", help="takes in a file, all of it or nothing")
        take.add_argument("file", type=Path)
        take.add_argument("--encoding", help="when the file is not UTF-8, e.g. gb18030")
        take.add_argument(
            "--scheme",
            type=Scheme,
            choices=list(Scheme),
            default=Scheme.CHINA,
            help="china: codes of 2, 4, 6, 9, 12 or 15 digits; order: any codes, siblings numbered in their order",
        )
        take.add_argument(
            "--root",
            type=_root,
            help="with --scheme order: the first two digits for a new province, 10 to 99",
        )
        take.add_argument(
            "--since", type=date.fromisoformat, default=FIRST_DAY, help="first day of rows without valid_from"
        )
        take.add_argument("--source", help="boundaries: who drew them (needed)")
        take.add_argument(
            "--made-up", action="store_true", help="boundaries: not surveyed; never used to place a point"
        )
        take.add_argument(
            "--replace", action="store_true", help="boundaries: in place of those that are there"
        )

        days = what.add_parser("holidays", help="writes the next version of a working calendar")
        days.add_argument(
            "file",
            type=Path,
            nargs="?",
            help="CSV: date,kind; without it, what chinesecalendar knows past the horizon",
        )
        days.add_argument("--encoding", help="when the file is not UTF-8, e.g. gb18030")
        days.add_argument("--calendar", default="zhejiang")
        days.add_argument(
            "--horizon", type=date.fromisoformat, help="last day whose holidays are published now"
        )
        days.add_argument("--why", default="国务院办公厅放假通知", help="the notice it rests on")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Does what was asked; raises CommandError when the file is bad."""
        file: Path | None = options["file"]
        data = b""
        if file is not None:
            try:
                data = file.read_bytes()
            except OSError as error:
                raise CommandError(f"{file} cannot be read: {error.strerror}") from None
        try:
            if options["what"] == "holidays":
                self._holidays(data if file else None, options)
            else:
                self._import(data, options)
        except BadFile as refusal:
            for bad in refusal.bad[:SHOWN]:
                self.stderr.write(f"{file}:{bad.line}: {bad.why}" if bad.line else f"{file}: {bad.why}")
            if len(refusal.bad) > SHOWN:
                self.stderr.write(f"... and {len(refusal.bad) - SHOWN} more")
            raise CommandError(f"{len(refusal.bad)} bad rows; nothing was loaded.") from None

    def _holidays(self, data: bytes | None, options: dict[str, Any]) -> None:
        try:
            calendar = load_calendar(options["calendar"])
            if data is None:
                days, known = package_days(calendar, national_days()), national_horizon()
            else:
                days, known = read_days(decode(data, encoding=options["encoding"])), calendar.horizon
            horizon = options["horizon"] or known
            version = add_version(calendar.key, days=days, horizon=horizon, why=options["why"])
        except Refused as refusal:
            raise CommandError("; ".join(map(str, refusal.fields.values())) or str(refusal)) from None
        self.stdout.write(f"{calendar.key} is now at version {version}: {len(days)} days, known to {horizon}")

    def _import(self, data: bytes, options: dict[str, Any]) -> None:
        file: Path = options["file"]
        if file.suffix.lower() in (".geojson", ".json"):
            if not options["source"]:
                raise CommandError("Say with --source who drew these boundaries.")
            count = import_outlines(
                data,
                source=options["source"],
                surveyed=not options["made_up"],
                encoding=options["encoding"],
                replace=options["replace"],
            )
            self.stdout.write(f"{count} boundaries loaded")
        else:
            count = import_places(
                data,
                encoding=options["encoding"],
                scheme=options["scheme"],
                root=options["root"],
                since=options["since"],
            )
            self.stdout.write(f"{count} places loaded")


def _root(text: str) -> int:
    number = int(text)
    if not 10 <= number <= 99:
        raise argparse.ArgumentTypeError("two digits, 10 to 99")
    return number
