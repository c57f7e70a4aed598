# SPDX-License-Identifier: Apache-2.0
from django.db import migrations

from anlan.base.grants import withhold


class Migration(migrations.Migration):
    """The typed columns of a report stay as long as its case: serving deletes neither."""

    dependencies = (("report", "0004_page"),)
    operations = (withhold("DELETE", "report_record"),)
