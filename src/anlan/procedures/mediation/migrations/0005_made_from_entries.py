# SPDX-License-Identifier: Apache-2.0
"""The record is a projection of its case: `anlan verify` asks whether it is there, not every act."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Takes off what is checked elsewhere."""

    dependencies = (
        ("cases", "0026_made_from_entries"),
        ("mediation", "0004_owed"),
    )
    operations = (
        migrations.AlterField(
            model_name="mediationrecord",
            name="case",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="+",
                serialize=False,
                to="cases.case",
            ),
        ),
    )
