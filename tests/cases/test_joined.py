# SPDX-License-Identifier: Apache-2.0
"""What was said in merged reports, for whoever works on the one they went on in: words and photos, nobody's contact."""

from dataclasses import replace
from typing import Any

import pytest

from anlan.base.errors import NotFound
from anlan.base.keys import keyring
from anlan.cases import attachments
from anlan.cases.act import act
from anlan.cases.catalogue import current
from anlan.cases.define import Audience
from anlan.cases.models import Case
from anlan.cases.queries import Joined, get_joined, get_view, open_look, read_joined_file
from anlan.people.may import Actor, anonymous
from anlan.places.codes import code_range, pad
from tests.cases.walks import photo
from tests.cases.world import envelope
from tests.procedures.report.cast import REPORTER, Matter, city, county, town, unit

pytestmark = pytest.mark.django_db
SAID, MORE = "我家门口的路塌了一块", "现在又大了一圈"


@pytest.fixture
def main() -> Matter:
    """A report in hand at a unit, into which another was merged whose reporter then said more."""
    case, double = Matter(), Matter(words=SAID)
    case.dispatch()
    double.do("merge", town(), into=str(case.id))
    double.do("add", REPORTER, words=MORE)
    case.do("take", unit())
    return case


def joined(by: Actor, case: Matter) -> tuple[Joined, ...]:
    return get_joined(by, case.now, known=current(), at=case.at)


def words(by: Actor, case: Matter) -> list[Any]:
    """What this post reads of the other reports, oldest first; None where there are words that are not theirs."""
    return [
        None if content.values is None else content.values["words"]
        for each in joined(by, case)
        for line in each.lines
        for content in line.contents
    ]


def double_of(case: Matter) -> Matter:
    return Matter.known(joined(town(), case)[0].case.id, at=case.at)


def test_who_works_on_it_reads_what_the_others_said_and_not_who_they_are(main: Matter) -> None:
    assert words(unit(), main) == [SAID, MORE]
    assert words(town(), main) == [SAID, MORE]
    assert "13800000000" not in repr(joined(unit(), main))
    with pytest.raises(NotFound):
        read_joined_file(unit(), main.id, double_of(main).now.number, 1, known=current(), at=main.at)


def test_a_unit_no_longer_in_it_and_residents_read_nothing(main: Matter) -> None:
    assert words(unit("water"), main) == [None, None]
    assert joined(anonymous(), main) == ()
    assert all(not each.readable for each in joined(county(), main))


def test_a_look_at_the_one_opens_nothing_of_the_other(main: Matter) -> None:
    known = current()
    open_look(city(), main.id, reason="supervision", at=main.at, known=known)
    assert words(city(), main) == [None, None]
    open_look(city(), double_of(main).id, reason="supervision", at=main.at, known=known)
    assert words(city(), main) == [SAID, MORE]
    looks = get_view(anonymous(), double_of(main).id, known=known, at=main.at, parties=(1,)).looks
    assert [look.reason for look in looks] == ["supervision"]


def test_what_its_reporter_erases_is_gone_there_too(main: Matter) -> None:
    double_of(main).do("erase", REPORTER)
    assert words(unit(), main) == [None, None]
    assert all(
        content.erased for each in joined(unit(), main) for line in each.lines for content in line.contents
    )


def test_what_was_merged_twice_is_read_and_what_was_let_out_is_not(main: Matter) -> None:
    middle, early = Matter(words="中间的一件"), Matter(words="最早的一件")
    early.do("merge", town(), into=str(middle.id))
    middle.do("merge", town(), into=str(main.id))
    assert set(words(unit(), main)) == {SAID, MORE, "中间的一件", "最早的一件"}
    double_of_early = Matter.known(early.id, at=main.at)
    double_of_early.do("unmerge", town(), words="不是同一件")
    assert "最早的一件" not in words(unit(), main)


def test_a_token_of_another_place_reads_nothing_of_it(main: Matter) -> None:
    elsewhere = replace(unit(), bounded=True, scope=(code_range(pad("330108")),))
    assert words(elsewhere, main) == [None, None]


def test_a_photo_goes_to_who_works_on_it(main: Matter) -> None:
    double = double_of(main)
    number = double.now.number
    key = keyring().unwrap(bytes(Case.objects.values_list("key", flat=True).get(pk=double.id)))
    stored = attachments.store(double.id, key, photo(0), name="坑.jpg", audience=Audience.REPORTER)
    act(envelope("add", anonymous(), double.id, at=main.at, party=1, data={"words": MORE}, files=(stored,)))
    file, data = read_joined_file(unit(), main.id, number, 1, known=current(), at=main.at)
    assert (file.kind, data[:2]) == ("image/jpeg", b"\xff\xd8")
    assert [each.readable for each in joined(unit(), main)[0].files] == [True]
    for by in (unit("water"), county()):
        with pytest.raises(NotFound):
            read_joined_file(by, main.id, number, 1, known=current(), at=main.at)
    with pytest.raises(NotFound):
        read_joined_file(unit(), main.id, main.now.number, 1, known=current(), at=main.at)
    double.do("unmerge", town(), words="不是同一件")
    with pytest.raises(NotFound):
        read_joined_file(unit(), main.id, number, 1, known=current(), at=main.at)
