# SPDX-License-Identifier: Apache-2.0
"""`anlan places import FILE`: another province's or country's places (CSV) or boundaries (GeoJSON), all or nothing.

Every bad row is reported with its line; exit status 1 then, and nothing was loaded.
"""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.places.importing import FIRST_DAY, import_outlines, import_places
from anlan.places.rows import BadFile, Scheme

SHOWN = 1000


class Command(BaseCommand):
    """Looks after places."""

    help = "Imports places (CSV: code,name,level,parent[,name_en,valid_from]) or boundaries (GeoJSON)."

    def add_arguments(self, parser: CommandParser) -> None:
        """One sub-command so far."""
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

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Imports; raises CommandError when the file is bad."""
        file: Path = options["file"]
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from None
        try:
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
        except BadFile as refusal:
            for bad in refusal.bad[:SHOWN]:
                self.stderr.write(f"{file}:{bad.line}: {bad.why}" if bad.line else f"{file}: {bad.why}")
            if len(refusal.bad) > SHOWN:
                self.stderr.write(f"... and {len(refusal.bad) - SHOWN} more")
            raise CommandError(f"{len(refusal.bad)} bad rows; nothing was loaded.") from None


def _root(text: str) -> int:
    number = int(text)
    if not 10 <= number <= 99:
        raise argparse.ArgumentTypeError("two digits, 10 to 99")
    return number
