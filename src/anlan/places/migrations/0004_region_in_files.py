# SPDX-License-Identifier: Apache-2.0
"""The region profile is a folder of files (places/region.py): the table was a second copy of it."""

from django.db import migrations


class Migration(migrations.Migration):
    """Nothing read its rows but what the files say now."""

    dependencies = (("places", "0003_nothing_deleted"),)
    operations = (migrations.DeleteModel(name="RegionProfile"),)
