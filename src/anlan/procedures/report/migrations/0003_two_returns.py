# SPDX-License-Identifier: Apache-2.0
"""Two units may return a report; the third offer is a ruling, so no third name is kept."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("report", "0002_returned")]

    operations = [migrations.RemoveField("reportrecord", "returned_3")]
