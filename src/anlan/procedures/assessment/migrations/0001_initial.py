# SPDX-License-Identifier: Apache-2.0
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from anlan.base.grants import withhold


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0023_claim_beside"),
    ]

    operations = [
        migrations.CreateModel(
            name="AssessmentRecord",
            fields=[
                ("meetings", models.JSONField(blank=True, default=list)),
                ("meetings_side1", models.JSONField(blank=True, default=list)),
                ("meetings_side2", models.JSONField(blank=True, default=list)),
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
                ("kind", models.TextField(blank=True, default="")),
                ("catalogue", models.TextField(blank=True, default="")),
                ("track", models.TextField(blank=True, default="")),
                ("sections", models.SmallIntegerField(default=0)),
                ("options", models.JSONField(blank=True, default=list)),
                ("over", models.BooleanField(default=False)),
                ("comments", models.IntegerField(null=True)),
                ("unanswered", models.IntegerField(default=0)),
                ("adopted", models.IntegerField(default=0)),
                ("risks", models.JSONField(blank=True, default=list)),
                ("level", models.TextField(blank=True, default="")),
                ("computed", models.TextField(blank=True, default="")),
                ("tests", models.JSONField(blank=True, default=list)),
                ("assessed_by", models.IntegerField(null=True)),
                ("lawful", models.BooleanField(default=False)),
                ("result", models.TextField(blank=True, default="")),
                ("troubles", models.SmallIntegerField(default=0)),
                ("consulted_at", models.DateTimeField(null=True)),
                ("reported_at", models.DateTimeField(null=True)),
                ("blocked_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("deferred_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("found_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "assessment_record",
            },
        ),
        migrations.CreateModel(
            name="PublicAnswer",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "n", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("n", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("adopted", models.TextField()),
                ("sealed", models.BinaryField()),
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
                "db_table": "assessment_answer",
            },
        ),
        migrations.CreateModel(
            name="PublicComment",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("section", models.SmallIntegerField()),
                ("town", models.BigIntegerField(null=True)),
                ("sealed", models.BinaryField()),
                ("voice", models.BinaryField(null=True)),
                (
                    "answers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), null=True, size=None
                    ),
                ),
                ("withheld", models.TextField(blank=True, default="")),
                ("answer", models.IntegerField(null=True)),
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
                "db_table": "assessment_comment",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("answer__isnull", True), ("voice__isnull", True), ("withheld", "")
                        ),
                        fields=["case", "id"],
                        name="assessment_comment_waits",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "voice"), name="assessment_comment_voice")
                ],
            },
        ),
        withhold("DELETE", "assessment_record"),
    ]
