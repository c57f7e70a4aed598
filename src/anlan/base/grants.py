# SPDX-License-Identifier: Apache-2.0
"""What a migration takes from the role that serves. That role gets its rights on a table when the table is made."""

from django.db import migrations

# The role is made with the database (config/postgres.py); a database without it has no application to guard against.
GUARDED = """
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'anlan_app') THEN
    {} anlan_app;
  END IF;
END $$;
"""


def withhold(rights: str, *tables: str) -> migrations.RunSQL:
    """Takes `rights` ("DELETE", "UPDATE, DELETE") on these tables away."""
    on = f"{rights} ON {', '.join(tables)}"
    return migrations.RunSQL(GUARDED.format(f"REVOKE {on} FROM"), GUARDED.format(f"GRANT {on} TO"))
