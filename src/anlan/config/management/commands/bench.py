# SPDX-License-Identifier: Apache-2.0
"""`anlan bench NAME`: one measurement, in a database of its own; docs/bench.md says what each means."""

import json
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from anlan.config.bench import Run
from anlan.config.bench_all import BENCHES
from anlan.config.bench_database import BenchError, database_for
from anlan.config.fill import NotForFilling, refuse_real_people
from anlan.config.home import home
from anlan.config.postgres import Server

SIZES = ("connections", "terminals", "each")


class Command(BaseCommand):
    """Measures, and says so in words, or as one JSON object on the last line."""

    help = "Measures what this machine does, in a database of its own."
    requires_system_checks: list[str] = []  # nothing is changed but the bench's own database

    def add_arguments(self, parser: CommandParser) -> None:
        """Which bench, how large, how long."""
        parser.add_argument("name", choices=sorted(BENCHES))
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
        parser.add_argument("--rows", type=int, help="cases that lie there already (or, for fill, are made)")
        parser.add_argument("--seconds", type=float, help="how long to measure")
        parser.add_argument("--connections", type=int, default=0, help="how many streams `live` opens")
        parser.add_argument("--terminals", type=int, default=0, help="how many terminals `storm` plays")
        parser.add_argument("--each", type=int, default=0, help="how many acts each of them sends")
        parser.add_argument("--fresh", action="store_true", help="make the bench's databases again")
        parser.add_argument(
            "--inside", action="store_true", help="in the database of ANLAN_DATABASE_URL itself"
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Prepares a database and runs the bench inside, in a process that knows no other."""
        bench = BENCHES[options["name"]]
        rows = bench.rows if options["rows"] is None else options["rows"]
        run = Run(
            rows=rows,
            seconds=options["seconds"] or bench.seconds,
            **{size: options[size] for size in SIZES},
        )
        if options["inside"]:
            self._measure(options["name"], run, as_json=options["json"])
            return
        if settings.ENVIRONMENT.database_url:
            raise CommandError(
                "Benches make databases of their own in the embedded server: unset ANLAN_DATABASE_URL."
            )
        try:
            with database_for(
                Server(home()),
                rows=0 if bench.empty else rows,
                fresh=options["fresh"],
                writes=bench.writes,
                empty=bench.empty,
            ) as there:
                inside = [options["name"], "--inside", f"--rows={run.rows}", f"--seconds={run.seconds}"]
                inside += [f"--{size}={options[size]}" for size in SIZES]
                inside += ["--json"] if options["json"] else []
                command = [sys.executable, "-m", "anlan.cli", "bench", *inside]
                status = subprocess.run(command, env=there.environment, check=False).returncode
        except BenchError as error:
            raise CommandError(str(error)) from None
        if status:
            raise CommandError(f"The bench failed ({status}).")

    def _measure(self, name: str, run: Run, *, as_json: bool) -> None:
        try:
            refuse_real_people()
            found = asdict(BENCHES[name].measure(run))
        except (BenchError, NotForFilling, LookupError) as error:
            raise CommandError(str(error)) from None
        if as_json:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        for key, value in found.items():
            self.stdout.write(f"{key:>17}  {value}")
