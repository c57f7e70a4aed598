# SPDX-License-Identifier: Apache-2.0
"""Who is on duty when, whom that reaches, and for how long it is known."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest

from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.cases.models import Delivery
from anlan.duty import roster
from anlan.duty.models import Shift
from anlan.duty.roster import Hours
from anlan.people.grants import set_absence
from anlan.people.may import Actor, Role, actor_of
from anlan.people.models import Post
from anlan.people.staffmail import MailWish, When, set_wish
from anlan.places.find import ZONE
from tests.cases.test_notices import read_all
from tests.cases.world import organisation
from tests.people.world import AT, COUNTY, HOUSING, TOWN, post
from tests.procedures.report import cast

pytestmark = pytest.mark.django_db
TODAY = AT.astimezone(ZONE).date()  # a Monday
NINE_TO_FIVE = (time(9), time(17))
NIGHT = (time(22), time(7))


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(TODAY + timedelta(days=day), time(hour, minute), tzinfo=ZONE)


def enter(
    one: Post,
    by: Actor,
    hours: tuple[time, time],
    *,
    weekdays: Sequence[int] = (),
    day: date | None = None,
    at: datetime = AT,
) -> None:
    begins, ends = hours
    given = Hours(weekdays=weekdays, day=day, begins=begins, ends=ends)
    roster.enter(one.pk, given, by=by, at=at, zone=ZONE)


def on(at: datetime, *offices: int) -> set[int]:
    return {account for _office, account in roster.on_duty(offices, at=at, zone=ZONE)}


def room() -> tuple[Post, Post, Actor]:
    head, other = post(Role.DISPATCHER, TOWN), post(Role.DISPATCHER, TOWN)
    return head, other, actor_of(head, at=AT)


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    head, other, by = room()
    enter(head, by, NINE_TO_FIVE, weekdays=(0, 2))
    enter(other, by, NIGHT, weekdays=(0,))
    office = head.organisation_id
    told = {at: on(at, office) for at in (local(0, 8, 59), local(0, 9), local(0, 17), local(0, 22))}
    assert list(told.values()) == [set(), {head.account_id}, set(), {other.account_id}]
    assert on(local(1, 6, 59), office) == {other.account_id}
    assert on(local(1, 7), office) == set()
    assert on(local(2, 10), office) == {head.account_id}
    assert on(local(7, 23), office) == {other.account_id}
    assert on(local(2, 10), organisation("county:330106")) == set()


def test_a_day_of_its_own_stands_in_place_of_the_week() -> None:
    head, other, by = room()
    enter(head, by, NINE_TO_FIVE, weekdays=range(7))
    enter(other, by, (time(12), time(13)), day=TODAY + timedelta(days=1))
    office = head.organisation_id
    assert on(local(1, 10), office) == set()
    assert on(local(1, 12), office) == {other.account_id}
    assert on(local(2, 10), office) == {head.account_id}
    ahead = roster.watches(office, first=TODAY, days=7, at=AT, zone=ZONE)
    assert [watch.post for watch in ahead] == [head, other, head, head, head, head, head]
    assert all(one.since < two.since for one, two in pairwise(ahead))


def test_who_is_away_or_left_is_not_on_duty() -> None:
    head, other, by = room()
    for each in (head, other):
        enter(each, by, NINE_TO_FIVE, weekdays=range(7))
    set_absence(head.pk, since=AT, until=local(3, 0), by=by, at=AT)
    assert on(local(1, 10), head.organisation_id) == {other.account_id}
    Post.objects.filter(pk=other.pk).update(valid_to=local(2, 0))
    assert on(local(2, 10), head.organisation_id) == set()
    assert on(local(3, 10), head.organisation_id) == {head.account_id}


def test_the_same_hours_again_change_their_end_and_what_is_taken_out_ends() -> None:
    head, _other, by = room()
    enter(head, by, NINE_TO_FIVE, weekdays=(0, 1))
    enter(head, by, (time(9), time(12)), weekdays=(1,))
    assert [(each.weekday, each.ends) for each in Shift.objects.order_by("weekday")] == [
        (0, time(17)),
        (1, time(12)),
    ]
    later = local(1, 10)
    shift = Shift.objects.get(weekday=1)
    roster.remove(shift.pk, by=by, at=later, zone=ZONE)
    assert on(later, head.organisation_id) == set()
    assert on(local(8, 10), head.organisation_id) == set()
    enter(head, by, NINE_TO_FIVE, at=later, weekdays=(1,))
    assert on(later, head.organisation_id) == {head.account_id}


def test_a_roster_is_its_offices_own_and_kept_by_its_head() -> None:
    head, _other, by = room()
    stranger = post(Role.HANDLER, HOUSING)
    enter(head, by, NINE_TO_FIVE, weekdays=(0,))
    with pytest.raises(Invalid):
        enter(stranger, by, NINE_TO_FIVE, weekdays=(0,))
    with pytest.raises(Invalid):
        enter(head, by, NINE_TO_FIVE, day=TODAY - timedelta(days=1))
    # A department has no head of its own: its handlers keep its roster.
    theirs = actor_of(stranger, at=AT)
    enter(stranger, theirs, NINE_TO_FIVE, weekdays=(0,))
    with pytest.raises(NotFound):
        roster.remove(Shift.objects.get(post=head).pk, by=theirs, at=AT, zone=ZONE)
    clerk = actor_of(post(Role.HOTLINE_AGENT, TOWN), at=AT)
    under = actor_of(post(Role.HANDLER, TOWN), at=AT)
    for other in (clerk, under):
        with pytest.raises(NotAllowed):
            enter(head, other, NINE_TO_FIVE, weekdays=(0,))
        with pytest.raises(NotAllowed):
            roster.remove(Shift.objects.get(post=head).pk, by=other, at=AT, zone=ZONE)


def test_a_shift_is_forgotten_when_it_lapsed_or_its_post_did() -> None:
    head, other, by = room()
    enter(head, by, NINE_TO_FIVE, day=TODAY)
    enter(head, by, NINE_TO_FIVE, weekdays=(0,))
    enter(other, by, NINE_TO_FIVE, weekdays=(0,))
    Post.objects.filter(pk=other.pk).update(valid_to=local(0, 23))
    assert roster.forget_lapsed(before=local(0, 22)) == 0
    assert roster.count_lapsed(before=local(2, 0)) == 2
    assert roster.forget_lapsed(before=local(2, 0)) == 2
    assert Shift.objects.get().post == head


def test_days_are_days_of_the_region() -> None:
    head, _other, by = room()
    late = datetime.combine(date(2026, 3, 2), time(23, 30), tzinfo=ZONE)
    enter(head, by, (time(23), time(0)), at=late, day=date(2026, 3, 2))
    assert on(late, head.organisation_id) == {head.account_id}
    assert on(late + timedelta(minutes=30), head.organisation_id) == set()


@pytest.mark.parametrize(
    ("urgent", "entered", "told"),
    [(True, True, ["asked", "on"]), (True, False, ["asked"]), (False, True, ["asked"])],
)
def test_what_is_urgent_reaches_who_is_on_duty_beside_who_asked(
    *, urgent: bool, entered: bool, told: list[str]
) -> None:
    wishes = {"on": When.DAILY, "off": When.DAILY, "asked": When.NOW, "nowhere": When.NEVER}
    people = {name: post(Role.DISPATCHER, TOWN) for name in wishes}
    for name, rest in wishes.items():
        set_wish(people[name].account_id, MailWish(address="li@work.example", rest=rest))
    for name in ("on", "nowhere") if entered else ():
        enter(people[name], actor_of(people[name], at=AT), (time(0), time(0)), weekdays=range(7))
    matter = cast.Matter(danger=urgent)
    read_all(at=matter.at)
    sent = Delivery.objects.filter(case_id=matter.id, channel="email", key="open_room")
    names = {f"post:{one.pk}": name for name, one in people.items()}
    assert sorted(names[each.recipient] for each in sent) == told


def test_an_alarm_goes_to_who_is_on_duty_in_its_room_and_then_above() -> None:
    matter = cast.Matter(danger=True)
    people = [post(Role.DISPATCHER, TOWN), post(Role.COUNTY_DISPATCHER, COUNTY)]
    for one in people:
        set_wish(one.account_id, MailWish(address="li@work.example", pressing=When.DAILY))
        enter(one, actor_of(one, at=AT), (time(0), time(0)), weekdays=range(7))

    def told() -> list[tuple[str, str]]:
        read_all(at=matter.at)
        sent = Delivery.objects.filter(case_id=matter.id, channel="email", key__startswith="alarm")
        return list(sent.order_by("position").values_list("key", "recipient"))

    matter.later(seconds=4)
    assert told() == [("alarm_room", f"post:{people[0].pk}")]
    matter.later(minutes=5)
    assert told()[1:] == [("alarm_above_upper", f"post:{people[1].pk}")]
