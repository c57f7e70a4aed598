# SPDX-License-Identifier: Apache-2.0
"""The user id under which DingTalk knows a member of staff, sealed."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns."""

    dependencies: ClassVar = [("people", "0010_push")]

    operations: ClassVar = [
        migrations.AddField(model_name="staffpush", name="key", field=models.BinaryField(null=True)),
        migrations.AddField(model_name="staffpush", name="sealed", field=models.BinaryField(null=True)),
    ]
