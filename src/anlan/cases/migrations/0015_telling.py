# SPDX-License-Identifier: Apache-2.0
"""How a party wishes to be told, where it is not by SMS. Goes with the parties when they are erased."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    dependencies = (("cases", "0014_urgent_first"),)
    operations = (
        migrations.CreateModel(
            name="Telling",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "n", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("n", models.SmallIntegerField()),
                ("way", models.TextField()),
                ("sealed", models.BinaryField(null=True)),
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
    )
