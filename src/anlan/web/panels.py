# SPDX-License-Identifier: Apache-2.0
"""What a procedure draws of its own on the page of a case: its panel, handed over by config, so that no door knows procedures.

A panel is a template and the function that says what it shows: only what this reader's `View` holds. It stands on the desk's page of
a case and where a party follows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from anlan.cases.known import Known
from anlan.cases.queries import View


class Shows(Protocol):
    """What a panel's template shows for one reader; empty where there is nothing to see."""

    def __call__(self, view: View, *, known: Known, at: datetime) -> Mapping[str, Any]:
        """For this view of the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A template, included with `shown` under the name ``panel``."""

    template: str
    shown: Mapping[str, Any]


_panels: dict[str, tuple[str, Shows]] = {}


def set_panels(given: Mapping[str, tuple[str, Shows]]) -> None:
    """By the key of the procedure: the template and its function. Called once, when Django is ready."""
    _panels.clear()
    _panels.update(given)


def panel_of(view: View, *, known: Known, at: datetime) -> Panel | None:
    """The panel of a case for whoever reads it; None where its procedure has none or nothing for this reader."""
    template, shows = _panels.get(view.procedure.key, ("", None))
    shown = shows(view, known=known, at=at) if shows is not None else {}
    return Panel(template=template, shown=shown) if shown else None
