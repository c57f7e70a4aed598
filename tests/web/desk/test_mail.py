# SPDX-License-Identifier: Apache-2.0
"""A member of staff chooses which notices come by mail."""

import pytest
from django.urls import resolve

from anlan.cases.carry import DESK
from anlan.cases.daily import INBOX
from anlan.people.may import Role
from anlan.people.models import StaffMail
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.django_db


def test_nothing_comes_by_mail_until_it_is_asked_for_and_it_can_be_taken_back() -> None:
    post = post_of(Role.HANDLER)
    staff = enter(post)
    page = staff.get("/desk/notices/mail").content.decode()
    assert "没有设置邮件服务器" in page
    given = {"pressing": "now", "rest": "daily", "address": "li@work.example"}
    assert staff.post("/desk/notices/mail", given).status_code == 302
    row = StaffMail.objects.get(account=post.account_id)
    assert (row.pressing, row.rest) == ("now", "daily")
    assert "li@work.example" in staff.get("/desk/notices/mail").content.decode()
    staff.post("/desk/notices/mail", {"pressing": "never", "rest": "never", "address": "li@work.example"})
    assert not StaffMail.objects.exists()


@pytest.mark.parametrize("given", [{"address": ""}, {"address": "nobody"}, {"pressing": "hourly"}])
def test_what_cannot_be_is_asked_again(given: dict[str, str]) -> None:
    staff = enter(post_of(Role.HANDLER))
    answer = staff.post(
        "/desk/notices/mail", {"pressing": "now", "rest": "never", "address": "li@work.example", **given}
    )
    assert answer.status_code == 422
    assert not StaffMail.objects.exists()


def test_what_a_mail_links_to_is_there_and_administrators_have_none() -> None:
    assert resolve(DESK.format(number=4821093755162047)).view_name == "desk:case"
    assert resolve(INBOX).view_name == "desk:notices"
    assert enter(post_of(Role.SYSTEM_ADMIN)).get("/desk/notices/mail").status_code == 403
