# SPDX-License-Identifier: Apache-2.0
"""Field apps that posts signed in on."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from anlan.base.grants import withhold


class Migration(migrations.Migration):
    """One table, of which serving deletes nothing."""

    dependencies: ClassVar = [
        ("people", "0006_staffmail"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Terminal",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("version", models.CharField(max_length=32)),
                ("heard_on", models.DateField()),
                ("waiting", models.IntegerField(default=0)),
                ("erase_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="terminal",
                        to="people.token",
                    ),
                ),
            ],
        ),
        withhold("DELETE", "people_terminal"),
    ]
