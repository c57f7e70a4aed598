# SPDX-License-Identifier: Apache-2.0
"""Grids that were walked, by day and office."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from anlan.base.grants import withhold


class Migration(migrations.Migration):
    """One table, whose rows are written once and lapse."""

    dependencies: ClassVar = [
        ("duty", "0001_initial"),
        ("people", "0008_sealed"),
        ("places", "0004_region_in_files"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Patrol",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(db_index=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.place"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("place", "day", "organisation"), name="walked_once"),
                ],
            },
        ),
        withhold("UPDATE", "duty_patrol"),
    ]
