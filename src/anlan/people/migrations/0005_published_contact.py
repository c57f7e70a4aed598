# SPDX-License-Identifier: Apache-2.0
"""The name and phone of work that a post shows to everybody; empty is shown nowhere."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns."""

    dependencies: ClassVar = [("people", "0004_nothing_deleted")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="post",
            name="published_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="post",
            name="published_phone",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
    ]
