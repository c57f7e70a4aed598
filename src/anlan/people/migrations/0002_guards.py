# SPDX-License-Identifier: Apache-2.0
"""What the database itself refuses: a changed, missing or misplaced line of the administration log."""

from django.db import migrations

# A line must follow the last one. Two writers that both read the same last line meet at the primary key.
CHAIN = """
CREATE FUNCTION people_chain() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE last people_adminline%ROWTYPE;
BEGIN
  SELECT * INTO last FROM people_adminline ORDER BY seq DESC LIMIT 1;
  IF NEW.seq <> coalesce(last.seq, 0) + 1
     OR NEW.prev <> coalesce(last.digest, decode(repeat('00', 32), 'hex')) THEN
    RAISE EXCEPTION 'line % does not follow the last one', NEW.seq USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON people_adminline FOR EACH ROW EXECUTE FUNCTION people_chain();
"""

DROP_CHAIN = """
DROP TRIGGER chain ON people_adminline;
DROP FUNCTION people_chain();
"""

# The role is made with the database (config/postgres.py); a database without it has no application to guard against.
GRANTS = """
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'anlan_app') THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON people_adminline, people_boundaryrefusal FROM anlan_app;
    REVOKE DELETE, TRUNCATE ON people_account, people_organisation, people_post, people_pendingchange, people_token
      FROM anlan_app;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    """Guards that hold whatever the code does."""

    dependencies = (("people", "0001_initial"),)
    operations = (
        migrations.RunSQL(CHAIN, DROP_CHAIN),
        migrations.RunSQL(
            "ALTER TABLE people_ratecounter SET UNLOGGED", "ALTER TABLE people_ratecounter SET LOGGED"
        ),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
    )
