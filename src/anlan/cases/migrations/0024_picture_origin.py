# SPDX-License-Identifier: Apache-2.0
"""A picture has a second mark, of the file it was made from; a file on its way says which that was."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("cases", "0023_claim_beside"),)
    operations = (
        migrations.AddField("upload", "origin", models.BinaryField(null=True)),
        # Django alters no composite key.
        migrations.SeparateDatabaseAndState(
            database_operations=(
                migrations.RunSQL(
                    "ALTER TABLE cases_picturemark DROP CONSTRAINT cases_picturemark_pkey, ADD PRIMARY KEY (case_id, n, mark)",
                    "ALTER TABLE cases_picturemark DROP CONSTRAINT cases_picturemark_pkey, ADD PRIMARY KEY (case_id, n)",
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
