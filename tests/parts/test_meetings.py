# SPDX-License-Identifier: Apache-2.0
"""The rules of meetings by themselves, and their calendar files."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.cases.decide import effect_of
from anlan.cases.define import Refusal
from anlan.cases.projection import Projection
from anlan.parts.meetings import actions
from anlan.parts.meetings.ics import WIDTH, as_calendar
from anlan.parts.meetings.reads import Meeting
from anlan.parts.meetings.rules import MayCall
from tests.parts.toy import AT, LEADS, PACT, after, case, moment

SOON = AT + timedelta(days=2)
ON_SITE: dict[str, Any] = {"begins": SOON, "minutes": 60, "form": "on_site", "where": "灵隐街道调解室"}


def refused(action: str, now: Projection, **given: Any) -> str | None:
    with pytest.raises(Refusal) as found:
        effect_of(moment(action, now, **given))
    return found.value.field


def does(now: Projection, action: str, **given: Any) -> Projection:
    return after(now, effect_of(moment(action, now, **given)))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"begins": AT}, "begins"),
        ({"begins": AT + timedelta(days=400)}, "begins"),
        ({"where": ""}, "where"),
        ({"form": "online"}, "link"),
        ({"form": "online", "link": "http://meet.example"}, "link"),
        ({"form": "online", "link": "javascript:alert(1)"}, "link"),
    ],
)
def test_a_meeting_lies_ahead_and_says_where(changed: dict[str, Any], field: str) -> None:
    assert refused("meet", case(), **(ON_SITE | changed)) == field


def test_it_is_named_by_the_entry_that_called_it() -> None:
    now = does(case(), "meet", **ON_SITE)
    row = {"seq": now.seq, "begins": int(SOON.timestamp()), "minutes": 60, "state": "called"}
    assert now.record["meetings"] == [row]


def test_several_meetings_end_one_by_one() -> None:
    now = does(does(case(), "meet", **ON_SITE), "meet", **(ON_SITE | {"begins": SOON - timedelta(days=1)}))
    first, second = now.record["meetings"][0]["seq"], now.record["meetings"][1]["seq"]
    assert refused("held", now) is None  # the earlier one has not begun: nothing to record yet
    now = does(now, "held", at=SOON, came="all", words="记录")
    assert {row["seq"]: row["state"] for row in now.record["meetings"]} == {first: "called", second: "held"}
    assert refused("held", now, at=SOON, meeting=second, came="all", words="记录") == "meeting"
    now = does(now, "call_off", words="有事", meeting=first)
    assert {row["seq"]: row["state"] for row in now.record["meetings"]} == {first: "off", second: "held"}
    assert refused("call_off", now, words="有事") is None


def test_a_sides_own_meeting_is_in_no_column_that_the_other_reads() -> None:
    now = does(case(), "meet_side1", **ON_SITE)
    assert (now.record["meetings"], now.record["meetings_side2"]) == ([], [])
    assert len(now.record["meetings_side1"]) == 1
    assert refused("held_side2", now, at=SOON) is None
    for key in ("meet_side1", "held_side1", "call_off_side1"):
        action = PACT.action(key)
        told = {field.audience for field in action.fields if not field.fact}
        assert (action.audience, told) == ("side1", {"side1"})


def test_a_hearing_has_its_notice_so_many_days_before() -> None:
    # AT is nine in the morning here. What counts is the day, not the hour: 6 days and 15 hours later it is midnight.
    rule = MayCall(days=7)
    rule(moment("meet", case(), **(ON_SITE | {"begins": AT + timedelta(days=6, hours=15)})))
    with pytest.raises(Refusal) as refusal:
        rule(moment("meet", case(), **(ON_SITE | {"begins": AT + timedelta(days=6, hours=14, minutes=59)})))
    assert refusal.value.field == "begins"


def test_the_days_are_part_of_the_declaration() -> None:
    assert actions.meet(frm=("talking",), by=(LEADS,), days=7) != actions.meet(frm=("talking",), by=(LEADS,))


MEETING = Meeting(
    seq=4,
    called_at=AT,
    begins=SOON,
    minutes=90,
    online=False,
    audience="reporter",
    state="called",
    where="灵隐街道; 调解室, 2楼",
    about="议题：噪声\n请带：证件\\照片",
)


def meeting(**given: Any) -> Meeting:
    return replace(MEETING, **given)


def unfolded(file: bytes) -> list[str]:
    assert file.endswith(b"\r\n")
    assert all(len(line) <= WIDTH for line in file.split(b"\r\n"))
    return file.decode().replace("\r\n ", "").split("\r\n")[:-1]


def test_a_calendar_reads_it() -> None:
    lines = unfolded(
        as_calendar(meeting(), number=4821093755162047, summary="调解会议", address="https://a.example")
    )
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert f"DTSTART:{SOON:%Y%m%dT%H%M%SZ}" in lines
    assert f"DTEND:{SOON + timedelta(minutes=90):%Y%m%dT%H%M%SZ}" in lines
    assert r"LOCATION:灵隐街道\; 调解室\, 2楼" in lines
    assert r"DESCRIPTION:议题：噪声\n请带：证件\\照片" in lines
    assert not any("4821093755162047" in line for line in lines)


def test_one_called_off_is_the_same_and_cancelled() -> None:
    called = unfolded(as_calendar(meeting(), number=1, summary="会"))
    off = unfolded(as_calendar(meeting(state="off"), number=1, summary="会"))
    uid = next(line for line in called if line.startswith("UID:"))
    assert uid in off
    assert {"STATUS:CANCELLED", "METHOD:CANCEL", "SEQUENCE:1"} <= set(off)


@given(st.text(max_size=120))
def test_no_words_make_a_line_of_their_own(words: str) -> None:
    lines = unfolded(as_calendar(meeting(about=words, where=words), number=1, summary=words))
    names = [line.split(":")[0] for line in lines]
    assert names.count("BEGIN") == names.count("END") == 3
    assert set(names) <= {
        "BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY",
        "STATUS", "LOCATION", "DESCRIPTION", "URL", "ACTION", "TRIGGER",
    }  # fmt: skip


def test_moments_are_of_utc() -> None:
    here = datetime.fromisoformat("2026-03-05T09:30:00+08:00")
    assert "DTSTART:20260305T013000Z" in unfolded(as_calendar(meeting(begins=here), number=1, summary="会"))
    assert here.astimezone(UTC).hour == 1
