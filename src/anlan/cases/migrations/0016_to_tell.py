# SPDX-License-Identifier: Apache-2.0
"""What waits for somebody of an organisation to tell a person, by limit: few rows, ended cases too."""

from django.db import migrations

CREATE = """
CREATE INDEX CONCURRENTLY IF NOT EXISTS clock_tell ON cases_clock (owner_id, due_at)
 WHERE key = 'tell' AND stopped_at IS NULL"""


class Migration(migrations.Migration):
    """Made beside running work, and may be made again."""

    atomic = False
    dependencies = (("cases", "0015_telling"),)
    operations = (migrations.RunSQL(CREATE, "DROP INDEX CONCURRENTLY IF EXISTS clock_tell"),)
