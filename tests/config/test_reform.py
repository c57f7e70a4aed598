# SPDX-License-Identifier: Apache-2.0
"""`anlan reform`: from the file to the last case, as an operator types it; afterwards everything verifies."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from anlan.cases import catalogue
from anlan.cases.models import Case
from anlan.cases.verify import Chunk, verify
from anlan.people.may import Role
from anlan.people.models import Organisation
from anlan.places import find
from anlan.places.codes import pad
from tests.cases.world import MONDAY, place
from tests.databases import Clone
from tests.people import world
from tests.procedures.report.cast import TOWN_ROOM, Matter, dept

COUNTY = "what,code,to,name\nbegin,,330106,西湖区\nbegin,,330115,文三区\nend,330106,330106,\nend,330106,330115,\nmove,330106004,330115001,\n"


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("reform", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_a_county_is_cut_in_two_and_its_cases_verify(own_database: Clone, tmp_path: Path) -> None:
    file = tmp_path / "reform.csv"
    file.write_text(COUNTY, "utf-8")
    for role, key in ((Role.DISPATCHER, TOWN_ROOM), (Role.HANDLER, dept("housing"))):
        world.post(role, key)
    with pytest.raises(CommandError, match="--day"):
        run(file)
    matters = [Matter() for _ in range(3)]
    for matter in matters:
        matter.dispatch()
    day = MONDAY.date()
    try:
        said = run(file, "--day", day, "--source", "为测试编写")
        assert "places: 2 begun, 1 ended" in said
        assert "organisations: 28 begun, 14 ended" in said
        assert "posts: 0 carried, 1 ended" in said
        assert "3 open cases moved, 0 refused" in said
        assert "0 open cases moved, 0 refused" in run()
        found = verify(Chunk(ids=tuple(matter.id for matter in matters)))
        assert (found.cases, found.broken) == (3, ())
        holders = set(Case.objects.values_list("holder_id", flat=True))
        keys = Organisation.objects.filter(pk__in=holders).values_list("key", flat=True)
        assert list(keys) == ["dept:330115:housing"]
        again = Organisation.objects.get(
            place=find.place_of_code(pad("330106"), at=day).id, department="housing"
        )
        assert (again.key, again.valid_from) == (f"dept:330106@{day}:housing", day)
        assert place("330106004") == find.place_of_code(pad("330115001"), at=day).id
    finally:
        find.forget()
        catalogue.forget()


def test_a_bad_row_is_named_with_its_line(own_database: Clone, tmp_path: Path) -> None:
    file = tmp_path / "reform.csv"
    file.write_text("what,code,to,name\nend,330199,330106,\n", "utf-8")
    with pytest.raises(CommandError, match="2: 330199 is no place now"):
        run(file, "--day", MONDAY.date(), "--source", "x")
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "none.csv", "--day", MONDAY.date(), "--source", "x")
