# SPDX-License-Identifier: Apache-2.0
"""The page of who is on duty: read by the whole office, kept by its head, closed to others."""

import pytest

from anlan.duty.models import Shift
from anlan.people.may import Role
from anlan.people.staffmail import MailWish, When, set_wish
from tests.statements import statements
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.django_db
ALL_DAY = {"begins": "00:00", "ends": "00:00", "weekdays": [str(n) for n in range(7)]}


def test_the_office_reads_who_is_on_duty_now_and_its_head_changes_it() -> None:
    head, other = post_of(Role.DISPATCHER), post_of(Role.GRID_WORKER, "town:330106004")
    client, reader, stranger = enter(head), enter(other), enter(post_of(Role.HANDLER))
    assert client.post("/desk/duty", {"post": other.pk, **ALL_DAY}).status_code == 302
    assert Shift.objects.count() == 7
    for each in (client, reader):
        page = each.get("/desk/duty").content.decode()
        assert page.count(f"{other.account.name} · ") >= 7
        assert "现在没有人排班" not in page
    assert other.account.name not in stranger.get("/desk/duty").content.decode()
    shift = Shift.objects.first()
    assert shift is not None
    for each in (reader, stranger):
        assert each.post(f"/desk/duty/{shift.pk}/remove").status_code in {302, 403}
    assert reader.post("/desk/duty", {"post": other.pk, **ALL_DAY}).status_code == 403
    assert Shift.objects.count() == 7
    client.post(f"/desk/duty/{shift.pk}/remove")
    assert Shift.objects.count() == 6
    assert client.post(f"/desk/duty/{shift.pk}/remove").status_code == 302


@pytest.mark.parametrize("day", [{}, {"weekdays": [], "day_year": "2099", "day_month": "1", "day_day": "2"}])
def test_what_is_taken_off_is_said_and_put_back_with_one_press(day: dict[str, object]) -> None:
    head, other = post_of(Role.DISPATCHER), post_of(Role.DISPATCHER)
    client = enter(head)
    sent = {"post": other.pk, **ALL_DAY, "weekdays": ["2"], **day}
    assert "已排入" in client.post("/desk/duty", sent, follow=True).content.decode()
    (shift,) = Shift.objects.all()
    was = (shift.post_id, shift.weekday, shift.begins, shift.ends, shift.last)
    answer = client.post(f"/desk/duty/{shift.pk}/remove", follow=True)
    page = answer.content.decode()
    assert f"已移出排班：{other.account.name}" in page
    assert not Shift.objects.exists()
    assert "已移出排班" not in client.get("/desk/duty").content.decode()
    again = dict(answer.context["removed"]["again"])
    assert "已放回排班" in client.post("/desk/duty", {**again, "back": "1"}, follow=True).content.decode()
    (shift,) = Shift.objects.all()
    assert (shift.post_id, shift.weekday, shift.begins, shift.ends, shift.last) == was
    client.post(f"/desk/duty/{shift.pk}/remove")
    assert "已经移出" in client.post(f"/desk/duty/{shift.pk}/remove", follow=True).content.decode()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"weekdays": []},
        {"day_year": "2099", "day_month": "1", "day_day": "1"},
        {"weekdays": [], "day_year": "2020", "day_month": "1", "day_day": "1"},
        {"begins": "25:00"},
        {"post": "0"},
        {"weekdays": ["7"]},
    ],
)
def test_what_cannot_be_taken_is_asked_again(given: dict[str, object]) -> None:
    head = post_of(Role.DISPATCHER)
    client = enter(head)
    sent = {"post": head.pk, **ALL_DAY, **given} if given else {"post": ""}
    answer = client.post("/desk/duty", sent)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()
    assert not Shift.objects.exists()


def test_who_is_on_it_without_an_address_is_told_so_and_nobody_else() -> None:
    head, other = post_of(Role.DISPATCHER), post_of(Role.DISPATCHER)
    client = enter(head)
    client.post("/desk/duty", {"post": other.pk, **ALL_DAY})
    missing = "还没有留下能通知到您的联系方式"
    assert missing not in client.get("/desk/duty").content.decode()
    assert missing in enter(other).get("/desk/duty").content.decode()
    set_wish(other.account_id, MailWish(address="li@work.example", rest=When.DAILY))
    assert missing not in enter(other).get("/desk/duty").content.decode()


def test_the_page_asks_as_often_for_a_full_week_as_for_none() -> None:
    head = post_of(Role.DISPATCHER)
    client = enter(head)
    client.post("/desk/duty", {"post": head.pk, **ALL_DAY})
    client.get("/desk/duty")
    with statements() as few:
        client.get("/desk/duty")
    for _ in range(3):
        client.post("/desk/duty", {"post": post_of(Role.DISPATCHER).pk, **ALL_DAY})
    with statements() as many:
        client.get("/desk/duty")
    assert len(many) == len(few)
