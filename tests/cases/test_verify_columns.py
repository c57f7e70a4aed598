# SPDX-License-Identifier: Apache-2.0
"""Every column of every table of cases, altered one by one by the owner of the database: `verify` finds each, but those
listed here with the reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from anlan.base.ids import new_id
from anlan.base.keys import keyring
from anlan.cases import attachments, journal, registry
from anlan.cases.act import act
from anlan.cases.catalogue import current
from anlan.cases.envelope import NewParty
from anlan.cases.models import Attachment, Case
from anlan.cases.queries import open_look
from anlan.people.may import SYSTEM, Role, actor_of, resident
from tests.cases.walks import photo
from tests.cases.world import MONDAY, TOWN, dispatcher, envelope, handler, opening
from tests.databases import Clone
from tests.faults.whole import faults
from tests.people.world import post
from tests.procedures.alert.cast import Storm
from tests.procedures.assessment.cast import Road
from tests.procedures.mediation.cast import Dispute

PERSON = (NewParty(role="reporter", contact={"name": "王小明", "phone": "13800000000"}, account_id=77),)
NOT_OF_CASES = {
    "cases_category": "configuration: each change is a line of the chained administration log",
    "cases_condition": "the same",
    "cases_limitrow": "the same",
    "cases_routerow": "the same",
    "cases_configuration": "the same: its version alone",
    "cases_follower": "how far a reader of the journal is; what it derives can be derived again",
    "cases_feed": "derived: `anlan journal --rebuild feed` makes it anew from the entries",
    "cases_searchrow": "derived: `anlan journal --rebuild search` makes it anew from the entries",
    "cases_notice": "what the inbox shows and whether it was read; what happened is in the entries",
    "cases_telling": "how somebody wishes to be told; their own choice, changed at will and in no entry",
    "cases_delivery": "how a sending went; what happened is in the entries",
    "cases_claim": "a courtesy that lapses within a day and is in no log",
    "cases_upload": "files that come ahead of their acts; the entry of the act says which the case has",
    "cases_picturemark": "a hint for who checks, gone after half a year; the picture itself is held by its own row",
    "cases_invitation": "by which link a post may act; what it did is an entry of that post",
    "cases_heldact": "acts that have not happened yet; each is judged when it is done, and then an entry says it",
}
CANNOT = {
    "case_account.account_id": "no entry may name an account, so nothing can be held against it",
    "cases_request.request_id": "made by the sender, kept nowhere else",
    "cases_request.payload": "a keyed digest of what was sent, which is not kept; altered, a repetition is refused",
    "cases_access.id": "a number made up for the row",
    "cases_tray.id": "the order of waiting; the journal gives its own",
    "cases_journal.at": "when it was numbered, by the leader's clock; the entry has its own times",
    "cases_declaration.first_used_at": "said for people; what binds is the digest",
}
ALTERED = {
    "uuid": "gen_random_uuid()",
    "boolean": "NOT coalesce({c}, false)",
    "text": "coalesce({c}, '') || 'x'",
    "smallint": "(coalesce({c}, 0) + 1000)::smallint",
    "integer": "coalesce({c}, 0) + 1000",
    "bigint": "coalesce({c}, 0) + 1000",
    "timestamp with time zone": "coalesce({c}, now()) + interval '1 day'",
    "bytea": (
        "CASE WHEN coalesce(length({c}), 0) = 0 THEN '\\x01'::bytea"
        " ELSE set_byte({c}, length({c}) - 1, get_byte({c}, length({c}) - 1) # 1) END"
    ),
    **dict.fromkeys(("int2[]", "int8[]", "text[]"), "'{{77}}'"),
    "jsonb": "CASE jsonb_typeof({c}) WHEN 'array' THEN {c} || '[\"x\"]' ELSE coalesce({c}, '{{}}') || '{{\"x\": 1}}' END",
}
"""Another value of each type."""
COLUMNS = """
SELECT table_name, column_name, CASE data_type WHEN 'ARRAY' THEN substr(udt_name, 2) || '[]' ELSE data_type END
  FROM information_schema.columns
 WHERE table_schema = 'public' AND (table_name LIKE 'cases\\_%%' OR table_name = ANY(%s)) ORDER BY 1, 2"""
LIVE = {"cases_assignment": "until_seq IS NULL"}
"""What an ended assignment repeats of its case is read by nobody."""


@dataclass(frozen=True)
class Place:
    table: str
    column: str
    kind: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


def columns(admin: psycopg.Connection[tuple[str, str, str]]) -> list[Place]:
    tables = ["case_account", *(registry.record_table(key) for key in registry.recorded())]
    return [Place(*row) for row in admin.execute(COLUMNS, [tables])]


@pytest.fixture
def admin(
    own_database: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[psycopg.Connection[tuple[str, str, str]]]:
    """Who owns the database, with some cases in it: a report with a photo and a look, one merged, one erased."""
    for name in ("HEADS", "ERASURES", "ATTACHMENTS"):
        monkeypatch.setattr(settings, f"ANLAN_{name}", tmp_path / name.lower())
    tell()
    with psycopg.connect(own_database.admin_dsn, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        yield owner


def tell() -> None:
    room = actor_of(post(Role.DISPATCHER, f"town:{TOWN}"), at=MONDAY)
    above = actor_of(post(Role.SUPERVISOR, "city:3301"), at=MONDAY)
    first = report()
    act(envelope("note", room, first, data={"words": "已联系报告人"}))
    open_look(above, first, reason="supervision", at=MONDAY, known=current())
    gone = report()
    act(envelope("withdraw", resident(77), gone, party=1))
    act(envelope("erase", SYSTEM, gone))
    toys = [opening(parties=PERSON) for _ in range(3)]
    for wish in toys:
        act(wish)
    act(envelope("merge", dispatcher(), toys[0].case_id, data={"into": str(toys[1].case_id)}))
    Storm().issue()
    Road(at=MONDAY).consult()
    Dispute()
    unit = handler().organisation_id
    act(envelope("dispatch", dispatcher(), toys[2].case_id, data={"unit": unit}))
    act(envelope("pause", handler(), toys[2].case_id, at=MONDAY + timedelta(hours=2)))
    while journal.number(at=MONDAY):
        pass
    journal.keep_head(journal.head(), at=MONDAY)
    act(envelope("resume", handler(), toys[2].case_id, at=MONDAY + timedelta(hours=3)))  # waits in the tray


def report() -> UUID:
    """A report with a photo, by a resident who is signed in."""
    case_id = new_id()
    wrapped, key = keyring().new_case_key()
    file = attachments.store(case_id, key, photo(1), name="路口.jpg")
    by = resident(77)
    act(opening(by, procedure="report", case_id=case_id, key=wrapped, parties=PERSON, files=(file,)))
    return case_id


def alter(admin: psycopg.Connection[tuple[str, str, str]], place: Place) -> tuple[str, object]:
    """Gives one row another value; where that row is now, and what it held."""
    names = {"t": sql.Identifier(place.table), "c": sql.Identifier(place.column)}
    text = sql.SQL("SELECT ctid::text, {c}::text FROM {t} WHERE {w} ORDER BY {c} IS NULL LIMIT 1")
    row = admin.execute(text.format(w=sql.SQL(LIVE.get(place.table, "true")), **names)).fetchone()
    assert row is not None, f"no row of {place.table} to alter"
    other = sql.SQL(ALTERED[place.kind]).format(c=names["c"])
    text = sql.SQL("UPDATE {t} SET {c} = {other} WHERE ctid = %s::tid RETURNING ctid::text")
    moved = admin.execute(text.format(other=other, **names), [row[0]]).fetchone()
    assert moved is not None
    return moved[0], row[1]


def restore(admin: psycopg.Connection[tuple[str, str, str]], place: Place, at: str, held: object) -> None:
    text = sql.SQL("UPDATE {t} SET {c} = %s::text::{kind} WHERE ctid = %s::tid").format(
        t=sql.Identifier(place.table), c=sql.Identifier(place.column), kind=sql.SQL(place.kind)
    )
    admin.execute(text, [held, at])


def test_every_altered_column_is_found_but_those_listed(
    admin: psycopg.Connection[tuple[str, str, str]],
) -> None:
    assert faults(files=True) == []
    places = [place for place in columns(admin) if place.table not in NOT_OF_CASES]
    assert {str(place) for place in places} >= CANNOT.keys()
    unseen = set()
    for place in places:
        at, held = alter(admin, place)
        if not faults(files=True):
            unseen.add(str(place))
        restore(admin, place, at, held)
    assert faults(files=True) == []
    assert unseen == CANNOT.keys()


def test_each_table_is_one_of_cases_or_listed(admin: psycopg.Connection[tuple[str, str, str]]) -> None:
    assert {place.table for place in columns(admin)} >= NOT_OF_CASES.keys()


def test_a_file_altered_cut_or_removed_is_found_when_files_are_verified(
    admin: psycopg.Connection[tuple[str, str, str]],
) -> None:
    row = Attachment.objects.filter(erased=False).get()
    path = attachments.path_of(row.case_id, bytes(row.keyed))
    kept = path.read_bytes()
    for other in (kept[:-1] + bytes([kept[-1] ^ 1]), kept[:40], b"", None):
        path.unlink()
        if other is not None:
            path.write_bytes(other)
        assert [fault.case for fault in faults(files=True)] == [Case.objects.get(pk=row.case_id).number]
        assert faults() == []
        path.write_bytes(kept)
    assert faults(files=True) == []


def test_rows_of_a_person_that_came_back_after_their_erasure_are_found(
    admin: psycopg.Connection[tuple[str, str, str]],
) -> None:
    gone = admin.execute("SELECT case_id FROM cases_erasure").fetchone()
    assert gone is not None
    for statement in (
        "UPDATE cases_content SET sealed = 'x' WHERE case_id = %s AND seq = 1",
        "UPDATE cases_party SET sealed = 'x' WHERE case_id = %s",
        "INSERT INTO case_account (case_id, n, account_id, opened_at) SELECT id, 1, 77, opened_at FROM cases_case WHERE id = %s",
        "UPDATE cases_attachment SET erased = false WHERE case_id = %s",
    ):
        before = len(faults())
        admin.execute(statement, [gone[0]])
        assert len(faults()) > before, statement


def test_a_look_that_is_no_longer_shown_is_found(admin: psycopg.Connection[tuple[str, str, str]]) -> None:
    admin.execute("DELETE FROM cases_access")
    assert [fault.what for fault in faults()] == [
        "the looks that the person is shown differ from the entries"
    ]
