# SPDX-License-Identifier: Apache-2.0
"""Contents and requests refer to their entry, accounts to their party, and so to the case: once is enough."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Takes off what every act had checked twice."""

    dependencies = (("cases", "0016_to_tell"),)
    operations = (
        migrations.AlterField(
            "content",
            "case",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="contents",
                to="cases.case",
                db_index=False,
                db_constraint=False,
            ),
        ),
        migrations.AlterField(
            "request",
            "case",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="cases.case",
                db_index=False,
                db_constraint=False,
            ),
        ),
        migrations.AlterField(
            "caseaccount",
            "case",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="cases.case",
                db_index=False,
                db_constraint=False,
            ),
        ),
    )
