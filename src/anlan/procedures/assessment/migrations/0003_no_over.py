# SPDX-License-Identifier: Apache-2.0
"""That the time for comments is over is a state, and no column says it again."""

from django.db import migrations


class Migration(migrations.Migration):
    """One column less."""

    dependencies = (("assessment", "0002_reports"),)
    operations = (migrations.RemoveField("assessmentrecord", "over"),)
