# SPDX-License-Identifier: Apache-2.0
"""Erasure: when the keeping time ends, in the files too, and again after a restored backup brought things back."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import transaction

from anlan.cases import registry, standard
from anlan.cases.act import Done, act, act_many, open_case
from anlan.cases.attachments import path_of
from anlan.cases.define import Relation, Who
from anlan.cases.envelope import NewParty, Stored
from anlan.cases.erase import erase_ended, reapply, remove_files
from anlan.cases.erased import in_force, settle
from anlan.cases.models import Attachment, CaseAccount, Content, Entry, Erasure, Party, Upload
from anlan.cases.sweep import Swept, by_system, do_all
from anlan.cases.verify import chunks, verify
from tests.cases.toy import TOY
from tests.cases.world import MONDAY, dispatcher, envelope, handler, opening, organisation
from tests.databases import Clone

FORGETTING = replace(
    TOY,
    actions=(
        *(replace(one, frm=(*one.frm, "closed")) if one.key == "note" else one for one in TOY.actions),
        standard.erase(frm=("closed", "merged"), by=(Who(relation=Relation.PARTY, roles=("reporter",)),)),
    ),
)
PERSON = (NewParty(role="reporter", contact={"name": "王小明", "phone": "+8613800001234"}, account_id=7),)
YEARS_3 = MONDAY.replace(year=MONDAY.year + 3)


@pytest.fixture(autouse=True)
def forgetting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(registry._procedures, ("toy", 1), FORGETTING)
    monkeypatch.setitem(registry._newest, "toy", FORGETTING)
    monkeypatch.setattr(settings, "ANLAN_ERASURES", tmp_path / "erasures.jsonl")
    monkeypatch.setattr(settings, "ANLAN_ATTACHMENTS", tmp_path / "attachments")


def closed(**given: Any) -> Done:
    done = open_case(opening(parties=PERSON, **given))
    act(envelope("dispatch", dispatcher(), done.case_id, data={"unit": organisation("dept:330106:housing")}))
    return act(envelope("close", handler(), done.case_id))


def broken() -> list[str]:
    return [fault.what for chunk in chunks(head=0) for fault in verify(chunk).broken]


@pytest.mark.django_db
def test_what_was_kept_long_enough_is_erased_and_nothing_else() -> None:
    old = closed()
    still_open = open_case(opening(parties=PERSON))
    assert erase_ended(at=YEARS_3 - timedelta(days=1))["toy"] == Swept()
    assert erase_ended(at=YEARS_3 + timedelta(days=1), dry_run=True)["toy"] == Swept(done=1)
    assert Party.objects.get(case_id=old.case_id).sealed is not None
    assert erase_ended(at=YEARS_3 + timedelta(days=1), batch=1)["toy"] == Swept(done=1)
    assert Party.objects.get(case_id=old.case_id).sealed is None
    assert set(Content.objects.filter(case_id=old.case_id).values_list("sealed", flat=True)) == {None}
    assert not CaseAccount.objects.filter(case_id=old.case_id).exists()
    assert Party.objects.get(case_id=still_open.case_id).sealed is not None
    assert erase_ended(at=YEARS_3 + timedelta(days=2))["toy"] == Swept()
    assert Erasure.objects.get(case_id=old.case_id).what == ["words", "parties", "files"]
    assert in_force() == {old.case_id: {"words", "parties", "files"}}


def test_an_erased_case_still_verifies_and_an_emptied_one_does_not(own_database: Clone) -> None:
    first, second = closed(), closed()
    act(envelope("erase", by_system(first.case_id, "erase", data={}, at=MONDAY, once="x").by, first.case_id))
    assert broken() == []
    with psycopg.connect(own_database.admin_dsn) as admin:
        admin.execute("UPDATE cases_content SET sealed = NULL WHERE case_id = %s", [second.case_id])
    assert broken() == ["content 1 was emptied without an erasure"]


@pytest.mark.django_db
def test_the_file_outside_is_written_before_the_commit_and_taken_back_without_one() -> None:
    done = closed()
    wish = by_system(done.case_id, "erase", data={}, at=MONDAY, once="x")

    class Undo(Exception):  # noqa: N818 - rolls back
        pass

    with pytest.raises(Undo), transaction.atomic():  # noqa: PT012 - the transaction is the matter
        do_all([wish])
        assert list(in_force()) == [done.case_id]
        raise Undo
    assert list(in_force()) == [done.case_id]
    assert settle(before=MONDAY) == 0  # too young to judge
    assert settle(before=MONDAY + timedelta(days=1)) == 1
    assert in_force() == {}
    assert do_all(
        [replace(wish, at=MONDAY + timedelta(hours=1), received_at=MONDAY + timedelta(hours=1))]
    ) == Swept(done=1)
    assert settle(before=MONDAY + timedelta(days=9)) == 0
    assert list(in_force()) == [done.case_id]


@pytest.mark.django_db
def test_without_its_line_outside_nothing_is_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    done = closed()
    monkeypatch.setattr(settings, "ANLAN_ERASURES", Path("/proc/nowhere/erasures.jsonl"))
    with pytest.raises(OSError, match="nowhere"):
        act(
            envelope("erase", by_system(done.case_id, "erase", data={}, at=MONDAY, once="x").by, done.case_id)
        )
    assert not Entry.objects.filter(case_id=done.case_id, action="erase").exists()


@pytest.mark.django_db
def test_files_of_erased_cases_are_removed_and_no_others() -> None:
    file: dict[str, Any] = {"keyed": b"k" * 32, "plain": b"p" * 32, "kind": "image/png", "size": 3}
    first, second = closed(files=(Stored(**file),)), closed(files=(Stored(**file),))
    for one in (first, second):
        path = path_of(one.case_id, b"k" * 32)
        path.parent.mkdir(parents=True)
        path.write_bytes(b"...")
        Upload.objects.create(
            case_id=one.case_id,
            post_id=1,
            digest=b"d",
            size=3,
            received=3,
            key=b"",
            at=MONDAY,
            kind="",
            kept=0,
        )
    do_all([by_system(first.case_id, "erase", data={}, at=MONDAY, once="x")])
    assert Attachment.objects.get(case_id=first.case_id).erased
    assert Upload.objects.get().case_id == second.case_id
    assert remove_files(batch=1) == 1
    assert not path_of(first.case_id, b"k" * 32).exists()
    assert path_of(second.case_id, b"k" * 32).exists()


def test_a_restored_backup_is_erased_again(own_database: Clone) -> None:
    by_entry, by_hand, other = closed(), closed(), closed()
    act_many([by_system(one.case_id, "erase", data={}, at=MONDAY, once="x") for one in (by_entry, by_hand)])
    with psycopg.connect(own_database.admin_dsn) as admin:  # a backup from before the erasures
        admin.execute("SET session_replication_role = replica")
        for one in (by_entry, by_hand):
            for table in ("entry", "erasure", "request", "tray"):
                admin.execute(f"DELETE FROM cases_{table} WHERE case_id = %s AND seq = 4", [one.case_id])
            admin.execute(
                "UPDATE cases_case c SET seq = 3, digest = e.digest FROM cases_entry e"
                " WHERE c.id = %s AND e.case_id = c.id AND e.seq = 3", [one.case_id],
            )  # fmt: skip
            for table in ("content", "party"):
                admin.execute(
                    f"UPDATE cases_{table} SET sealed = (SELECT sealed FROM cases_{table} WHERE case_id = %s LIMIT 1)"
                    " WHERE case_id = %s", [other.case_id, one.case_id],
                )  # fmt: skip
        # One of them cannot take the action in the state the backup has it in.
        admin.execute("UPDATE cases_case SET procedure = 'gone' WHERE id = %s", [by_hand.case_id])
    said: list[str] = []
    assert reapply(at=MONDAY + timedelta(days=1), say=said.append).done == 2
    for one in (by_entry, by_hand):
        assert Party.objects.get(case_id=one.case_id).sealed is None
        assert set(Content.objects.filter(case_id=one.case_id).values_list("sealed", flat=True)) == {None}
    assert Entry.objects.filter(case_id=by_entry.case_id, action="erase").count() == 1
    assert Party.objects.get(case_id=other.case_id).sealed is not None
    assert said == ["2 cases were erased again"]
    assert reapply(at=MONDAY + timedelta(days=2), say=said.append) == Swept()
    with psycopg.connect(own_database.admin_dsn) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE cases_case SET procedure = 'toy' WHERE id = %s", [by_hand.case_id])
    assert broken() == []


def test_what_was_written_after_an_erasure_is_erased_in_its_time_too(own_database: Clone) -> None:
    done = closed()
    assert erase_ended(at=YEARS_3 + timedelta(days=30))["toy"].done == 1
    act(envelope("note", handler(), done.case_id, data={"words": "后来补记的话"}, at=YEARS_3))
    assert Content.objects.filter(case_id=done.case_id, sealed__isnull=False).exists()
    assert erase_ended(at=YEARS_3 + timedelta(days=31))["toy"].done == 1
    assert not Content.objects.filter(case_id=done.case_id, sealed__isnull=False).exists()
    assert erase_ended(at=YEARS_3 + timedelta(days=32))["toy"].done == 0
    assert broken() == []


def test_an_erasure_takes_what_the_same_batch_wrote_before_it_and_leaves_what_comes_after(
    own_database: Clone,
) -> None:
    photo = Stored(keyed=b"k" * 32, plain=b"p" * 32, kind="image/png", size=3, name="王小明家.png")
    wish = opening(parties=PERSON, files=(photo,))
    unit = organisation("dept:330106:housing")
    answers = act_many([
        wish,
        envelope("dispatch", dispatcher(), wish.case_id, data={"unit": unit}),
        envelope("close", handler(), wish.case_id),
        envelope("note", handler(), wish.case_id, data={"words": "王小明的电话已记下"}),
        by_system(wish.case_id, "erase", data={}, at=MONDAY, once="x"),
        envelope("note", handler(), wish.case_id, data={"words": "资料已删除"}),
    ])  # fmt: skip
    assert [type(answer) for answer in answers] == [Done] * 6
    kept = Content.objects.filter(case_id=wish.case_id).exclude(sealed=None)
    assert list(kept.values_list("seq", flat=True)) == [6]
    assert Party.objects.get(case_id=wish.case_id).sealed is None
    assert not CaseAccount.objects.filter(case_id=wish.case_id).exists()
    file = Attachment.objects.get(case_id=wish.case_id)
    assert (file.erased, file.sealed_name) == (True, None)
    assert broken() == []


def test_an_erasure_takes_a_note_of_the_same_batch_from_a_case_that_was_there(own_database: Clone) -> None:
    done, other = closed(), closed()
    answers = act_many([
        envelope("note", handler(), done.case_id, data={"words": "王小明来过"}),
        envelope("note", handler(), other.case_id, data={"words": "别的一件"}),
        by_system(done.case_id, "erase", data={}, at=MONDAY, once="x"),
    ])  # fmt: skip
    assert [type(answer) for answer in answers] == [Done] * 3
    assert set(Content.objects.filter(case_id=done.case_id).values_list("sealed", flat=True)) == {None}
    assert None not in set(Content.objects.filter(case_id=other.case_id).values_list("sealed", flat=True))
    assert broken() == []
