# SPDX-License-Identifier: Apache-2.0
"""What the database itself refuses: foreign keys to composite keys, grants, and a state that moves without its entry."""

from django.db import migrations

FOREIGN_KEYS = """
ALTER TABLE cases_content ADD CONSTRAINT content_of_entry
  FOREIGN KEY (case_id, seq) REFERENCES cases_entry (case_id, seq);
ALTER TABLE cases_request ADD CONSTRAINT request_of_entry
  FOREIGN KEY (case_id, seq) REFERENCES cases_entry (case_id, seq);
ALTER TABLE cases_erasure ADD CONSTRAINT erasure_of_entry
  FOREIGN KEY (case_id, seq) REFERENCES cases_entry (case_id, seq);
ALTER TABLE case_account ADD CONSTRAINT account_of_party
  FOREIGN KEY (case_id, n) REFERENCES cases_party (case_id, n);
"""

DROP_FOREIGN_KEYS = """
ALTER TABLE cases_content DROP CONSTRAINT content_of_entry;
ALTER TABLE cases_request DROP CONSTRAINT request_of_entry;
ALTER TABLE cases_erasure DROP CONSTRAINT erasure_of_entry;
ALTER TABLE case_account DROP CONSTRAINT account_of_party;
"""

# The trigger runs at the end of the statement, so one statement may write the entry and the case in any order.
GUARD = """
CREATE FUNCTION cases_guard_case() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.seq = OLD.seq THEN
    IF ROW(NEW.id, NEW.number, NEW.procedure, NEW.version, NEW.state, NEW.open, NEW.digest, NEW.material_seq,
           NEW.opened_at, NEW.closed_at, NEW.place_id, NEW.area, NEW.category_id, NEW.condition_id, NEW.urgent,
           NEW.barred, NEW.source, NEW.holder_id, NEW.due_at)
       IS DISTINCT FROM
       ROW(OLD.id, OLD.number, OLD.procedure, OLD.version, OLD.state, OLD.open, OLD.digest, OLD.material_seq,
           OLD.opened_at, OLD.closed_at, OLD.place_id, OLD.area, OLD.category_id, OLD.condition_id, OLD.urgent,
           OLD.barred, OLD.source, OLD.holder_id, OLD.due_at) THEN
      RAISE EXCEPTION 'case % may not change without an entry', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.seq <= OLD.seq OR ROW(NEW.id, NEW.number, NEW.procedure, NEW.opened_at, NEW.place_id)
       IS DISTINCT FROM ROW(OLD.id, OLD.number, OLD.procedure, OLD.opened_at, OLD.place_id)) THEN
    RAISE EXCEPTION 'case % may not go back or change its identity', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  PERFORM 1 FROM cases_entry
    WHERE case_id = NEW.id AND seq = NEW.seq AND digest = NEW.digest AND to_state = NEW.state;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'case % has no entry % for its state', NEW.id, NEW.seq USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER cases_guard AFTER INSERT OR UPDATE ON cases_case
  FOR EACH ROW EXECUTE FUNCTION cases_guard_case();
"""

DROP_GUARD = """
DROP TRIGGER cases_guard ON cases_case;
DROP FUNCTION cases_guard_case();
"""

# The role is made with the database (config/postgres.py); a database without it has no application to guard against.
GRANTS = """
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'anlan_app') THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON cases_entry, cases_journal, cases_declaration, cases_erasure FROM anlan_app;
    REVOKE DELETE, TRUNCATE ON cases_case, cases_assignment, cases_clock, cases_link, cases_content, cases_party,
      cases_attachment, cases_request, cases_access FROM anlan_app;
    REVOKE UPDATE ON cases_link, cases_request, cases_access FROM anlan_app;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    """Guards that hold whatever the code does."""

    dependencies = (("cases", "0001_initial"),)
    operations = (
        migrations.RunSQL(FOREIGN_KEYS, DROP_FOREIGN_KEYS),
        migrations.RunSQL(GUARD, DROP_GUARD),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        migrations.RunSQL(
            "INSERT INTO cases_configuration (id, version) VALUES (1, 1)",
            "DELETE FROM cases_configuration WHERE id = 1",
        ),
    )
