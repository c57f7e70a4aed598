# SPDX-License-Identifier: Apache-2.0
"""The case page: who reads words and who only facts, looks with a reason, following with a code, the public list."""

from dataclasses import fields, replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.ids import show_number
from anlan.base.keys import keyring
from anlan.cases.act import Done, act, open_case
from anlan.cases.catalogue import current
from anlan.cases.envelope import NewParty
from anlan.cases.queries import (
    PublicFilters,
    View,
    find_by_number,
    find_case_id,
    find_party,
    follow_code,
    follow_code_of,
    get_view,
    looks_at,
    open_look,
    own_cases,
    public_list,
)
from anlan.people.may import Actor, Role, anonymous, resident
from anlan.people.models import Account
from anlan.places.codes import pad
from tests.cases.world import MONDAY, TOWN, VILLAGE, dispatcher, envelope, opening, place, post

pytestmark = pytest.mark.django_db

PHONE = "13812345678"
SAID = "文三路与学院路口有一个坑"
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def account() -> int:
    return int(Account.objects.create(kind="resident", made_at=MONDAY).pk)


@pytest.fixture
def reported(account: int) -> Done:
    return open_case(
        opening(
            resident(account),
            procedure="report",
            source="resident",
            data={"words": SAID, "kind": "road"},
            parties=(NewParty(role="reporter", contact={"phone": PHONE}, account_id=account),),
        )
    )


def view(by: Actor, case_id: UUID, **given: object) -> View:
    return get_view(by, case_id, known=current(), at=LATER, **given)  # type: ignore[arg-type]


def said(seen: View) -> list[object]:
    return [
        c.values["words"]
        for line in seen.timeline.lines
        for c in line.contents
        if c.values and "words" in c.values
    ]


def supervisor() -> Actor:
    return post(Role.SUPERVISOR, "county:330106", "330106", post_id=31)


def test_who_works_on_it_and_who_reported_it_read_the_words(reported: Done, account: int) -> None:
    for by in (dispatcher(), resident(account)):
        seen = view(by, reported.case_id)
        assert said(seen) == [SAID]
        assert seen.people[0].contact == {"phone": PHONE}
    assert view(resident(account), reported.case_id).parties == (1,)
    offered = view(resident(account), reported.case_id).actions
    assert [action.key for action in offered] == ["add", "withdraw", "release", "appeal_erasure"]


def test_a_higher_post_sees_facts_and_is_told_what_is_held_back(reported: Done) -> None:
    seen = view(supervisor(), reported.case_id)
    assert seen.case.number == reported.number
    line = seen.timeline.lines[-1]
    assert (line.action, line.actor, line.to) == ("open", "party:1", "reported")
    assert [(c.audience, c.values, c.erased) for c in line.contents] == [("reporter", None, False)]
    assert seen.people[0].contact is None
    assert seen.looks == ()


def test_strangers_see_nothing(reported: Done, account: int) -> None:
    elsewhere = post(Role.DISPATCHER, "town:330106002", "330106002")
    admin = post(Role.SYSTEM_ADMIN, "county:330106", "330106")
    for by in (anonymous(), resident(account + 1), elsewhere, admin):
        with pytest.raises(NotFound):
            view(by, reported.case_id)
        with pytest.raises(NotFound):
            find_by_number(by, reported.number, known=current())
    with pytest.raises(NotFound):
        view(dispatcher(), UUID(int=1))


def test_a_look_opens_words_for_a_reason_that_the_person_sees_and_lapses(
    reported: Done, account: int
) -> None:
    by, known = supervisor(), current()
    with pytest.raises(Invalid):
        open_look(by, reported.case_id, reason="curious", at=LATER, known=known)
    assert looks_at(reported.case_id) == ()
    look = open_look(by, reported.case_id, reason="supervision", at=LATER, known=known)
    again = open_look(by, reported.case_id, reason="supervision", at=LATER, known=known)
    assert again == look
    assert look.until > LATER
    seen = view(by, reported.case_id)
    assert said(seen) == [SAID]
    assert seen.people[0].contact == {"phone": PHONE}
    shown = view(resident(account), reported.case_id)
    assert shown.looks == (look,)
    assert "look" in [line.action for line in shown.timeline.lines]
    colleague = replace(by, post_id=(by.post_id or 0) + 1_000_000)
    assert said(view(colleague, reported.case_id)) == []
    later = get_view(by, reported.case_id, known=known, at=look.until + timedelta(seconds=1))
    assert said(later) == []
    assert looks_at(reported.case_id) == (look,)


def test_who_may_not_look_cannot(reported: Done, account: int) -> None:
    known = current()
    worker = post(Role.GRID_WORKER, f"village:{VILLAGE}", VILLAGE)
    for by in (worker, resident(account), anonymous()):
        with pytest.raises((NotAllowed, NotFound)):
            open_look(by, reported.case_id, reason="supervision", at=LATER, known=known)
    outside = post(Role.SUPERVISOR, "county:330102", "330102")
    with pytest.raises(NotFound):
        open_look(outside, reported.case_id, reason="supervision", at=LATER, known=known)


def test_a_long_timeline_is_paged_newest_first(reported: Done) -> None:
    case_id = reported.case_id
    for n in range(12):
        act(envelope("note", dispatcher(), case_id, data={"words": f"第{n}次"}, at=LATER))
    seqs: list[int] = []
    before = None
    for _page in range(10):
        page = view(dispatcher(), case_id, before=before, lines=5).timeline
        assert len(page.lines) <= 5
        seqs += [line.seq for line in page.lines]
        before = page.older
        if before is None:
            break
    assert seqs == list(range(13, 0, -1))
    first = view(dispatcher(), case_id, lines=5).timeline.older
    assert first is not None
    other = open_case(opening(procedure="report", data={"words": "另一件", "kind": "road"}))
    with pytest.raises(Invalid):
        view(dispatcher(), other.case_id, before=first)


def test_number_and_code_prove_the_party_and_nothing_else_does(reported: Done) -> None:
    code = follow_code_of(reported.case_id)
    assert len(code.replace(" ", "")) == 16
    found = find_party(show_number(reported.number), code.lower().replace(" ", "-"))
    assert (found.case_id, found.n, found.role) == (reported.case_id, 1, "reporter")
    assert said(view(anonymous(), found.case_id, parties=(found.n,))) == [SAID]
    wrong = ("0" if code[0] != "0" else "1") + code[1:]
    other = open_case(opening(procedure="report", data={"words": "另一件", "kind": "road"}))
    for number, given in ((reported.number, wrong), (other.number, code), (other.number + 1, code)):
        with pytest.raises(NotFound):
            find_party(number, given)
    assert find_case_id(reported.number) == reported.case_id
    with pytest.raises(NotFound):
        view(anonymous(), find_case_id(1))


def test_a_code_belongs_to_one_case_and_one_party() -> None:
    one, other = keyring().new_case_key()[1], keyring().new_case_key()[1]
    assert len({follow_code(one, 1), follow_code(one, 2), follow_code(other, 1)}) == 3
    assert follow_code(one, 1) == follow_code(one, 1)


def test_erasing_ends_the_code_and_the_words(reported: Done, account: int) -> None:
    code = follow_code_of(reported.case_id)
    act(envelope("withdraw", resident(account), reported.case_id, data={}, at=LATER))
    act(envelope("erase", resident(account), reported.case_id, at=LATER))
    with pytest.raises(NotFound):
        find_party(reported.number, code)
    assert own_cases(account, known=current(), at=LATER).rows == ()
    seen = view(dispatcher(), reported.case_id)
    assert said(seen) == []
    assert seen.people[0].erased
    assert all(c.erased for line in seen.timeline.lines for c in line.contents)


def test_ones_own_cases_are_listed_newest_first(reported: Done, account: int) -> None:
    rows = own_cases(account, known=current(), at=LATER).rows
    assert [row.id for row in rows] == [reported.case_id]
    assert own_cases(account + 1, known=current(), at=LATER).rows == ()


def test_the_public_list_shows_bare_facts_of_published_states(reported: Done) -> None:
    known = current()
    assert public_list(known=known, at=LATER).rows == ()
    act(envelope("accept", dispatcher(), reported.case_id, at=LATER))
    row = public_list(known=known, at=LATER).rows[0]
    assert {f.name for f in fields(row)} == {
        "procedure", "version", "category", "kind", "town", "state", "open", "opened_on", "closed_on", "organisation",
        "page",
    }  # fmt: skip
    assert (row.town, row.state, row.page) == (pad(TOWN), "accepted", None)
    assert (row.category, row.kind) == (None, "road"), "what nobody has sorted yet is what its writer chose"
    for group, shown in (("road", 1), ("green", 0)):
        assert len(public_list(known=known, at=LATER, filters=PublicFilters(group=group)).rows) == shown
    assert public_list(known=known, at=LATER, filters=PublicFilters(within=pad("330102"))).rows == ()
    assert len(public_list(known=known, at=LATER, filters=PublicFilters(within=pad(TOWN))).rows) == 1
    with pytest.raises(Invalid):
        public_list(known=known, at=LATER, filters=PublicFilters(within=pad(VILLAGE)))


def test_public_pages_lose_nothing_and_their_cursor_tells_nothing() -> None:
    known = current()
    count = 11
    for n in range(count):
        at = MONDAY + timedelta(minutes=n // 2)
        done = open_case(
            opening(procedure="report", data={"words": "坑", "kind": "road"}, place=place(VILLAGE), at=at)
        )
        act(envelope("accept", dispatcher(), done.case_id, at=LATER))
    seen, after = 0, None
    for _page in range(20):
        page = public_list(known=known, at=LATER, size=2, after=after)
        seen += len(page.rows)
        after = page.next_cursor
        if after is None:
            break
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, number FROM cases_case")
            assert not any(str(id_) in after or str(number) in after for id_, number in cursor.fetchall())
    assert seen == count
    later = LATER + timedelta(days=5_000)
    assert len(public_list(known=known, at=later).rows) == count, "open cases stay"


def test_what_was_withdrawn_is_not_published(reported: Done, account: int) -> None:
    known = current()
    act(envelope("accept", dispatcher(), reported.case_id, at=LATER))
    assert len(public_list(known=known, at=LATER).rows) == 1
    act(envelope("withdraw", resident(account), reported.case_id, data={}, at=LATER))
    for asked in (PublicFilters(), PublicFilters(open=False)):
        assert public_list(known=known, at=LATER, filters=asked).rows == ()
