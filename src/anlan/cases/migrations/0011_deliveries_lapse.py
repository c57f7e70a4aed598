# SPDX-License-Identifier: Apache-2.0
"""How a sending ended is forgotten after its time (`anlan retention`). One that has not ended stays: with its row gone, a
message would neither be sent nor known to be missing.
"""

from django.db import migrations

from anlan.base.grants import GUARDED

DELETING = "DELETE ON cases_delivery"


class Migration(migrations.Migration):
    """The right, and the trigger that holds it to what has ended."""

    dependencies = (("cases", "0010_deliveries_by_time"),)
    operations = (
        migrations.RunSQL(
            """
            CREATE FUNCTION delivery_has_ended() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF OLD.outcome IN ('waiting', 'sending') THEN
                RAISE EXCEPTION 'a message that is still to be sent is not forgotten';
              END IF;
              RETURN OLD;
            END $$;
            CREATE TRIGGER delivery_has_ended BEFORE DELETE ON cases_delivery
              FOR EACH ROW EXECUTE FUNCTION delivery_has_ended();
            """,
            "DROP TRIGGER delivery_has_ended ON cases_delivery; DROP FUNCTION delivery_has_ended();",
        ),
        migrations.RunSQL(GUARDED.format(f"GRANT {DELETING} TO"), GUARDED.format(f"REVOKE {DELETING} FROM")),
    )
