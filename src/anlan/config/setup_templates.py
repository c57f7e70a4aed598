# SPDX-License-Identifier: Apache-2.0
"""Writes the folder that somebody fills in to set up a place: a built-in region's own files, or empty ones that explain themselves."""

from collections.abc import Mapping
from pathlib import Path

from anlan.config.setup_files import TABLES, Table
from anlan.places.region_files import BUILT_IN, DEPARTMENTS, HOLIDAYS, PROFILE

HELP: Mapping[str, str] = {
    "places.csv": """# 地域，先大后小 / Places, the widest first. level: a key of [[levels]] in region.toml. parent: the code above, empty for the widest.
# PA,Port Aurel,city,
# PA1,Old Harbour,district,PA
# PA101,Ropewalk,ward,PA1""",
    "organisations.csv": """# 单位 / Organisations. upper: the key of the one above, where work goes when nobody is there; empty for the widest.
# kind: province_supervision (one, the widest), city_supervision, county_centre, county_department (needs a department of
# departments.csv), government (makes major decisions, gets no report), town_room (takes what is reported), village_committee, outside_unit (water, power, telecom).
# city,province_supervision,City Inspectorate,PA,,,3030
# pa1,county_centre,Old Harbour District Centre,PA1,,city,30310
# pa1-streets,county_department,"Streets and Lighting Office, Old Harbour",PA1,streets,pa1,
# pa101,town_room,Ropewalk Ward Desk,PA101,,pa1,3101""",
    "posts.csv": """# 岗位 / Posts: who works where. The first two security_admin are in force at once and approve all others. place: empty for
# the organisation's. role: security_admin, system_admin, auditor, supervisor, hotline_agent, county_dispatcher, dispatcher
# (of a town_room), handler (of a department), grid_worker, village_clerk, mediator, assessor. Two administrators of each sort, please.
# ines.security,Ines Calder,security_admin,city,
# pa101.desk,Iris Fenn,dispatcher,pa101,""",
    "categories.csv": """# 类别 / Categories. kind: road facility rubbish water green noise street building site market danger other. urgent: yes or no.
# No category is about people: Anlan keeps cases, not persons, and refuses it.
# S1,Hole in the road,road,no""",
    "conditions.csv": """# 立案情形与结案条件 / Conditions of a category, and when a case of it may be closed.
# S1,1,Deeper than a hand,Filled level with the road""",
    "limits.csv": """# 时限 / Limits. stage: handle, accept, dispatch, take ... unit: hour, day, working_hour, working_day. Empty columns mean all.
# handle,5,working_day,,,
# handle,2,working_day,S1,1,""",
    "routes.csv": """# 分派 / Who handles what. target: department:streets, kind:county_centre or organisation:KEY. why is shown to residents.
# road,,,department:streets,Roads are the Streets and Lighting Office's""",
    DEPARTMENTS: """# 部门 / Departments: key is their word in organisations.csv and routes.csv.
# streets,Streets,Streets and Lighting Office""",
    HOLIDAYS: """# 节假日 / Days off (holiday), and days worked in exchange (make_up).
# 2027-01-01,holiday""",
}
"""What each file holds, with examples: lines that begin with # are not read."""
BESIDE = (
    Table(file=DEPARTMENTS, needed=("key", "name"), once=("key",), optional=("short",)),
    Table(file=HOLIDAYS, needed=("date", "kind"), once=("date",)),
)
ORDER: Mapping[str, tuple[str, ...]] = {
    "places.csv": ("code", "name", "level", "parent"),
    "organisations.csv": ("key", "kind", "name", "place", "department", "upper", "phone"),
    "routes.csv": ("kind", "category", "place", "target", "why"),
    "categories.csv": ("code", "name", "kind", "urgent"),
    "conditions.csv": ("category", "code", "name", "closing"),
    DEPARTMENTS: ("key", "short", "name"),
}
"""The columns as the examples have them, where that is not simply all of them; name_en is added for two languages."""

EXAMPLE = "port-aurel"


def write_templates(folder: Path, named: str) -> list[Path]:
    """Writes the files that are not there yet; which. A built-in region is written out whole, as an example to change."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in _texts(named).items():
        path = folder / name
        if not path.exists():
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


def _texts(named: str) -> dict[str, str]:
    if (BUILT_IN / named).is_dir():
        return {path.name: path.read_text("utf-8") for path in sorted((BUILT_IN / named).iterdir())}
    made = {PROFILE: _profile(named)}
    for table in (*BESIDE, *TABLES):
        columns = ",".join(ORDER.get(table.file, table.columns))
        made[table.file] = f"{columns}\n{HELP[table.file]}\n"
    return made


def _profile(named: str) -> str:
    """Port Aurel's, which explains itself, under the new name."""
    text = (BUILT_IN / EXAMPLE / PROFILE).read_text("utf-8")
    _first, _sep, rest = text.partition("\n")
    return (
        "# The region profile: change every line to your own. docs/setup.md says what each is for.\n"
        + rest.replace(f'"{EXAMPLE}"', f'"{named}"')
    )
