# SPDX-License-Identifier: Apache-2.0
"""Who owes each term, and which of them last."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


def _numbers() -> "ArrayField[list[int], list[int]]":
    return ArrayField(models.BigIntegerField(), default=list, blank=True)


class Migration(migrations.Migration):
    """Two columns."""

    dependencies = (("mediation", "0003_again"),)
    operations = (
        migrations.AddField("mediationrecord", "owed_by", _numbers()),
        migrations.AddField("mediationrecord", "lasting", _numbers()),
    )
