# SPDX-License-Identifier: Apache-2.0
"""No procedure is named outside its own folder, and only the engine writes a case."""

import ast
import re

from tests.rules.sources import PACKAGE, sources

WRITES = "create|bulk_create|update|bulk_update|delete|get_or_create|update_or_create|abulk_create"
OWN = re.compile(r"^class (\w+)\(.*Model.*\):", re.MULTILINE)

OTHER_MEANING: dict[str, str] = {
    "src/anlan/procedures/report/terms.py": "a ground on which the limit of a report stands still"
}
"""Files where a word that is also a procedure's key means something else, with what it means."""


def keys() -> set[str]:
    """The procedures there are: their folders bear their keys."""
    return {path.parent.name for path in (PACKAGE / "procedures").glob("*/__init__.py")}


def test_no_procedure_key_outside_its_folder() -> None:
    faults = []
    for source in sources():
        inside = source.path.relative_to(PACKAGE).parts
        if source.name in OTHER_MEANING or inside[0] == "config":
            continue
        for node in source.walk():
            if (
                isinstance(node, ast.Constant)
                and node.value in keys()
                and inside[:2] != ("procedures", node.value)
            ):
                faults.append(f"{source.name}:{node.lineno}: {node.value!r}")
    assert not faults, "ask the declaration instead, or add a named slot to the vocabulary with two users"


def test_only_the_engine_writes_its_tables() -> None:
    """The catalogue is configuration: procedures seed it, the administration changes it."""
    models = "|".join(
        name
        for path in (PACKAGE / "cases" / "models").glob("*.py")
        if path.stem != "catalogue"
        for name in OWN.findall(path.read_text("utf-8"))
    )
    assert models
    written = re.compile(rf"\b(?:{models})\.objects\b[^#\n]*\.(?:{WRITES})\(")
    faults = [
        f"{source.name}:{n}"
        for source in sources()
        if "cases" not in source.path.parts
        for n, line in enumerate(source.lines, 1)
        if written.search(line)
    ]
    assert not faults, "use anlan.cases.act: open_case(), act(), act_many()"
