# SPDX-License-Identifier: Apache-2.0
"""Writes the tables of docs/commands.md and docs/settings.md from the code, leaving the words around them."""

import os
import re
from dataclasses import fields
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django
from django.core.management import get_commands, load_command_class

from anlan.config.environment import Environment

ROOT = Path(__file__).resolve().parent.parent


def write_table(page: str, rows: list[str]) -> None:
    """Replaces the rows of the page's only table."""
    path = ROOT / page
    head, line, _ = path.read_text("utf-8").partition(re.search(r"\| ---.*\n", path.read_text("utf-8"))[0])  # type: ignore[index]
    rest = re.sub(r"\A(\|.*\n)*", "", _)
    path.write_text(head + line + "".join(f"{row}\n" for row in rows) + rest, "utf-8")


def main() -> None:
    """Writes both pages."""
    django.setup()
    ours = sorted((name, str(app)) for name, app in get_commands().items() if str(app).startswith("anlan."))
    write_table(
        "docs/commands.md",
        [f"| `anlan {name}` | {load_command_class(app, name).help} |" for name, app in ours],
    )
    rows = []
    for each in fields(Environment):
        shown = int(each.default) if isinstance(each.default, bool) else each.default
        default = f"`{shown}`" if shown != "" else ""
        rows.append(f"| `{each.metadata['name']}` | {default} | {each.metadata['meaning']} |")
    write_table("docs/settings.md", rows)


if __name__ == "__main__":
    main()
