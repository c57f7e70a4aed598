# SPDX-License-Identifier: Apache-2.0
"""Versions of the field app, and for which towns each is opened. Until an administrator decides otherwise, each for all."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from anlan.base.grants import withhold

ALL = "INSERT INTO people_appopening (forced, opened_at) VALUES (false, now())"


class Migration(migrations.Migration):
    """Two tables, of which serving deletes nothing."""

    dependencies: ClassVar = [
        ("people", "0008_sealed"),
        ("places", "0004_region_in_files"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="AppVersion",
            fields=[
                ("version", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("first_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AppOpening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("forced", models.BooleanField(default=False)),
                ("opened_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "place",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.appversion",
                    ),
                ),
            ],
            options={
                "constraints": (
                    models.CheckConstraint(
                        condition=models.Q(("forced", False), ("version__isnull", False), _connector="OR"),
                        name="forced_is_one_version",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("version", "place"),
                        name="opened_once",
                        nulls_distinct=False,
                    ),
                ),
            },
        ),
        migrations.RunSQL(ALL, "DELETE FROM people_appopening"),
        withhold("UPDATE, DELETE", "people_appversion"),
        withhold("DELETE", "people_appopening"),
    ]
