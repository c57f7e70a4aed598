# SPDX-License-Identifier: Apache-2.0
"""A picture has a second mark, of the file it was made from; a file on its way says which that was."""

from django.db import migrations, models

KEY = """-- squawk-ignore ban-drop-constraint
ALTER TABLE cases_picturemark DROP CONSTRAINT cases_picturemark_pkey,
  ADD CONSTRAINT cases_picturemark_pkey PRIMARY KEY USING INDEX cases_picturemark_{}"""
"""The wider key stands in the moment in which the narrower goes: its index is there already."""


class Migration(migrations.Migration):
    # The index of the new key is built beside the work of others.
    atomic = False
    dependencies = (("cases", "0023_claim_beside"),)
    operations = (
        migrations.AddField("upload", "origin", models.BinaryField(null=True)),
        # Django alters no composite key.
        migrations.SeparateDatabaseAndState(
            database_operations=(
                migrations.RunSQL(
                    [
                        "CREATE UNIQUE INDEX CONCURRENTLY cases_picturemark_marks ON cases_picturemark (case_id, n, mark)"
                    ],
                    [KEY.format("first")],
                ),
                migrations.RunSQL(
                    [KEY.format("marks")],
                    [
                        "CREATE UNIQUE INDEX CONCURRENTLY cases_picturemark_first ON cases_picturemark (case_id, n)"
                    ],
                ),
            ),
            state_operations=(
                migrations.AlterField(
                    "picturemark",
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "n", "mark", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ),
        ),
    )
