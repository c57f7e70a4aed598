# SPDX-License-Identifier: Apache-2.0
"""Phones that are warned of what is coming in a place."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    dependencies: ClassVar = [("people", "0012_dingtalk_shown"), ("places", "0004_region_in_files")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="PlaceText",
            fields=[
                ("id", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("key", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("link", models.BinaryField(max_length=32, unique=True)),
                ("until", models.DateField()),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.place"
                    ),
                ),
            ],
        ),
    ]
