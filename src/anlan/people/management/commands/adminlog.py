# SPDX-License-Identifier: Apache-2.0
"""`anlan adminlog`: reads and verifies the administration log."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from anlan.people.log import kept_heads, read_log, verify_admin_log


class Command(BaseCommand):
    """Shows lines after a position, then whether the whole chain holds; exit status 1 when it does not."""

    help = "Shows the administration log and verifies its chain."

    def add_arguments(self, parser: CommandParser) -> None:
        """Anlan adminlog --after 100 --head 120:ab12..."""
        parser.add_argument("--after", type=int, default=0)
        parser.add_argument("--most", type=int, default=0, help="How many lines to show; none by default.")
        parser.add_argument("--head", action="append", default=[], help="seq:digest kept from before.")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Prints lines as JSON, the check last."""
        for line in read_log(after=options["after"], most=options["most"]):
            shown = {
                "seq": line.seq,
                "at": line.at.isoformat(),
                "post": line.post_id,
                "what": line.what,
                "before": line.before,
                "after": line.after,
            }
            self.stdout.write(json.dumps(shown, ensure_ascii=False))
        heads = kept_heads() | {
            int(seq): bytes.fromhex(digest) for seq, digest in (one.split(":") for one in options["head"])
        }
        check = verify_admin_log(heads=heads)
        told = {
            "lines": check.lines,
            "head": f"{check.lines}:{check.head.hex()}",
            "broken": list(check.broken),
        }
        self.stdout.write(json.dumps(told, ensure_ascii=False))
        if check.broken:
            sys.exit(1)
