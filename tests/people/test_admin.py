# SPDX-License-Identifier: Apache-2.0
"""The configuration pages: who sees what, what is written down, and whom they never show."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client, RequestFactory

from anlan.base.clock import now
from anlan.base.errors import Conflict, Invalid
from anlan.cases.catalogue import current, forget
from anlan.cases.models import Category
from anlan.people import organisations, session
from anlan.people.changes import change_configuration
from anlan.people.configuration import ConfigurationAdmin, site
from anlan.people.log import read_log
from anlan.people.may import Role
from anlan.people.models import Account, AccountKind, Organisation, PendingChange, Post
from anlan.people.signin import Started, Step
from tests.people.world import AT, COUNTY, PASSWORD, PROVINCE, TOWN, organisation, post, staff, system

pytestmark = pytest.mark.django_db
PAGES = (
    "organisation",
    "account",
    "post",
    "pendingchange",
    "token",
    "terminal",
    "adminline",
    "boundaryrefusal",
)
CONFIGURED = {"Category", "Condition", "LimitRow", "RouteRow"}
SHOWN = {
    Role.SYSTEM_ADMIN: {"organisation", "post", "pendingchange"},
    Role.SECURITY_ADMIN: {"organisation", "account", "post", "pendingchange", "token", "terminal"},
    Role.AUDITOR: {"organisation", "post", "pendingchange", "token", "adminline", "boundaryrefusal"},
}


def browser(role: Role, *, key: str = PROVINCE) -> Client:
    """A browser in which somebody with such a post has signed in."""
    held = post(role, key, valid_from=now() - timedelta(days=1))
    request: HttpRequest = RequestFactory().get("/")
    request.session = SessionStore()
    request.user = get_user(request)
    session.enter_staff(request, Started(account_id=held.account_id, step=Step.READY), at=now())
    request.session.save()
    client = Client()
    client.cookies["sessionid"] = request.session.session_key or ""
    return client


@pytest.fixture
def _own_catalogue() -> Iterator[None]:
    """The process's copy must not outlive what the test rolls back."""
    yield
    forget()


def lines() -> list[str]:
    return [line.what for line in read_log()]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_its_pages_and_no_others(role: Role) -> None:
    where = {
        Role.GRID_WORKER: "village:330106004066",
        Role.VILLAGE_CLERK: "village:330106004066",
        Role.DISPATCHER: TOWN,
        Role.COUNTY_DISPATCHER: COUNTY,
        Role.HANDLER: "dept:330106:housing",
    }
    client = browser(role, key=where.get(role, PROVINCE))
    shown = {name for name in PAGES if client.get(f"/admin/people/{name}/").status_code == 200}
    assert shown == SHOWN.get(role, set())
    assert (client.get("/admin/").status_code == 200) == (role in SHOWN)


def test_who_is_not_signed_in_sees_nothing_and_cannot_sign_in_here() -> None:
    staff("zhang")
    client = Client()
    assert client.get("/admin/people/organisation/").status_code == 302
    told = client.post("/admin/login/", {"username": "zhang", "password": PASSWORD})
    assert told.status_code == 200
    assert "sessionid" not in client.cookies
    assert client.get("/admin/password_change/").status_code == 302
    assert browser(Role.SYSTEM_ADMIN).get("/admin/r/1/1/").status_code == 404


def test_an_own_new_password_is_a_line_of_the_log_and_a_refused_one_is_none() -> None:
    client, page = browser(Role.SYSTEM_ADMIN), "/admin/password_change/"
    new = "four calm words of water"
    given = {"old_password": PASSWORD, "new_password1": new, "new_password2": "another one"}
    before = lines()
    assert client.get(page).status_code == client.post(page, given).status_code == 200
    assert lines() == before
    assert client.post(page, {**given, "new_password2": new}).status_code == 302
    line = list(read_log())[-1]
    changed = Account.objects.get(posts__pk=line.post_id)
    assert (line.what, line.after) == ("account.change_password", {"account": changed.pk})
    assert changed.check_password(new)
    assert new not in f"{line.before}{line.after}"
    assert client.get("/admin/").status_code == 200


def test_no_case_and_no_resident_is_registered() -> None:
    for model in site._registry:
        assert model._meta.app_label != "cases" or model.__name__ in CONFIGURED
    allowed = {"cases", "people", "places"}
    assert {model._meta.app_label for model in site._registry} <= allowed
    assert all(isinstance(each, ConfigurationAdmin) for each in site._registry.values())


def test_residents_are_neither_listed_nor_found_nor_opened() -> None:
    account = Account(kind=AccountKind.RESIDENT, made_at=AT)
    account.set_unusable_password()
    account.save()
    client = browser(Role.SECURITY_ADMIN)
    assert "resident" not in client.get("/admin/people/account/").content.decode().split("<main")[-1]
    assert client.get(f"/admin/people/account/{account.pk}/change/").status_code == 302
    found = client.get(
        "/admin/autocomplete/",
        {"app_label": "people", "model_name": "post", "field_name": "account", "term": ""},
    ).json()
    assert str(account.pk) not in {row["id"] for row in found["results"]}
    assert found["results"]


def test_nothing_is_deleted_and_nobody_is_asked_by_permission() -> None:
    client = browser(Role.SYSTEM_ADMIN)
    pk = organisation(TOWN).pk
    for page in (
        f"people/organisation/{pk}",
        f"cases/category/{Category.objects.values_list('pk', flat=True)[0]}",
    ):
        for answer in (
            client.get(f"/admin/{page}/delete/", follow=True),
            client.post(f"/admin/{page}/delete/", {"post": "yes"}, follow=True),
        ):
            assert answer.redirect_chain == [(f"/admin/{page}/change/", 302)]
            assert "不能删除" in answer.content.decode()
    before = Category.objects.count()
    chosen = {
        "action": "delete_selected",
        "_selected_action": Category.objects.values_list("pk", flat=True)[0],
    }
    assert client.post("/admin/cases/category/", {**chosen, "post": "yes"}).status_code in {200, 302}
    assert Category.objects.count() == before
    assert browser(Role.AUDITOR).get(f"/admin/people/account/{pk}/delete/").status_code == 403
    assert not Account.objects.exclude(kind="staff").exists()
    assert not any(each.has_perm("people.delete_organisation") for each in Account.objects.all())
    assert not hasattr(Account, "is_superuser")
    assert not {field.name for field in Account._meta.get_fields()} & {"is_superuser", "user_permissions"}


@pytest.mark.usefixtures("_own_catalogue")
def test_renaming_an_organisation_writes_before_and_after() -> None:
    client, town = browser(Role.SYSTEM_ADMIN), organisation(TOWN)
    assert current().organisations[town.pk].words.zh == "西溪街道综合信息指挥室"
    page = f"/admin/people/organisation/{town.pk}/change/"
    assert client.get(page).status_code == 200
    given = {"name": "西溪街道指挥室", "name_en": town.name_en, "phone": "0571-1", "upper": town.upper_id}
    assert client.post(page, given).status_code == 302
    line = list(read_log())[-1]
    assert line.what == "organisation.change"
    assert isinstance(line.before, dict)
    assert isinstance(line.after, dict)
    assert (line.before["name"], line.after["name"]) == ("西溪街道综合信息指挥室", "西溪街道指挥室")
    assert organisation(TOWN).phone == "0571-1"
    assert current().organisations[town.pk].words.zh == "西溪街道指挥室"


def test_a_refusal_keeps_what_was_typed_and_writes_nothing() -> None:
    client, town = browser(Role.SYSTEM_ADMIN), organisation(TOWN)
    given = {"name": "重点人员管控办公室", "name_en": "X", "phone": "", "upper": town.upper_id}
    told = client.post(f"/admin/people/organisation/{town.pk}/change/", given)
    assert told.status_code == 200
    assert "重点人员管控办公室" in told.content.decode()
    assert organisation(TOWN).name == "西溪街道综合信息指挥室"
    assert lines() == []


@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.AUDITOR])
def test_others_look_at_organisations_only(role: Role) -> None:
    client, town = browser(role), organisation(TOWN)
    page = f"/admin/people/organisation/{town.pk}/change/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"name": "x", "name_en": "x", "upper": town.upper_id}).status_code == 403
    assert client.post("/admin/people/organisation/add/", {}).status_code == 403


def test_an_account_and_a_post_with_a_second_person() -> None:
    one, other = browser(Role.SECURITY_ADMIN), browser(Role.SECURITY_ADMIN)
    made = one.post("/admin/people/account/add/", {"username": "zhang.san", "name": "张三"}, follow=True)
    assert "zhang.san" in made.content.decode()
    account = Account.objects.get(username="zhang.san")
    asked = {"account": account.pk, "role": "dispatcher", "organisation": organisation(TOWN).pk}
    assert one.post("/admin/people/post/add/", asked).status_code == 302
    pending = PendingChange.objects.get()
    chosen = {"action": "approve", "_selected_action": [pending.pk]}
    one.post("/admin/people/pendingchange/", chosen)
    assert not Post.objects.filter(account=account).exists()
    other.post("/admin/people/pendingchange/", chosen)
    assert Post.objects.get(account=account).role == "dispatcher"
    assert lines() == ["account.make", "post.grant.asked", "post.grant"]
    one.post(
        "/admin/people/post/",
        {"action": "revoke", "_selected_action": [Post.objects.get(account=account).pk]},
    )
    assert lines()[-1] == "post.revoke"


def test_a_security_administrator_publishes_a_contact_of_work_and_others_do_not() -> None:
    worker = post(Role.GRID_WORKER, "village:330106004066")
    page = f"/admin/people/post/{worker.pk}/change/"
    given = {"published_name": "王小满", "published_phone": "0571-0000 0601"}
    for role in (Role.SYSTEM_ADMIN, Role.AUDITOR):
        assert browser(role).post(page, given).status_code == 403
    client = browser(Role.SECURITY_ADMIN)
    refused = client.post(page, {**given, "published_phone": "<b>"})
    assert "请填写电话号码" in refused.content.decode()
    assert client.post(page, given).status_code == 302
    worker.refresh_from_db()
    assert (worker.published_name, worker.published_phone) == ("王小满", "0571-0000 0601")
    assert lines() == ["post.publish"]


def test_an_auditor_cannot_act() -> None:
    one, auditor = browser(Role.SECURITY_ADMIN), browser(Role.AUDITOR)
    account = staff("zhang")
    one.post(
        "/admin/people/post/add/",
        {"account": account.pk, "role": "dispatcher", "organisation": organisation(TOWN).pk},
    )
    pending = PendingChange.objects.get()
    auditor.post("/admin/people/pendingchange/", {"action": "approve", "_selected_action": [pending.pk]})
    pending.refresh_from_db()
    assert pending.state == "waiting"


@pytest.mark.usefixtures("_own_catalogue")
def test_an_organisation_added_and_ended() -> None:
    by, town = system(), organisation(TOWN)
    given = {
        "key": "unit:water-works",
        "kind": "outside_unit",
        "department": "",
        "name": "城西水务公司",
        "name_en": "West Water Works",
        "place": town.place_id,
        "upper": organisation(COUNTY).pk,
        "phone": "",
        "valid_from": "2026-01-01",
    }
    change_configuration(organisations.ADD.key, given, by=by, at=AT)
    made = Organisation.objects.get(key="unit:water-works")
    for wrong in ({"kind": "county_department"}, {"upper": None}, {"place": 0}, {"name": " "}, {"key": TOWN}):
        with pytest.raises(Invalid if "key" not in wrong else Conflict):
            change_configuration(organisations.ADD.key, {**given, "key": "x", **wrong}, by=by, at=AT)
    with pytest.raises(Invalid):
        change_configuration(
            organisations.CHANGE.key,
            {"organisation": organisation(COUNTY).pk, "upper": made.pk},
            by=by,
            at=AT,
        )
    for wrong_end in (AT.date(), AT.date() - timedelta(days=900)):
        with pytest.raises(Invalid):
            change_configuration(
                organisations.END.key,
                {"organisation": made.pk, "valid_to": wrong_end.isoformat()},
                by=by,
                at=AT,
            )
    with pytest.raises(Conflict):
        change_configuration(
            organisations.END.key, {"organisation": town.pk, "valid_to": "2026-12-31"}, by=by, at=AT
        )
    change_configuration(
        organisations.END.key, {"organisation": made.pk, "valid_to": "2026-12-31"}, by=by, at=AT
    )
    assert lines() == ["organisation.add", "organisation.end"]


def test_the_people_room_has_the_tables_it_says() -> None:
    assert {model.__name__ for model in apps.get_app_config("people").get_models()} == {
        "Account",
        "Organisation",
        "OrganisationSuccession",
        "Post",
        "Absence",
        "AdminLine",
        "AppOpening",
        "AppVersion",
        "PendingChange",
        "SealedAct",
        "SealedPhoto",
        "Terminal",
        "Token",
        "SignInCode",
        "RateCounter",
        "BoundaryRefusal",
        "StaffMail",
        "StaffPush",
        "StaffBrowser",
        "PlaceFollow",
        "PlaceText",
    }
