# SPDX-License-Identifier: Apache-2.0
"""How to answer a person for whom somebody reported, and whether somebody is to tell them now."""

from django.db import migrations, models

NEW = ("contact", "answer_by", "helper", "tell")


class Migration(migrations.Migration):
    """Five columns."""

    dependencies = (("report", "0008_pictured"),)
    operations = (
        *(
            migrations.AddField("reportrecord", name, models.TextField(blank=True, db_default="", default=""))
            for name in NEW
        ),
        migrations.AddField("reportrecord", "tries", models.SmallIntegerField(db_default=0, default=0)),
    )
