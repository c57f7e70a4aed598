# SPDX-License-Identifier: Apache-2.0
"""Why a message was not sent, and an index of those that were not: few, whatever the table holds."""

from django.db import migrations, models

UNDELIVERED = models.Index(
    fields=("outcome", "at"),
    name="delivery_undelivered",
    condition=models.Q(outcome__in=("failed", "unknown", "dropped")),
)


class Migration(migrations.Migration):
    """Made beside running work, and may be made again."""

    atomic = False
    dependencies = (("cases", "0021_claims_lapse"),)
    operations = (
        migrations.SeparateDatabaseAndState(
            database_operations=(
                migrations.RunSQL(
                    "ALTER TABLE cases_delivery ADD COLUMN IF NOT EXISTS why text NOT NULL DEFAULT '',"
                    " ADD COLUMN IF NOT EXISTS answer text NOT NULL DEFAULT ''",
                    "ALTER TABLE cases_delivery DROP COLUMN IF EXISTS why, DROP COLUMN IF EXISTS answer",
                ),
                migrations.RunSQL(
                    "CREATE INDEX CONCURRENTLY IF NOT EXISTS delivery_undelivered ON cases_delivery (outcome, at)"
                    " WHERE outcome IN ('failed', 'unknown', 'dropped')",
                    "DROP INDEX CONCURRENTLY IF EXISTS delivery_undelivered",
                ),
            ),
            state_operations=(
                migrations.AddField("delivery", "why", models.TextField(default="", db_default="")),
                migrations.AddField("delivery", "answer", models.TextField(default="", db_default="")),
                migrations.AddIndex("delivery", UNDELIVERED),
            ),
        ),
    )
