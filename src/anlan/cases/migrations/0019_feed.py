# SPDX-License-Identifier: Apache-2.0
"""What changed where, for phones to pull. It begins with the open cases as they stand, at the journal's end: no history is read."""

import django.db.models.deletion
from django.db import migrations, models

HEAD = "(SELECT coalesce(max(position), 0) FROM cases_journal)"
SEAT = f"""
INSERT INTO cases_follower (name, position, sends) VALUES ('feed', {HEAD}, false) ON CONFLICT (name) DO NOTHING"""
OPEN = f"""
INSERT INTO cases_feed (case_id, scope, position, here)
SELECT c.id, s.scope, {HEAD}, true FROM cases_case c CROSS JOIN LATERAL (
  SELECT c.area / span * span FROM unnest(ARRAY[10000000000000, 100000000000, 1000000000, 1000000, 1000, 1]) span
  UNION SELECT -a.organisation_id FROM cases_assignment a WHERE a.case_id = c.id AND a.until_seq IS NULL) s(scope)
 WHERE c.open"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0018_upload"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "scope", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("scope", models.BigIntegerField()),
                ("position", models.BigIntegerField()),
                ("here", models.BooleanField()),
                ("barred_at", models.BigIntegerField(null=True)),
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
                "indexes": [models.Index(fields=["scope", "position"], name="feed_scope")],
            },
        ),
        migrations.RunSQL(SEAT, "DELETE FROM cases_follower WHERE name = 'feed'"),
        migrations.RunSQL(OPEN, migrations.RunSQL.noop),
    ]
