# SPDX-License-Identifier: Apache-2.0
"""A people's government is a kind of organisation: it makes major decisions."""

from typing import ClassVar

from django.db import migrations, models

KINDS = (
    "village_committee",
    "town_room",
    "county_centre",
    "county_department",
    "government",
    "city_supervision",
    "province_supervision",
    "outside_unit",
)


class Migration(migrations.Migration):
    """Nothing in the database changes."""

    dependencies: ClassVar = [("people", "0014_roles")]
    operations: ClassVar = [
        migrations.AlterField(
            model_name="organisation",
            name="kind",
            field=models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=24),
        ),
    ]
