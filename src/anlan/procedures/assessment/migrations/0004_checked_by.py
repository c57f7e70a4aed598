# SPDX-License-Identifier: Apache-2.0
"""How long a draft is before the public at least, and who checks its legality."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns."""

    dependencies = (("assessment", "0003_no_over"),)
    operations = (
        migrations.AddField("assessmentrecord", "draft_days", models.SmallIntegerField(default=30)),
        migrations.AddField("assessmentrecord", "checked_by", models.IntegerField(null=True)),
    )
