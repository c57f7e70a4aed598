# SPDX-License-Identifier: Apache-2.0
"""`anlan places import`, as it is run: all of a file or nothing of it, in a real database, as the owner."""

import json
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
import shapely
from django.core.management import call_command
from django.core.management.base import CommandError

from anlan.people.log import read_log, verify_admin_log
from anlan.places import find
from anlan.places.codes import pad
from anlan.places.locate import OutsideRegion, locate
from anlan.places.models import Boundary, Place
from anlan.places.names import narrow
from tests.databases import Clone
from tests.places.test_rows import HEADER, JIANGSU, OREGON, collection, square

TODAY = date(2026, 11, 24)

pytestmark = pytest.mark.usefixtures("loaded")


@pytest.fixture(autouse=True)
def own(loaded: None, own_database: Clone) -> None:
    find.forget()


def test_another_province_is_loaded_found_and_located(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = tmp_path / "jiangsu.csv"
    places.write_text(JIANGSU, encoding="utf-8")
    call_command("places", "import", str(places))
    assert "4 places loaded" in capsys.readouterr().out
    tiger = find.place_of_code(pad("320505"), at=TODAY)
    assert find.full_path(tiger.id) == "江苏省苏州市虎丘区"
    assert find.full_path(tiger.id, language="en") == "Huqiu District, Suzhou, Jiangsu Province"
    assert narrow("suzhou huqiu")[0].spot.id == tiger.id
    with pytest.raises(OutsideRegion):
        locate(1_205_000_000, 314_000_000)
    outlines = tmp_path / "suzhou.geojson"
    drawn = square(120, "320505")
    drawn["geometry"] = shapely.geometry.mapping(shapely.box(120.3, 31.3, 120.6, 31.5))
    outlines.write_text(collection(drawn), encoding="utf-8")
    call_command("places", "import", str(outlines), "--source", "a test")
    assert locate(1_205_000_000, 314_000_000).place.id == tiger.id
    assert locate(1_205_000_000, 314_000_000).candidates == ()
    taken, drew = list(read_log())[-2:]
    assert (taken.what, drew.what) == ("places.import", "places.boundaries")
    for line, table, more in ((taken, "places", 4), (drew, "boundaries", 1)):
        assert isinstance(line.before, dict)
        assert isinstance(line.after, dict)
        assert line.after[table] - line.before[table] == more
    assert isinstance(taken.after, dict)
    assert taken.after["file"] == "jiangsu.csv"
    assert taken.after["sha256"] == sha256(JIANGSU.encode()).hexdigest()
    assert verify_admin_log().broken == ()
    assert locate(1_201_300_000, 302_750_000).place.name == "西湖区"


def test_another_country_keeps_its_own_codes_as_the_source(tmp_path: Path) -> None:
    file = tmp_path / "oregon.csv"
    file.write_text(OREGON, encoding="utf-8")
    call_command("places", "import", str(file), "--scheme", "order", "--root", "71")
    portland = narrow("Portland")[0].spot
    assert (portland.code, find.full_path(portland.id, language="en")) == (
        pad("710002001"),
        "Portland, Multnomah, Oregon",
    )
    with pytest.raises(CommandError, match="4 bad rows"):
        call_command("places", "import", str(file), "--scheme", "order", "--root", "72")


def test_one_bad_row_and_nothing_is_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(JIANGSU + "330106,西湖区,county,3301\n3299,无,city,99\n", encoding="utf-8")
    before = Place.objects.count()
    with pytest.raises(CommandError, match="2 bad rows; nothing was loaded"):
        call_command("places", "import", str(file))
    assert capsys.readouterr().err.splitlines() == [
        f"{file}:6: the code 330106 is loaded already",
        f"{file}:7: the parent 99 is neither in the file nor loaded",
    ]
    assert Place.objects.count() == before


def test_gbk_is_named_and_loads_when_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "gbk.csv"
    file.write_bytes(JIANGSU.encode("gbk"))
    with pytest.raises(CommandError):
        call_command("places", "import", str(file))
    assert "looks like GBK" in capsys.readouterr().err
    call_command("places", "import", str(file), "--encoding", "gb18030")
    assert find.place_of_code(pad("32"), at=TODAY).name == "江苏省"


def test_boundaries_stay_unless_replacing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "b.geojson"
    file.write_text(collection(square(120, "3301")), encoding="utf-8")
    place = find.place_of_code(pad("3301"), at=TODAY).id
    before = bytes(Boundary.objects.get(place=place).shape)
    with pytest.raises(CommandError, match="--source"):
        call_command("places", "import", str(file))
    call_command("places", "import", str(file), "--source", "x")
    assert bytes(Boundary.objects.get(place=place).shape) == before
    call_command("places", "import", str(file), "--source", "x", "--replace", "--made-up")
    row = Boundary.objects.get(place=place)
    assert (bytes(row.shape) == before, row.surveyed) == (False, False)
    file.write_text(json.dumps({"features": "x"}), encoding="utf-8")
    with pytest.raises(CommandError, match="1 bad rows"):
        call_command("places", "import", str(file), "--source", "x")


def test_a_missing_file_and_a_bad_root_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("places", "import", str(tmp_path / "none.csv"))
    with pytest.raises(SystemExit):
        call_command("places", "import", str(tmp_path / "none.csv"), "--root", "7")


def test_a_header_alone_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "h.csv"
    file.write_text(HEADER, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("places", "import", str(file))
    assert f"{file}:1: there are no rows" in capsys.readouterr().err
    assert not list(read_log())
