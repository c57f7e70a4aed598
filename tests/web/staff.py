# SPDX-License-Identifier: Apache-2.0
"""Posts that sign in through Django's client, and cases they find, for the tests of desk and field."""

import io
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from anlan.base.clock import now
from anlan.base.ids import case_number
from anlan.people.may import Role, anonymous
from anlan.people.models import Post
from anlan.people.session import BACKEND, POST, SEEN, SINCE
from tests.people.world import post
from tests.procedures.report.cast import COMMITTEE, COUNTY, TOWN_ROOM, Matter, dept

KEYS = {
    Role.GRID_WORKER: COMMITTEE,
    Role.VILLAGE_CLERK: COMMITTEE,
    Role.DISPATCHER: TOWN_ROOM,
    Role.COUNTY_DISPATCHER: COUNTY,
    Role.HANDLER: dept("housing"),
    Role.SUPERVISOR: "city:3301",
    Role.AUDITOR: "province:33",
    Role.SYSTEM_ADMIN: "province:33",
    Role.SECURITY_ADMIN: "province:33",
    Role.HOTLINE_AGENT: COUNTY,
    Role.MEDIATOR: TOWN_ROOM,
    Role.ASSESSOR: COUNTY,
}
"""Where a role of these tests has its post."""


def post_of(role: Role, key: str = "", **given: Any) -> Post:
    return post(role, key or KEYS[role], **given)


def enter(who: Post) -> Client:
    """A browser in which this post is signed in."""
    client = Client(enforce_csrf_checks=False)
    client.force_login(who.account, backend=BACKEND)
    session = client.session
    stamp = now().timestamp()
    session[POST], session[SEEN], session[SINCE] = who.pk, stamp, stamp
    session.save()
    return client


def at_work(*roles: Role) -> dict[Role, Client]:
    """Signed-in posts of these roles, so that their organisations have somebody at work."""
    return {role: enter(post_of(role)) for role in roles}


def matter(**data: Any) -> Matter:
    """A report made an hour ago."""
    return Matter.opened(
        "open", anonymous(), at=now() - timedelta(hours=1), **{"words": "文三路有个大坑", **data}
    )


def number(case: Matter) -> int:
    return case_number(case.id)


def photo(name: str = "after.jpg") -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), "gray").save(drawn, "JPEG")
    return SimpleUploadedFile(name, drawn.getvalue(), content_type="image/jpeg")


def located(name: str = "phone.jpg") -> SimpleUploadedFile:
    """A photo that a phone took in 西湖区 on 2 March 2026, and said so."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 16.0, 30.0), 3: "E", 4: (120.0, 8.0, 0.0)})
    exif.get_ifd(0x8769)[0x9003] = "2026:03:02 09:30:00"
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(drawn, "JPEG", exif=exif)
    return SimpleUploadedFile(name, drawn.getvalue(), content_type="image/jpeg")
