# SPDX-License-Identifier: Apache-2.0
"""A place that is not in China, from empty tables to a closed report: run by test_setup.py in a process of its own, because a
process has one region. Its arguments: the folder with the region's files, and a copy of it with faults.
"""

import os
import re
import sys
from pathlib import Path
from typing import Any

import django

import tests.settings  # noqa: F401  keys and home of the tests

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from django.core.management import call_command  # noqa: E402  settings come first
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils import translation  # noqa: E402

from anlan.base.clock import now  # noqa: E402
from anlan.base.ids import read_number  # noqa: E402
from anlan.cases.models import Case, Category, Entry, LimitRow  # noqa: E402
from anlan.config.readiness import missing  # noqa: E402
from anlan.config.setup import SetupFaults, set_up  # noqa: E402
from anlan.people import changes  # noqa: E402
from anlan.people.log import read_log, verify_admin_log  # noqa: E402
from anlan.people.may import actor_of  # noqa: E402
from anlan.people.models import Account, Organisation, PendingChange, Post  # noqa: E402
from anlan.places.find import load_calendar  # noqa: E402
from anlan.places.models import Place, PlaceCode  # noqa: E402
from anlan.places.region import region  # noqa: E402
from tests.web.desk.test_journey import send  # noqa: E402
from tests.web.resident.visits import hidden, picture  # noqa: E402
from tests.web.staff import enter  # noqa: E402


def main(folder: Path, spoilt: Path) -> None:
    setup_test_environment()
    call_command("migrate", verbosity=0)
    with translation.override("en"):
        nothing_of_spoilt_files_is_taken(spoilt)
        everything_of_good_files_is(folder)
        a_second_run_changes_only_what_differs(folder)
        people_work()


def nothing_of_spoilt_files_is_taken(folder: Path) -> None:
    try:
        set_up(folder, region(), at=now())
    except SetupFaults as refused:
        told = {(Path(each.file).name, each.line) for each in refused.faults}
    assert told == {
        ("places.csv", 7),
        ("organisations.csv", 3),
        ("organisations.csv", 12),
        ("posts.csv", 5),
        ("categories.csv", 17),
        ("limits.csv", 4),
        ("routes.csv", 2),
    }, told
    assert not Place.objects.exists()
    assert not Organisation.objects.exists()
    assert not Account.objects.exists()
    assert list(read_log(most=100)) == []


def everything_of_good_files_is(folder: Path) -> None:
    outcome = set_up(folder, region(), at=now())
    assert outcome.counts["places.csv"]["new"] == Place.objects.count() == 12
    assert outcome.counts["posts.csv"] == {"new": 2, "changed": 0, "waits": 43, "same": 0}
    assert len(outcome.passwords) == Account.objects.count() == 45
    calendar = load_calendar()
    assert (calendar.key, calendar.weekend, str(calendar.zone)) == (
        "port-aurel",
        frozenset({4, 5}),
        "Atlantic/Azores",
    )
    assert verify_admin_log(heads={}).broken == ()
    # One security administrator approves what was asked for, never for themselves.
    first = actor_of(Post.objects.get(account__username="ines.security"), at=now())
    for waiting in PendingChange.objects.filter(state="waiting").order_by("pk"):
        changes.approve(waiting.pk, by=first, at=now())
    assert Post.objects.current(now()).count() == 45
    words = " ".join(each.words for each in missing(at=now()))
    assert "dispatcher" not in words
    assert "administrator" not in words
    assert "backup" in words


def a_second_run_changes_only_what_differs(folder: Path) -> None:
    before = len(list(read_log(most=10_000)))
    again = set_up(folder, region(), at=now())
    assert all(row["new"] == row["changed"] == row["waits"] == 0 for row in again.counts.values()), (
        again.counts
    )
    assert not again.passwords
    assert len(list(read_log(most=10_000))) == before
    limits, names = folder / "limits.csv", folder / "organisations.csv"
    limits.write_text(limits.read_text().replace("handle,2,working_day,W1", "handle,3,working_day,W1"))
    names.write_text(names.read_text().replace("Ropewalk Ward Desk", "Ropewalk Ward Office"))
    changed = set_up(folder, region(), at=now()).counts
    assert changed["organisations.csv"]["changed"] == 1
    assert changed["limits.csv"]["waits"] == 1, "two administrators are in force: a limit takes both"
    assert LimitRow.objects.filter(category__code="W1", valid_to=None).get().n == 2
    assert set_up(folder, region(), at=now()).counts["limits.csv"]["waits"] == 1
    assert PendingChange.objects.filter(state="waiting", what="limit.set").count() == 1


def people_work() -> None:
    resident = Client()
    page = resident.get("/report").content.decode()
    assert 'href="tel:112"' in page
    assert "中文" not in page
    given: dict[str, Any] = {
        "words": "A deep hole before the chandler's door",
        "kind": "road",
        "address": "Ropewalk",
        "place": PlaceCode.objects.get(source="PA101").place_id,
        "phone": "(0)7012 3456",
        "draft": hidden(page),
    }
    answer = resident.post("/report", given)
    assert answer.status_code == 302, answer.content.decode()
    number, code = re.findall(
        r'<span class="anlan-code">([^<]+)</span>', resident.get(answer["Location"]).content.decode()
    )
    n = read_number(number)
    case = Case.objects.get()
    assert Organisation.objects.get(pk=case.holder_id or 0).key == "pa101"

    category = Category.objects.get(code="S1")
    desk, unit, warden = (
        enter(Post.objects.get(account__username=name))
        for name in ("pa101.desk", "pa1.streets", "pa101.warden")
    )
    send(desk, "desk", n, "accept", category=category.pk)
    send(desk, "desk", n, "dispatch", category=category.pk, condition=category.conditions.get(code="1").pk)
    case.refresh_from_db()
    assert Organisation.objects.get(pk=case.holder_id or 0).key == "pa1-streets"
    worked = unit.get(f"/desk/cases/{n}").content.decode()
    assert "City Ordinance on Reports, section 9" in worked
    assert "ward desk" in desk.get(f"/desk/cases/{n}").content.decode()
    send(unit, "desk", n, "take")
    done = {
        "outcome": "fixed",
        "met": "yes",
        "answer": "Filled level with the road",
        "files": picture("after.jpg"),
    }
    send(unit, "desk", n, "done", **done)
    send(warden, "field", n, "check", result="holds", files=picture("check.jpg"))
    send(desk, "desk", n, "close")
    case.refresh_from_db()
    assert case.state == "closed"
    assert Entry.objects.filter(case_id=case.pk).count() == 7
    followed = resident.post("/follow", {"number": number, "code": code}, follow=True).content.decode()
    assert "Port Aurel" in followed
    assert "Port Aurel Data Charter, section 4" in followed
    shown = [followed, worked, *(resident.get(way).content.decode() for way in ("/", "/report", "/public"))]
    foreign = re.compile(r".{30}(?:Weifang|Zhejiang|12345 |town dispatcher|village c|[\u4e00-\u9fff])")
    assert (found := foreign.findall(re.sub(r"<[^>]*>", " ", " ".join(shown)))) == [], found
    assert "Data Charter" in resident.get("/follow/data").content.decode() + followed


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
