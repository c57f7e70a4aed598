# SPDX-License-Identifier: Apache-2.0
"""A meeting as an iCalendar file (RFC 5545) for any calendar. It names no person and no case but by number: calendars are shared."""

import re
from datetime import UTC, datetime

from anlan.base.keys import keyring
from anlan.parts.meetings.reads import Meeting

KIND = "text/calendar"
WIDTH = 75
"""Bytes of a line; longer ones are folded."""
SPECIAL = re.compile(r"([\\;,])")
REMINDS = "-PT1H"


def as_calendar(meeting: Meeting, *, number: int, summary: str, address: str = "") -> bytes:
    """The file. `summary` is its line in a calendar, `address` the page on which it can be followed. The same meeting keeps its UID, so
    that one called off goes from the calendar that imports it again.
    """
    off = meeting.state == "off"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Anlan//Meetings//ZH",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if off else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{keyring().index('meeting', f'{number}|{meeting.seq}').hex()[:32]}@anlan",
        f"SEQUENCE:{int(off)}",
        f"DTSTAMP:{_moment(meeting.called_at)}",
        f"DTSTART:{_moment(meeting.begins)}",
        f"DTEND:{_moment(meeting.ends)}",
        f"SUMMARY:{_text(summary)}",
        f"STATUS:{'CANCELLED' if off else 'CONFIRMED'}",
    ]
    place = meeting.link if meeting.online else meeting.where
    if place:
        lines.append(f"LOCATION:{_text(place)}")
    if meeting.about:
        lines.append(f"DESCRIPTION:{_text(meeting.about)}")
    if address:
        lines.append(f"URL:{address}")
    if not off:
        lines += [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{_text(summary)}",
            f"TRIGGER:{REMINDS}",
            "END:VALARM",
        ]
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    plain = "".join(c for c in words.replace("\r\n", "\n") if c == "\n" or c.isprintable())
    return SPECIAL.sub(r"\\\1", plain).replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of 75 bytes at most, never cut inside a letter."""
    parts, width = [""], 0
    for letter in line:
        size = len(letter.encode())
        if width + size > WIDTH:
            parts.append(" ")
            width = 1
        parts[-1] += letter
        width += size
    return "\r\n".join(parts)
