# SPDX-License-Identifier: Apache-2.0
"""The public list of what grid workers do, where the region has one: a line a task, its name before the colon."""

from dataclasses import dataclass

from anlan.places.region import region
from anlan.web.front import language


@dataclass(frozen=True, slots=True)
class GridTask:
    """One task, and what it means in plain words."""

    name: str
    means: str


def grid_tasks() -> list[GridTask]:
    """The tasks in the reader's language, in the order in which they were published."""
    told = region().legal_text("grid_tasks").in_language(language())
    parted = [line.replace("：", ":", 1).partition(":") for line in told.split("\n")]
    return [GridTask(name.strip(), means.strip()) for name, _colon, means in parted if name.strip()]
