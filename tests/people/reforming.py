# SPDX-License-Identifier: Apache-2.0
"""A reform made for tests: 西溪街道 (330106004) ends and falls to 北山街道 (330106002, the main successor) and 翠苑街道
(330106005); 文三社区 goes to the second one. Nobody decided this.
"""

from datetime import datetime, timedelta

from anlan.people.changes import change_configuration
from anlan.people.models import AdminLine, PendingChange
from anlan.people.reform import REFORM
from anlan.places import find
from tests.cases.world import MONDAY, TOWN, VILLAGE, place

MAIN, OTHER = "330106002", "330106005"
MOVED = f"{OTHER}966"
"""文三社区 afterwards."""
LATER = MONDAY + timedelta(days=3)


def the_file(*extra: str) -> str:
    """文三社区 and 文锦社区 go to the second successor, the other villages to the main one."""
    rows = ["what,code,to,name", f"end,{TOWN},{MAIN},", f"end,{TOWN},{OTHER},"]
    for n, village in enumerate(find.children(place(TOWN), at=MONDAY)):
        code = str(village.code)[:12]
        to = MOVED if code == VILLAGE else f"{OTHER if code.endswith('063') else MAIN}{900 + n}"
        rows.append(f"move,{code},{to},")
    return "\n".join([*rows, *extra])


def reform(*, posts: bool = False, text: str = "", at: datetime = LATER) -> AdminLine | PendingChange:
    day = find.day_of(at)
    data = {
        "text": text or the_file(),
        "day": datetime.fromordinal(day).date().isoformat(),
        "source": "为测试编写，并无此文",
        "posts": posts,
    }
    return change_configuration(REFORM.key, data, by=None, at=at)
