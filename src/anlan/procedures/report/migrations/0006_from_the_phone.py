# SPDX-License-Identifier: Apache-2.0
"""Photos that are still on the reporter's phone, and a recording that is to be typed up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("report", "0005_nothing_deleted")]

    operations = [
        migrations.AddField("reportrecord", "awaited", models.SmallIntegerField(default=0, db_default=0)),
        migrations.AddField("reportrecord", "untyped", models.BooleanField(default=False, db_default=False)),
    ]
