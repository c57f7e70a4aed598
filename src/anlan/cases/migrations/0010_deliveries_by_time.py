# SPDX-License-Identifier: Apache-2.0
"""Deliveries by time, for what is counted of the last hour, listed for the operator, and forgotten after its time."""

from django.db import migrations


class Migration(migrations.Migration):
    """Made beside running work, and may be made again."""

    atomic = False
    dependencies = (("cases", "0009_nothing_deleted"),)
    operations = (
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS delivery_by_time ON cases_delivery (at)",
            "DROP INDEX CONCURRENTLY IF EXISTS delivery_by_time",
        ),
    )
