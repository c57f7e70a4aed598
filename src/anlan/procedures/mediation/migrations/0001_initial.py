# SPDX-License-Identifier: Apache-2.0
"""Mediations and the register of mediators."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from anlan.base.grants import withhold


class Migration(migrations.Migration):
    """Two tables."""

    initial = True

    dependencies: ClassVar = [
        ("cases", "0023_claim_beside"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="MediationRecord",
            fields=[
                ("meetings", models.JSONField(blank=True, default=list)),
                ("meetings_side1", models.JSONField(blank=True, default=list)),
                ("meetings_side2", models.JSONField(blank=True, default=list)),
                ("document", models.TextField(blank=True, default="")),
                (
                    "signed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "on_paper",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("countersigned", models.BooleanField(default=False)),
                (
                    "sealed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
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
                ("wish", models.TextField()),
                ("channel", models.TextField()),
                ("own_motion", models.BooleanField()),
                (
                    "asked",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("apart", models.BooleanField()),
                (
                    "consented",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("wanted_1", models.BigIntegerField(null=True)),
                ("wanted_2", models.BigIntegerField(null=True)),
                ("mediator", models.BigIntegerField(null=True)),
                (
                    "recused",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("talking", models.BooleanField()),
                (
                    "longer",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("extended", models.SmallIntegerField()),
                ("drafted", models.BooleanField()),
                (
                    "clauses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("perform_by", models.DateTimeField(null=True)),
                ("oral", models.BooleanField()),
                ("partial", models.BooleanField()),
                ("agreed_at", models.DateTimeField(null=True)),
                ("level", models.TextField(blank=True)),
                (
                    "performed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("breach", models.BooleanField()),
                (
                    "joint",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("court", models.TextField(blank=True)),
                ("outcome", models.TextField(blank=True)),
                ("rated_1", models.SmallIntegerField(null=True)),
                ("rated_2", models.SmallIntegerField(null=True)),
                ("visited", models.BooleanField()),
                ("reopened", models.SmallIntegerField()),
            ],
            options={
                "db_table": "mediation_record",
            },
        ),
        migrations.CreateModel(
            name="Mediator",
            fields=[
                ("post_id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
                ("hours", models.TextField(blank=True)),
            ],
            options={
                "db_table": "mediation_mediator",
            },
        ),
        withhold("DELETE", "mediation_record", "mediation_mediator"),
    ]
