# SPDX-License-Identifier: Apache-2.0
"""The public page of a case: its address and since when, guarded like the rest."""

from importlib import import_module

from django.db import migrations, models

GUARD = import_module("anlan.cases.migrations.0002_guards").GUARD.partition("CREATE TRIGGER")[0]
REPLACED = GUARD.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
GUARDED = REPLACED.replace("NEW.due_at)", "NEW.due_at, NEW.published_as, NEW.published_at)").replace(
    "OLD.due_at)", "OLD.due_at, OLD.published_as, OLD.published_at)"
)


class Migration(migrations.Migration):
    """A column that changes without an entry is refused here too."""

    dependencies = (("cases", "0005_search_once"),)
    operations = (
        migrations.AddField("case", "published_as", models.TextField(null=True)),
        migrations.AddField("case", "published_at", models.DateTimeField(null=True)),
        migrations.RunSQL(GUARDED, REPLACED),
    )
