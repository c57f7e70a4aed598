# SPDX-License-Identifier: Apache-2.0
"""With whom a report was filed, and when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns."""

    dependencies = (("assessment", "0004_checked_by"),)
    operations = (
        migrations.AddField("assessmentrecord", "filed_with", models.IntegerField(null=True)),
        migrations.AddField("assessmentrecord", "filed_at", models.DateTimeField(null=True)),
    )
