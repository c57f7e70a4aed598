# SPDX-License-Identifier: Apache-2.0
"""A confidential report: the room reads it and looks with a reason at who wrote it, the unit reads what the room passes on."""

from typing import Any

import pytest

from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.cases import follow, journal
from anlan.cases.catalogue import current
from anlan.cases.define import Audience
from anlan.cases.may import may_see
from anlan.cases.models import Content, SearchRow
from anlan.cases.queries import get_view, open_look
from anlan.cases.queries_joined import get_joined
from anlan.people.may import Actor, anonymous
from tests.cases.world import organisation
from tests.procedures.report import cast

pytestmark = pytest.mark.django_db
SAID = "我家楼下的餐馆，我在三楼天天闻到油烟"
POINT = {"lng": 1_201_300_000, "lat": 302_700_000}
PLAIN = "文三社区一家餐馆油烟扰民，请到现场检查"


def secret(**data: Any) -> cast.Matter:
    given: dict[str, Any] = {
        "words": SAID,
        "address": "三楼东户",
        "point": POINT,
        "confidential": True,
        **data,
    }
    return cast.Matter.opened("open", anonymous(), files=1, name="欧阳若兰", **given)


def read(matter: cast.Matter, by: Actor) -> tuple[str, list[bool], list[object]]:
    """All words, whether each file opens, and each contact, as this actor's page has them."""
    view = get_view(by, matter.id, known=current(), at=matter.at)
    words = [
        value
        for line in view.timeline.lines
        for one in line.contents
        for value in (one.values or {}).values()
    ]
    return str(words), [file.readable for file in view.files], [one.contact for one in view.people]


def pass_on(matter: cast.Matter, decision: str = "summary", **data: Any) -> None:
    given: dict[str, Any] = {"summary": PLAIN} if decision == "summary" else {}
    matter.do("screen", cast.town(), decision=decision, **given, **data)


def test_the_room_reads_it_and_not_who_wrote_it_until_it_looks_with_a_reason() -> None:

    matter = secret()
    words, files, people = read(matter, cast.town())
    assert SAID in words
    assert (files, people) == ([True], [None])
    open_look(cast.town(), matter.id, reason="emergency", at=matter.at, known=current())
    assert read(matter, cast.town())[2][0]["phone"] == "+8613800000000"  # type: ignore[index]
    follows = get_view(anonymous(), matter.id, known=current(), at=matter.at, parties=(1,))
    assert [look.reason for look in follows.looks] == ["emergency"]
    assert SAID in str([line.contents for line in follows.timeline.lines])
    assert all(file.readable for file in follows.files)


def test_nothing_goes_to_a_unit_before_the_room_has_decided_and_a_summary_stands_for_the_words() -> None:
    matter = secret()
    with pytest.raises(Invalid, match="先决定"):
        matter.dispatch()
    with pytest.raises(Invalid, match="摘要"):
        matter.do("screen", cast.town(), decision="summary")
    with pytest.raises(Invalid, match="欧阳"):
        matter.do("screen", cast.town(), decision="summary", summary="欧阳女士说餐馆油烟扰民")
    pass_on(matter)
    matter.dispatch()
    words, files, people = read(matter, cast.unit())
    assert PLAIN in words
    for hidden in (SAID, "三楼", "1201300000"):
        assert hidden not in words
    assert (files, people) == ([False], [None])
    assert SAID in read(matter, cast.town())[0]


def test_words_that_do_not_give_the_writer_away_go_on_as_they_are_but_never_the_contact() -> None:
    matter = secret()
    pass_on(matter, "open")
    matter.dispatch()
    words, files, people = read(matter, cast.unit())
    assert SAID in words
    assert (files, people) == ([True], [None])


def test_questions_and_answers_pass_through_the_room() -> None:
    matter = secret()
    pass_on(matter)
    matter.dispatch()
    matter.do("take", cast.unit())
    matter.do("ask", cast.unit(), question="一般几点有油烟？")
    matter.do("answer", cast.REPORTER, files=1, words="我下班后六点到八点，我住三楼")
    assert matter.column("unscreened")
    assert "六点" not in read(matter, cast.unit())[0]
    assert "六点" in read(matter, cast.town())[0]
    matter.do("screen", cast.town(), decision="summary", summary="晚上六点到八点油烟最重")
    assert "六点到八点" in read(matter, cast.unit())[0]
    assert not matter.column("unscreened")


def test_who_handles_it_may_not_look_nor_who_is_beside_it() -> None:
    matter = secret()
    pass_on(matter)
    matter.dispatch()
    for by in (cast.unit(), cast.grid_worker()):
        with pytest.raises(NotAllowed):
            matter.do("look", by, reason="supervision")
    matter.do("look", cast.county(), reason="supervision")
    handed = secret()
    pass_on(handed)
    handed.do("dispatch", cast.town(), unit=organisation(cast.COUNTY), category=cast.category(cast.ROAD))
    with pytest.raises(Invalid, match="保密"):
        handed.do("look", cast.county(), reason="supervision")


def test_the_room_of_a_plain_report_has_nothing_to_look_for() -> None:
    with pytest.raises(Invalid, match="本来就能看到"):
        cast.Matter().do("look", cast.town(), reason="supervision")
    with pytest.raises(Invalid, match="没有要求保密"):
        cast.Matter().do("screen", cast.town(), decision="open")


def test_one_about_the_town_goes_above_it_and_the_town_reads_and_decides_nothing() -> None:
    matter = secret(about_organisation=organisation(cast.TOWN_ROOM))
    assert matter.now.room == organisation(cast.COUNTY)
    assert SAID in read(matter, cast.county())[0]
    for action in ("screen", "look", "accept"):
        with pytest.raises(NotFound):
            matter.do(action, cast.town())


def test_a_part_split_off_is_as_confidential() -> None:
    matter = secret()
    matter.do("split", cast.town(), words="三楼还有噪音", category=cast.category(cast.ROAD))
    part = next(iter(matter.now.links.values())).case_id
    other = cast.Matter.known(part, at=matter.at)
    assert other.column("confidential")
    assert set(Content.objects.filter(case_id=part).values_list("audience", flat=True)) == {"room"}


def test_its_words_are_not_searched() -> None:

    matter = secret()
    journal.number(at=matter.at)
    for one in follow.followers():
        while follow.advance(one):
            pass
    assert not any("油烟" in str(row.words) for row in SearchRow.objects.filter(case_id=matter.id))


def test_merged_into_another_it_opens_to_that_ones_room_alone() -> None:

    main, matter = cast.Matter(), secret()
    matter.do("merge", cast.town(), into=str(main.id))
    main.dispatch()
    for by, reads in ((cast.unit(), False), (cast.town(), True)):
        joined = get_joined(by, main.now, known=current(), at=main.at)
        assert (SAID in str([line.contents for each in joined for line in each.lines])) is reads
        assert [file.readable for each in joined for file in each.files] == [reads]


def test_the_rule_for_what_is_said_in_confidence() -> None:

    matter = secret()
    case, known = matter.now, current()

    def sees(by: Actor, *, looked: bool = False, parties: tuple[int, ...] = ()) -> bool:
        return may_see(by, Audience.ROOM, case, parties=parties, looked=looked, known=known)

    assert sees(cast.town())
    assert sees(anonymous(), parties=(1,))
    assert sees(cast.county(), looked=True)
    assert not sees(cast.county())
    assert not sees(cast.unit())


def test_what_was_spoken_is_typed_up_for_the_room_and_photos_that_follow_wait_for_it() -> None:
    matter = cast.Matter.opened("speak", anonymous(), recordings=1, confidential=True, awaited=1)
    matter.do("type_up", cast.town(), words=SAID)
    pass_on(matter)
    matter.dispatch()
    matter.do("photo", cast.REPORTER, files=1)
    assert matter.column("unscreened")
    words, files, _people = read(matter, cast.unit())
    assert SAID not in words
    assert files == [False, False]
    assert SAID in read(matter, cast.town())[0]
