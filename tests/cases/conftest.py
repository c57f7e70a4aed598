# SPDX-License-Identifier: Apache-2.0
"""The toy procedure stands beside the real ones in every engine test."""

from datetime import date

import pytest

from anlan.cases import registry
from anlan.cases.catalogue import forget, raise_version
from anlan.people.models import Organisation
from anlan.places.codes import pad
from anlan.places.models import PlaceCode
from tests.cases.toy import TOY


@pytest.fixture(scope="session", autouse=True)
def toy() -> None:
    registry.register((TOY,))


@pytest.fixture(autouse=True)
def tmp_world(request: pytest.FixtureRequest) -> None:
    if "own_database" in request.fixturenames:
        return
    request.getfixturevalue("db")
    if Organisation.objects.exists():
        return
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

    def make(key: str, kind: str, code: str, upper: Organisation | None, department: str = "") -> Organisation:
        place = PlaceCode.objects.get(code=pad(code), valid_to=None).place
        return Organisation.objects.create(
            key=key, kind=kind, name=key, name_en=key, place=place, upper=upper, valid_from=since, department=department
        )

    for code, kind in kinds.items():
        key = {"town_room": "town:330106004", "county_centre": "county:330106"}.get(kind, f"{kind}:{code}")
        prev = make(key, kind, code, prev)
        orgs[kind] = prev
    for d in ("housing", "water"):
        make(f"dept:330106:{d}", "county_department", "330106", orgs["county_centre"], d)
    make("town:330106002", "town_room", "330106002", orgs["county_centre"])
    raise_version()
    forget()
