# SPDX-License-Identifier: Apache-2.0
"""Indexes of search, of escalation, of the sender's sweep and of retention."""

from django.db import migrations

INDEXES = (
    # One structure for both columns. The pending list keeps writing cheap; small, because every search reads it.
    (
        "search_tokens",
        "CREATE INDEX IF NOT EXISTS search_tokens ON cases_searchrow USING gin (facts, words) WITH (fastupdate = on, gin_pending_list_limit = 64)",
    ),
    (
        "clock_next",
        "CREATE INDEX IF NOT EXISTS clock_next ON cases_clock (next_at, case_id, n) WHERE next_at IS NOT NULL",
    ),
    (
        "delivery_sending",
        "CREATE INDEX IF NOT EXISTS delivery_sending ON cases_delivery (at) WHERE outcome = 'sending'",
    ),
    (
        "case_retention",
        "CREATE INDEX IF NOT EXISTS case_retention ON cases_case (procedure, closed_at, id) WHERE NOT open",
    ),
)


class Migration(migrations.Migration):
    dependencies = (("cases", "0002_guards"),)
    operations = tuple(migrations.RunSQL(create, f"DROP INDEX IF EXISTS {name}") for name, create in INDEXES)
