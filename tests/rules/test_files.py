# SPDX-License-Identifier: Apache-2.0
"""Files: short, named for what is in them, with the licence line and without leftovers."""

import re

from tests.rules.sources import PACKAGE, everywhere, sources

LONG: dict[str, str] = {}
"""Files that may have more than 400 lines, each with its reason."""

MARK = re.compile(r"#.*\b(" + "TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
VAGUE = {
    "utils",
    "util",
    "helpers",
    "helper",
    "services",
    "service",
    "core",
    "common",
    "misc",
    "manager",
    "managers",
}


def test_no_file_is_longer_than_400_lines() -> None:
    long = {s.name: len(s.lines) for s in everywhere() if len(s.lines) > 400 and s.name not in LONG}
    assert not long, "split these by what they do, or give a reason in LONG"


def test_every_reason_for_a_long_file_is_still_needed() -> None:
    needed = {s.name for s in everywhere() if len(s.lines) > 400}
    assert set(LONG) <= needed


def test_every_file_begins_with_the_licence_line() -> None:
    bare = [s.name for s in everywhere() if not s.text.startswith("# SPDX-License-Identifier: Apache-2.0\n")]
    assert not bare, "first line: # SPDX-License-Identifier: Apache-2.0"


def test_no_marks_of_unfinished_work() -> None:
    marked = [f"{s.name}:{n}" for s in everywhere() for n, line in enumerate(s.lines, 1) if MARK.search(line)]
    assert not marked, "do it, or write an issue"


def test_no_module_has_a_vague_name() -> None:
    vague = [s.name for s in sources() if {part.removesuffix(".py") for part in s.path.parts} & VAGUE]
    assert not vague, "name the place or the verb: what is in it?"


def test_one_word_for_one_room() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    planned = {
        "base",
        "places",
        "people",
        "cases",
        "parts",
        "procedures",
        "duty",
        "indicators",
        "trust",
        "web",
        "config",
    }
    assert rooms <= planned, (
        "a new room needs a line in DESIGN, ARCHITECTURE.md, pyproject.toml's contracts and here"
    )
