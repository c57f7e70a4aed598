# SPDX-License-Identifier: Apache-2.0
"""Search keeps each token of a case once: facts no longer stand among the words too, and one index holds both.

The rows are derived, so they are emptied and their follower writes them again from the first entry.
"""

from django.db import migrations

INDEX = "CREATE INDEX CONCURRENTLY IF NOT EXISTS search_tokens ON cases_searchrow USING gin ((facts || words)) WITH (fastupdate = on, gin_pending_list_limit = 64)"
BEFORE = "CREATE INDEX CONCURRENTLY IF NOT EXISTS search_tokens ON cases_searchrow USING gin (facts, words) WITH (fastupdate = on, gin_pending_list_limit = 64)"
UNCOUNTED = """
ALTER TABLE cases_searchrow ALTER COLUMN facts SET STATISTICS 0, ALTER COLUMN words SET STATISTICS 0;
ALTER INDEX search_tokens ALTER COLUMN 1 SET STATISTICS 0"""
COUNTED = """
ALTER TABLE cases_searchrow ALTER COLUMN facts SET STATISTICS -1, ALTER COLUMN words SET STATISTICS -1;
ALTER INDEX search_tokens ALTER COLUMN 1 SET STATISTICS -1"""
AGAIN = "UPDATE cases_follower SET position = 0 WHERE name = 'search'"


class Migration(migrations.Migration):
    atomic = False  # indexes are made and dropped beside running work; each step may be done again
    dependencies = (("cases", "0004_lists"),)
    operations = (
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS search_tokens", BEFORE),
        migrations.RunSQL("DELETE FROM cases_searchrow", "DELETE FROM cases_searchrow"),
        migrations.RunSQL(AGAIN, AGAIN),
        migrations.RunSQL(INDEX, "DROP INDEX CONCURRENTLY IF EXISTS search_tokens"),
        # Searches run under generic plans, which look at no statistics of tokens; to count them is a tenth of a filling.
        migrations.RunSQL(UNCOUNTED, COUNTED),
    )
