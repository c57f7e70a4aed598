# SPDX-License-Identifier: Apache-2.0
"""Each door by which a browser is told: residents of their case, staff of what they choose, anybody of alerts for a place."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from anlan.base.clock import now
from anlan.cases.models import Telling
from anlan.cases.queries import find_case_id
from anlan.people.may import Role, actor_of
from anlan.people.models_push import PlaceFollow, StaffBrowser, StaffPush
from anlan.people.models_terminals import Terminal
from anlan.people.push import public_key, read_subscription
from anlan.people.staffding import get_user
from anlan.people.staffpush import add_browser, browsers_of, get_push
from anlan.people.terminals import erase
from anlan.people.tokens import make_token
from anlan.web.public.alerts import FOLLOWS
from tests.people.ding_service import code_in, ding_service
from tests.people.push_service import PushService, push_service
from tests.people.world import security
from tests.web.resident.visits import report, sign_in, text
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.django_db
PHONE = "13900001111"
COUNTY = "330106000000000"
ELSEWHERE = {"endpoint": "https://127.0.0.1/", "keys": {"p256dh": "AAAA", "auth": "AAAA"}}


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[PushService]:
    settings.ANLAN_DEMO = True
    with push_service(tmp_path, monkeypatch) as found:
        yield found


def test_a_resident_chooses_this_browser_for_one_case_and_back(client: Client, service: PushService) -> None:
    sign_in(client, PHONE)
    number = report(client, phone=PHONE)[0]
    page = client.get(f"/follow/{number}/told")
    assert public_key() in page.content.decode()
    for wrong in ("", "{}", json.dumps(ELSEWHERE)):
        answer = client.post(f"/follow/{number}/told", {"way": "push", "subscription": wrong})
        assert answer.status_code == 422
        assert "这个浏览器不能接收提醒" in answer.content.decode()
    assert not Telling.objects.exists()
    given = service.browser().given
    assert client.post(f"/follow/{number}/told", {"way": "push", "subscription": given}).status_code == 302
    row = Telling.objects.get(case_id=find_case_id(int(number)))
    assert b"localhost" not in bytes(row.sealed or b"")
    assert "您设置时所用的浏览器" in text(client.get(f"/follow/{number}"))
    told = json.loads(client.get(f"/follow/{number}/data.json").content)["told"]
    assert told["by"] == "push"
    assert "localhost" not in client.get(f"/follow/{number}/told").content.decode().replace("testserver", "")
    client.post(f"/follow/{number}/told", {"way": "sms"})
    assert not Telling.objects.exists()


def test_where_no_browser_is_told_nothing_of_it_is_shown(client: Client, settings: Settings) -> None:
    settings.ANLAN_DEMO, settings.ANLAN_PUSH_SERVICES = True, ()
    sign_in(client, PHONE)
    number = report(client, phone=PHONE)[0]
    pages = [client.get(f"/follow/{number}/told"), client.get(f"/alerts?place={COUNTY}")]
    pages += [client.get("/place/330106"), enter(post_of(Role.HANDLER)).get("/desk/notices/screens")]
    for page in pages:
        assert page.status_code == 200
        assert "data-push" not in page.content.decode()
    assert client.post("/alerts/told", {"place": COUNTY, "want": "on"}).status_code == 404


def test_staff_choose_what_comes_when_it_is_quiet_and_in_which_browsers(service: PushService) -> None:
    post = post_of(Role.HANDLER)
    staff = enter(post)
    assert "您还没有在任何浏览器上开启提醒" in staff.get("/desk/notices/screens").content.decode()
    chosen = {"kinds": ["pressing", "alerts"], "start": "22:30", "end": "06:00"}
    given = service.browser().given
    answer = staff.post("/desk/notices/screens", {**chosen, "here": "on", "subscription": given})
    assert answer.status_code == 302
    wish = get_push(post.account_id)
    assert wish is not None
    assert (wish.pressing, wish.rest, wish.alerts) == (True, False, True)
    assert wish.quiet is not None
    assert (wish.quiet.start, wish.quiet.end) == (22 * 60 + 30, 360)
    ((_id, held),) = browsers_of(post.account_id, at=now())
    assert json.loads(held)["endpoint"] == json.loads(given)["endpoint"]
    page = staff.get("/desk/notices/screens").content.decode()
    assert 'value="22:30"' in page
    assert "您有 1 个浏览器会收到提醒" in page
    assert staff.post("/desk/notices/screens", {"kinds": ["rest"]}).status_code == 302
    assert StaffBrowser.objects.count() == 1
    staff.post("/desk/notices/screens", {"end_all": "1"})
    assert not StaffBrowser.objects.exists()
    assert not StaffPush.objects.exists()


def test_staff_are_told_at_dingtalk_once_they_have_shown_that_an_id_is_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = post_of(Role.HANDLER)
    staff, here = enter(post), "/desk/notices/dingtalk"
    assert "钉钉" not in staff.get("/desk/notices/screens").content.decode()
    assert staff.get(here).status_code == 404
    with ding_service(tmp_path, monkeypatch) as ding:
        assert here in staff.get("/desk/notices/screens").content.decode()
        for wrong in ("li,wang", "a b", "x" * 65, ""):
            assert staff.post(here, {"user": wrong}).status_code == 422
        asked = staff.post(here, {"user": "li.4"})
        assert asked.status_code == 200
        assert "li.4" in asked.content.decode()
        assert get_user(post.account_id) == ""
        assert staff.post(here, {"user": "li.4", "code": "x"}).status_code == 422
        given = {"user": "li.4", "code": code_in(ding)}
        assert staff.post(here, given).status_code == 302
        assert get_user(post.account_id) == "li.4"
        for page in (here, "/desk/notices/screens"):
            assert "li.4" in staff.get(page).content.decode()
        assert staff.post("/desk/notices/screens", {"kinds": ["rest"]}).status_code == 302
        assert get_user(post.account_id) == "li.4"
        ding.unknown = {"wang"}
        assert staff.post(here, {"user": "wang"}).status_code == 422
        staff.post(here, {"end": "1"})
        assert StaffPush.objects.get().sealed is None
        for _ in range(3):
            staff.post(here, {"user": "zhao"})
        assert staff.post(here, {"user": "zhao"}).status_code == 429


@pytest.mark.parametrize(
    "given",
    [
        {"start": "22:00", "end": ""},
        {"start": "25:00", "end": "07:00"},
        {"kinds": ["everything"]},
        {"subscription": "{}"},
        {"subscription": json.dumps(ELSEWHERE)},
    ],
)
def test_what_cannot_be_is_asked_again_of_staff(service: PushService, given: dict[str, object]) -> None:
    staff = enter(post_of(Role.HANDLER))
    answer = staff.post("/desk/notices/screens", {"kinds": ["rest"], "start": "", "end": "", **given})
    assert answer.status_code == 422
    assert not StaffBrowser.objects.exists()


def test_anybody_follows_a_place_asks_and_leaves_it_and_nobody_is_told_of_it(
    client: Client, service: PushService
) -> None:
    page = text(client.get(f"/alerts?place={COUNTY}"))
    assert "接收西湖区的预警" in page
    (there,) = re.findall(r'rel="manifest" href="([^"]+)"', page)
    assert json.loads(client.get(there).content)["start_url"] == f"/alerts?place={COUNTY}"
    given = service.browser().given

    def want(what: str, **other: str) -> bytes:
        answer = client.post(
            "/alerts/told", {"place": COUNTY, "want": what, "subscription": given, **other}, follow=True
        )
        assert answer.status_code == 200
        return answer.content

    assert json.loads(want("ask")) == {"on": False}
    assert "一年内，西湖区的预警会在这里弹出" in want("on").decode()
    want("on")
    assert json.loads(want("ask")) == {"on": True}
    row = PlaceFollow.objects.get()
    assert read_subscription(given).endpoint.encode() not in bytes(row.sealed)
    assert json.loads(want("ask", place="330105000000000")) == {"on": False}
    want("off")
    assert not PlaceFollow.objects.exists()


def test_what_is_no_place_or_no_browser_is_refused_and_one_connection_has_a_cap(
    client: Client, service: PushService
) -> None:
    given = service.browser().given
    for place in ("", "1", "990106000000000", "x"):
        assert (
            client.post("/alerts/told", {"place": place, "want": "on", "subscription": given}).status_code
            == 404
        )
    for wrong in ("", json.dumps(ELSEWHERE)):
        answer = client.post("/alerts/told", {"place": COUNTY, "want": "on", "subscription": wrong})
        assert answer.status_code == 422
    asked = {"place": COUNTY, "want": "ask", "subscription": given}
    found = [client.post("/alerts/told", asked).status_code for _ in range(FOLLOWS.n + 1)]
    assert found == [200] * FOLLOWS.n + [429]


def test_who_signs_out_is_told_no_more_in_that_browser(service: PushService) -> None:
    post = post_of(Role.HANDLER)
    staff = enter(post)
    here, elsewhere = service.browser().given, service.browser("two").given
    for given in (here, elsewhere):
        add_browser(post.account_id, read_subscription(given))
    staff.post("/desk/sign-out", {"subscription": here})
    ((_id, held),) = browsers_of(post.account_id, at=now())
    assert json.loads(held)["endpoint"] == json.loads(elsewhere)["endpoint"]
    # Nobody ends what is another's, and whatever is sent, one is signed out.
    for wrong in (elsewhere, "{", json.dumps(ELSEWHERE)):
        other = enter(post_of(Role.HANDLER))
        assert other.post("/desk/sign-out", {"subscription": wrong}).status_code == 302
        assert other.get("/desk/notices").status_code == 302
    assert StaffBrowser.objects.count() == 1


def test_a_token_that_is_no_phones_hears_nothing(service: PushService) -> None:
    post = post_of(Role.GRID_WORKER)
    made = make_token(
        post.pk,
        label="list",
        procedures=("report",),
        actions=(),
        expires_at=now() + timedelta(days=1),
        by=actor_of(post, at=now()),
        at=now(),
    )
    door = Client(headers={"Authorization": f"Bearer {made.text}"})
    given = json.loads(service.browser().given)
    body = {"endpoint": given["endpoint"], "keys": given["keys"]}
    answer = door.put("/api/v1/sync/screen", json.dumps(body), content_type="application/json")
    assert answer.status_code == 403
    assert not StaffBrowser.objects.exists()
    assert not StaffPush.objects.exists()


def test_a_phone_is_told_until_its_token_ends(service: PushService) -> None:
    post = post_of(Role.GRID_WORKER)
    staff = enter(post)
    made = staff.post("/field/terminals", {"version": "1"}).json()
    door = Client(headers={"Authorization": f"Bearer {made['token']}"})
    assert door.get("/api/v1/sync/screen").json() == {"key": public_key()}
    given = json.loads(service.browser().given)
    body = {"endpoint": given["endpoint"], "keys": given["keys"]}

    def say(method: str, what: object) -> int:
        answer = door.generic(
            method, "/api/v1/sync/screen", json.dumps(what), content_type="application/json"
        )
        return answer.status_code

    assert say("PUT", ELSEWHERE) == 422
    assert say("PUT", body) == 200
    assert say("PUT", body) == 200
    row = StaffBrowser.objects.get()
    assert row.account_id == post.account_id
    assert row.token is not None
    assert list(browsers_of(post.account_id, at=row.token.expires_at)) == []
    assert say("DELETE", body) == 200
    assert not StaffBrowser.objects.exists()
    assert say("PUT", body) == 200
    by = security()
    erase(Terminal.objects.get().pk, by=by, at=now())
    assert not StaffBrowser.objects.exists(), "whoever has that phone now is told nothing"
