# SPDX-License-Identifier: Apache-2.0
"""Acts that arrive sealed from terminals that were wiped, and their photos."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two tables, of which serving deletes what its post took over or dropped."""

    dependencies: ClassVar = [("people", "0007_terminal")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="SealedAct",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("key", models.SmallIntegerField()),
                ("sealed", models.BinaryField()),
                ("received_at", models.DateTimeField(db_index=True)),
                (
                    "terminal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.terminal"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SealedPhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("photo", models.CharField(max_length=36)),
                ("data", models.BinaryField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="people.sealedact",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("act", "photo"), name="one_sealed_photo")],
            },
        ),
    ]
