# SPDX-License-Identifier: Apache-2.0
"""Signing in as staff: name and password, the second factor and its enrolment, an own password, posts."""

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from anlan.base.clock import now
from anlan.people.demo import demo_posts, demo_seed
from anlan.people.may import Role
from anlan.people.models import Post
from anlan.people.session import SEEN, SINCE
from tests.people.world import PASSWORD, staff
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.django_db
SIGN_IN = "/desk/sign-in"


def code(secret: str, *, ahead: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret.replace(" ", ""), int(now().timestamp()) // 30 + ahead)))


def start(client: Client, username: str, password: str = PASSWORD, **given: str) -> Any:
    return client.post(SIGN_IN, {"step": "start", "username": username, "password": password, **given})


def test_the_first_sign_in_enrols_and_later_ones_ask_for_the_code() -> None:
    who = post_of(Role.DISPATCHER)
    name = who.account.username or ""
    client = Client()
    page = start(client, name, next="/desk/notices")
    assert "<svg" in page.content.decode()
    secret = page.context["secret"]
    assert client.post(SIGN_IN, {"step": "enrol", "code": "000000"}).status_code == 422
    assert client.get("/desk/").status_code == 302
    done = client.post(SIGN_IN, {"step": "enrol", "code": code(secret), "next": "/desk/notices"})
    assert len(done.context["codes"]) >= 5
    entered = client.post(SIGN_IN, {"step": "seen", "next": done.context["next"]})
    assert entered["Location"] == "/desk/notices"
    assert client.get("/desk/").status_code == 200
    client.post("/desk/sign-out")
    assert client.get("/desk/").status_code == 302

    again = Client()
    assert again.get("/desk/").status_code == 302
    page = start(again, name)
    assert "secret" not in page.context
    assert again.post(SIGN_IN, {"step": "totp", "code": "123"}).status_code == 403
    assert again.get("/desk/").status_code == 302
    entered = again.post(SIGN_IN, {"step": "totp", "code": done.context["codes"][0]})
    assert entered["Location"] == "/desk/"


def test_only_an_idle_session_is_said_to_have_ended_idle() -> None:
    half = Client()
    start(half, post_of(Role.DISPATCHER).account.username or "")
    stale = Client()
    stale.cookies[settings.SESSION_COOKIE_NAME] = "0123456789abcdefghij0123456789ab"
    fresh, idle, long = Client(), enter(post_of(Role.HANDLER)), enter(post_of(Role.HANDLER))
    for client, stamp, ago in ((idle, SEEN, 31 * 60), (long, SINCE, 13 * 3600)):
        session = client.session
        session[stamp] = now().timestamp() - ago
        session.save()
    said = [client.get("/desk/", follow=True).context["ended"] for client in (half, stale, fresh, long, idle)]
    assert said == [False, False, False, False, True]


def test_wrong_passwords_and_unknown_names_get_the_same_answer() -> None:
    who = post_of(Role.DISPATCHER)
    answers = [
        start(Client(), name, "not this one") for name in (who.account.username or "", "nobody-at-all")
    ]
    errors = [str(answer.context["form"].non_field_errors()) for answer in answers]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert errors[0] == errors[1]


def test_a_password_handed_over_is_replaced() -> None:
    account = staff("handed-over", password_due=True)
    who = post_of(Role.HANDLER, account=account)
    client = Client()
    secret = start(client, who.account.username or "").context["secret"]
    client.post(SIGN_IN, {"step": "enrol", "code": code(secret)})
    page = client.post(SIGN_IN, {"step": "seen"})
    assert page.context["step"] == "password"
    assert client.post(SIGN_IN, {"step": "password", "password": "short"}).status_code == 422
    assert client.get("/desk/").status_code == 302
    answer = client.post(SIGN_IN, {"step": "password", "password": "four calm river stones"})
    assert answer["Location"] == "/desk/"


def test_no_step_can_be_skipped() -> None:
    who = post_of(Role.DISPATCHER)
    client = Client()
    start(client, who.account.username or "")
    for step in ("seen", "password", "totp", "", "ready"):
        client.post(SIGN_IN, {"step": step, "code": "000000", "password": "four calm river stones"})
        assert client.get("/desk/").status_code == 302, step


def test_the_way_back_stays_on_this_site() -> None:
    who = post_of(Role.DISPATCHER)
    client = Client()
    secret = start(client, who.account.username or "").context["secret"]
    client.post(SIGN_IN, {"step": "enrol", "code": code(secret)})
    assert client.post(SIGN_IN, {"step": "seen", "next": "https://example.org/"})["Location"] == "/desk/"


def test_the_demo_people_are_buttons_and_only_in_the_demo(settings: Settings) -> None:
    demo_seed(since=now(), at=now())
    assert Client().post("/desk/sign-in/demo", {"username": "xixi-town"}).status_code == 403
    assert b"xixi-town" not in Client().get(SIGN_IN).content
    settings.ANLAN_DEMO = True
    text = Client().get(SIGN_IN).content.decode()
    for one in demo_posts():
        assert f'value="{one.username}"' in text
        client = Client()
        entered = client.post("/desk/sign-in/demo", {"username": one.username})
        assert client.get(entered["Location"]).status_code == 200, one.username


def test_a_person_switches_between_own_posts_only() -> None:
    one = post_of(Role.DISPATCHER)
    two = post_of(Role.HANDLER, account=one.account)
    other = post_of(Role.HANDLER)
    client = enter(one)
    assert client.get("/desk/posts").content.decode().count("anlan-card") == 2
    assert client.post("/desk/posts", {"post": two.pk})["Location"] == "/desk/"
    assert client.get("/desk/new").status_code == 403
    client.post("/desk/posts", {"post": other.pk})
    client.post("/desk/posts", {"post": "x"})
    assert client.get("/desk/posts").context["posts"][1]["current"]
    Post.objects.filter(pk=two.pk).update(valid_to=now())
    assert client.get("/desk/new").status_code == 200
