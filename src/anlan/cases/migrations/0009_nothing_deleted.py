# SPDX-License-Identifier: Apache-2.0
"""Configuration ends on a day and is never deleted: cases were decided by it. Nor is what people were told."""

from django.db import migrations

from anlan.base.grants import withhold


class Migration(migrations.Migration):
    """Serving deletes claims that lapsed, tray rows that were numbered, and what an erasure takes; nothing else."""

    dependencies = (("cases", "0008_deliveries_kept"),)
    operations = (
        withhold(
            "DELETE",
            "cases_category",
            "cases_condition",
            "cases_configuration",
            "cases_follower",
            "cases_limitrow",
            "cases_notice",
            "cases_routerow",
        ),
    )
