# SPDX-License-Identifier: Apache-2.0
"""Links with which outside units answer one case: given, ended, never removed."""

import django.db.models.deletion
from django.db import migrations, models

from anlan.base.grants import withhold


class Migration(migrations.Migration):
    """One table."""

    dependencies = (("cases", "0012_held"),)
    operations = (
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                ("digest", models.BinaryField(unique=True)),
                ("post_id", models.BigIntegerField()),
                ("made_by", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        withhold("DELETE", "cases_invitation"),
    )
