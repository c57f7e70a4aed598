# SPDX-License-Identifier: Apache-2.0
"""Indexes of lists: for each level of places and each order in which pages read. docs/decisions/lists.md says why these."""

from collections.abc import Iterator

from django.db import migrations

LEVELS = {"province": "(area / 10000000000000)", "city": "(area / 100000000000)", "county": "(area / 1000000000)",
          "town": "(area / 1000000)", "village": "(area / 1000)"}  # fmt: skip
"""The padded code cut to a level; a grid is read from its village's part."""
DUE = "(coalesce(due_at, 'infinity'::timestamptz))"
FACTS = "open, area, barred, procedure, category_id, source, urgent"
"""What filters ask, so that the index alone answers. The bare `area` stands beside the level made of it: without it
the planner does not see that the index has everything (the same holds for `due_at` below).
"""


def indexes() -> Iterator[tuple[str, str]]:
    for level, place in LEVELS.items():
        # Open cases by limit. The state comes first, so each is counted and listed from its own part of the index.
        yield (
            f"case_open_{level}",
            f"cases_case ({place}, state, {DUE}, id) INCLUDE (due_at, {FACTS}) WHERE open",
        )
        yield (
            f"case_all_{level}",
            f"cases_case ({place}, opened_at DESC, id DESC) INCLUDE (state, {FACTS})",
        )
    yield "case_open_opened", f"cases_case (opened_at, id) INCLUDE (state, due_at, {FACTS}) WHERE open"
    yield (
        "assignment_open",
        f"cases_assignment (organisation_id, {DUE}, case_id) WHERE until_seq IS NULL AND open",
    )
    yield (
        "assignment_all",
        "cases_assignment (organisation_id, opened_at DESC, case_id DESC) WHERE until_seq IS NULL",
    )
    yield "claim_post", "cases_claim (post_id)"


class Migration(migrations.Migration):
    dependencies = (("cases", "0003_search"),)
    operations = tuple(
        migrations.RunSQL(f"CREATE INDEX IF NOT EXISTS {name} ON {on}", f"DROP INDEX IF EXISTS {name}")
        for name, on in indexes()
    )
