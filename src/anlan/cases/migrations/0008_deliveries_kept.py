# SPDX-License-Identifier: Apache-2.0
"""A wish to send stays: with its row gone, a message would neither be sent nor known to be missing. Nothing deletes one."""

from django.db import migrations

# The role is made with the database (config/postgres.py); a database without it has no application to guard against.
GRANTS = """
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'anlan_app') THEN
    {} ON cases_delivery {} anlan_app;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    """Serving sends and marks; it takes nothing back."""

    dependencies = (("cases", "0007_published_lists"),)
    operations = (
        migrations.RunSQL(GRANTS.format("REVOKE DELETE", "FROM"), GRANTS.format("GRANT DELETE", "TO")),
    )
