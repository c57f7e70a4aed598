# SPDX-License-Identifier: Apache-2.0
"""Acts that wait before they are done; claims tell what was said from what was only opened."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_deliveries_lapse"),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="said",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.CreateModel(
            name="HeldAct",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                ("batch", models.UUIDField()),
                ("post_id", models.BigIntegerField()),
                ("action", models.TextField()),
                ("expect", models.IntegerField(null=True)),
                ("sealed", models.BinaryField()),
                ("held_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("why", models.JSONField(null=True)),
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("why__isnull", True)), fields=["due_at"], name="held_due"
                    ),
                    models.Index(fields=["post_id", "held_at"], name="held_post"),
                ],
            },
        ),
    ]
