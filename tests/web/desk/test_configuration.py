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
from anlan.people.models import BoundaryRefusal, PendingChange
from tests.people.world import staff
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


def test_the_lists_speak_our_words() -> None:
    system = enter(post_of(Role.SYSTEM_ADMIN))
    empty = system.get("/admin/people/pendingchange/").content.decode()
    assert "还没有。" in empty
    assert "被选" not in empty
    assert "<select" not in empty, "nothing is there that an action could be done to"
    to_end = enter(post_of(Role.SECURITY_ADMIN)).get("/admin/people/post/").content.decode()
    assert "<select" in to_end
    assert 'class="action-counter" data-actions-icnt="2"' in to_end, (
        "Django's script counts what is chosen here"
    )
    listed = system.get("/admin/cases/category/").content.decode()
    assert re.search(r"共 \d+ 条", listed)
    assert "增加类别" in system.get("/admin/cases/category/add/").content.decode()


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


HIDDEN = re.compile(r"<(script|style|svg|textarea)\b.*?</\1>|<input[^>]*>", re.DOTALL)
CODES = "key|name|name_en|code|username|account|scheme|version|closing|closing_en|before|after|term|why|post_id|calendar"
OF_THE_DATA = re.compile(
    rf'<t[dh] class="(?:[^"]* )?field-(?:{CODES})\b.*?</t[dh]>'
    rf'|<div class="govuk-form-group[^"]* field-(?:{CODES})".*?(?=<div class="govuk-form-group|<div class="anlan-admin__sub)'
    r'|<span class="anlan-header__who">.*?</span>|<form class="anlan-switch".*?</form>'
    r"|date,kind|holiday|make_up|workday|weekend|API|\b[a-z_]+:\w*|zhang\.san|anlan setup|anlan reform|GB/T"
    r"|(?<=>)\s*(?:city|key_areas|services)\s*(?=<)|zhejiang",
    re.DOTALL,
)


def said(page: str) -> str:
    """All that a page says: its text and what its buttons and pictures are called, without what is code."""
    named = re.findall(r'(?:alt|title|placeholder|aria-label)="([^"]*)"', page)
    shown = OF_THE_DATA.sub(" ", HIDDEN.sub(" ", re.split(r"<body[^>]*>", page)[1]))
    return html.unescape(" ".join((re.sub(r"<[^>]+>", " ", shown), *named)))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR])
def test_every_page_speaks_one_language(role: Role, language: str) -> None:
    """First page, lists, what is added, what is opened; each with a sentence of what it is for."""
    client = enter(post_of(role, account=staff("u1", name="u1")))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    index = client.get("/admin/").content.decode()
    lists = sorted(set(re.findall(r'href="(/admin/[a-z]+/[a-z]+/)"', index)))
    assert len(lists) > 7
    pages = {
        "/admin/": index,
        "/admin/password_change/": client.get("/admin/password_change/").content.decode(),
    }
    for each in lists:
        pages[each] = client.get(each).content.decode()
        assert '<p class="govuk-body anlan-admin__purpose">' in pages[each]
        opened = re.search(rf'href="({each}\d+/change/)', pages[each])
        ways = [opened[1]] if opened else []
        ways += [f"{each}add/"] if f'href="{each}add/"' in pages[each] else []
        pages |= {way: client.get(way).content.decode() for way in ways}
    refused = BoundaryRefusal.objects.values_list("where", flat=True)
    foreign = re.compile(r"[A-Za-z]{2,}" if language == "zh-hans" else r"[\u4e00-\u9fff]+")
    for page, text in pages.items():
        shown = said(
            text if language == "zh-hans" else re.sub(r"<tbody>.*?</tbody>", "", text, flags=re.DOTALL)
        )
        # Where something was refused is a word of the code, kept whatever becomes of the transaction, also by other tests.
        codes = {word for where in refused for word in foreign.findall(where)}
        assert [word for word in foreign.findall(shown) if word not in codes] == [], (page, shown)


def test_places_are_found_by_name_and_by_code_and_told_apart() -> None:
    client = enter(post_of(Role.SYSTEM_ADMIN))
    asked = {"app_label": "people", "model_name": "organisation", "field_name": "place"}
    for term in ("文三", "330106004066"):
        found = client.get("/admin/autocomplete/", {**asked, "term": term}).json()["results"]
        assert any(row["text"].endswith("文三社区") and "西湖区" in row["text"] for row in found), (
            term,
            found,
        )
    listed = client.get("/admin/places/place/", {"q": "330106004"}).content.decode()
    assert "西溪街道" in listed
    assert "330106004000000" in listed
    assert client.get("/admin/places/place/add/").status_code == 403
