# SPDX-License-Identifier: Apache-2.0
"""`anlan places import FILE`: another province's or country's places (CSV) or boundaries (GeoJSON), all or nothing.
`anlan places holidays [FILE]`: asks for the next version of a working calendar, from a CSV or from the installed
`chinesecalendar`. Holidays move limits, so an administrator decides; what is imported is a line of the administration log.

Every bad row is reported with its line; exit status 1 then, and nothing was loaded.
"""

import argparse
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from anlan.base.clock import now
from anlan.base.errors import Refused
from anlan.cases.configure import ADD_CALENDAR
from anlan.people.changes import change_configuration
from anlan.people.log import record
from anlan.places.find import load_calendar
from anlan.places.holidays import national_days, national_horizon
from anlan.places.importing import FIRST_DAY, import_outlines, import_places
from anlan.places.models import Boundary, Place
from anlan.places.region import region
from anlan.places.rows import BadFile, Scheme, decode
from anlan.places.versions import package_days, read_days

SHOWN = 1000
OWNER = "owner"
"""The connection that imports write over: their line of the log is in the same transaction."""


class Command(BaseCommand):
    """Looks after places."""

    help = "Imports places (CSV) or boundaries (GeoJSON); asks for the next version of a working calendar."

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

        days = what.add_parser("holidays", help="asks for the next version of a working calendar")
        days.add_argument(
            "file",
            type=Path,
            nargs="?",
            help="CSV: date,kind; without it, what chinesecalendar knows past the horizon",
        )
        days.add_argument("--encoding", help="when the file is not UTF-8, e.g. gb18030")
        days.add_argument("--calendar", default="", help="its key; the region's own by default")
        days.add_argument(
            "--horizon", type=date.fromisoformat, help="last day whose holidays are published now"
        )
        days.add_argument("--why", default=region().calendar.why, help="the notice it rests on")

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
            asked = {
                "calendar": calendar.key,
                "horizon": (options["horizon"] or known).isoformat(),
                "why": options["why"],
                "days": {day.isoformat(): str(kind) for day, kind in days.items()},
            }
            change_configuration(ADD_CALENDAR.key, asked, by=None, at=now())
        except Refused as refusal:
            raise CommandError("; ".join(map(str, refusal.fields.values())) or str(refusal)) from None
        self.stdout.write(
            f"{calendar.key}: {len(days)} days, known to {asked['horizon']}; waits for a security or system "
            "administrator, because holidays move limits"
        )

    def _import(self, data: bytes, options: dict[str, Any]) -> None:
        file: Path = options["file"]
        outlines = file.suffix.lower() in (".geojson", ".json")
        if outlines and not options["source"]:
            raise CommandError("Say with --source who drew these boundaries.")
        with transaction.atomic(using=OWNER):
            before = _there()
            if outlines:
                count = import_outlines(
                    data,
                    source=options["source"],
                    surveyed=not options["made_up"],
                    encoding=options["encoding"],
                    replace=options["replace"],
                )
            else:
                count = import_places(
                    data,
                    encoding=options["encoding"],
                    scheme=options["scheme"],
                    root=options["root"],
                    since=options["since"],
                )
            told = ("source", "made_up", "replace") if outlines else ("scheme", "root", "since")
            after = {
                **_there(),
                "file": file.name,
                "sha256": sha256(data).hexdigest(),
                **{name: options[name] for name in told},
            }
            what = "places.boundaries" if outlines else "places.import"
            record(None, what, before=before, after=after, at=now(), using=OWNER)
        self.stdout.write(f"{count} {'boundaries' if outlines else 'places'} loaded")


def _there() -> dict[str, int]:
    return {
        "places": Place.objects.using(OWNER).count(),
        "boundaries": Boundary.objects.using(OWNER).count(),
    }


def _root(text: str) -> int:
    number = int(text)
    if not 10 <= number <= 99:
        raise argparse.ArgumentTypeError("two digits, 10 to 99")
    return number
