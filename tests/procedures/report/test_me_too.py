# SPDX-License-Identifier: Apache-2.0
"""Me too: a report of a matter in hand, merged as it is opened; each has their own code and part, and nothing of the others."""

from typing import Any
from uuid import uuid4

import pytest

from anlan.base.errors import Invalid
from anlan.cases.models import Content
from anlan.people.may import anonymous
from tests.cases.world import organisation
from tests.procedures.report import cast

pytestmark = pytest.mark.django_db


def in_hand(**data: Any) -> cast.Matter:
    matter = cast.Matter(kind="road", **data)
    matter.dispatch()
    return matter


def too(main: cast.Matter, **data: Any) -> cast.Matter:
    return cast.Matter.opened("open_too", anonymous(), into=str(main.id), **data)


def test_it_joins_is_a_party_of_its_own_and_reads_rates_and_objects_as_merged_ones_do() -> None:
    main = in_hand()
    joined = too(main, words="我也在这里摔过", files=1)
    assert (joined.state, joined.now.room) == ("merged", organisation(cast.TOWN_ROOM))
    assert [link.case_id for link in main.now.links.values()] == [joined.id]
    assert "摔过" not in str(Content.objects.filter(case_id=main.id).values())
    with pytest.raises(Invalid, match="还有别人"):
        main.do("withdraw", cast.REPORTER)
    main.do("take", cast.unit())
    main.finish()
    joined.do("not_fixed", cast.REPORTER, words="边上还有一个坑")
    assert main.state == "in_hand"
    main.finish()
    main.do("check", cast.grid_worker(), result="holds")
    main.do("close", cast.town())
    joined.do("rate", cast.REPORTER, rating="4")
    joined.do("erase", cast.REPORTER)
    assert not Content.objects.filter(case_id=joined.id, sealed__isnull=False).exists()


@pytest.mark.parametrize("why", ["unknown", "reported", "closed", "office", "elsewhere"])
def test_what_is_not_shown_to_everybody_cannot_be_joined(why: str) -> None:
    main = cast.Matter(kind="road") if why == "reported" else in_hand()
    if why == "closed":
        main.do("take", cast.unit())
        main.finish()
        main.do("check", cast.grid_worker(), result="holds")
        main.do("close", cast.town())
    if why == "office":
        main = cast.Matter(kind="road", about_organisation=organisation(cast.TOWN_ROOM))
        main.do("accept", cast.county())
    if why == "unknown":
        main.id = uuid4()
    if why == "elsewhere":
        main.do("rezone", cast.town(), area=330106004067000)
    with pytest.raises(Invalid, match="单独提交"):
        too(main)


def test_one_that_is_another_matter_is_taken_out_and_accepted_on_its_own() -> None:
    main = in_hand()
    joined = too(main, words="其实是另一个坑")
    joined.do("unmerge", cast.town(), words="不是同一个坑")
    assert joined.state == "reported"
    assert joined.clock("accept").runs
    joined.dispatch()
    assert joined.state == "dispatched"
