# SPDX-License-Identifier: Apache-2.0
"""A town ends and its villages go to two others: real places, the real report, public functions alone.

西溪街道 (330106004) falls to 北山街道 (330106002, the main successor) and 翠苑街道 (330106005); 文三社区 goes to the second.
Nobody decided this: the reform is made for the test. That of 2021, as far as it is known, is in test_hangzhou_2021.py.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from anlan.base.errors import Invalid, NotFound
from anlan.cases import catalogue
from anlan.cases.catalogue import current
from anlan.cases.claims import claim
from anlan.cases.hand_up import hand_up_idle
from anlan.cases.may import may, sees, who_may
from anlan.cases.models import Claim, Entry, Notice
from anlan.cases.projection import Projection
from anlan.cases.queries import (
    Filters,
    PublicFilters,
    Sort,
    counts,
    find_by_number,
    get_view,
    list_cases,
    public_list,
)
from anlan.cases.registry import get_procedure
from anlan.cases.rezone import rezone
from anlan.cases.sweep import Swept
from anlan.people.may import Actor, Role, actor_of, anonymous
from anlan.people.models import Post
from anlan.places import find
from anlan.places.codes import Level, code_range, pad
from tests.cases.test_notices import read_all
from tests.cases.world import MONDAY, TOWN, VILLAGE, organisation
from tests.people import world
from tests.people.reforming import LATER, MAIN, MOVED, OTHER, reform
from tests.procedures.report.cast import (
    CITY,
    COMMITTEE,
    COUNTY,
    REPORTER,
    ROAD,
    TOWN_ROOM,
    Matter,
    category,
    county,
    dept,
    town,
    unit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rolled_back(db: None) -> Iterator[None]:
    """This process's copies of places and configuration do not outlive the test's transaction."""
    yield
    find.forget()
    catalogue.forget()


def staffed(role: Role, key: str) -> Post:
    return world.post(role, key, valid_from=MONDAY - timedelta(days=9))


def acting(post: Post, *, at: datetime = LATER) -> Actor:
    post.refresh_from_db()
    return actor_of(Post.objects.select_related("organisation").get(pk=post.pk), at=at)


def ids(by: Actor, *, within: str | None = None, ended: bool = False, at: datetime = LATER) -> set[UUID]:
    filters = Filters(open=not ended, within=pad(within) if within else None)
    return {row.id for row in list_cases(by, known=current(), at=at, filters=filters, sort=Sort.NEWEST).rows}


def opens(by: Actor, case: Projection) -> bool:
    """Question two for one case, by its number, which every list obeys."""
    try:
        return find_by_number(by, case.number, known=current()) == case.id
    except NotFound:
        return False


def agree(by: Actor, case: Projection, action: str, *, at: datetime = LATER) -> bool:
    """Whether the actor may do the action; all four questions must say the same."""
    known, procedure = current(), get_procedure(case.procedure, case.version)
    one = procedure.action(action)
    may_do = may(by, one, case, procedure=procedure.key, parties=(), known=known)
    assert any(post.id == by.post_id for post, _ in who_may(one.by, case, known=known, at=at)) is may_do
    assert sees(by, case, parties=(), known=known) is opens(by, case)
    assert opens(by, case) or not may_do
    return may_do


@pytest.fixture
def old() -> Post:
    return staffed(Role.DISPATCHER, TOWN_ROOM)


@pytest.fixture
def new() -> Post:
    return staffed(Role.DISPATCHER, f"town:{OTHER}")


@pytest.fixture
def beside() -> Post:
    return staffed(Role.DISPATCHER, f"town:{MAIN}")


def test_an_open_case_is_afterwards_with_its_successors(old: Post, new: Post, beside: Post) -> None:
    matter = Matter()
    handler = staffed(Role.HANDLER, dept("housing"))
    matter.dispatch()
    matter.do("take", unit())
    before, due = matter.now, {n: run.due_at for n, run in matter.now.clocks.items()}
    assert agree(acting(old, at=MONDAY), before, "reassign", at=MONDAY)
    assert not agree(acting(new, at=MONDAY), before, "reassign", at=MONDAY)
    claim(acting(old, at=MONDAY), matter.id, known=current(), at=MONDAY)

    reform()
    matter.at = LATER
    assert rezone(at=LATER, batch=1) == Swept(done=1)
    after = matter.now
    assert (after.area, after.room, after.holder) == (
        pad(MOVED),
        organisation(f"town:{OTHER}"),
        organisation(dept("housing")),
    )
    assert (after.state, after.number, after.place) == (before.state, before.number, before.place)
    assert {n: run.due_at for n, run in after.clocks.items()} == due
    assert after.assigned_now("room") == (organisation(f"town:{OTHER}"),)
    assert not Claim.objects.filter(case_id=matter.id).exists()
    for post, able in ((old, False), (new, True), (beside, False)):
        by = acting(post)
        assert agree(by, after, "reassign") is able
        assert (matter.id in ids(by)) is able
    assert acting(handler).scope == (code_range(pad("330106")),)
    assert matter.id in ids(acting(handler))

    entry = Entry.objects.get(case_id=matter.id, action="reform")
    assert (entry.actor, entry.audience, entry.outcomes["material"]) == ("system", "reporter", True)
    assert entry.outcomes["why"]["zh"] == ("行政区划调整：西溪街道综合信息指挥室转交翠苑街道综合信息指挥室")
    read_all(at=LATER)
    told = Notice.objects.filter(case_id=matter.id, key__startswith="reform")
    assert set(told.values_list("organisation_id", "party")) == {
        (organisation(f"town:{OTHER}"), None),
        (organisation(dept("housing")), None),
    }
    assert rezone(at=LATER) == Swept()
    assert hand_up_idle(at=LATER) == Swept()

    # The successor does what the old room could; nobody else has to know.
    matter.finish()
    matter.do("check", acting(staffed(Role.GRID_WORKER, COMMITTEE)), result="holds")
    matter.do("close", acting(new))
    assert matter.state == "closed"


def test_the_history_says_where_it_was_then_and_the_page_where_it_is_now(old: Post, new: Post) -> None:
    matter = Matter()
    reform()
    rezone(at=LATER)
    view = get_view(acting(new), matter.id, known=current(), at=LATER)
    case = view.case
    assert find.full_path(case.place, at=MONDAY).startswith("浙江省杭州市西湖区西溪街道文三社区")
    assert find.full_path(case.place, at=LATER).startswith("浙江省杭州市西湖区翠苑街道文三社区")
    assert Entry.objects.get(case_id=matter.id, seq=1).outcomes["opened"]["area"] == pad(VILLAGE)
    assert [line.action for line in view.timeline.lines][:2] in (["reform", "open"], ["open", "reform"])


def test_figures_by_the_old_code_and_by_the_new_one(old: Post, new: Post, beside: Post) -> None:
    ended, running = Matter(), Matter()
    ended.close()
    above = acting(staffed(Role.SUPERVISOR, CITY), at=MONDAY)
    assert ids(above, within=TOWN, at=MONDAY) == {running.id}
    reform()
    rezone(at=LATER)
    later = Matter.opened("open", anonymous(), at=LATER, words="路灯不亮")
    closed = {
        "by the old code": TOWN,
        "by the village's old code": VILLAGE,
        "by its new one": MOVED,
        "by the new": OTHER,
    }
    assert all(ids(above, within=code, ended=True) == {ended.id} for code in closed.values())
    assert ids(above, within=OTHER) == ids(above, within=MOVED) == {running.id, later.id}
    assert ids(above, within=TOWN) == ids(above, within=MAIN) == ids(above, within=MAIN, ended=True) == set()
    assert ids(above, within="330106") == {running.id, later.id}
    assert ids(above, within="330106", ended=True) == {ended.id}
    assert ids(acting(new), ended=True) == {ended.id}
    assert ids(acting(beside), ended=True) == ids(acting(old), ended=True) == set()
    for code, n in ((OTHER, 2), (TOWN, 0), (MAIN, 0), ("330106", 2)):
        found = counts(above, known=current(), at=LATER, filters=Filters(within=pad(code)))
        assert found.open.n == n, code
    listed = public_list(known=current(), at=LATER, filters=PublicFilters(within=pad(OTHER), open=False))
    assert [row.town for row in listed.rows] == [pad(TOWN)]


def test_an_ended_case_stays_with_who_settled_it_and_its_successor_answers(
    old: Post, new: Post, beside: Post
) -> None:
    matter = Matter()
    matter.close()
    reform()
    assert rezone(at=LATER) == Swept()
    case = matter.now
    assert (case.area, case.room) == (pad(VILLAGE), organisation(TOWN_ROOM))
    assert agree(acting(new), case, "note")
    assert not agree(acting(beside), case, "note")
    assert not agree(acting(old), case, "note")
    words = get_view(acting(new), matter.id, known=current(), at=LATER)
    opening = words.timeline.lines[-1]
    assert opening.action == "open"
    assert any("大坑" in str(content.values) for content in opening.contents)

    # Reopened by the reporter, it is moved like any open case.
    matter.at = LATER
    matter.do("reopen", REPORTER, words="又塌了，比原来还深")
    assert rezone(at=LATER) == Swept(done=1)
    assert (matter.now.room, matter.now.holder, matter.now.area) == (
        organisation(f"town:{OTHER}"),
        organisation(f"town:{OTHER}"),
        pad(MOVED),
    )


def test_a_report_about_the_old_office_is_kept_from_its_successors(
    old: Post, new: Post, beside: Post
) -> None:
    matter = Matter(about_organisation=organisation(TOWN_ROOM))
    centre = staffed(Role.COUNTY_DISPATCHER, COUNTY)
    reform()
    assert rezone(at=LATER) == Swept(done=1)  # only its place has another code
    case = matter.now
    assert (case.room, case.area, case.barred) == (organisation(COUNTY), pad(MOVED), organisation(TOWN_ROOM))
    for post in (old, new, beside):
        assert not agree(acting(post), case, "accept")
        assert not opens(acting(post), case)
        assert case.id not in ids(acting(post))
    assert agree(acting(centre), case, "accept")
    about = Matter.known(matter.id, at=LATER)
    with pytest.raises(Invalid):
        about.do("dispatch", acting(centre), unit=organisation(f"town:{OTHER}"), category=None)


def test_work_that_assists_goes_on_with_the_successor_too(old: Post, new: Post) -> None:
    matter = Matter()
    matter.do("hand_up", town(), reason="no_power", words="本级没有执法权限，需县级协调")
    matter.do("accept", county())
    matter.do(
        "dispatch",
        county(),
        unit=organisation(dept("housing")),
        assisting=[organisation(TOWN_ROOM)],
        category=category(ROAD),
    )
    reform()
    assert rezone(at=LATER) == Swept(done=1)
    assert matter.now.assigned_now("assist") == (organisation(f"town:{OTHER}"),)
    assert (matter.now.room, matter.now.holder) == (organisation(COUNTY), organisation(dept("housing")))


def test_a_sweep_that_was_killed_goes_on(old: Post, new: Post) -> None:
    matters = [Matter() for _ in range(5)]
    reform()

    def kill(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rezone(at=LATER, batch=1, tell=kill)
    assert rezone(at=LATER + timedelta(minutes=5), batch=2) == Swept(done=3)
    assert rezone(at=LATER + timedelta(minutes=10)) == Swept()
    for matter in matters:
        actions = Entry.objects.filter(case_id=matter.id).order_by("seq").values_list("action", flat=True)
        assert list(actions) == ["open", "reform"]
        assert matter.now.assigned_now("room") == (organisation(f"town:{OTHER}"),)


def test_a_county_that_is_cut_in_two_takes_its_towns_along() -> None:
    text = "\n".join(
        [
            "what,code,to,name",
            "begin,,330106,西湖区",
            "begin,,330115,文三区",
            "end,330106,330106,",
            "end,330106,330115,",
            f"move,{TOWN},330115001,",
        ]
    )
    housing = organisation(dept("housing"))
    matter, waiting = Matter(), Matter()
    matter.dispatch()
    reform(text=text)
    assert rezone(at=LATER) == Swept(done=2)
    now, known = matter.now, current()
    assert now.area == pad("330115001066")
    assert now.room == organisation(TOWN_ROOM)
    holder = known.organisations[now.holder or 0]
    assert (holder.key, holder.department) == ("dept:330115:housing", "housing")
    assert known.successors[housing] == (
        known.organisation("county_department", pad("330106"), on=LATER.date(), department="housing"),
        now.holder,
    )
    assert known.organisations[known.lineage(organisation(TOWN_ROOM))[1]].key == "county:330115"
    # Its room is the same one in the same town, so there is nobody to tell: only the code is another.
    assert (waiting.now.area, waiting.now.room) == (now.area, now.room)
    assert Entry.objects.filter(case_id=waiting.id).latest("seq").action == "rezone"
    assert [
        spot.level for spot in find.children(find.place_of_code(pad("330115"), at=LATER).id, at=LATER)
    ] == [Level.TOWN]
