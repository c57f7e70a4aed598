# SPDX-License-Identifier: Apache-2.0
"""Facts are derived from entries: no act has their case asked for."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Takes off what is checked elsewhere."""

    dependencies = (
        ("cases", "0026_made_from_entries"),
        ("indicators", "0001_initial"),
    )
    operations = (
        migrations.AlterField(
            model_name="casefact",
            name="case",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="cases.case",
            ),
        ),
    )
