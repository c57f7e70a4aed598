# SPDX-License-Identifier: Apache-2.0
"""Ids at DingTalk that nobody has shown to be their own are taken out: each is given once more, with a code."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """No column changes."""

    dependencies: ClassVar = [("people", "0011_dingtalk")]

    operations: ClassVar = [
        migrations.RunSQL("UPDATE people_staffpush SET key = NULL, sealed = NULL", migrations.RunSQL.noop),
    ]
