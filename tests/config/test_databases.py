# SPDX-License-Identifier: Apache-2.0
"""The tests' own ground: what a test may count on."""

import psycopg
import pytest
from django.db import ProgrammingError, connection

from tests.databases import Clone

READS = frozenset({"SELECT"})
ADDS = READS | {"INSERT"}
CHANGES = ADDS | {"UPDATE"}
DELETES = CHANGES | {"DELETE"}
MARKS = ADDS | {"DELETE"}
MAY = {
    READS: "django_migrations",
    ADDS: """cases_access cases_declaration cases_entry cases_erasure cases_journal cases_link cases_request people_adminline
        people_appversion people_boundaryrefusal""",
    MARKS: "cases_picturemark documents_given duty_patrol",
    CHANGES: """account_emailaddress alert_readers alert_record assessment_record account_emailconfirmation auth_group auth_group_permissions auth_permission
        cases_assignment cases_attachment cases_case cases_category cases_clock cases_condition cases_configuration
        cases_content cases_follower cases_invitation cases_limitrow cases_notice cases_party cases_routerow django_admin_log
        django_content_type mediation_mediator mediation_record people_account people_appopening people_organisation people_organisationsuccession people_pendingchange people_post
        people_terminal people_token places_boundary places_calendar places_calendarday places_calendarversion places_place places_placecode
        places_revision places_succession report_record suggestions_classifier""",
    # What lapses, what is passed on, and what an erasure takes.
    DELETES: """alert_acknowledgement assessment_answer assessment_comment case_account duty_shift cases_claim cases_feed cases_heldact cases_searchrow cases_tray desk_cannedreply
        desk_savedfilter django_session indicators_casefact indicators_tally mfa_authenticator
        people_absence
        people_ratecounter people_sealedact people_sealedphoto people_signincode procrastinate_events procrastinate_jobs procrastinate_periodic_defers
        cases_delivery cases_telling cases_upload people_staffmail
        people_placefollow people_placetext people_staffbrowser people_staffpush procrastinate_workers""",
}
"""What the role that serves may do, with every table there is."""
RIGHTS = """
SELECT c.relname, array_agg(r.name) FROM pg_class c, unnest(%s::text[]) r(name)
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND has_table_privilege('anlan_app', c.oid, r.name) GROUP BY 1"""


@pytest.mark.django_db
def test_tests_serve_as_the_role_without_ddl() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("anlan_app",)
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute("CREATE TABLE forbidden (n int)")


@pytest.mark.django_db
def test_the_role_that_serves_may_do_what_is_listed_and_no_more() -> None:
    rights = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
    with connection.cursor() as cursor:
        cursor.execute(RIGHTS, [rights])
        found = {table: frozenset(held) for table, held in cursor.fetchall()}
    assert found == {table: rights for rights, tables in MAY.items() for table in tables.split()}


def test_a_database_of_its_own_commits_and_is_seen_by_others(own_database: Clone) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES ('one', 'two', now())")
    with psycopg.connect(own_database.owner_dsn) as other:
        assert other.execute("SELECT session_key FROM django_session").fetchall() == [("one",)]


def test_a_database_of_its_own_begins_clean(own_database: Clone) -> None:
    with psycopg.connect(own_database.dsn) as other:
        assert other.execute("SELECT session_key FROM django_session").fetchall() == []


def test_the_owner_looks_at_the_same_database(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    assert owner.execute("SELECT current_user, current_database()").fetchone() == (
        "anlan_owner",
        connection.settings_dict["NAME"],
    )
