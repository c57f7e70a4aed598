# SPDX-License-Identifier: Apache-2.0
"""Who opened a case beside the post that has it: found when that post opens another, and when it lapses."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Made beside running work, and may be made again."""

    atomic = False
    dependencies = (("cases", "0022_undelivered"),)
    operations = (
        migrations.SeparateDatabaseAndState(
            database_operations=(
                migrations.RunSQL(
                    "ALTER TABLE cases_claim ADD COLUMN IF NOT EXISTS beside_id bigint,"
                    " ADD COLUMN IF NOT EXISTS beside_until timestamptz",
                    "ALTER TABLE cases_claim DROP COLUMN IF EXISTS beside_id, DROP COLUMN IF EXISTS beside_until",
                ),
            ),
            state_operations=(
                migrations.AddField("claim", "beside_id", models.BigIntegerField(null=True)),
                migrations.AddField("claim", "beside_until", models.DateTimeField(null=True)),
            ),
        ),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS claim_beside ON cases_claim (beside_id) WHERE beside_id IS NOT NULL",
            "DROP INDEX CONCURRENTLY IF EXISTS claim_beside",
        ),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS claim_beside_until ON cases_claim (beside_until)"
            " WHERE beside_until IS NOT NULL",
            "DROP INDEX CONCURRENTLY IF EXISTS claim_beside_until",
        ),
    )
