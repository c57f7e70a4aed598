# SPDX-License-Identifier: Apache-2.0
"""`anlan procedures`: every declaration of this deployment, as JSON or as pages for people. Needs no database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from anlan.cases import registry
from anlan.cases.describe import describe


class Command(BaseCommand):
    """Lists, prints or writes down the declarations."""

    help = "Lists the procedures; --json prints their declarations; docs writes docs/procedures."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and where to."""
        parser.add_argument("what", nargs="?", choices=("list", "docs"), default="list")
        parser.add_argument("--json", action="store_true", help="every declaration, each with its digest")
        parser.add_argument(
            "--folder", type=Path, default=Path("docs/procedures"), help="where docs are written"
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Does it."""
        if options["what"] == "docs":
            options["folder"].mkdir(parents=True, exist_ok=True)
            for key, procedure in sorted(registry.newest().items()):
                path = options["folder"] / f"{key}.md"
                path.write_text(describe(procedure), "utf-8")
                self.stdout.write(str(path))
            return
        declared = [one for _name, one in sorted(registry.by_version().items())]
        if options["json"]:
            plain = [
                {**registry.plain(one), "digest": registry.declaration_digest(one).hex()} for one in declared
            ]
            self.stdout.write(json.dumps(plain, ensure_ascii=False))
            return
        for one in declared:
            self.stdout.write(f"{one.key} {one.version}  {one.words.zh}  {one.words.en}")
