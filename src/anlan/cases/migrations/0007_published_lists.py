# SPDX-License-Identifier: Apache-2.0
"""Indexes of the public pages: by address, and by place with the newest page first. Few cases have one, so they are small."""

from django.db import migrations

LEVELS = {"province": "(area / 10000000000000)", "city": "(area / 100000000000)", "county": "(area / 1000000000)",
          "town": "(area / 1000000)"}  # fmt: skip
INDEXES = {
    "case_published_as": "(published_as)",
    **{
        f"case_published_{level}": f"({place}, published_at DESC, id DESC)" for level, place in LEVELS.items()
    },
}


class Migration(migrations.Migration):
    """Each is made beside running work and may be made again."""

    atomic = False
    dependencies = (("cases", "0006_published"),)
    operations = tuple(
        migrations.RunSQL(
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON cases_case {on} WHERE published_as IS NOT NULL",
            f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
        )
        for name, on in INDEXES.items()
    )
