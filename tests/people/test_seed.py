# SPDX-License-Identifier: Apache-2.0
"""The organisations of every level, and the demo's people."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from anlan.base.boundary import check_words
from anlan.people import demo
from anlan.people.demo import absent, demo_posts, demo_seed
from anlan.people.holding import active_organisations
from anlan.people.may import Role
from anlan.people.models import Account, Organisation, OrganisationSuccession, Post
from anlan.people.seed import DEPARTMENTS, load_organisations

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_every_level_has_its_organisations() -> None:
    load_organisations()
    assert Counter(Organisation.objects.values_list("kind", flat=True)) == {
        "village_committee": 25_547,
        "town_room": 1_387,
        "county_centre": 95,  # five of districts that ended with the reform of 2021
        "county_department": 95 * 12,
        "government": 95,
        "city_supervision": 11,
        "province_supervision": 1,
    }
    assert len(DEPARTMENTS) == 12
    for names in Organisation.objects.values_list("name", "name_en"):
        for name in names:
            check_words(name, where="organisation")


@pytest.mark.django_db
def test_loading_again_adds_nothing() -> None:
    load_organisations()
    assert load_organisations() == 0


@pytest.mark.django_db
def test_work_goes_up_level_by_level() -> None:
    load_organisations()
    line: list[tuple[str, str]] = []
    each: Organisation | None = Organisation.objects.get(key="village:330106004066")
    while each is not None:
        line.append((each.key, each.name))
        each = each.upper
    assert line == [
        ("village:330106004066", "文三社区居民委员会"),
        ("town:330106004", "西溪街道综合信息指挥室"),
        ("county:330106", "西湖区社会治理中心"),
        ("city:3301", "杭州市社会治理督办中心"),
        ("province:33", "浙江省社会治理督办中心"),
    ]
    housing = Organisation.objects.get(key="dept:330106:housing")
    assert (housing.name, housing.upper and housing.upper.key) == ("西湖区住房和城乡建设局", "county:330106")


@pytest.mark.django_db
def test_each_organisation_is_below_the_one_whose_place_contains_its_own() -> None:
    load_organisations()
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT o.kind, u.kind, count(*), bool_and(p.parent_id = u.place_id OR o.place_id = u.place_id)
                 FROM people_organisation o JOIN places_place p ON p.id = o.place_id
                 LEFT JOIN people_organisation u ON u.id = o.upper_id GROUP BY 1, 2 ORDER BY 1, 2"""
        )
        found = cursor.fetchall()
    assert found == [
        ("city_supervision", "province_supervision", 11, True),
        ("county_centre", "city_supervision", 95, True),
        ("county_department", "county_centre", 1_140, True),
        ("government", "city_supervision", 95, True),
        ("province_supervision", None, 1, None),
        ("town_room", "county_centre", 1_387, True),
        ("village_committee", "town_room", 25_547, True),
    ]


@pytest.mark.django_db
def test_districts_that_ended_in_2021_have_their_organisations_until_then_and_their_successors() -> None:
    load_organisations()
    ended = Organisation.objects.exclude(valid_to=None)
    assert ended.count() == 5 * 14
    assert set(ended.values_list("valid_to", flat=True)) == {date(2021, 4, 9)}
    old = ended.get(place__name="江干区", department="housing")
    assert (old.key, old.name) == ("dept:330104@2021-04-09:housing", "江干区住房和城乡建设局")
    assert old.upper is not None
    assert old.upper.key == "county:330104@2021-04-09"
    heirs = OrganisationSuccession.objects.filter(organisation=old).order_by("-main")
    assert list(heirs.values_list("successor__key", "main")) == [
        ("dept:330102:housing", True),
        ("dept:330114:housing", False),
    ]
    assert not Post.objects.filter(organisation__in=ended).exists()


@pytest.mark.django_db
def test_names_are_not_empty_in_either_language_and_speak_of_a_committee() -> None:
    load_organisations()
    assert not Organisation.objects.filter(name="").exists()
    assert not Organisation.objects.filter(name_en="").exists()
    villages = Organisation.objects.filter(kind="village_committee")
    assert not villages.exclude(name__regex="委会$|委员会$").exists()


@pytest.mark.django_db
def test_the_demo_has_every_role_and_every_town_at_work() -> None:
    load_organisations()
    demo_seed(since=AT - timedelta(days=400), at=AT)
    roles = set(Post.objects.current(AT).values_list("role", flat=True))
    assert roles == set(Role)
    there = Organisation.objects.filter(valid_to=None)
    towns = set(there.filter(kind="town_room").values_list("pk", flat=True))
    villages = set(there.filter(kind="village_committee").values_list("pk", flat=True))
    departments = set(there.filter(kind="county_department").values_list("pk", flat=True))
    assert active_organisations(towns | villages | departments, at=AT) == towns | villages | departments
    assert Account.objects.filter(demo=False).count() == 0
    assert demo_seed(since=AT, at=AT) == 0


@pytest.mark.django_db
def test_the_people_of_the_demo_hold_what_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "BULK", ())  # those whom the page names are not among them
    load_organisations()
    demo_seed(since=AT - timedelta(days=1), at=AT)
    for each in demo_posts():
        post = Post.objects.get(account__username=each.username)
        assert (post.role, post.organisation.key) == (each.role, each.organisation)


@pytest.mark.django_db
def test_loading_makes_all_of_them_or_none() -> None:
    assert load_organisations() in {0, 28_181}


@pytest.mark.django_db
def test_who_of_the_demo_came_with_a_later_version_is_known() -> None:
    load_organisations()
    demo_seed(since=AT, at=AT)
    assert absent() == []
    Account.objects.filter(username="xihu-assessor").update(username="somebody")
    assert absent() == ["xihu-assessor"]
