# SPDX-License-Identifier: Apache-2.0
"""What is urgent comes first in the lists of open cases: indexes of the urgent ones, and their mark in assignments."""

from django.db import migrations, models

LEVELS = {"province": "(area / 10000000000000)", "city": "(area / 100000000000)", "county": "(area / 1000000000)",
          "town": "(area / 1000000)", "village": "(area / 1000)"}  # fmt: skip
DUE = "(coalesce(due_at, 'infinity'::timestamptz))"
INDEXES = {
    **{
        f"case_urgent_{level}": (
            f"cases_case ({place}, state, {DUE}, id)"
            " INCLUDE (due_at, open, area, barred, procedure, category_id, source, urgent) WHERE open AND urgent"
        )
        for level, place in LEVELS.items()
    },
    "assignment_urgent": (
        f"cases_assignment (organisation_id, {DUE}, case_id) WHERE until_seq IS NULL AND open AND urgent"
    ),
}
MARKED = """
UPDATE cases_assignment a SET urgent = true FROM cases_case c
 WHERE c.id = a.case_id AND c.urgent AND a.until_seq IS NULL"""


class Migration(migrations.Migration):
    """Each step is made beside running work and may be made again."""

    atomic = False
    dependencies = (("cases", "0013_invitation"),)
    operations = (
        migrations.AddField(
            model_name="assignment",
            name="urgent",
            field=models.BooleanField(default=False, db_default=False),
        ),
        migrations.RunSQL(MARKED, migrations.RunSQL.noop),
        *(
            migrations.RunSQL(
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {on}",
                f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
            )
            for name, on in INDEXES.items()
        ),
    )
