# SPDX-License-Identifier: Apache-2.0
"""A patrol in a real browser: which grids were walked arrives, with signal or without, and no request ever carries where somebody was."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Request, expect

from anlan.base.clock import now
from anlan.duty import patrols
from anlan.duty.models import Patrol
from anlan.people.may import Role, actor_of
from anlan.people.models import Post
from anlan.places.find import ZONE
from anlan.places.models import Boundary
from anlan.places.tree import Spot
from tests.databases import Clone
from tests.web.api.conftest import Api, no_leases
from tests.web.api.test_cases import problem
from tests.web.desk.test_browser import served, session_of
from tests.web.field.phone import SENT, TASKS, Phone, phone
from tests.web.field.test_terminals import phone as terminal
from tests.web.look.test_browser import CHROMIUM
from tests.web.resident.test_browser import sound
from tests.web.resident.test_browser import visit as look_at
from tests.web.staff import enter, post_of

__all__ = ["no_leases"]
browsers = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
)
LAT, LNG = 30.2855, 120.1355
BOX = (1_201_300_000, 302_800_000, 1_201_400_000, 302_900_000)
WHERE = re.compile(r"120[.]?1[34]|30[.]?28|30[.]?29|latitude|longitude|\blat\b|\blng\b")


def grids_of(post: Post) -> list[Spot]:
    return patrols.grids_of(actor_of(post, at=now()), at=now())


def walked(n: int) -> list[Patrol]:
    until = time.monotonic() + 20
    while Patrol.objects.count() < n and time.monotonic() < until:
        time.sleep(0.1)
    return list(Patrol.objects.order_by("place_id"))


@pytest.mark.django_db
def test_the_door_takes_places_and_a_day_and_nothing_else() -> None:
    mine = terminal()
    grid, *_more = grids_of(Post.objects.get())
    text = str(grid.code)
    today = now().astimezone(ZONE).date().isoformat()
    for _again in range(2):
        assert mine.post("patrols", {"day": today, "places": [text]}).json() == {"noted": 1}
    assert Patrol.objects.count() == 1
    for strange in ({"lat": 1}, {"point": {"lng": 1, "lat": 2}}, {"at": today}):
        problem(mine.post("patrols", {"day": today, "places": [text], **strange}), 422, "invalid")
    problem(mine.post("patrols", {"day": today, "places": ["x"]}), 422, "invalid")
    problem(mine.post("patrols", {"day": today, "places": []}), 422, "invalid")
    assert mine.get("sync/outlines").json() == {"outlines": []}
    assert Client().get("/api/v1/sync/outlines").status_code == 401
    assert Api(client=Client(), token="anlan_x").post("patrols", {}).status_code == 401


@pytest.mark.django_db
def test_one_tap_says_it_without_the_app() -> None:
    who = post_of(Role.GRID_WORKER)
    browser = enter(who)
    grid = grids_of(who)[0]
    page = browser.get("/field/patrols").content.decode()
    assert grid.name in page
    assert "已记录" in browser.post("/field/patrols", {"grid": grid.code}, follow=True).content.decode()
    for strange in ("", "x", "1" * 40, "9" * 15):
        assert browser.post("/field/patrols", {"grid": strange}).status_code == 302
    assert [row.place_id for row in Patrol.objects.all()] == [grid.id]
    assert enter(post_of(Role.DISPATCHER)).post("/field/patrols", {"grid": grid.code}).status_code == 403


@pytest.mark.django_db
def test_grids_are_read_by_their_office_and_numbers_above() -> None:
    who = post_of(Role.GRID_WORKER)
    grid = grids_of(who)[0]
    patrols.walk(
        [grid.code], day=now().astimezone(ZONE).date(), by=actor_of(who, at=now()), at=now(), zone=ZONE
    )
    own = enter(who).get("/desk/patrols").content.decode()
    assert grid.name in own
    assert "已走访" in own
    assert who.account.name not in own.split("<main")[1]
    room = enter(post_of(Role.DISPATCHER))
    above = room.get("/desk/patrols").content.decode()
    assert grid.name not in above
    assert "文三社区" in above
    for nowhere, status in (("x", 404), (str(grid.id), 403), (str(grid.parent_id), 403), ("999999999", 404)):
        assert room.get("/desk/patrols", {"place": nowhere}).status_code == status
    assert room.get("/desk/patrols", {"week": "2020-01-01"}).status_code == 200
    for page in (own, above):
        assert "本周" in page
        assert "上周" in page
    for role in (Role.HANDLER, Role.AUDITOR, Role.SYSTEM_ADMIN):
        assert enter(post_of(role)).get("/desk/patrols").status_code == 403


@pytest.fixture
def held(own_database: Clone, browser: Browser, tmp_path: Path) -> Iterator[tuple[Phone, list[str]]]:
    """A phone in the first grid of its worker, whose outline is surveyed, and all that it ever sends."""
    session = session_of(Role.GRID_WORKER)
    Boundary.objects.update_or_create(
        place_id=grids_of(Post.objects.get())[0].id,
        defaults={"shape": shapely.box(*BOX).wkb, "surveyed": True, "source": "test"},
    )
    sent: list[str] = []
    with served() as address, phone(browser, tmp_path / "one", address, session=session) as found:
        stand(found, LAT, LNG)
        listen(found, sent)
        yield found, sent


def listen(found: Phone, sent: list[str]) -> None:
    """Writes down whatever this browser asks for: address, headers, body."""

    def note(request: Request) -> None:
        told = (request.post_data_buffer or b"").decode(errors="replace")
        sent.append(f"{request.method} {request.url} {request.headers} {told}")

    assert found.context is not None
    found.context.on("request", note)


def stand(found: Phone, lat: float, lng: float, *, exact: int = 8) -> None:
    assert found.context is not None
    found.context.grant_permissions(["geolocation"])
    found.context.set_geolocation({"latitude": lat, "longitude": lng, "accuracy": exact})


def move(found: Phone, times: int, *, lat: float = LAT, exact: int = 8) -> None:
    """Some steps, each long enough after the last to be looked at; at first within the grid."""
    for n in range(times):
        found.page.clock.fast_forward(11_000)
        stand(found, lat + n / 1e5, LNG, exact=exact)
        found.page.wait_for_timeout(300)


@browsers
def test_where_one_walks_is_found_out_on_the_phone_and_only_the_grid_arrives(
    held: tuple[Phone, list[str]],
) -> None:
    found, sent = held
    page = found.page
    page.clock.install()
    found.see(TASKS)
    page.get_by_role("button", name="网格巡查").click()
    sound(page)
    found.signal(False)
    page.get_by_role("button", name="开始巡查").click()
    boxes = page.locator(".govuk-checkboxes__input")
    expect(boxes.first).not_to_be_checked()
    move(found, 4, lat=LAT + 0.01)
    move(found, 4, exact=200)
    expect(page.locator("[role=status]").last).to_contain_text("200")
    expect(boxes.first).not_to_be_checked()
    move(found, 5)
    expect(boxes.first).to_be_checked()
    sound(page)
    # Killed, it goes on where it was, and holds no position.
    found.kill()
    found.start(online=False)
    listen(found, sent)
    stand(found, LAT, LNG)
    found.unlock()
    found.see("#/walk")
    page = found.page
    boxes = page.locator(".govuk-checkboxes__input")
    expect(boxes.first).to_be_checked()
    boxes.nth(1).check(force=True)
    page.get_by_role("button", name="结束巡查：无异常").click()
    page.locator(".anlan-message--success").wait_for()
    found.see(SENT)
    expect(page.locator(".anlan-pill--new")).to_have_text("待发送")
    sound(page)
    found.signal(True)
    expect(page.locator(".anlan-pill--done")).to_have_count(1)
    rows = walked(2)
    assert {row.place_id for row in rows} == {each.id for each in grids_of(Post.objects.get())[:2]}
    assert {row.day for row in rows} == {now().astimezone(ZONE).date()}
    assert {each.split()[0] for each in sent if "/api/v1/patrols" in each} == {"POST"}
    assert [each for each in sent if WHERE.search(each)] == []


@browsers
def test_nothing_to_report_is_one_tap_and_a_walk_can_be_dropped(held: tuple[Phone, list[str]]) -> None:
    found, sent = held
    page = found.page
    found.see("#/walk")
    page.locator("ul.govuk-list button").nth(1).click()
    page.locator(".anlan-message--success").wait_for()
    assert [row.place_id for row in walked(1)] == [grids_of(Post.objects.get())[1].id]
    page.get_by_role("button", name="开始巡查").click()
    page.get_by_role("button", name="结束巡查：无异常").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("请勾选走访过的网格")
    page.get_by_role("button", name="放弃本次巡查").click()
    expect(page.get_by_role("button", name="开始巡查")).to_be_visible()
    assert Patrol.objects.count() == 1
    assert [each for each in sent if WHERE.search(each)] == []


@browsers
@pytest.mark.parametrize(
    ("width", "language", "large"), [(360, "zh-hans", True), (360, "en", False), (1440, "en", False)]
)
def test_pages_of_walks_and_of_duty_read_well(
    own_database: Clone, browser: Browser, width: int, language: str, *, large: bool
) -> None:
    sessions = {role: session_of(role) for role in (Role.GRID_WORKER, Role.DISPATCHER)}
    pages = {
        Role.GRID_WORKER: ("/field/patrols", "/desk/patrols"),
        Role.DISPATCHER: ("/desk/patrols", "/desk/duty"),
    }
    with served() as address:
        page = look_at(browser, address, language=language, width=width, js=True, large=large)
        for role, where in pages.items():
            page.context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": sessions[role], "url": address}]
            )
            for each in where:
                page.goto(address + each)
                sound(page)
