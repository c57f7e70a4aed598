# SPDX-License-Identifier: Apache-2.0
"""Configuration pages of cases: who changes them, that a limit waits for a second person, that nothing is overwritten."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings

from anlan.base.clock import now
from anlan.cases.catalogue import current, forget
from anlan.cases.known import local_day
from anlan.cases.models import Category, LimitRow, RouteRow
from anlan.people.log import read_log
from anlan.people.may import Role
from anlan.people.models import PendingChange
from tests.procedures.report.cast import ROAD, category
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.django_db
PAGES = ("category", "condition", "limitrow", "routerow")


@pytest.fixture(autouse=True)
def _own_catalogue() -> Iterator[None]:
    """The process's copy must not outlive what the test rolls back."""
    yield
    forget()


@pytest.mark.parametrize("role", list(Role))
def test_only_administrators_and_auditors_see_them(role: Role) -> None:
    client = enter(post_of(role))
    for page in PAGES:
        status = client.get(f"/admin/cases/{page}/").status_code
        meant = role in {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR}
        assert (status == 200) is meant, (role, page, status)
        added = client.get(f"/admin/cases/{page}/add/").status_code
        assert (added == 200) is (role is Role.SYSTEM_ADMIN), (role, page, added)
    assert client.get("/admin/cases/case/").status_code == 404 or role not in {
        Role.SYSTEM_ADMIN,
        Role.AUDITOR,
    }


def test_a_limit_waits_for_a_second_person_and_ends_the_one_before() -> None:
    system, security = enter(post_of(Role.SYSTEM_ADMIN)), enter(post_of(Role.SECURITY_ADMIN))
    road, day = category(ROAD), local_day(now(), current().calendar) + timedelta(days=1)
    given = {
        "procedure": "report",
        "stage": "handle",
        "category": road,
        "area": "0",
        "n": "3",
        "unit": "working_day",
    }
    for n in ("3", "4"):
        answer = system.post("/admin/cases/limitrow/add/", {**given, "n": n, "valid_from": day.isoformat()})
        assert answer.status_code == 302, answer.content.decode()
        pending = PendingChange.objects.get(what="limit.set", state="waiting")
        assert not LimitRow.objects.filter(category_id=road, condition=None, n=n).exists()
        own = {"action": "approve", "_selected_action": [pending.pk]}
        system.post("/admin/people/pendingchange/", own)
        assert PendingChange.objects.get(pk=pending.pk).state == "waiting"
        security.post("/admin/people/pendingchange/", own)
        assert PendingChange.objects.get(pk=pending.pk).state == "approved"
        day += timedelta(days=10)
    rows = LimitRow.objects.filter(category_id=road, condition=None, stage="handle", area=0).order_by(
        "valid_from"
    )
    assert [(row.n, row.valid_to) for row in rows] == [(3, day - timedelta(days=10)), (4, None)]
    on = day + timedelta(days=1)
    limit = current().limit("report", "handle", category=road, condition=None, area=330106004066000, on=on)
    assert limit is not None
    assert limit.limit.n == 4
    assert [line.what for line in read_log()].count("limit.set") == 2


def test_a_category_about_people_is_refused() -> None:
    system = enter(post_of(Role.SYSTEM_ADMIN))
    given = {
        "scheme": "city",
        "version": "current",
        "code": "E99-01",
        "group": "other",
        "valid_from": "2030-01-01",
    }
    answer = system.post(
        "/admin/cases/category/add/", {**given, "name": "重点人员", "name_en": "Key persons"}
    )
    assert answer.status_code == 200
    assert not Category.objects.filter(code="E99-01").exists()
    answer = system.post(
        "/admin/cases/category/add/", {**given, "name": "电动车充电", "name_en": "Charging of e-bikes"}
    )
    assert answer.status_code == 302
    assert [line.what for line in read_log()] == ["category.add"]


def test_a_route_names_what_there_is() -> None:
    system = enter(post_of(Role.SYSTEM_ADMIN))
    given = {
        "procedure": "report",
        "group": "road",
        "area": "0",
        "why": "理由",
        "why_en": "Reason",
        "valid_from": "2030-01-01",
    }
    for target, taken in (("department:moon", False), ("person:7", False), ("department:water", True)):
        answer = system.post("/admin/cases/routerow/add/", {**given, "target": target})
        assert (answer.status_code == 302) is taken, target
    assert not RouteRow.objects.filter(target="department:water", group="road", category=None).exists()
    assert PendingChange.objects.filter(what="route.set").count() == 1


PARTS = re.compile(
    r"<(th|label|h1|h2|title|caption|button|legend|option)\b[^>]*>(.*?)</\1>"
    r"|class=\"(?:breadcrumbs|help|paginator|helptext|errornote)\"[^>]*>(.*?)</(?:div|nav|ol|p)>"
    r"|type=\"submit\" (?:value|title)=\"([^\"]*)\"",
    re.DOTALL,
)
OF_THE_DATA = re.compile(r"date,kind|holiday|make_up|workday|weekend|API|\b[a-z]+:\d+|zhejiang|GB/T")


def said_around(page: str) -> str:
    """Headings, labels, buttons, options and ways of a page: all that is not its data."""
    found = (" ".join(filter(None, match.groups()[1:])) for match in PARTS.finditer(page))
    return OF_THE_DATA.sub("", html.unescape(re.sub(r"<[^>]+>", " ", " ".join(found))))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR])
def test_the_pages_speak_one_language(role: Role, language: str) -> None:
    client = enter(post_of(role))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    index = client.get("/admin/").content.decode()
    pages = sorted(set(re.findall(r'href="(/admin/[a-z]+/[a-z/]*)"', index)))
    assert len(pages) > 5
    foreign = re.compile(r"[A-Za-z]{2,}" if language == "zh-hans" else r"[\u4e00-\u9fff]+")
    for page in ("/admin/", *pages):
        text = client.get(page).content.decode()
        body = text if "/add/" in page else re.sub(r"<tbody>.*?</tbody>", "", text, flags=re.DOTALL)
        around = said_around(body)
        assert around
        assert foreign.findall(around) == [], (page, around)
