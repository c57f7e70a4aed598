# SPDX-License-Identifier: Apache-2.0
"""The reform of Hangzhou in 2021 as it is seeded, at the level of cases: opened and dispatched before it in a district that
ended, they are afterwards with the offices of its successor.

Only the districts are known (the codes that their towns had then are to be verified), so these cases lie in a district; how
a case's own village chooses among several successors is in test_reform.py.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest

from anlan.base.ids import new_id, show_number
from anlan.cases import catalogue
from anlan.cases.act import act
from anlan.cases.catalogue import current
from anlan.cases.envelope import NewParty
from anlan.cases.models import Entry
from anlan.cases.queries import Filters, Sort, counts, find_by_number, find_party, follow_code_of, list_cases
from anlan.cases.rezone import rezone
from anlan.cases.sweep import Swept
from anlan.people.may import Actor, Role, actor_of, anonymous
from anlan.people.models import Organisation
from anlan.places import find
from anlan.places.codes import pad
from anlan.places.seed import REFORM
from tests.cases.world import MONDAY, envelope, organisation
from tests.people import world
from tests.procedures.report.cast import ROAD, Matter, category

pytestmark = pytest.mark.django_db

BEFORE = datetime(2021, 4, 6, 1, 0, tzinfo=UTC)  # a Tuesday, three days before
BECAME = {
    "330102": "330102",  # 上城区, and a new 上城区 with its code
    "330103": "330105",  # 下城区, to 拱墅区
    "330104": "330102",  # 江干区, to 上城区; a part went to 钱塘区
    "330105": "330105",  # 拱墅区
    "330110": "330110",  # 余杭区, cut into 余杭区 and 临平区
}


@pytest.fixture(autouse=True)
def rolled_back(db: None) -> Iterator[None]:
    """This process's copies of places and configuration do not outlive the test's transaction."""
    yield
    find.forget()
    catalogue.forget()


def centre(code: str, *, then: bool = False) -> int:
    return organisation(f"county:{code}" + (f"@{REFORM}" if then else ""))


def housing(code: str, *, then: bool = False) -> int:
    return organisation(f"dept:{code}" + (f"@{REFORM}" if then else "") + ":housing")


def acting(role: Role, unit: int, *, at: datetime) -> Actor:
    key = Organisation.objects.values_list("key", flat=True).get(pk=unit)
    return actor_of(world.post(role, key, valid_from=BEFORE), at=at)


def opened(code: str) -> Matter:
    """A report of 6 April 2021 of which only the district is known, dispatched to its housing office."""
    case_id = new_id()
    spot = find.place_of_code(pad(code), at=BEFORE)
    act(
        envelope(
            "open",
            anonymous(),
            case_id,
            at=BEFORE,
            procedure="report",
            place=spot.id,
            source="resident",
            data={"words": "路口有个大坑"},
            parties=(NewParty(role="reporter", contact={"phone": "13800000000"}),),
        )
    )
    matter = Matter.known(case_id, at=BEFORE)
    acting(Role.HANDLER, housing(code, then=True), at=BEFORE)  # work goes to nobody who is not there
    room = acting(Role.COUNTY_DISPATCHER, centre(code, then=True), at=BEFORE)
    matter.do("dispatch", room, unit=housing(code, then=True), category=category(ROAD))
    return matter


def ids(by: Actor, *, within: str, ended: bool = False) -> set[UUID]:
    filters = Filters(open=not ended, within=pad(within))
    return {
        row.id for row in list_cases(by, known=current(), at=MONDAY, filters=filters, sort=Sort.NEWEST).rows
    }


@pytest.mark.parametrize("code", BECAME)
def test_an_open_case_of_a_district_that_ended_is_with_the_offices_of_its_successor(code: str) -> None:
    matter, heir = opened(code), BECAME[code]
    before = matter.now
    assert (before.area, before.room, before.holder) == (
        pad(code),
        centre(code, then=True),
        housing(code, then=True),
    )
    assert rezone(at=MONDAY) == Swept(done=1)
    after = matter.now
    assert (after.area, after.room, after.holder) == (pad(heir), centre(heir), housing(heir))
    assert (after.number, after.place, after.state) == (before.number, before.place, "dispatched")
    assert {n: run.due_at for n, run in after.clocks.items()} == {
        n: run.due_at for n, run in before.clocks.items()
    }
    new = acting(Role.COUNTY_DISPATCHER, centre(heir), at=MONDAY)
    assert ids(new, within=heir) == {matter.id}
    assert counts(new, known=current(), at=MONDAY, filters=Filters(within=pad(heir))).open.n == 1
    assert find_by_number(new, after.number, known=current()) == matter.id
    former = acting(Role.COUNTY_DISPATCHER, centre(code, then=True), at=MONDAY)
    assert ids(former, within=heir) == ids(former, within=code) == set()
    assert find_party(show_number(after.number), follow_code_of(matter.id)).case_id == matter.id
    assert find.full_path(after.place, at=BEFORE) == f"浙江省杭州市{find.get_place(after.place).name}"
    assert Entry.objects.filter(case_id=matter.id).latest("seq").action == "reform"
    assert rezone(at=MONDAY) == Swept()


@pytest.mark.parametrize("code", BECAME)
def test_a_case_that_ended_before_is_found_under_both_codes_and_stays_as_it_was(code: str) -> None:
    matter, heir = opened(code), BECAME[code]
    unit = acting(Role.HANDLER, housing(code, then=True), at=BEFORE)
    room = acting(Role.COUNTY_DISPATCHER, centre(code, then=True), at=BEFORE)
    matter.do("take", unit)
    matter.finish(unit, outcome="explained")
    matter.do("check", room, result="holds")
    matter.do("close", room)
    seq = matter.now.seq
    assert rezone(at=MONDAY) == Swept()
    assert (matter.now.seq, matter.now.area, matter.now.room) == (seq, pad(code), centre(code, then=True))
    city = acting(Role.SUPERVISOR, organisation("city:3301"), at=MONDAY)
    new = acting(Role.COUNTY_DISPATCHER, centre(heir), at=MONDAY)
    for by in (city, new):
        assert ids(by, within=code, ended=True) == ids(by, within=heir, ended=True) == {matter.id}
    other = acting(Role.COUNTY_DISPATCHER, centre("330106"), at=MONDAY)
    assert ids(other, within=heir, ended=True) == set()
    matter.at = MONDAY
    matter.do("note", new, words="档案已接收")


def test_a_report_about_an_office_of_a_district_that_ended_is_kept_from_all_its_successors() -> None:
    known = current()
    about = housing("330104", then=True)
    for heir in ("330102", "330114"):
        assert about in known.concerned(housing(heir))
    assert about not in known.concerned(housing("330105"))
    assert centre("330110", then=True) in known.concerned(organisation("dept:330113:water"))
