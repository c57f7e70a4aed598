# SPDX-License-Identifier: Apache-2.0
"""Duplicates: who reports is told once what is in hand already; the room is offered what may be the same."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from anlan.base.clock import now
from anlan.cases.models import Case, Category
from anlan.people.may import Role, anonymous
from tests.cases.world import TOWN, organisation, place
from tests.procedures.report import cast
from tests.web.resident.visits import answers, fill, hidden, located, report, text
from tests.web.staff import enter, number, post_of

pytestmark = pytest.mark.django_db
TOLD = "已经有人报过类似的事"


def mark(page: str, told: str = "") -> str:
    """What the button sends of what is offered with these words."""
    found = re.search(rf'{told}[^"]*<button[^>]*name="too" value="(\w+)"', page)
    assert found, f"{told} is not offered"
    return found[1]


def in_hand(kind: str = "road") -> cast.Matter:
    matter = cast.Matter.opened(
        "open", anonymous(), at=now() - timedelta(days=3), words="老刘家门口有坑", kind=kind
    )
    matter.dispatch()
    return matter


def test_who_reports_the_like_is_told_once_and_may_still_send(client: Client) -> None:
    matter = in_hand()
    page = text(fill(client))
    assert TOLD in page
    notice = page.split(TOLD, 1)[1].split("</section>", 1)[0]
    for told in ("道路、桥梁和井盖", "西溪街道文三社区", "3 天前上报：已交办", "我也是", "同一个村"):
        assert told in notice, told
    assert "不是同一件事，提交我的" in page
    area = f"county={place('330106')}&amp;town={place(TOWN)}&amp;kind=road"
    assert f'href="/public?{area}"' in notice
    assert Case.objects.count() == 1
    for word in ("老刘", str(matter.id), "138"):
        assert word not in page, word
    sent = client.post("/report", answers(draft=hidden(page), checked=hidden(page, "checked")))
    assert sent.status_code == 302
    assert Case.objects.count() == 2


def test_what_looks_the_same_is_one_line_and_another_class_or_state_another(client: Client) -> None:
    older, newer = in_hand(), in_hand()
    cover = cast.Matter.opened("open", anonymous(), at=now() - timedelta(days=3), words="井盖", kind="road")
    cover.do(
        "dispatch",
        cast.town(),
        unit=organisation(cast.dept("housing")),
        category=cast.category("P01-01"),
        condition=cast.condition("P01-01"),
    )
    accepted = cast.Matter.opened("open", anonymous(), at=now() - timedelta(days=3), words="坑", kind="road")
    accepted.do("accept", cast.town())
    page = text(fill(client, words="路上有坑，自来水井盖也碎了"))
    told = re.findall(r"<li><span>(.*?)</span> <button[^>]*value=\"(\w+)\"", page)
    lines = {re.sub("<[^>]*>", "", words): value for words, value in told}
    road, other = (str(Category.objects.get(pk=cast.category(code)).name) for code in (cast.ROAD, "P01-01"))
    same = lines.pop(f"{road} · 3 天前上报：已交办 这样的有 2 件因为您写到“坑”")
    assert set(lines) == {
        f"{other} · 3 天前上报：已交办因为您写到“自来水井盖”",
        "3 天前上报：已受理因为类别相同",
    }
    for each in (older, newer, cover, accepted):
        assert str(each.now.number) not in page, "no number of what others reported goes out"
    sent = client.post("/report", answers(draft=hidden(page), checked="1", too=same))
    assert sent.status_code == 302
    page = text(fill(client))
    for made_up in (same, str(newer.now.number), str(older.now.number)):
        sent = client.post("/report", answers(draft=hidden(page), checked="1", too=made_up))
        assert sent.status_code == 422, "only what was offered here can be joined"


def test_of_another_class_than_the_words_name_nothing_is_told(client: Client) -> None:
    in_hand()
    page = text(fill(client, words="文三路的护栏倒了"))
    assert TOLD not in page
    assert "您写到“大坑”" in text(fill(client, words="文三路有个大坑"))
    assert "类别相同" in text(fill(client, words="我也在这里摔过"))


def test_what_a_kind_asks_besides_is_asked_once(client: Client) -> None:
    """On the form where it was shown there; before sending where it could not be, without a script."""
    in_hand()
    assert "坑或者缺口有多大" in text(fill(client))
    drawn = text(client.post("/report", answers(find="1")))
    assert hidden(drawn, "kind_asked") == "road"
    assert "坑或者缺口有多大" not in text(fill(client, kind_asked="road"))
    assert "坑或者缺口有多大" in text(fill(client, kind_asked="water"))


def test_an_offer_of_help_is_nothing_to_join(client: Client) -> None:
    offer = cast.Matter.opened(
        "open",
        anonymous(),
        at=now() - timedelta(days=3),
        words="我能帮忙",
        category=cast.category("S1-03", "services"),
    )
    offer.do("accept", cast.town())
    assert fill(client, kind="other").status_code == 302


def test_a_photo_that_says_where_it_was_taken_is_asked_about_on_the_same_page(client: Client) -> None:
    in_hand()
    page = text(fill(client, files=[located()]))
    assert TOLD in page
    assert "使用照片的地点和时间吗" in page


def test_me_too_joins_what_was_offered_with_a_code_of_its_own(client: Client) -> None:
    matter, other = in_hand(), cast.Matter(kind="road")
    page = text(fill(client, words="我也在这里摔过"))
    sent = client.post("/report", answers(draft=hidden(page), checked="1", too=f"{other.now.number}"))
    assert (sent.status_code, Case.objects.count()) == (422, 2)
    sent = client.post(
        "/report", answers(draft=hidden(page), words="我也在这里摔过", checked="1", too=mark(page))
    )
    assert sent.status_code == 302
    slip = text(client.get(sent["Location"]))
    assert "查询码" in slip
    assert Case.objects.exclude(pk__in=(matter.id, other.id)).get().state == "merged"
    desk = text(enter(post_of(Role.DISPATCHER)).get(f"/desk/cases/{number(matter)}"))
    assert "2 人反映" in desk
    assert "我也在这里摔过" in desk


@pytest.mark.parametrize(
    "given", [{"kind": "green"}, {"kind": None}, {"place": None, "county": "330106", "address": None}]
)
def test_of_another_kind_or_place_nothing_is_told(client: Client, given: dict[str, str | None]) -> None:
    in_hand()
    if "county" in given:
        given = {**given, "county": str(place("330106"))}
    assert fill(client, **given).status_code == 302


def test_what_was_not_accepted_or_closed_or_is_about_an_office_is_not_told(client: Client) -> None:
    cast.Matter(kind="road")
    done = in_hand()
    done.do("take", cast.unit())
    done.finish()
    done.do("check", cast.grid_worker(), result="holds")
    done.do("close", cast.town())
    about = cast.Matter(kind="road", about_organisation=organisation(cast.TOWN_ROOM))
    about.do("accept", cast.county())
    report(client)


def test_of_who_wants_to_stay_unknown_nothing_is_told_but_what_the_public_list_tells_of_their_town(
    client: Client,
) -> None:
    secret = cast.Matter.opened(
        "open", anonymous(), at=now() - timedelta(days=3), words="有坑", kind="road", confidential=True
    )
    secret.do("screen", cast.town(), decision="open")
    secret.dispatch()
    assert fill(client).status_code == 302
    join = answers(draft=hidden(text(client.get("/report"))), checked="1", too=str(number(secret)))
    assert client.post("/report", join).status_code == 422


def test_the_room_is_offered_what_may_be_the_same_and_the_way_to_merge(client: Client) -> None:
    main, other = in_hand(), in_hand(kind="green")
    mine, _code = report(client, checked="1")
    desk = enter(post_of(Role.DISPATCHER))
    page = text(desk.get(f"/desk/cases/{mine}"))
    join = f"/desk/cases/{int(mine)}/do/merge?into={number(main):016d}"
    assert f'href="{join}"' in page
    assert text(desk.get(join)).count(f'name="into" value="{number(main):016d}"') == 1
    assert TOLD not in page
    theirs = enter(post_of(Role.HANDLER))
    assert "do/merge" not in text(theirs.get(f"/desk/cases/{number(main)}"))
    assert f"into={number(other):016d}" in page, "it was classified as a road, whatever was chosen"


def test_it_is_read_from_the_index_of_the_village(client: Client) -> None:
    matter = in_hand()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT number FROM cases_case c WHERE (c.area / 1000) = %s AND c.open"
            " ORDER BY c.opened_at DESC LIMIT 5",
            [matter.now.area // 1000],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "village" in plan
