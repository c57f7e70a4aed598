# SPDX-License-Identifier: Apache-2.0
"""Whoever has a case open is a row of its own; of those, one says to work on it."""

from django.db import migrations, models
from django.db.models import CASCADE, ForeignKey

KEY = """-- squawk-ignore ban-drop-constraint
ALTER TABLE cases_claim DROP CONSTRAINT cases_claim_pkey, ADD CONSTRAINT cases_claim_pkey PRIMARY KEY USING INDEX {}"""
SAID = models.UniqueConstraint(fields=("case",), condition=models.Q(said=True), name="claim_said")


class Migration(migrations.Migration):
    # The index of the new key is built beside the work of others.
    atomic = False
    dependencies = (("cases", "0024_picture_origin"),)
    operations = (
        # Django alters no composite key.
        migrations.SeparateDatabaseAndState(
            database_operations=(
                migrations.RunSQL(
                    ["CREATE UNIQUE INDEX CONCURRENTLY cases_claim_posts ON cases_claim (case_id, post_id)"],
                    [KEY.format("cases_claim_one")],
                ),
                migrations.RunSQL(
                    [KEY.format("cases_claim_posts")],
                    # What is only shown for minutes need not be kept to go back.
                    [
                        "DELETE FROM cases_claim WHERE NOT said",
                        "CREATE UNIQUE INDEX CONCURRENTLY cases_claim_one ON cases_claim (case_id)",
                    ],
                ),
                migrations.RunSQL(
                    ["CREATE UNIQUE INDEX CONCURRENTLY claim_said ON cases_claim (case_id) WHERE said"],
                    ["DROP INDEX CONCURRENTLY claim_said"],
                ),
                migrations.RunSQL(
                    [
                        """-- squawk-ignore ban-drop-column
ALTER TABLE cases_claim DROP COLUMN beside_id, DROP COLUMN beside_until"""
                    ],
                    [
                        "ALTER TABLE cases_claim ADD COLUMN beside_id bigint, ADD COLUMN beside_until timestamptz"
                    ],
                ),
            ),
            state_operations=(
                migrations.AlterField(
                    "claim",
                    "case",
                    ForeignKey(on_delete=CASCADE, related_name="claims", db_index=False, to="cases.case"),
                ),
                migrations.AddField(
                    "claim",
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "post_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                migrations.AddConstraint("claim", SAID),
                migrations.RemoveField("claim", "beside_id"),
                migrations.RemoveField("claim", "beside_until"),
            ),
        ),
    )
