# SPDX-License-Identifier: Apache-2.0
"""A picture by which staff showed another case done is told to who checks; what a resident sent is compared with nothing."""

import os
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from anlan.base.errors import NotFound
from anlan.base.ids import case_number, show_number
from anlan.cases.act import act
from anlan.cases.catalogue import current
from anlan.cases.envelope import Stored
from anlan.cases.erase import erase_ended
from anlan.cases.lapse import count_marks, forget_marks
from anlan.cases.models import PictureMark
from anlan.cases.pictures import make_ready
from anlan.cases.queries import get_view, used_before
from anlan.people.may import Actor, Role, anonymous
from tests.cases.world import envelope, organisation
from tests.procedures.report.cast import (
    REPORTER,
    ROAD,
    TOWN_ROOM,
    Matter,
    category,
    county,
    dept,
    grid_worker,
    photo,
    town,
    unit,
)
from tests.web.staff import enter, located, post_of
from tests.web.staff import photo as photo_file

pytestmark = pytest.mark.django_db


def done(picture: Stored) -> Matter:
    """A report that was done, shown with this picture, and waits for its check."""
    case = Matter()
    case.dispatch()
    case.do("take", unit())
    show(case, picture)
    return case


def show(case: Matter, picture: Stored, by: Actor | None = None) -> None:
    data = {"met": "yes", "answer": "路面已经修补平整，可以通行了", "outcome": "fixed"}
    act(envelope("done", by or unit(), case.id, at=case.at, data=data, files=(picture,)))


def told(case: Matter, by: Actor) -> list[tuple[int, int]]:
    view = get_view(by, case.id, known=current(), at=case.at)
    return [(one.n, one.number) for one in used_before([view]).get(case.id, ())]


def test_the_same_picture_is_told_to_who_checks_and_to_nobody_else() -> None:
    same = photo()
    first, second, other = done(same), done(same), done(photo())
    second.at += timedelta(minutes=1)
    assert told(second, grid_worker()) == [(1, case_number(first.id))]
    assert told(second, town()) == [(1, case_number(first.id))]
    assert told(other, grid_worker()) == []
    assert told(second, unit()) == [], "who showed it does not check it"
    view = get_view(anonymous(), second.id, known=current(), at=second.at, parties=(1,))
    assert used_before([view]) == {}, "no resident hears of another case"
    third = done(same)
    assert told(third, grid_worker()) == [(1, case_number(first.id))], "the oldest of them"


def test_what_a_resident_sent_has_no_mark() -> None:
    case = Matter.opened("open", anonymous(), files=2, words="文三路有个大坑")
    case.do("add", REPORTER, files=1, words="又拍了一张")
    assert not PictureMark.objects.exists()


def test_a_mark_says_nothing_without_the_key_and_goes_with_the_file() -> None:
    same = replace(photo(), origin=os.urandom(32))
    case = done(same)
    marks = {bytes(each.mark) for each in PictureMark.objects.all()}
    assert len(marks) == 2
    assert not marks & {same.plain, same.keyed, same.origin}
    case.do("check", grid_worker(), result="holds")
    case.do("close", town())
    erase_ended(at=case.at + timedelta(days=20 * 366))
    assert not PictureMark.objects.exists()


def test_the_same_photo_made_small_by_two_phones_is_found_by_the_file_it_was_made_from() -> None:
    file = os.urandom(32)
    first, second = (done(replace(photo(), origin=file)) for _phone in range(2))
    assert told(second, grid_worker()) == [(1, case_number(first.id))]
    kept = photo()
    third, fourth = done(replace(kept, origin=os.urandom(32))), done(replace(photo(), origin=kept.plain))
    assert told(fourth, grid_worker()) == [(1, case_number(third.id))], "made from what a case page showed"
    both = done(replace(kept, origin=file))
    assert told(both, grid_worker()) == [(1, case_number(first.id))], "once, with the oldest"
    for mark in PictureMark.objects.all():
        assert bytes(mark.mark) not in (file, kept.plain)
    assert forget_marks(before=both.at + timedelta(hours=1)) == 10


def test_an_office_hears_nothing_of_the_report_about_itself() -> None:
    same, other = photo(), dept("transport")
    about = Matter(about_organisation=organisation(TOWN_ROOM), category=category(ROAD))
    plain = Matter()
    for case, room in ((about, county()), (plain, town())):
        case.do("dispatch", room, unit=organisation(other), category=category(ROAD))
        case.do("take", unit("transport"))
        show(case, same, by=unit("transport"))
    with pytest.raises(NotFound):
        get_view(town(), about.id, known=current(), at=about.at)
    for by in (town(), grid_worker()):
        assert told(plain, by) == []


def test_a_mark_is_kept_for_half_a_year() -> None:
    case = done(photo())
    assert (count_marks(before=case.at), forget_marks(before=case.at)) == (0, 0)
    assert forget_marks(before=case.at + timedelta(hours=1)) == 1


def test_the_same_photo_made_ready_twice_is_the_same_picture() -> None:
    for file in (photo_file, located):
        once, again = (make_ready(file().read(), sender=f"post:{n}", taken=("image/jpeg",)) for n in range(2))
        assert once.data == again.data
        assert once.origin == again.origin == sha256(file().read()).digest()


def test_desk_and_field_say_it_where_it_is_checked() -> None:
    same = photo()
    first, second = done(same), done(same)
    number, shown = case_number(second.id), show_number(case_number(first.id))
    for browser, where in (
        (enter(post_of(Role.GRID_WORKER)), "field"),
        (enter(post_of(Role.DISPATCHER)), "desk"),
        (enter(post_of(Role.GRID_WORKER)), "desk"),
    ):
        page = browser.get(f"/{where}/cases/{number}").content.decode()
        assert shown in page, (where, browser)
        assert "曾在另一事项中用作证据" in page, (
            where,
            page[page.index(shown) - 700 : page.index(shown) + 300],
        )
    form = enter(post_of(Role.GRID_WORKER)).get(f"/field/cases/{number}/do/check").content.decode()
    assert shown in form
    assert "文三路" not in form.split("曾在另一事项中用作证据")[1].split("</div>")[0], "nothing of its words"
