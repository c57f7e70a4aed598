# SPDX-License-Identifier: Apache-2.0
"""An outside unit answers one case by a link, without signing in, and learns nothing of who reported it."""

import re
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.cases.models import Case, Configuration, Entry, Invitation
from anlan.people.may import Role, anonymous
from anlan.people.models import Organisation, Post
from tests.cases.files import webm
from tests.cases.world import organisation
from tests.procedures.report.cast import ROAD, Matter, category, condition, dept, town
from tests.web.resident.visits import picture, report, upload
from tests.web.staff import at_work, enter, photo, post_of

pytestmark = pytest.mark.django_db
SAID = "我是欧阳锋，水管爆了，请打我电话 13812345678"
WATER = "unit:330106:water"
VERSIONS = count(1_000_000)
"""A rollback gives no version a second meaning, for what was read of one is kept."""


def outside() -> Post:
    """Somebody at work in a unit that is none of the administration's."""
    county = Organisation.objects.get(key="county:330106")
    Organisation.objects.create(
        key=WATER,
        kind="outside_unit",
        name="西湖供水公司",
        name_en="West Lake Water",
        place_id=county.place_id,
        upper=county,
        valid_from=county.valid_from,
    )
    Configuration.objects.update_or_create(id=1, defaults={"version": next(VERSIONS)})
    return post_of(Role.HANDLER, WATER)


@pytest.fixture
def water() -> Post:
    return outside()


@pytest.fixture
def desk() -> Client:
    return at_work(Role.DISPATCHER, Role.HANDLER)[Role.DISPATCHER]


def given(to: str = WATER) -> Matter:
    case = Matter.opened("open", anonymous(), files=1, name="欧阳锋", at=now(), words=SAID)
    case.do(
        "dispatch",
        town(),
        unit=organisation(to),
        category=category(ROAD),
        condition=condition(ROAD),
        words="请今天先关阀",
    )
    return case


def link(desk: Client, case: Matter, who: Post) -> str:
    page = desk.post(f"/desk/cases/{case.now.number}/link", {"post": who.pk})
    assert page.status_code == 200
    found = re.search(r"http://testserver(/unit/[\w-]+)", page.content.decode())
    assert found
    return found[1]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_unit_reads_what_it_needs_and_nothing_of_the_reporter(desk: Client, water: Post) -> None:
    page = text(Client().get(link(desk, given(), water)))
    assert "水管爆了" in page
    assert "请今天先关阀" in page
    for hidden in ("13812345678", "13800000000", "欧阳"):
        assert hidden not in page


def test_it_neither_hears_the_reporter_nor_reads_what_they_called_a_photo(
    client: Client, desk: Client, water: Post
) -> None:
    files = [picture("欧阳锋家13812345678.jpg"), upload("recording.webm", webm(), "audio/webm")]
    number, _code = report(client, files=files)
    case = Matter.known(Case.objects.get(number=int(number)).pk, at=now())
    case.do(
        "dispatch",
        town(),
        unit=organisation(WATER),
        category=category(ROAD),
        condition=condition(ROAD),
        words="请今天先关阀",
    )
    address = link(desk, case, water)
    unit = Client()
    for page in (text(unit.get(address)), text(unit.post(f"{address}/do/done", {"answer": "已经换了"}))):
        assert f"{address}/files/1" in page
        assert "欧阳锋" not in page
        assert "13812345678" not in page
        assert "<audio" not in page
    assert unit.get(f"{address}/files/1").status_code == 200
    assert unit.get(f"{address}/files/2").status_code == 404
    assert client.get(f"/follow/{number}/files/2").status_code == 200


def test_it_takes_up_and_answers_without_signing_in(desk: Client, water: Post) -> None:
    case, client = given(), Client()
    address = link(desk, case, water)
    assert client.post(f"{address}/do/take").status_code == 302
    assert case.state == "in_hand"
    form = {"met": "yes", "outcome": "fixed", "answer": "已经换了新水管，恢复供水", "files": photo()}
    assert client.post(f"{address}/do/done", form).status_code == 302
    assert case.state == "confirming"
    assert Entry.objects.filter(case_id=case.id, actor=f"post:{water.pk}").count() == 2
    assert "_auth_user_id" not in client.session


def test_a_refused_form_keeps_what_was_written(desk: Client, water: Post) -> None:
    client, address = Client(), link(desk, given(), water)
    refused = client.post(f"{address}/do/done", {"answer": "已经换了新水管"})
    assert refused.status_code == 422
    assert "已经换了新水管" in text(refused)


def test_what_was_written_for_an_action_that_just_went_is_shown_with_why(desk: Client, water: Post) -> None:
    case, client = given(), Client()
    address = link(desk, case, water)
    form = {"met": "yes", "outcome": "fixed", "answer": "已经换了新水管，恢复供水"}
    assert client.post(f"{address}/do/done", form | {"files": photo()}).status_code == 302
    late = client.post(f"{address}/do/done", form | {"files": photo(), "request_id": str(uuid4())})
    assert late.status_code == 409
    assert "已经换了新水管" in text(late)
    assert client.post(f"{address}/do/publish", {"summary": "已经修好"}).status_code == 404
    assert client.post(f"{address}/do/rule", {"words": "由我们裁定"}).status_code == 404


def test_what_was_written_for_a_link_that_just_ended_is_shown_with_why(desk: Client, water: Post) -> None:
    case = given()
    address = link(desk, case, water)
    case.do("reassign", town(), unit=organisation(dept("housing")), words="改由住建处理")
    ended = Client().post(f"{address}/do/done", {"answer": "已经换了新水管", "outcome": "fixed"})
    assert ended.status_code == 409
    assert "已经换了新水管" in text(ended)
    assert "fixed" not in text(ended)


def test_its_photos_open_and_no_other_file(desk: Client, water: Post) -> None:
    case = given()
    address = link(desk, case, water)
    case.do("note", town(), files=1, words="内部备注，不给外部单位看")
    page = text(Client().get(address))
    assert f"{address}/files/1" in page
    assert "内部备注" not in page
    assert Client().get(f"{address}/files/2").status_code == 404


def test_a_link_ends_by_hand_by_date_and_with_the_assignment(desk: Client, water: Post) -> None:
    case = given()
    first, second = link(desk, case, water), link(desk, case, water)
    id = Invitation.objects.order_by("made_at").values_list("id", flat=True)[0]
    assert desk.post(f"/desk/cases/{case.now.number}/link/{id}/end").status_code == 302
    assert [Client().get(one).status_code for one in (first, second)] == [404, 200]
    Invitation.objects.filter(ended_at=None).update(expires_at=now() - timedelta(minutes=1))
    assert Client().get(second).status_code == 404
    third = link(desk, case, water)
    case.do("reassign", town(), unit=organisation(dept("housing")), words="改由住建处理")
    assert Client().get(third).status_code == 404
    assert Client().post(f"{third}/do/take").status_code == 302
    assert case.state == "dispatched"


def test_the_room_ends_a_link_after_the_unit_answered_and_gives_no_other(desk: Client, water: Post) -> None:
    case, unit = given(), Client()
    address = link(desk, case, water)
    unit.post(f"{address}/do/take")
    form = {"met": "yes", "outcome": "fixed", "answer": "已经换了新水管，恢复供水", "files": photo()}
    assert unit.post(f"{address}/do/done", form).status_code == 302
    page = f"/desk/cases/{case.now.number}/link"
    assert page in text(desk.get(f"/desk/cases/{case.now.number}"))
    assert 'name="post"' not in text(desk.get(page))
    assert desk.post(page, {"post": water.pk}).status_code == 404
    assert desk.post(f"{page}/{Invitation.objects.get().id}/end").status_code == 302
    assert unit.get(address).status_code == 404
    assert page not in text(desk.get(f"/desk/cases/{case.now.number}"))
    assert desk.get(page).status_code == 200, "where ending it leads to"


def test_a_post_that_ended_answers_nothing(desk: Client, water: Post) -> None:
    address = link(desk, given(), water)
    Post.objects.filter(pk=water.pk).update(valid_to=now())
    assert Client().get(address).status_code == 404


def test_only_the_room_gives_links_and_only_to_the_unit_that_has_it(desk: Client, water: Post) -> None:
    case = given()
    page = f"/desk/cases/{case.now.number}/link"
    for role in (Role.SUPERVISOR, Role.COUNTY_DISPATCHER, Role.AUDITOR):
        assert enter(post_of(role)).post(page, {"post": water.pk}).status_code == 404
    stranger = post_of(Role.HANDLER, dept("water"))
    assert desk.post(page, {"post": stranger.pk}).status_code == 422
    inside = given(dept("housing"))
    assert desk.get(f"/desk/cases/{inside.now.number}/link").status_code == 404
    assert not Invitation.objects.exists()


def test_the_secret_is_kept_nowhere_and_the_case_says_that_it_was_given(desk: Client, water: Post) -> None:
    case = given()
    secret = link(desk, case, water).removeprefix("/unit/")
    row = Invitation.objects.get()
    assert secret.encode() not in bytes(row.digest)
    entry = Entry.objects.filter(case_id=case.id).latest("seq")
    assert entry.action == "invite"
    assert secret not in str(entry.outcomes)


@pytest.mark.parametrize("secret", ["x", "%00", "é" * 40, "a" * 900])
def test_a_wrong_link_says_so_and_nothing_else(secret: str) -> None:
    assert Client().get(f"/unit/{secret}").status_code == 404
    assert Client().get(f"/unit/{secret}/files/1").status_code == 404
