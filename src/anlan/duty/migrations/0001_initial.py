# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0008_sealed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Shift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("weekday", models.SmallIntegerField(null=True)),
                ("first", models.DateField()),
                ("last", models.DateField(null=True)),
                ("begins", models.TimeField()),
                ("ends", models.TimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.post"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "post", "weekday", "first", "begins"),
                        name="shift_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("last", models.F("first")), ("weekday__isnull", True)),
                            models.Q(("weekday__gte", 0), ("weekday__isnull", False), ("weekday__lte", 6)),
                            _connector="OR",
                        ),
                        name="shift_is_a_weekday_or_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last__isnull", True), ("last__gte", models.F("first")), _connector="OR"
                        ),
                        name="shift_ends_later",
                    ),
                ],
            },
        ),
    ]
