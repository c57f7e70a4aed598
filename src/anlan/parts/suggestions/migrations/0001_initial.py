# SPDX-License-Identifier: Apache-2.0

from django.db import migrations, models

from anlan.base.grants import withhold


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Classifier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("procedure", models.TextField()),
                ("trained_at", models.DateTimeField()),
                ("cases", models.IntegerField()),
                ("held_out", models.IntegerField()),
                ("first", models.IntegerField()),
                ("among_three", models.IntegerField()),
                ("guess", models.IntegerField()),
                ("steps", models.JSONField()),
                ("weights", models.BinaryField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["procedure", "-id"], name="classifier_newest")],
            },
        ),
        withhold("DELETE", "suggestions_classifier"),
    ]
