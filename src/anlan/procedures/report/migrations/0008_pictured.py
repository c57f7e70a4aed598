# SPDX-License-Identifier: Apache-2.0
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("report", "0007_rights"),)
    operations = (
        migrations.AddField("reportrecord", "pictured", models.BooleanField(db_default=False, default=False)),
    )
