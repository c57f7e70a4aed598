# SPDX-License-Identifier: Apache-2.0
"""The source files that the house rules look at, parsed once."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "anlan"


@dataclass(frozen=True, kw_only=True)
class Source:
    """One Python file."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Its path below the checkout, as messages show it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.text.splitlines()

    def walk(self) -> Iterator[ast.AST]:
        """Every node of its syntax tree."""
        return ast.walk(self.tree)


@cache
def sources(folder: str = "src/anlan") -> tuple[Source, ...]:
    """The Python files below a folder of the checkout, migrations left out (Django writes them)."""
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        if "migrations" not in path.parts and "node_modules" not in path.parts:
            text = path.read_text("utf-8")
            found.append(Source(path=path, text=text, tree=ast.parse(text, str(path))))
    return tuple(found)


def everywhere() -> tuple[Source, ...]:
    """The product, its tests and its tools."""
    return sources() + sources("tests") + sources("tools")
