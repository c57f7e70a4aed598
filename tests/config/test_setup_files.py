# SPDX-License-Identifier: Apache-2.0
"""Files as offices save them: what can be read is read, and each fault is named by file and line in plain words."""

from pathlib import Path

import pytest
from django.utils import translation

from anlan.base.clock import now
from anlan.config.setup_files import CATEGORIES, ORGANISATIONS, ROUTES, Table
from anlan.config.setup_people import organisations
from anlan.config.setup_run import Run
from anlan.places.region import region

pytestmark = pytest.mark.django_db
HEAD = "code,name,kind,urgent,name_en"


@pytest.fixture(autouse=True)
def _english() -> object:
    with translation.override("en"):
        yield


def read(folder: Path, table: Table, content: bytes) -> tuple[list[dict[str, str]], list[str]]:
    """The rows of a file and what is wrong with it, without the folder."""
    (folder / table.file).write_bytes(content)
    run = Run(folder, region(), now())
    rows = [row.cells for row in run.rows(table)]
    return rows, [str(fault).removeprefix(f"{folder}/") for fault in run.faults]


@pytest.mark.parametrize(
    "content",
    [
        f"{HEAD}\nS1,路面破损,road,no,Hole\n".encode(),
        f"{HEAD}\r\nS1,路面破损,road,no,Hole\r\n".encode("utf-8-sig"),
        f"{HEAD};;\r\nS1,路面破损,road,no,Hole;;\r\n;;;;;;\r\n".replace(",", ";").encode("utf-8-sig"),
        f"# first words, then the table\n\n{HEAD}\nS1,路面破损,road,no,Hole\n".replace(",", "\t").encode(),
        f"{HEAD},,\nS1,路面破损,road,no,Hole,,\n,,,,,,\n".encode(),
    ],
    ids=["plain", "excel", "semicolons", "tabs", "empty-cells"],
)
def test_what_spreadsheets_write_is_read(tmp_path: Path, content: bytes) -> None:
    rows, faults = read(tmp_path, CATEGORIES, content)
    assert faults == []
    assert rows == [{"code": "S1", "name": "路面破损", "kind": "road", "urgent": "no", "name_en": "Hole"}]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (f"{HEAD}\nS1,Hole,road,no,\nS2,路面破损,road,no,\n".encode("gbk"), 3, "not in UTF-8"),
        (f"{HEAD}\nS1,路面破损,road,no,\n".encode("utf-16"), 1, "not in UTF-8"),
        (f"{HEAD}\nS1,Ho\0le,road,no,\n".encode(), 2, "no text"),
        (b"code,urgent\nS1,no\n", 1, "name, kind” is missing"),
        (b"code,name,kind,colour\nS1,Hole,road,red\n", 1, "colour” is not a column"),
        (b"code,name,kind,name\nS1,Hole,road,Hole\n", 1, "twice"),
        (
            f"{HEAD}\nS1,Hole, deep,road,no,,\nS1,a,b,c,d,e\n".encode(),
            3,
            "Words with a comma stand in quotes",
        ),
        (f"{HEAD}\nS1,,road,no,\n".encode(), 2, "Please fill in name"),
        (f'{HEAD}\nS1,"Hole"s,road,no,\n'.encode(), 2, "no CSV"),
        (
            f"{HEAD}\nS1,Hole,road,no,Hole\nS2,Tree,green,no,Tree\nS1,Pit,road,no,Pit\n".encode(),
            4,
            "“S1” stands in line 2",
        ),
        (f"{HEAD}\nS1,洞,road,no,\n".encode(), 2, "columns name_en hold the English words"),
    ],
)
def test_a_fault_is_named_by_file_and_line(tmp_path: Path, content: bytes, line: int, words: str) -> None:
    _rows, faults = read(tmp_path, CATEGORIES, content)
    assert len(faults) == 1
    assert faults[0].startswith(f"categories.csv:{line}: ")
    assert words in faults[0]


def test_two_routes_for_the_same_are_a_fault_and_of_ten_thousand_lines_each_is_named(tmp_path: Path) -> None:
    rows = [f"road,,P{n},department:streets,Because,Because" for n in range(10_000)]
    text = "\n".join(["kind,category,place,target,why,why_en", *rows, *rows])
    read_, faults = read(tmp_path, ROUTES, text.encode())
    assert len(read_) == len(faults) == 10_000
    assert faults[-1] == "routes.csv:20001: “road, P9999” stands in line 10001 already. Keep one of the two."


def test_organisations_above_each_other_are_named_each(tmp_path: Path) -> None:
    rows = ("a,town_room,A,A,33,b", "b,town_room,B,B,33,c", "c,town_room,C,C,33,a", "d,town_room,D,D,33,d")
    text = "\n".join(("key,kind,name,name_en,place,upper", *rows))
    (tmp_path / ORGANISATIONS.file).write_text(text)
    run = Run(tmp_path, region(), now())
    organisations(run)
    assert {fault.line for fault in run.faults} == {2, 3, 4, 5}
    assert all("is below itself" in str(fault) for fault in run.faults)
