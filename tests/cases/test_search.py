# SPDX-License-Identifier: Apache-2.0
"""Search: by words of the matter within what the actor may see; never by a person's name or number."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.errors import Invalid, NotAllowed
from anlan.base.ids import show_number
from anlan.cases import bigrams, follow, journal
from anlan.cases.act import act, open_case
from anlan.cases.catalogue import current
from anlan.cases.envelope import NewParty
from anlan.cases.find import Found, find, slices
from anlan.cases.follow import Follows
from anlan.cases.models import Follower, SearchRow
from anlan.cases.search import clear_search, keep_search
from anlan.people.may import Actor, Role, anonymous
from anlan.places.codes import pad
from tests.cases.world import (
    MONDAY,
    TOWN,
    VILLAGE,
    dispatcher,
    envelope,
    handler,
    opening,
    organisation,
    post,
)

FOLLOWER = Follows(name="search", handler=keep_search, sends=False, clear=clear_search)

DECADE = datetime.fromisoformat("2020-01-01")


def catch_up() -> None:
    Follower.objects.get_or_create(name="search")
    while journal.number(at=MONDAY):
        pass
    while follow.advance(FOLLOWER):
        pass


def found(by: Actor, text: str, **given: Any) -> Found:
    return find(by, text, known=current(), at=MONDAY + timedelta(days=1), **given)


def ids(by: Actor, text: str, **given: Any) -> set[UUID]:
    return {hit.case_id for hit in found(by, text, **given).hits}


def report(words: str, **given: Any) -> UUID:
    return open_case(opening(data={"words": words}, **given)).case_id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("道路破损", {"道路", "路破", "破损"}),
        ("文三路 Lamp out！", {"文三", "三路", "lamp", "out"}),
        ("ＬＥＤ灯箱", {"led", "灯箱"}),
        ("坑", set()),
        ("3号楼", {"3", "号楼"}),
        ("电话13800001234速来", {"电话", "速来"}),
        ("138-0000-1234", set()),
        ("１３８ ００００ １２３４", set()),
        ("330106199001011234X号", set()),
        ("330106 19900101 123x", set()),
        ("门牌123456", {"门牌", "123456"}),
    ],
)
def test_tokens(text: str, expected: set[str]) -> None:
    assert bigrams.tokens(text) == expected


@given(st.text(), st.text(alphabet="0123456789", min_size=7, max_size=20), st.text())
def test_no_long_number_is_ever_a_token(before: str, number: str, after: str) -> None:
    assert not [
        token
        for token in bigrams.tokens(before + number + after)
        if sum(c.isdecimal() and c.isascii() for c in token) >= 7
    ]
    assert bigrams.long_number(f" {number} ") is not None


@given(
    st.text(alphabet="王小明李雷道路坏了", min_size=2, max_size=3),
    st.text(alphabet="道路坏了王小明", max_size=12),
)
def test_no_bigram_of_a_partys_name_comes_from_where_it_stood(name: str, text: str) -> None:
    assert bigrams.tokens(f"，{name}，", never=[name]) == set()
    assert name not in {
        token
        for token in bigrams.tokens(text.replace(name, "") + "，" + name, never=[name])
        if len(name) == 2
    } - bigrams.tokens(text.replace(name, " "))


@given(until=st.datetimes(DECADE, DECADE.replace(year=2030), timezones=st.just(UTC)), wide=st.booleans())
def test_slices_cover_all_time_once_and_their_tokens_cover_them(until: datetime, *, wide: bool) -> None:
    floor = until - timedelta(days=900)
    spans = list(slices(until, floor=floor, wide=wide))
    assert spans[0].until == until
    assert spans[-1].since <= floor
    for newer, older in pairwise(spans):
        assert newer.since == older.until
    for span in spans:
        for at in (span.since, span.until - timedelta(microseconds=1)):
            if at < span.since:
                continue
            day = bigrams.local_day(at)
            assert {f"{day:%Y%m}", f"{day:%Y%m%d}"} & set(span.suffixes)


def test_place_tokens_reach_down_to_the_village() -> None:
    tokens = bigrams.place_tokens(pad(VILLAGE + "001"), MONDAY)
    assert tokens == {
        "33.202603", "33.20260302", "3301.202603", "3301.20260302", "330106.202603", "330106004.202603", "330106004066.202603",
    }  # fmt: skip
    assert bigrams.place_name(*(330106004066001, 330106004066002)) == VILLAGE
    assert bigrams.month_token("o7", date(2026, 3, 2)) == "o7.202603"


@pytest.mark.django_db
def test_words_are_found_where_the_organisation_works_and_not_elsewhere() -> None:
    case = report("水管爆裂，路面积水")
    catch_up()
    assert ids(dispatcher(), "爆裂") == {case}
    assert ids(dispatcher(), "水管 积水") == {case}
    assert ids(dispatcher(), "水管 噪声") == set()
    supervisor = post(Role.SUPERVISOR, "county:330106", "330106")
    assert ids(supervisor, "爆裂") == set()  # sees the facts, works on it not
    assert ids(handler(), "爆裂") == set()
    act(envelope("dispatch", dispatcher(), case, data={"unit": organisation("dept:330106:housing")}))
    catch_up()
    assert ids(handler(), "爆裂") == {case}
    assert ids(handler("water"), "爆裂") == set()


@pytest.mark.django_db
def test_facts_are_found_by_place() -> None:
    case = report("有坑")
    catch_up()
    name = SearchRow.objects.get(case_id=case)
    assert name.words is not None
    supervisor = post(Role.SUPERVISOR, "county:330106", "330106")
    city = replace(supervisor, scope=((330100000000000, 330200000000000),))
    elsewhere = replace(
        supervisor,
        scope=((330200000000000, 330300000000000),),
        organisation_id=organisation("town:330106002"),
    )
    for by in (supervisor, city):
        assert ids(by, "西湖") == {case}
        assert ids(by, "西湖", within=pad(TOWN)) == {case}
        assert ids(by, "西湖", within=pad("330106002")) == set()
    assert ids(elsewhere, "西湖") == set()


@pytest.mark.django_db
def test_a_number_goes_to_its_case_and_only_for_who_sees_it() -> None:
    done = open_case(opening())
    catch_up()
    assert ids(dispatcher(), show_number(done.number)) == {done.case_id}
    elsewhere = replace(dispatcher(), organisation_id=organisation("town:330106002"), scope=())
    assert ids(elsewhere, f"{done.number:016d}") == set()


@pytest.mark.parametrize(
    "text", ["13800001234", "138 0000 1234", "张三 13800001234", "330106199001011234", "33010619900101123X"]
)
@pytest.mark.django_db
def test_numbers_of_phones_and_persons_are_refused_with_words(text: str) -> None:
    with pytest.raises(Invalid, match=r"cannot be searched|不能"):
        found(dispatcher(), text)


@pytest.mark.django_db
def test_what_is_too_short_is_refused_and_strangers_search_nothing() -> None:
    with pytest.raises(Invalid):
        found(dispatcher(), "路")
    with pytest.raises(Invalid):
        found(dispatcher(), "' | (")
    with pytest.raises(NotAllowed):
        found(anonymous(), "道路")


@pytest.mark.django_db
def test_names_of_the_cases_own_parties_are_not_found() -> None:
    person = (NewParty(role="reporter", contact={"name": "欧阳明月", "phone": "+8613800000000"}),)
    case = report("我叫欧阳明月，电话13800000000，门口路灯不亮", parties=person)
    catch_up()
    assert ids(dispatcher(), "路灯") == {case}
    for text in ("欧阳", "阳明", "明月", "欧阳明月"):
        assert ids(dispatcher(), text) == set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts::text || words::text FROM cases_searchrow WHERE case_id = %s", [case])
        assert "1380" not in cursor.fetchone()[0]


@pytest.mark.django_db
def test_pages_are_complete_newest_first_and_do_not_repeat() -> None:
    opened = {report("井盖松动", at=MONDAY - timedelta(days=11 * n)) for n in range(25)}
    catch_up()
    seen: list[UUID] = []
    before = None
    while True:
        page = found(dispatcher(), "井盖", before=before, limit=4)
        assert [hit.opened_at for hit in page.hits] == sorted(
            (hit.opened_at for hit in page.hits), reverse=True
        )
        seen += [hit.case_id for hit in page.hits]
        before = page.more
        if before is None:
            break
    assert len(seen) == 25
    assert set(seen) == opened


@pytest.mark.django_db
def test_a_rebuild_gives_the_same_rows() -> None:
    case = report("广告牌摇晃")
    act(envelope("dispatch", dispatcher(), case, data={"unit": organisation("dept:330106:housing")}))
    act(envelope("note", handler(), case, data={"words": "已加固"}))
    catch_up()

    def rows() -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT facts::text, words::text FROM cases_searchrow ORDER BY case_id")
            return list(cursor.fetchall())

    before = rows()
    clear_search()
    Follower.objects.filter(name="search").update(position=0)
    catch_up()
    assert rows() == before
    assert "加固" in before[-1][1]
