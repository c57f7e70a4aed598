# SPDX-License-Identifier: Apache-2.0
"""The mediators of an office: read and kept by it alone, with how many open cases each has; the words pass the boundary, each change is logged."""

from datetime import timedelta
from typing import Any

import pytest

from anlan.base.clock import now
from anlan.config import retention
from anlan.people.log import read_log
from anlan.people.may import Role, actor_of
from anlan.people.models import Post
from anlan.procedures.mediation.models import MediationRecord, Mediator
from tests.procedures.mediation.cast import Dispute
from tests.procedures.report.cast import COMMITTEE, TOWN_ROOM
from tests.statements import statements
from tests.web.staff import enter, post_of

pytestmark = pytest.mark.django_db
URL = "/desk/mediators"
SAID = {"kinds": ["neighbours", "property"], "languages": "普通话，杭州话 普通话", "hours": "周一至周五"}


def changes() -> list[Any]:
    return [line.after for line in read_log() if line.what == "mediator.change"]


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.MEDIATOR])
def test_the_office_says_what_its_mediators_know_and_each_change_is_logged(role: Role) -> None:
    one = post_of(Role.MEDIATOR, TOWN_ROOM)
    keeper = enter(one if role is Role.MEDIATOR else post_of(role, TOWN_ROOM))
    assert one.account.name in keeper.get(URL).content.decode()
    page = keeper.post(f"{URL}/{one.pk}", SAID, follow=True).content.decode()
    for words in ("邻里 · 物业", "普通话 · 杭州话", "周一至周五"):
        assert words in page
    said = {
        "post": one.pk,
        "kinds": ["neighbours", "property"],
        "languages": ["普通话", "杭州话"],
        "hours": "周一至周五",
    }
    assert changes() == [said]
    keeper.post(f"{URL}/{one.pk}", SAID)
    assert len(changes()) == 1, "what changes nothing is no change"


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"languages": "重点人员"}, "languages"),
        ({"hours": "只接待重点人员"}, "hours"),
        ({"languages": "、".join("甲乙丙丁戊己庚辛壬")}, "languages"),
        ({"kinds": ["persons"]}, "kinds"),
    ],
)
def test_words_of_a_register_of_people_are_refused_at_their_field(given: dict[str, object], key: str) -> None:
    one = post_of(Role.MEDIATOR, TOWN_ROOM)
    answer = enter(one).post(f"{URL}/{one.pk}", SAID | given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [key]
    assert not Mediator.objects.exists()
    assert changes() == []


def test_other_offices_and_other_mediators_change_nothing() -> None:
    one, colleague = post_of(Role.MEDIATOR, TOWN_ROOM), post_of(Role.MEDIATOR, TOWN_ROOM)
    stranger = enter(post_of(Role.MEDIATOR, COMMITTEE))
    assert one.account.name not in stranger.get(URL).content.decode()
    assert stranger.post(f"{URL}/{one.pk}", SAID).status_code == 404
    assert enter(colleague).post(f"{URL}/{one.pk}", SAID).status_code == 403
    assert f"{URL}/{one.pk}" not in enter(colleague).get(URL).content.decode()
    for role in (Role.HANDLER, Role.GRID_WORKER, Role.SUPERVISOR, Role.AUDITOR):
        assert enter(post_of(role)).get(URL).status_code == 403
    assert not Mediator.objects.exists()


def test_open_cases_are_counted_for_the_office_alone_in_the_order_of_names() -> None:
    posts = [post_of(Role.MEDIATOR, COMMITTEE) for _n in range(2)]
    for n, name in enumerate(("乙", "甲")):
        posts[n].account.name = name
        posts[n].account.save()
    for _n in range(2):
        MediationRecord.objects.filter(pk=Dispute().id).update(mediator=posts[0].pk)
    ended = Dispute()
    ended.do("not_accept", actor_of(posts[0], at=now()), ground="no_dispute", words="不是纠纷", told=True)
    MediationRecord.objects.filter(pk=ended.id).update(mediator=posts[0].pk)
    clerk = enter(post_of(Role.VILLAGE_CLERK, COMMITTEE))
    rows = clerk.get(URL).context["mediators"]
    assert [(row["name"], row["held"]) for row in rows] == sorted([("乙", 2), ("甲", 0)])
    with statements() as few:
        clerk.get(URL)
    for _n in range(4):
        post_of(Role.MEDIATOR, COMMITTEE)
    with statements() as many:
        clerk.get(URL)
    assert len(few) == len(many)


def test_once_the_post_has_ended_the_register_says_nothing_of_it() -> None:
    one, there = post_of(Role.MEDIATOR, TOWN_ROOM), post_of(Role.MEDIATOR, TOWN_ROOM)
    for post in (one, there):
        Mediator.objects.create(post_id=post.pk, kinds=["land"], languages=["温州话"], hours="周三")
    Post.objects.filter(pk=one.pk).update(valid_to=now() - timedelta(days=31))
    [lapsed] = [
        n for each, n in retention.lapsed(at=now(), erasing=True) if each.key == "register of mediators"
    ]
    assert lapsed == 1
    assert Mediator.objects.get(pk=one.pk).languages == []
    assert Mediator.objects.get(pk=there.pk).languages == ["温州话"]
