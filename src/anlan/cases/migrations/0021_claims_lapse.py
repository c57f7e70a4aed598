# SPDX-License-Identifier: Apache-2.0
"""The live service asks every second which claims lapsed in it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("cases", "0020_picturemark"),)
    atomic = False
    operations = (
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS claim_lapses ON cases_claim (lapses_at)",
            "DROP INDEX CONCURRENTLY IF EXISTS claim_lapses",
        ),
    )
