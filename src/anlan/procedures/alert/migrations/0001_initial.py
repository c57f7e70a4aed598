# SPDX-License-Identifier: Apache-2.0
import django.db.models.deletion
from django.db import migrations, models

from anlan.base.grants import withhold


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0019_feed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "post_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("post_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "db_table": "alert_acknowledgement",
            },
        ),
        migrations.CreateModel(
            name="AlertRecord",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("kind", models.TextField()),
                ("level", models.TextField()),
                ("certainty", models.TextField()),
                ("drill", models.BooleanField()),
                ("asks", models.BooleanField()),
                ("starts", models.DateTimeField(null=True)),
                ("ends", models.DateTimeField(null=True)),
                ("drafted_by", models.BigIntegerField(null=True)),
                ("issued", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "alert_record",
                "indexes": [models.Index(fields=["ends"], name="alert_record_ends")],
            },
        ),
        migrations.CreateModel(
            name="Readers",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "area", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.BigIntegerField()),
                ("n", models.IntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "db_table": "alert_readers",
            },
        ),
        withhold("DELETE", "alert_record", "alert_readers"),
    ]
