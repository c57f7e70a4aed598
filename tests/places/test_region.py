# SPDX-License-Identifier: Apache-2.0
"""The region profile: those built in are whole, a bad folder is refused with every fault, and pages follow it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from anlan.base.errors import Invalid
from anlan.cases.personal import What, find_personal
from anlan.people.phones import mask, read_phone
from anlan.places.codes import Level
from anlan.places.datum import Datum
from anlan.places.region import Region, RegionFaults, region
from anlan.places.region_files import BUILT_IN, folder_of, read_region


@pytest.fixture
def aurel(settings: Any) -> Region:
    """Port Aurel as this process's region."""
    made = read_region(folder_of("port-aurel"))
    settings.ANLAN_REGION = made
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a whole profile, to spoil."""
    for path in (BUILT_IN / "port-aurel").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


@pytest.mark.parametrize("name", sorted(path.name for path in BUILT_IN.iterdir()))
def test_each_profile_built_in_is_whole(name: str) -> None:
    made = read_region(folder_of(name))
    assert made.key == name
    assert made.emergency
    assert all(line.words.in_language(code) for line in made.emergency for code in made.languages)
    assert all(made.legal_text("keeping").in_language(code) for code in made.languages)


def test_zhejiang_has_all_six_levels_and_a_foreign_city_may_have_fewer(aurel: Region) -> None:
    assert [each.level for each in read_region(folder_of("zhejiang")).layers] == list(Level)
    assert [each.level for each in aurel.layers] == [Level.PROVINCE, Level.COUNTY, Level.TOWN]
    assert aurel.layer(Level.GRID) is None


def test_phones_follow_the_profile(aurel: Region) -> None:
    assert read_phone("(0)7012 3456") == read_phone("+999 7012-3456") == "+99970123456"
    assert mask("+99970123456") == "****3456"
    with translation.override("en"), pytest.raises(Invalid) as refused:
        read_phone("13800138000")
    assert str(refused.value.fields["phone"]) == aurel.phones.words.en


def test_phones_of_the_mainland_are_as_they_were() -> None:
    assert region().key == "zhejiang"
    assert {read_phone(text) for text in ("138 0013 8000", "+86-13800138000", "008613800138000")} == {
        "+8613800138000"
    }
    assert mask("+8613800138000") == "138****8000"


def test_plates_and_papers_follow_the_profile(aurel: Region) -> None:
    text = "A car PA 482 K stood there, its owner showed AU-90417-C; 浙A12345 is nothing here."
    assert [(each.what, each.text) for each in find_personal(text, [])] == [
        (What.PLATE, "PA 482 K"),
        (What.NUMBER, "AU-90417-C"),
    ]


def test_a_position_is_taken_only_as_the_profile_says(aurel: Region) -> None:
    assert aurel.datum("wgs84") is Datum.WGS84
    with pytest.raises(ValueError, match="gcj02"):
        aurel.datum("gcj02")


@pytest.mark.django_db
def test_pages_name_the_numbers_of_the_profile(aurel: Region) -> None:
    client = Client(headers={"accept-language": "en"})
    page = client.get("/").content.decode()
    assert 'href="tel:112"' in page
    assert not {"110", "119", "120", "12345"} & {part.split('"')[0] for part in page.split('"tel:')[1:]}
    refusal = client.get("/follow/case").content.decode() + client.get("/nothing/here").content.decode()
    assert "119" not in refusal


def test_every_fault_is_told_with_its_line_and_nothing_is_taken(folder: Path) -> None:
    profile = folder / "region.toml"
    text = profile.read_text()
    text = text.replace('zone = "Atlantic/Azores"', 'zone = "Mars/Olympus"').replace('"friday"', '"fryday"')
    text = text.replace('number = "112"', 'number = "call 112"').replace(
        'country = "+999"', 'country = "999"'
    )
    profile.write_text(text)
    (folder / "holidays.csv").write_text("date,kind\n2026-13-01,holiday\n")
    with pytest.raises(RegionFaults) as refused:
        read_region(folder)
    told = {(Path(each.file).name, each.line) for each in refused.value.faults}
    lines = text.splitlines()
    for part in ("Mars/Olympus", "fryday", "call 112", '"999"'):
        assert ("region.toml", next(n for n, line in enumerate(lines, 1) if part in line)) in told
    assert ("holidays.csv", 2) in told


@pytest.mark.parametrize(
    "spoilt", ["", "key = ", 'key = "x"\nlanguages = ["fr"]', "emergency = 3", "levels = [1]"]
)
def test_a_profile_that_is_none_is_refused(folder: Path, spoilt: str) -> None:
    (folder / "region.toml").write_text(spoilt)
    with pytest.raises(RegionFaults):
        read_region(folder)


def test_a_folder_without_a_profile_says_how_to_begin(tmp_path: Path) -> None:
    with translation.override("en"), pytest.raises(RegionFaults) as refused:
        read_region(tmp_path / "none")
    assert "anlan setup --templates" in str(refused.value.faults[0])


def test_one_language_stands_for_both(aurel: Region) -> None:
    assert aurel.name.zh == aurel.name.en == "Port Aurel"
    assert replace(aurel).languages == ("en",)
