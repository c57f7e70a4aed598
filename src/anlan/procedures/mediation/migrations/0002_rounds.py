# SPDX-License-Identifier: Apache-2.0
"""Since which entry the sides talk, and the last day of each term."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns."""

    dependencies = (("mediation", "0001_initial"),)
    operations = (
        migrations.AddField("mediationrecord", "talks_from", models.IntegerField(default=0)),
        migrations.AddField(
            "mediationrecord",
            "until",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, size=None
            ),
        ),
    )
