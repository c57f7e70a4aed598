# SPDX-License-Identifier: Apache-2.0
"""Projections and what followers derive refer to what entries say: `anlan verify` asks whether it is there, not every act."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Takes off what is checked elsewhere."""

    dependencies = (
        ("cases", "0025_claim_rows"),
        ("people", "0015_government"),
        ("places", "0004_region_in_files"),
    )
    operations = (
        migrations.AlterField(
            model_name="assignment",
            name="case",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assignments",
                to="cases.case",
            ),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.organisation",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="category",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="cases.category",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="condition",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="cases.condition",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="holder",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.organisation",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="place",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="places.place",
            ),
        ),
        migrations.AlterField(
            model_name="clock",
            name="case",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="clocks",
                to="cases.case",
            ),
        ),
        migrations.AlterField(
            model_name="clock",
            name="owner",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.organisation",
            ),
        ),
        migrations.AlterField(
            model_name="feed",
            name="case",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="cases.case",
            ),
        ),
        migrations.AlterField(
            model_name="searchrow",
            name="case",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="search_row",
                serialize=False,
                to="cases.case",
            ),
        ),
    )
