# SPDX-License-Identifier: Apache-2.0
"""What an auditor reads of looks: counted by post and reason, marked against the post's own days, drawn again by number."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from anlan.cases.catalogue import current
from anlan.cases.models import Access
from anlan.cases.queries_audit import by_post, by_reason, looks_for, sample
from anlan.people.may import Actor, Role
from anlan.people.models import BoundaryRefusal
from tests.cases.world import organisation, post
from tests.procedures.report.cast import CITY
from tests.web.staff import at_work, enter, matter, post_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)
"""A Wednesday, noon in Hangzhou."""


def look(case: UUID, at: datetime, *, post: int = 1, reason: str = "supervision", key: str = CITY) -> None:
    Access.objects.create(
        case_id=case,
        id=uuid4(),
        organisation_id=organisation(key),
        post_id=post,
        role="supervisor",
        at=at,
        until=at + timedelta(hours=4),
        reason=reason,
        what="words",
    )


@pytest.fixture
def case() -> UUID:
    at_work(Role.DISPATCHER)
    return matter().id


@pytest.fixture
def auditor() -> Actor:
    return post(Role.AUDITOR, "province:33", "33")


def test_a_post_is_marked_against_its_own_usual_day(case: UUID, auditor: Actor) -> None:
    for day in range(5):
        look(case, NOON - timedelta(days=day), post=1)
        for _ in range(11):
            look(case, NOON - timedelta(days=day), post=2)
    for _ in range(11):
        look(case, NOON, post=1)
    known = current()
    found = {
        one.post: one for one in by_post(looks_for(auditor, known=known, at=NOON), calendar=known.calendar)
    }
    assert (found[1].looks, found[1].fullest, found[1].usual, found[1].many) == (16, 12, 1, True)
    assert (found[2].looks, found[2].cases, found[2].many) == (55, 1, False)


@pytest.mark.parametrize(
    ("at", "outside"),
    [
        (NOON, 0),
        (NOON.replace(hour=11, minute=59), 0),  # 19:59 in Hangzhou
        (NOON.replace(hour=12), 1),  # 20:00
        (NOON.replace(hour=22) - timedelta(days=1), 1),  # 06:00
        (NOON - timedelta(days=3), 1),  # a Sunday
    ],
)
def test_hours_and_days_off_are_those_of_the_place(
    case: UUID, auditor: Actor, at: datetime, outside: int
) -> None:
    look(case, at)
    known = current()
    (one,) = by_post(looks_for(auditor, known=known, at=NOON + timedelta(days=1)), calendar=known.calendar)
    assert one.outside == outside
    assert looks_for(auditor, known=known, at=NOON + timedelta(days=1), outside=True).count() == outside


def test_a_draw_can_be_drawn_again(case: UUID, auditor: Actor) -> None:
    for minute in range(40):
        look(case, NOON - timedelta(minutes=minute))
    looked = looks_for(auditor, known=current(), at=NOON)
    first, again, other = sample(looked, 7), sample(looked, 7), sample(looked, 8)
    assert [one.id for one in first] == [one.id for one in again]
    assert len({one.id for one in first}) == 20
    assert {one.id for one in first} != {one.id for one in other}


def test_what_lies_elsewhere_or_long_ago_is_not_counted(case: UUID, auditor: Actor) -> None:
    look(case, NOON, reason="supervision")
    look(case, NOON - timedelta(days=91), reason="audit")
    known = current()
    assert by_reason(looks_for(auditor, known=known, at=NOON)) == [("supervision", 1)]
    elsewhere = post(Role.AUDITOR, "province:33", "330102")
    assert by_reason(looks_for(elsewhere, known=known, at=NOON)) == []


def test_a_refused_search_is_said_in_the_readers_language_alone() -> None:
    for term in ("号码 number", "车牌 plate", "重点人员"):
        BoundaryRefusal.objects.create(where="search", term=term)
    auditor = enter(post_of(Role.AUDITOR))
    auditor.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    said = [row["what"] for row in auditor.get("/desk/audit/refusals").context["rows"][:3]]
    assert said == ["“重点人员” · search", "number plate · search", "number of a person · search"]


def test_a_character_that_cannot_be_kept_asks_for_nothing() -> None:
    auditor = enter(post_of(Role.AUDITOR))
    for page in ("looks", "sample", "refusals", "log"):
        for name in ("post", "reason", "outside", "draw", "from"):
            assert auditor.get(f"/desk/audit/{page}?{name}=%00").status_code == 200, (page, name)


def test_each_figure_opens_its_looks(case: UUID) -> None:
    who = post_of(Role.SUPERVISOR)
    supervisor, auditor = enter(who), enter(post_of(Role.AUDITOR))
    number = matter().now.number
    assert supervisor.post(f"/desk/cases/{number}/do/look", {"reason": "supervision"}).status_code == 302
    page = auditor.get("/desk/audit")
    assert page.context["total"] == 1
    (row,) = page.context["posts"]
    assert row[1].post == who.pk
    listed = auditor.get(f"/desk/audit/looks?post={who.pk}&reason=supervision").context["rows"]
    assert [each["number"] for each in listed] == [number]
    for none in ("post=1", "reason=audit", "reason=<script>", "outside=1&reason=%27--"):
        answer = auditor.get(f"/desk/audit/looks?{none}")
        assert (answer.status_code, answer.context["rows"]) == (200, [])
    drawn = auditor.get("/desk/audit/sample?draw=12")
    assert [each["number"] for each in drawn.context["rows"]] == [number]
