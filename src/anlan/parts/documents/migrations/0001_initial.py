# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
from django.db import migrations, models

from anlan.base.grants import withhold


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0023_claim_beside"),
        ("people", "0014_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="Given",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "keyed", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("keyed", models.BinaryField()),
                ("code", models.BinaryField()),
                ("digest", models.BinaryField()),
                ("paper", models.TextField()),
                ("day", models.DateField()),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "documents_given",
                "indexes": [models.Index(fields=["code"], name="documents_code")],
            },
        ),
        withhold("UPDATE", "documents_given"),
    ]
