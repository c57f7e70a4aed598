# SPDX-License-Identifier: Apache-2.0
"""The dispatcher's way through the list: what is proposed, on to the next, taken back, for many at once, and who has it open."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client

from anlan.base.clock import now
from anlan.cases.held import send_due
from anlan.cases.models import Case, Claim, Entry, HeldAct
from anlan.people.may import Role
from anlan.web.desk.deeds import NAMED
from anlan.web.desk.models import CannedReply, SavedFilter
from tests.procedures.report.cast import ROAD, Matter, category, condition, town
from tests.web.staff import at_work, enter, matter, number, post_of

pytestmark = pytest.mark.django_db
LIST = "/desk/?state=reported"


@pytest.fixture(autouse=True)
def undo_seconds(settings: LazySettings) -> None:
    settings.ANLAN_UNDO_SECONDS = 10


@pytest.fixture
def room() -> Client:
    return at_work(Role.DISPATCHER, Role.HANDLER)[Role.DISPATCHER]


def road(**given: Any) -> Matter:
    return matter(category=category(ROAD), condition=condition(ROAD), **given)


def proposed(page: Any) -> tuple[str, dict[str, str]]:
    """Where the first button sends, and what."""
    deed = page.context["deeds"][0]
    assert deed.main
    return deed.url, {
        **dict(deed.sends),
        "request_id": str(page.context["deed_request"]),
        "next": str(page.context["next"]),
    }


def later() -> None:
    send_due(at=now() + timedelta(seconds=11))


def test_one_step_accepts_and_passes_on_what_is_proposed_and_goes_to_the_next(room: Client) -> None:
    one, two = road(), road()
    url, sent = proposed(room.get(f"/desk/cases/{number(one)}?state=reported"))
    answer = room.post(url, sent)
    assert answer["Location"] == f"/desk/cases/{number(two)}?state=reported&onward=1"
    assert Case.objects.get(pk=one.id).state == "reported"
    page = room.get(answer["Location"])
    assert [item.leaving for item in page.context["items"]] == [True, False]
    assert page.context["held"]["numbers"] == str(number(one))
    later()
    assert Case.objects.get(pk=one.id).state == "dispatched"
    assert one.now.holder == int(sent["unit"])


def test_below_the_last_one_the_list_begins_again_where_what_was_done_leaves_it(room: Client) -> None:
    one, two = road(), road()
    url, sent = proposed(room.get(f"/desk/cases/{number(two)}?state=reported"))
    assert sent["next"] == ""
    assert room.post(url, sent)["Location"] == f"/desk/cases/{number(one)}?state=reported&onward=1"
    url, sent = proposed(room.get(f"/desk/cases/{number(one)}?state=reported"))
    again = room.post(url, sent, headers={"hx-request": "true"})
    assert again["HX-Redirect"] == LIST


def test_an_address_made_up_as_the_next_one_leads_nowhere_else(room: Client) -> None:
    one = road()
    for strange in ("1234567890123456", "9" * 40, "//evil.example", "٣"):
        url, sent = proposed(room.get(f"/desk/cases/{number(one)}?state=reported"))
        answer = room.post(url, sent | {"next": strange})
        assert answer["Location"] == LIST, strange
        HeldAct.objects.all().delete()


def test_without_a_category_nothing_is_sent_unseen(room: Client) -> None:
    page = room.get(f"/desk/cases/{number(matter())}")
    assert page.context["deeds"][0].sends == []
    assert page.context["proposal"] is None


def test_what_is_taken_back_stands_as_before_and_what_left_is_said_to_have(room: Client) -> None:
    one = road()
    url, sent = proposed(room.get(f"/desk/cases/{number(one)}"))
    room.post(url, sent)
    held = room.get(f"/desk/cases/{number(one)}")
    assert held.context["deeds"] == []
    (line,) = held.context["held"]["lines"]
    back = f"/desk/held/{line['batch']}"
    assert room.post(back, {"what": "undo"})["Location"] == f"/desk/cases/{number(one)}"
    assert room.get(f"/desk/cases/{number(one)}").context["held"]["lines"] == []
    room.post(url, sent | {"request_id": str(line["batch"])})
    later()
    assert Case.objects.get(pk=one.id).state == "dispatched"
    told = room.post(back, {"what": "undo", "at": str(number(one))}, follow=True)
    assert "已经发出去了" in told.content.decode()


def test_send_at_once_is_at_once_and_nobody_else_touches_it(room: Client) -> None:
    one = road()
    url, sent = proposed(room.get(f"/desk/cases/{number(one)}"))
    room.post(url, sent)
    other = enter(post_of(Role.DISPATCHER))
    assert "派遣" in str(other.get(f"/desk/cases/{number(one)}").context["on_its_way"])
    for what in ("now", "undo", "away"):
        other.post(f"/desk/held/{sent['request_id']}", {"what": what})
    assert Case.objects.get(pk=one.id).state == "reported"
    assert HeldAct.objects.count() == 1
    room.post(f"/desk/held/{sent['request_id']}", {"what": "now"})
    assert Case.objects.get(pk=one.id).state == "dispatched"


def test_what_is_refused_in_the_end_comes_back_with_what_was_entered(room: Client) -> None:
    one = road()
    page = room.get(f"/desk/cases/{number(one)}/do/dispatch")
    form = page.context["form"]
    sent = {"expect": form["expect"].value(), "request_id": str(uuid4()), "words": "请先围护"}
    room.post(
        f"/desk/cases/{number(one)}/do/dispatch",
        sent | {"category": category(ROAD), "condition": condition(ROAD)},
    )
    one.at = now()
    one.do("accept", town())
    later()
    (back,) = room.get(LIST).context["held"]["back"]
    assert "没有办成" in room.get(LIST).content.decode() or back["why"]
    again = room.get(back["url"])
    assert again.context["form"]["words"].value() == "请先围护"
    assert enter(post_of(Role.DISPATCHER)).get(back["url"]).context["form"]["words"].value() is None
    room.post(f"/desk/held/{back['id']}", {"what": "away"})
    assert room.get(LIST).context["held"]["back"] == []


def test_a_form_that_cannot_be_sent_is_refused_at_once(room: Client) -> None:
    n = number(matter())
    answer = room.post(f"/desk/cases/{n}/do/not_accept", {"words": "太短"})
    assert answer.status_code == 422
    assert not HeldAct.objects.exists()


def test_many_get_an_answer_each(room: Client) -> None:
    ready, bare, gone = road(), matter(), road()
    gone.dispatch()
    chosen = {"n": [str(number(each)) for each in (ready, bare, gone)]}
    assert {key for key, _words, _n in room.get("/desk/many", chosen).context["deeds"]} >= {
        "accept",
        "dispatch",
        "note",
    }
    form = room.get("/desk/many", chosen | {"action": "dispatch"})
    sent = {**chosen, "action": "dispatch", "send": "1", "batch": str(form.context["batch"])}
    for _twice in range(2):
        answer = room.post("/desk/many", sent)
        assert [each.number for each in answer.context["done"]] == [number(ready)]
        assert {each.number for each in answer.context["refused"]} == {number(bare), number(gone)}
        assert all(each.why for each in answer.context["refused"])
    later()
    assert list(Entry.objects.filter(case_id=ready.id).values_list("action", flat=True)) == [
        "open",
        "dispatch",
    ]


def test_a_note_on_many_is_written_at_once_and_asks_for_its_words(room: Client) -> None:
    cases = [matter(), matter()]
    sent = {"n": [str(number(each)) for each in cases], "action": "note", "send": "1", "batch": str(uuid4())}
    assert room.post("/desk/many", sent).status_code == 422
    answer = room.post("/desk/many", sent | {"words": "已电话联系社区"})
    assert len(answer.context["done"]) == 2
    for each in cases:
        assert Entry.objects.filter(case_id=each.id, action="note").count() == 1


def test_nothing_of_another_region_can_be_chosen(room: Client) -> None:
    n = str(number(road()))
    elsewhere = enter(post_of(Role.DISPATCHER, "town:330108001"))
    assert elsewhere.get("/desk/many", {"n": n}).status_code == 302
    strange = {"n": [n, "x", "9" * 30], "action": "look", "send": "1", "batch": "y"}
    assert room.post("/desk/many", strange).status_code == 200
    assert room.post("/desk/many", strange | {"action": "accept"}).status_code == 302


def test_a_case_opened_by_a_colleague_says_who_until_they_open_another(room: Client) -> None:
    one, two = matter(), matter()
    other = enter(post_of(Role.DISPATCHER))
    other.get(f"/desk/cases/{number(one)}")
    page = room.get(f"/desk/cases/{number(one)}")
    (colleague,) = page.context["claim"]["others"]
    assert colleague["who"].startswith("dispatcher-")
    assert "也在查看" in page.content.decode()
    assert page.context["claim"]["may"]
    assert [bool(item.warning) for item in room.get("/desk/").context["items"]].count(True) == 1
    assert not any(item.warning for item in other.get("/desk/?whose=mine").context["items"])
    assert "也在查看" in other.get(f"/desk/cases/{number(one)}/claimed").content.decode()
    other.get(f"/desk/cases/{number(two)}")
    assert not room.get(f"/desk/cases/{number(one)}").context["claim"]["others"]


def test_each_who_has_a_case_open_is_told_of_each_other_and_of_their_end(room: Client) -> None:
    one, two = matter(), matter()
    here, sign = f"/desk/cases/{number(one)}", f"/desk/cases/{number(one)}/claimed"
    second, third = enter(post_of(Role.DISPATCHER)), enter(post_of(Role.DISPATCHER))
    room.get(here)
    assert room.get(sign).content.decode().strip() == ""
    second.get(here)
    for each in (room, second):
        assert each.get(sign).content.decode().count("也在查看") == 1
    third.get(here)
    for each in (room, second, third):
        assert each.get(sign).content.decode().count("也在查看") == 2
    # The first goes on to another.
    room.get(f"/desk/cases/{number(two)}")
    for each in (second, third):
        assert each.get(sign).content.decode().count("也在查看") == 1
    third.get(f"/desk/cases/{number(two)}")
    assert second.get(sign).content.decode().strip() == ""
    # Who said that they work on it hears of it too; given back nobody works on it.
    second.post(f"{here}/claim", {"held": "1"})
    third.get(here)
    assert "也在查看" in second.get(sign).content.decode()
    assert "正在办这一件" in third.get(sign).content.decode()
    second.post(f"{here}/claim", {"held": "0"})
    assert "正在办这一件" not in third.get(sign).content.decode()
    assert "也在查看" in second.get(sign).content.decode()
    assert third.get(sign).content.decode().strip() == ""
    Claim.objects.update(lapses_at=now() - timedelta(seconds=1))
    assert second.get(sign).content.decode().strip() == ""


def test_of_many_who_have_a_case_open_some_are_named_and_the_rest_counted(room: Client) -> None:
    one = matter()
    for _ in range(NAMED + 2):
        enter(post_of(Role.DISPATCHER)).get(f"/desk/cases/{number(one)}")
    told = room.get(f"/desk/cases/{number(one)}/claimed").content.decode()
    assert told.count("也在查看") == NAMED
    assert "另有 2 位同事" in told


def test_who_says_they_work_on_it_comes_before_who_only_opened_it(room: Client) -> None:
    one = matter()
    other = enter(post_of(Role.DISPATCHER))
    other.get(f"/desk/cases/{number(one)}")
    room.post(f"/desk/cases/{number(one)}/claim", {"held": "1"})
    other.get(f"/desk/cases/{number(one)}")
    mine, theirs = Claim.objects.filter(case_id=one.id).order_by("-said")
    assert (mine.said, theirs.said) == (True, False)
    assert room.get(f"/desk/cases/{number(one)}").context["claim"]["mine"]
    told = other.get(f"/desk/cases/{number(one)}")
    assert [each["said"] for each in told.context["claim"]["others"]] == [True]
    assert not told.context["claim"]["may"]
    Claim.objects.update(lapses_at=now() - timedelta(seconds=1))
    told = other.get(f"/desk/cases/{number(one)}")
    assert not told.context["claim"]["others"]
    assert told.context["claim"]["may"]


def test_a_filter_is_kept_by_name_and_never_with_words(room: Client) -> None:
    room.post("/desk/filters/keep?state=reported&words=张三&urgent=1", {"name": "学校周边"})
    kept = SavedFilter.objects.get()
    assert kept.query == "?state=reported&urgent=1"
    (saved,) = room.get("/desk/?state=reported&urgent=1").context["groups"][1].queues
    assert (saved.word, saved.current) == ("学校周边", True)
    room.post("/desk/filters/keep?state=reported", {"name": "重点人员"})
    room.post("/desk/filters/keep?state=reported", {"name": ""})
    other = enter(post_of(Role.DISPATCHER))
    other.post(f"/desk/filters/{kept.pk}/remove")
    assert SavedFilter.objects.count() == 1
    assert other.get("/desk/filters").context["filters"] == []
    room.post(f"/desk/filters/{kept.pk}/remove")
    assert not SavedFilter.objects.exists()


def test_a_canned_reply_goes_behind_what_was_written(room: Client) -> None:
    words = {
        "title": "不归我们",
        "words_zh": "请向区住建局反映。",
        "words_en": "Please turn to the housing bureau.",
    }
    assert room.post("/desk/replies", words | {"words_zh": "黑名单人员一律不受理"}).status_code == 422
    room.post("/desk/replies", words)
    reply = CannedReply.objects.get()
    n = number(matter())
    page = room.get(f"/desk/cases/{n}/do/not_accept")
    assert [title for _value, title, _words in page.context["replies"]] == [
        "不归我们 (中文)",
        "不归我们 (English)",
    ]
    sent = {"words": "您好。", "reason": "other", "reply": f"{reply.pk}.zh", "insert": "1"}
    drawn = room.post(f"/desk/cases/{n}/do/not_accept", sent)
    assert drawn.context["form"]["words"].value() == "您好。\n请向区住建局反映。"
    handler = enter(post_of(Role.HANDLER))
    handler.post(f"/desk/replies/{reply.pk}/remove")
    assert handler.get("/desk/replies").context["replies"] == []
    room.post(f"/desk/replies/{reply.pk}/remove")
    assert not CannedReply.objects.exists()
