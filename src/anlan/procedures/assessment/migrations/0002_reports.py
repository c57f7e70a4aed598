# SPDX-License-Identifier: Apache-2.0
"""Which report stands."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = (("assessment", "0001_initial"),)
    operations = (
        migrations.AddField(
            "assessmentrecord",
            "reports",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), blank=True, default=list, size=None
            ),
        ),
    )
