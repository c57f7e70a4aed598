# SPDX-License-Identifier: Apache-2.0
"""A hostile colleague: another's second factor, cases about the own office, password digests, addresses that break pages."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from anlan.base.clock import now
from anlan.base.ids import case_number
from anlan.cases.catalogue import current
from anlan.cases.models import Category
from anlan.cases.queries import open_look
from anlan.people.may import Role, actor_of, anonymous
from anlan.people.models import PendingChange, Post
from tests.cases.world import VILLAGE
from tests.cases.world import place as place_of
from tests.people.world import PASSWORD, organisation
from tests.procedures.report.cast import COUNTY, HELPING, Matter
from tests.web.staff import enter, matter, number, post_of

pytestmark = pytest.mark.django_db
SIGN_IN = "/desk/sign-in"
NINES = "9" * 5000
"""More digits than Python turns into a number."""


def start(client: Client, who: Post) -> Any:
    given = {"step": "start", "username": who.account.username or "", "password": PASSWORD}
    return client.post(SIGN_IN, given)


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret.replace(" ", ""), int(now().timestamp()) // 30)))


def test_a_secret_shown_to_one_person_never_becomes_the_second_factor_of_the_next() -> None:
    attacker, victim = post_of(Role.DISPATCHER), post_of(Role.HANDLER)
    shared = Client()
    noted = start(shared, attacker).context["secret"]
    page = start(shared, victim)
    assert page.context["secret"] != noted
    refused = shared.post(SIGN_IN, {"step": "enrol", "code": code(noted)})
    assert refused.status_code == 422
    assert shared.post(SIGN_IN, {"step": "enrol", "code": code(page.context["secret"])}).status_code == 200


def test_an_auditor_sees_looks_at_cases_of_the_own_places_only_and_none_about_the_own_office() -> None:
    post_of(Role.COUNTY_DISPATCHER)
    post_of(Role.SUPERVISOR)
    above = actor_of(post_of(Role.SUPERVISOR, "province:33"), at=now())
    plain = matter()
    about = Matter.opened(
        "open",
        anonymous(),
        at=now() - timedelta(hours=1),
        words="窗口收费没有给票据",
        about_organisation=organisation(COUNTY).pk,
    )
    for case in (plain, about):
        open_look(above, case.id, reason="complaint", at=now(), known=current())
    everywhere = enter(post_of(Role.AUDITOR, "province:33"))
    concerned = enter(post_of(Role.AUDITOR, COUNTY))
    elsewhere = enter(post_of(Role.AUDITOR, "county:330205"))
    seen = {
        client: {row["number"] for row in client.get("/desk/audit/looks").context["rows"]}
        for client in (everywhere, concerned, elsewhere)
    }
    assert seen[everywhere] == {number(plain), number(about)}
    assert seen[concerned] == {number(plain)}
    assert seen[elsewhere] == set()


def test_no_administrator_spells_out_a_password_digest_by_filtering_the_list() -> None:
    admin = enter(post_of(Role.SECURITY_ADMIN))
    for name in ("password__startswith", "phone_index", "key__isnull", "password__gt"):
        assert admin.get("/admin/people/account/", {name: "a"}).status_code == 400, name
    assert admin.get("/admin/people/post/", {"role__exact": "handler"}).status_code == 200
    assert admin.get("/admin/people/post/", {"role__exact": "\x00"}).status_code == 400


@pytest.mark.parametrize(
    "within", ["000000000000000", "999999999999999", "１２３４５６７８９０１２３４５", "²" * 15]
)
def test_a_strange_place_in_the_address_breaks_no_list(within: str) -> None:
    client = enter(post_of(Role.DISPATCHER))
    assert client.get("/desk/", {"within": within}).status_code == 200


@pytest.mark.parametrize("refresh", [{}, {"refresh": "1"}])
def test_endless_digits_break_no_form(refresh: dict[str, str]) -> None:
    client = enter(post_of(Role.DISPATCHER))
    case = number(matter())
    for field in ("category", "condition", "expect", "unit"):
        sent = {field: NINES, **refresh}
        answer = client.post(f"/desk/cases/{case}/do/dispatch", sent)
        assert answer.status_code in {200, 409, 422}, field


def test_a_point_nested_without_end_breaks_no_form() -> None:
    client = enter(post_of(Role.DISPATCHER))
    place = place_of(VILLAGE)
    for point in ("[" * 100_000, '{"lng": 1, "lat": 1, "metres": -1' + "0" * 30 + "}"):
        sent = {"words": "文三路有个大坑", **HELPING, "point": point}
        assert client.post(reverse("desk:open_as", args=[place, "open_for"]), sent).status_code in {
            200,
            302,
            422,
        }, point[:20]


def test_a_number_of_nobody_and_one_of_another_town_read_alike_when_merging() -> None:
    client = enter(post_of(Role.DISPATCHER))
    here = matter()
    elsewhere = Matter.opened(
        "open",
        anonymous(),
        at=now() - timedelta(hours=1),
        words="窗口收费没有给票据",
        about_organisation=organisation("town:330106004").pk,
    )
    nobody = case_number(type(here.id)(int=here.id.int ^ 0xFFFF))
    answers = [
        client.post(f"/desk/cases/{number(here)}/do/merge", {"into": f"{into:016d}"})
        for into in (case_number(elsewhere.id), nobody)
    ]
    errors = [str(answer.context["form"].errors) for answer in answers]
    assert errors[0] == errors[1]
    assert [answer.status_code for answer in answers] == [422, 422]


@pytest.mark.parametrize("chosen", ["2026-03-02", NINES, "٣", "", "-1", "x\x00"])
def test_a_choice_that_the_page_never_offered_is_asked_again(chosen: str) -> None:
    security, system = enter(post_of(Role.SECURITY_ADMIN)), enter(post_of(Role.SYSTEM_ADMIN))
    asked = {"account": chosen, "organisation": chosen, "role": "handler", "place": chosen}
    assert security.post("/admin/people/post/add/", asked).status_code == 200
    given = {"key": "x", "upper": chosen, "place": chosen}
    assert system.post("/admin/people/organisation/add/", given).status_code == 200
    assert security.post(
        "/admin/people/account/", {"action": "lock", "_selected_action": [chosen]}
    ).status_code in {200, 302, 400}


def test_words_of_a_stranger_never_wait_behind_a_link_to_the_sign_in() -> None:
    case = number(matter())
    stranger = Client().post(f"/desk/cases/{case}/do/dispatch", {"words": "由别人写好的"})
    assert stranger.context["kept"] == ""
    kept = "eyJ3b3JkcyI6IueUseWIq-S6uuWGmeWlveeahCJ9"
    page = Client().get(SIGN_IN, {"kept": kept})
    assert f'value="{kept}"' not in page.content.decode()


@pytest.mark.parametrize("field", ["scheme", "version", "code", "group", "name", "name_en"])
def test_no_field_of_a_category_names_a_list_of_people(field: str) -> None:
    admin = enter(post_of(Role.SYSTEM_ADMIN))
    tomorrow = (now() + timedelta(days=1)).date()
    given = {
        "scheme": "city",
        "version": "2026",
        "code": "Z9",
        "group": "road",
        "name": "路灯",
        "name_en": "Lamps",
    }
    sent = {**given, "valid_from": tomorrow.isoformat(), field: "key persons"}
    answer = admin.post("/admin/cases/category/add/", sent)
    assert answer.status_code == 200
    assert "key person" in answer.content.decode()
    assert not Category.objects.filter(**{field: "key persons"}).exists()
    assert not PendingChange.objects.exists()
