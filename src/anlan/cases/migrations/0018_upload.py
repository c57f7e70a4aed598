# SPDX-License-Identifier: Apache-2.0
"""Files that come in pieces, ahead of the act that names them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0017_one_reference"),
    ]

    operations = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id",
                        "post_id",
                        "digest",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("case_id", models.UUIDField()),
                ("post_id", models.BigIntegerField()),
                ("digest", models.BinaryField()),
                ("size", models.IntegerField()),
                ("received", models.IntegerField()),
                ("key", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("keyed", models.BinaryField(null=True)),
                ("plain", models.BinaryField(null=True)),
                ("kind", models.TextField()),
                ("kept", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["post_id", "at"], name="upload_post"),
                    models.Index(fields=["at"], name="upload_at"),
                ],
            },
        ),
    ]
