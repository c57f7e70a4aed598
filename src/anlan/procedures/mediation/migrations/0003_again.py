# SPDX-License-Identifier: Apache-2.0
"""Whether there was one of the same kind in the same village in the year before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = (("mediation", "0002_rounds"),)
    operations = (migrations.AddField("mediationrecord", "again", models.BooleanField(default=False)),)
