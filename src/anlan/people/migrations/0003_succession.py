# SPDX-License-Identifier: Apache-2.0
"""Who goes on with the work of an organisation that ended."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of its own: an organisation may have several successors."""

    dependencies = (("people", "0002_guards"),)
    operations = (
        migrations.CreateModel(
            name="OrganisationSuccession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("main", models.BooleanField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successors",
                        to="people.organisation",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessors",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "successor"), name="organisation_succession_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("main", True)),
                        fields=("organisation",),
                        name="organisation_succession_main",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("organisation", models.F("successor")), _negated=True),
                        name="organisation_succession_other",
                    ),
                ]
            },
        ),
    )
