# SPDX-License-Identifier: Apache-2.0
"""The agreement that stands while it is mediated again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column."""

    dependencies = (("mediation", "0005_made_from_entries"),)
    operations = (migrations.AddField("mediationrecord", "stood", models.JSONField(null=True)),)
