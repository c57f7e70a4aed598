# SPDX-License-Identifier: Apache-2.0
"""`anlan setup FOLDER`: sets up a place from a folder of files; `--templates DIR NAME` writes such a folder; `--check` says
what is still missing. Without any of these it asks a few questions and writes the folder.
"""

import locale
import shutil
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from anlan.base.clock import now
from anlan.config.deployment import WrongDatabaseError, refuse_demo
from anlan.config.home import region_folder
from anlan.config.readiness import missing
from anlan.config.setup import SetupFaults, set_up
from anlan.config.setup_files import KEPT
from anlan.config.setup_run import CHANGED, NEW, SAME, WAITS, Outcome
from anlan.config.setup_templates import write_templates
from anlan.places.region import region
from anlan.places.region_files import folder_of


class Command(BaseCommand):
    """All of the files or nothing; a second run changes only what differs."""

    help = "Sets up a place from a folder of files, writes templates of them, or checks what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """As in: anlan setup ./aurel."""
        parser.add_argument("folder", nargs="?", help="with region.toml and the CSV files beside it")
        parser.add_argument(
            "--templates",
            nargs=2,
            metavar=("DIR", "REGION"),
            help="writes files to fill in; a built-in REGION whole",
        )
        parser.add_argument(
            "--check", action="store_true", help="says what is missing; exit status 1 when something is"
        )
        parser.add_argument("--language", help="zh-hans or en; by default that of this terminal")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Does it in the reader's language."""
        with translation.override(options["language"] or spoken()):
            if options["templates"]:
                self.templates(Path(options["templates"][0]), options["templates"][1])
            elif options["check"]:
                self.check_ready()
            elif options["folder"]:
                self.set_up(folder_of(options["folder"]))
            elif sys.stdin.isatty():
                self.ask()
            else:
                raise CommandError(
                    _("Name a folder, or begin with: anlan setup --templates ./my-city my-city")
                )

    def templates(self, folder: Path, named: str) -> None:
        """Never over what somebody wrote."""
        for path in write_templates(folder, named):
            self.stdout.write(str(path))
        self.stdout.write(_("Fill these in, then: anlan setup %(folder)s") % {"folder": folder})

    def ask(self) -> None:
        """Two questions; everything else is asked by the files themselves."""
        named = input(_("A short name for the region, in small letters (my-city): ")).strip() or "my-city"
        folder = input(_("Folder for its files (./%(name)s): ") % {"name": named}).strip() or f"./{named}"
        if (Path(folder) / "region.toml").is_file():
            raise CommandError(_("There are files already. Run: anlan setup %(folder)s") % {"folder": folder})
        self.templates(Path(folder), named)

    def set_up(self, folder: Path) -> None:
        """Migrates, sets up, keeps the profile in the home and tells what is next."""
        try:
            refuse_demo()
        except WrongDatabaseError as error:
            raise CommandError(str(error)) from None
        call_command("migrate", verbosity=0)
        try:
            outcome = set_up(folder, region(), at=now())
        except SetupFaults as refused:
            for fault in refused.faults:
                self.stderr.write(str(fault))
            raise CommandError(
                _("%(n)s faults. Nothing was changed: mend them and run this again.")
                % {"n": len(refused.faults)}
            ) from None
        kept = region_folder(settings.ANLAN_HOME)
        kept.mkdir(parents=True, exist_ok=True)
        for name in KEPT:
            if (folder / name).is_file() and folder.resolve() != kept.resolve():
                shutil.copyfile(folder / name, kept / name)
        self.tell(outcome)

    def tell(self, outcome: Outcome) -> None:
        """Counts, first passwords, and what waits for somebody."""
        for file, row in outcome.counts.items():
            words = _("%(file)s: %(new)s new, %(changed)s changed, %(waits)s waiting, %(same)s as before")
            self.stdout.write(
                words % {"file": file, **{key: row[key] for key in (NEW, CHANGED, WAITS, SAME)}}
            )
        if outcome.passwords:
            self.stdout.write(
                _("First passwords, shown only now; each person chooses their own at the first sign-in:")
            )
            for username, password in outcome.passwords:
                self.stdout.write(f"{username} {password}")
        if any(row[WAITS] for row in outcome.counts.values()):
            self.stdout.write(
                _(
                    "What waits is approved by a security or system administrator on the page “Setup check”: /desk/readiness"
                )
            )
        self.stdout.write(_("What is still missing: anlan setup --check. Then: anlan start"))

    def check_ready(self) -> None:
        """One line for each thing missing."""
        found = missing(at=now())
        for each in found:
            self.stdout.write(f"{each.words} {each.do}{' ' + each.url if each.url else ''}")
        if found:
            raise CommandError(_("%(n)s things are missing.") % {"n": len(found)})
        self.stdout.write(_("Nothing is missing."))


def spoken() -> str:
    """The language of who sits at the terminal; the region's own where the terminal says none."""
    tongue = (locale.getlocale()[0] or "").lower()
    if tongue.startswith(("zh", "chinese")):
        return "zh-hans"
    return "en" if tongue.startswith("en") else settings.LANGUAGE_CODE
