# SPDX-License-Identifier: Apache-2.0
"""Marks by which a picture that was used as evidence before is found again."""

import django.db.models.deletion
from django.db import migrations, models

from anlan.base.grants import withhold


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0019_feed"),
    ]

    operations = [
        migrations.CreateModel(
            name="PictureMark",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "n", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("n", models.SmallIntegerField()),
                ("mark", models.BinaryField()),
                ("at", models.DateTimeField()),
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
            options={
                "indexes": (
                    models.Index(fields=["mark", "at"], name="picturemark_same"),
                    models.Index(fields=["at"], name="picturemark_at"),
                ),
            },
        ),
        withhold("UPDATE", "cases_picturemark"),
    ]
