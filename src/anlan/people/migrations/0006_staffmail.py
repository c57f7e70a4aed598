# SPDX-License-Identifier: Apache-2.0
"""Which notices staff get by mail, and their sealed address of work."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    dependencies: ClassVar = [("people", "0005_published_contact")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="StaffMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("pressing", models.CharField(max_length=8)),
                ("rest", models.CharField(max_length=8)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
