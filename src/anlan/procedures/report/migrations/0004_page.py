# SPDX-License-Identifier: Apache-2.0
from django.db import migrations


class Migration(migrations.Migration):
    """Whether a report has a public page is the engine's to know."""

    dependencies = (("report", "0003_two_returns"),)
    operations = (migrations.RemoveField("reportrecord", "published"),)
