# SPDX-License-Identifier: Apache-2.0
"""What the database does itself: a new revision token with each change of places, and versions that stay as written."""

from django.db import migrations

REVISION = """
INSERT INTO places_revision (id, token) VALUES (1, 1);
CREATE FUNCTION places_touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE places_revision SET token = floor(random() * 9e15)::bigint WHERE id = 1;
  RETURN NULL;
END $$;
"""

DROP_REVISION = """
DROP FUNCTION places_touch() CASCADE;
DELETE FROM places_revision;
"""

KEPT = """
CREATE FUNCTION places_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once: add a new version', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

TOUCHING = (
    "places_place",
    "places_placecode",
    "places_succession",
    "places_boundary",
    "places_calendarversion",
    "places_calendarday",
    "places_regionprofile",
)
WRITTEN_ONCE = ("places_calendarversion", "places_calendarday", "places_regionprofile")


def touch(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER touch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION places_touch()",
        f"DROP TRIGGER IF EXISTS touch ON {table}",
    )


def keep(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION places_keep()",
        f"DROP TRIGGER IF EXISTS keep ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]

    operations = [
        migrations.RunSQL(REVISION, DROP_REVISION),
        migrations.RunSQL(KEPT, "DROP FUNCTION places_keep() CASCADE"),
        *(touch(table) for table in TOUCHING),
        *(keep(table) for table in WRITTEN_ONCE),
    ]
