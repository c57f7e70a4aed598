# SPDX-License-Identifier: Apache-2.0
"""The toy procedure stands beside the real ones in every engine test."""

from datetime import date

import pytest

from anlan.cases import registry
from anlan.cases.catalogue import raise_version
from anlan.people.models import Organisation
from anlan.places.codes import level_of, pad
from anlan.places.models import Place, PlaceCode
from tests.cases.toy import TOY


@pytest.fixture(scope="session", autouse=True)
def toy() -> None:
    registry.register((TOY,))


@pytest.fixture(autouse=True)
def tmp_world(db):
    if Organisation.objects.exists():
        return
    up = None
    since = date(2020, 1, 1)
    orgs = {}
    kinds = {
        "33": "province_supervision",
        "3301": "city_supervision",
        "330106": "county_centre",
        "330106004": "town_room",
        "330106004066": "village_committee",
    }
    prev = None
    for code, kind in kinds.items():
        up = Place.objects.create(level=int(level_of(pad(code))), name=code, parent=up, valid_from=since)
        PlaceCode.objects.create(place=up, code=pad(code), valid_from=since)
        key = {"town_room": "town:330106004", "county_centre": "county:330106"}.get(kind, f"{kind}:{code}")
        prev = Organisation.objects.create(
            key=key, kind=kind, name=key, name_en=key, place=up, upper=prev, valid_from=since
        )
        orgs[kind] = prev
    county = orgs["county_centre"]
    for d in ("housing", "water"):
        Organisation.objects.create(
            key=f"dept:330106:{d}",
            kind="county_department",
            department=d,
            name=d,
            name_en=d,
            place=county.place,
            upper=county,
            valid_from=since,
        )
    Organisation.objects.create(
        key="town:330106002",
        kind="town_room",
        name="x",
        name_en="x",
        place=county.place,
        upper=county,
        valid_from=since,
    )
    from anlan.places.models import Calendar, CalendarVersion

    cal = Calendar.objects.create(key="zhejiang", name="x", name_en="x")
    CalendarVersion.objects.create(
        calendar=cal,
        version=1,
        horizon=date(2026, 12, 31),
        zone="Asia/Shanghai",
        hours="08:00-12:00 14:00-18:00",
        weekend="56",
        why="x",
    )
    raise_version()
    from anlan.places import find

    find.forget()
    from anlan.cases.catalogue import forget

    forget()
