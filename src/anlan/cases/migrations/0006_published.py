# SPDX-License-Identifier: Apache-2.0
"""The public page of a case: its address and since when, guarded like the rest, and listed by place, newest first."""

from importlib import import_module

from django.db import migrations, models

LEVELS = {"province": "(area / 10000000000000)", "city": "(area / 100000000000)", "county": "(area / 1000000000)",
          "town": "(area / 1000000)"}  # fmt: skip
INDEXES = {
    "case_published_as": "(published_as)",
    **{
        f"case_published_{level}": f"({place}, published_at DESC, id DESC)" for level, place in LEVELS.items()
    },
}
GUARD = import_module("anlan.cases.migrations.0002_guards").GUARD.partition("CREATE TRIGGER")[0]
REPLACED = GUARD.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
GUARDED = REPLACED.replace("NEW.due_at)", "NEW.due_at, NEW.published_as, NEW.published_at)").replace(
    "OLD.due_at)", "OLD.due_at, OLD.published_as, OLD.published_at)"
)


class Migration(migrations.Migration):
    """Few cases have a page, so the indexes are small."""

    dependencies = (("cases", "0005_search_once"),)
    operations = (
        migrations.AddField("case", "published_as", models.TextField(null=True)),
        migrations.AddField("case", "published_at", models.DateTimeField(null=True)),
        migrations.RunSQL(GUARDED, REPLACED),
        *(
            migrations.RunSQL(
                f"CREATE INDEX IF NOT EXISTS {name} ON cases_case {on} WHERE published_as IS NOT NULL",
                f"DROP INDEX IF EXISTS {name}",
            )
            for name, on in INDEXES.items()
        ),
    )
