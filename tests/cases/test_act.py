# SPDX-License-Identifier: Apache-2.0
"""The writer: what an action changes, what it refuses, what a repetition gets."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import Error, connection, transaction

from anlan.base.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from anlan.base.ids import new_id
from anlan.base.keys import aad, keyring
from anlan.cases.act import Done, act, act_many, open_case
from anlan.cases.apply import apply
from anlan.cases.envelope import NewParty
from anlan.cases.load import load
from anlan.cases.models import Assignment, Case, Clock, Content, Entry, Link, Party, Tray
from anlan.cases.projection import Entry as Line
from anlan.cases.projection import Projection
from tests.cases.world import MONDAY, dispatcher, envelope, handler, opening, organisation

pytestmark = pytest.mark.django_db


def projection(done: Done) -> Projection:
    probe = envelope("note", dispatcher(), done.case_id)
    return load((probe,)).loaded.cases[done.case_id]


def dispatched(**given: object) -> Done:
    opened = open_case(opening())
    data = {"unit": organisation("dept:330106:housing"), **given}
    return act(envelope("dispatch", dispatcher(), opened.case_id, data=data))


def test_opening_writes_case_entry_content_clock_and_tray() -> None:
    done = open_case(opening(parties=(NewParty(role="reporter", contact={"phone": "13800000000"}),)))
    case = Case.objects.get(pk=done.case_id)
    entry = Entry.objects.get(case_id=done.case_id)
    assert (case.state, case.seq, case.number, bytes(case.digest)) == (
        "new",
        1,
        done.number,
        bytes(entry.digest),
    )
    assert case.holder_id == organisation("town:330106004")
    assert entry.actor == "party:1"
    assert entry.outcomes["opened"]["source"] == "other"
    clock = Clock.objects.get(case_id=done.case_id)
    assert clock.key == "accept"
    assert clock.due_at == MONDAY + timedelta(hours=2)
    assert case.due_at == clock.due_at
    assert Tray.objects.filter(case_id=done.case_id).count() == 1
    party = Party.objects.get(case_id=done.case_id)
    key = keyring().unwrap(bytes(case.key))
    assert party.sealed is not None
    assert b"13800000000" in key.open(bytes(party.sealed), aad=aad(done.case_id, "party", 1, "contact"))


def test_entries_hold_no_words() -> None:
    done = open_case(opening(data={"words": "独一无二的句子"}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_entry::text FROM cases_entry WHERE case_id = %s", [done.case_id])
        assert "独一无二" not in cursor.fetchone()[0]
    assert b"\xe7\x8b\xac" not in bytes(Content.objects.get(case_id=done.case_id).sealed or b"")


def test_dispatch_moves_holder_and_clocks() -> None:
    done = dispatched(assisting=[organisation("dept:330106:water")])
    case = projection(done)
    assert case.state == "handling"
    assert case.holder == organisation("dept:330106:housing")
    assert case.room == organisation("town:330106004")
    assert case.assigned_now("assist") == (organisation("dept:330106:water"),)
    accept, handle = case.clocks[1], case.clocks[2]
    assert accept.stopped_at == MONDAY
    assert (handle.key, handle.owner, handle.told) == ("handle", case.holder, handle.due_at)
    assert Assignment.objects.filter(case_id=done.case_id, until_seq=None).count() == 3


def test_stored_rows_are_what_folding_gives() -> None:
    done = dispatched()
    case = None
    for row in Entry.objects.filter(case_id=done.case_id).order_by("seq"):
        case = apply(
            case,
            Line(
                case_id=row.case_id, seq=row.seq, at=row.at, received_at=row.received_at, actor=row.actor,
                action=row.action, frm=row.from_state, to=row.to_state, audience=row.audience, outcomes=row.outcomes,
                prev=bytes(row.prev), digest=bytes(row.digest), algorithm=row.algorithm, format=row.format,
            ),
        )  # fmt: skip
    assert case == projection(done)


def test_same_request_gets_the_same_answer() -> None:
    first = opening()
    done = open_case(first)
    again = open_case(first)
    assert again == replace(done, again=True)
    assert Entry.objects.filter(case_id=done.case_id).count() == 1


def test_the_answer_is_that_of_the_time_whatever_happened_since() -> None:
    first = opening()
    done = open_case(first)
    data = {"unit": organisation("dept:330106:housing")}
    act(envelope("dispatch", dispatcher(), done.case_id, data=data))
    assert open_case(first) == replace(done, again=True)
    assert projection(done).seq > done.seq


def test_same_request_with_other_words_is_a_conflict() -> None:
    first = opening()
    open_case(first)
    with pytest.raises(Conflict):
        open_case(replace(first, data={"words": "别的话"}))


def test_somebody_elses_case_id_cannot_be_opened_again() -> None:
    done = open_case(opening())
    with pytest.raises(Conflict):
        open_case(opening(case_id=done.case_id))


def test_refusal_is_judged_again_and_acceptance_is_stable() -> None:
    opened = open_case(opening())
    close = envelope("close", handler(), opened.case_id)
    with pytest.raises(Refused):
        act(close)
    act(
        envelope("dispatch", dispatcher(), opened.case_id, data={"unit": organisation("dept:330106:housing")})
    )
    assert act(close).state == "closed"
    assert act(close).again


def test_strangers_see_nothing_and_bystanders_may_not() -> None:
    opened = open_case(opening())
    elsewhere = replace(dispatcher(), organisation_id=organisation("town:330106002"), scope=())
    with pytest.raises(NotFound):
        act(envelope("note", elsewhere, opened.case_id, data={"words": "看看"}))
    with pytest.raises(NotAllowed):
        act(
            envelope(
                "dispatch", handler(), opened.case_id, data={"unit": organisation("dept:330106:housing")}
            )
        )
    with pytest.raises(NotFound):
        act(envelope("note", dispatcher(), uuid4(), data={"words": "没有这件"}))


def test_stale_click_keeps_nothing_and_says_so() -> None:
    opened = open_case(opening())
    unit = organisation("dept:330106:housing")
    act(envelope("dispatch", dispatcher(), opened.case_id, data={"unit": unit}, expect=1))
    with pytest.raises(Conflict):
        act(
            envelope(
                "extend", dispatcher(), opened.case_id, data={"limit": {"n": 3, "unit": "day"}}, expect=1
            )
        )
    act(envelope("note", dispatcher(), opened.case_id, data={"words": "说明"}, expect=2))
    # A note is not material: whoever had not seen it may still act.
    assert (
        act(
            envelope(
                "extend", dispatcher(), opened.case_id, data={"limit": {"n": 9, "unit": "day"}}, expect=2
            )
        ).seq
        == 4
    )


def test_every_fault_is_told_by_field() -> None:
    opened = open_case(opening())
    with pytest.raises(Invalid) as caught:
        act(
            envelope(
                "dispatch", dispatcher(), opened.case_id, data={"unit": "x", "assisting": 5, "nonsense": 1}
            )
        )
    assert set(caught.value.fields) == {"unit", "assisting", "nonsense"}


BLANK = ["  \u200b ", "\u2060\ufeff", "\u00ad", "\u202e\n\t", "\u0301", "\ue000"]


@pytest.mark.parametrize("words", ["\x00", "a" * 4001, 7, {"a": 1}, None, "", "\ud800", *BLANK])
def test_hostile_words_are_refused(words: object) -> None:
    with pytest.raises(Invalid):
        open_case(opening(data={"words": words}))


@pytest.mark.parametrize("words", ["坑", "?", "1", "🕳️", " \u200b灯\u200b "])
def test_one_sign_that_can_be_seen_is_enough(words: str) -> None:
    assert open_case(opening(data={"words": words})).seq == 1


def test_batch_keeps_good_ones_and_reports_bad_ones() -> None:
    good, bad, more = opening(), opening(data={"words": ""}), opening()
    answers = act_many((good, bad, more))
    assert isinstance(answers[0], Done)
    assert isinstance(answers[1], Invalid)
    assert isinstance(answers[2], Done)
    assert Case.objects.filter(pk__in=(good.case_id, bad.case_id, more.case_id)).count() == 2


def test_batch_folds_several_actions_on_one_case() -> None:
    first = opening()
    unit = organisation("dept:330106:housing")
    answers = act_many(
        (
            first,
            envelope("dispatch", dispatcher(), first.case_id, data={"unit": unit}),
            envelope("close", handler(), first.case_id),
        )
    )
    assert [a.seq for a in answers if isinstance(a, Done)] == [1, 2, 3]
    assert Case.objects.get(pk=first.case_id).state == "closed"


def test_pause_stops_the_clock_and_resume_gives_the_time_back() -> None:
    done = dispatched()
    due = projection(done).clocks[2].due_at
    act(envelope("pause", handler(), done.case_id, at=MONDAY + timedelta(days=1)))
    assert projection(done).due_at is None
    act(envelope("resume", handler(), done.case_id, at=MONDAY + timedelta(days=3)))
    assert projection(done).clocks[2].due_at == due + timedelta(days=2)


def test_extension_moves_due_and_told_only_later() -> None:
    done = dispatched()
    before = projection(done).clocks[2]
    act(envelope("extend", dispatcher(), done.case_id, data={"limit": {"n": 1, "unit": "hour"}}))
    shorter = projection(done).clocks[2]
    assert shorter.due_at == MONDAY + timedelta(hours=1)
    assert shorter.told == before.told


def test_merge_links_both_cases_by_digest() -> None:
    one, two = open_case(opening()), open_case(opening())
    act(envelope("merge", dispatcher(), one.case_id, data={"into": str(two.case_id)}))
    there = Link.objects.get(case_id=one.case_id)
    back = Link.objects.get(case_id=two.case_id)
    heads = {e.case_id: bytes(e.digest) for e in Entry.objects.filter(case_id=two.case_id, seq=2)}
    assert bytes(there.digest) == heads[two.case_id]
    assert bytes(back.digest) == bytes(Entry.objects.get(case_id=one.case_id, seq=1).digest)
    assert Case.objects.get(pk=one.case_id).state == "merged"


def test_split_opens_a_case_in_the_same_transaction() -> None:
    one = open_case(opening())
    act(envelope("split", dispatcher(), one.case_id, data={"words": "另一处也坏了"}))
    part = Link.objects.get(case_id=one.case_id)
    assert Case.objects.get(pk=part.other_id).state == "new"


def test_number_is_from_the_id_and_unique() -> None:
    first = opening()
    done = open_case(first)
    assert len(str(done.number)) <= 16
    clash = replace(opening(), case_id=new_id())
    assert open_case(clash).number != done.number


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_entry SET action = 'x'",
        "DELETE FROM cases_entry",
        "TRUNCATE cases_entry CASCADE",
        "UPDATE cases_journal SET seq = 1",
        "DELETE FROM cases_journal",
        "TRUNCATE cases_journal",
        "DELETE FROM cases_case",
        "UPDATE cases_case SET state = 'closed'",
        "UPDATE cases_case SET seq = seq + 1",
        "UPDATE cases_case SET due_at = NULL, holder_id = NULL",
        "UPDATE cases_case SET number = number + 1",
        "UPDATE cases_case SET published_as = 'X', published_at = now()",
        "ALTER TABLE cases_case DISABLE TRIGGER cases_guard",
        "DROP TABLE cases_entry",
        "CREATE TABLE mine (a int)",
        "SET session_replication_role = replica",
        "UPDATE cases_link SET kind = 'x'",
        "DELETE FROM cases_request",
        "UPDATE cases_access SET reason = ''",
    ],
)
def test_the_database_refuses_the_application(statement: str) -> None:
    open_case(opening())
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == "anlan_app"
        with pytest.raises(Error), transaction.atomic():
            cursor.execute(statement)
