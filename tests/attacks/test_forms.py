# SPDX-License-Identifier: Apache-2.0
"""Every form of every door with what no browser sends: each is answered, none breaks, and the cases stay whole."""

from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from anlan.config.environment import Environment
from anlan.people.may import Role
from tests.attacks.pages import Form, forms
from tests.databases import Clone
from tests.faults.whole import faults
from tests.procedures.report.cast import grid_worker, unit
from tests.web.resident import visits
from tests.web.staff import enter, matter, number, post_of

Fields = list[tuple[str, bytes]]

HOSTILE: tuple[bytes, ...] = (
    *(
        b"",
        b" ",
        b"\x00",
        b"a\x00b",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\r\nSet-Cookie: a=b",
        b"../../etc/passwd",
    ),
    *(
        b"-1",
        b"0",
        b"9" * 5000,
        b"1e400",
        b"NaN",
        b"2147483648",
        b"9223372036854775808",
        b"1" * 16,
        b"0x10",
        b"1_0",
    ),
    *(
        "٣".encode(),
        "３".encode(),
        "²".encode(),
        "\u202e".encode(),
        "\ud83d\ude00".encode("utf-16", "surrogatepass"),
    ),
    *(b"0000-00-00", b"0001-01-01", b"9999-12-31", b"9999-12-31T23:59", b"2026-02-30", b"24:61"),
    *(
        b"<script>alert(1)</script>",
        b"'\"; DROP TABLE cases_case; --",
        b"%s%n{{7*7}}{% load %}",
        "路".encode() * 20_000,
    ),
    *(b"[]", b"{}", b"null", b"true", b"00000000-0000-0000-0000-000000000000", b"1,2", b"1;2", b"a.b.c"),
)
TYPED: tuple[bytes, ...] = (b"", b"1", "路面破损，请尽快处理一下".encode(), b"2026-03-02", b"13800138000")
FILES: tuple[bytes, ...] = (
    b"",
    b"x",
    b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
    b"<svg onload='x'/>",
    b"\xff\xd8\xff" * 40,
)
LEAVE = ("/sign-out", "/leave", "/logout/", "/sign-in/demo")


@st.composite
def filled(draw: st.DrawFn, form: Form) -> tuple[Fields, dict[str, tuple[str, bytes]]]:
    """A form filled as offered, but for a few fields that are not; and files."""
    names = [name for name, _values in form.fields if name not in form.files]
    bad = set(draw(st.lists(st.sampled_from(names), max_size=3))) if names else set()
    fields: Fields = []
    for name, values in form.fields:
        if name in form.files or name == "csrfmiddlewaretoken":
            continue
        if name in bad:
            hostile = draw(
                st.sampled_from(HOSTILE) | st.text(max_size=30).map(lambda t: t.encode("utf-8", "replace"))
            )
            fields += [(name, hostile)] * draw(st.sampled_from((0, 1, 1, 1, 2, 40)))
        else:
            offered = tuple(value.encode() for value in values if value) or TYPED
            fields.append((name, draw(st.sampled_from(offered))))
    if draw(st.booleans()):
        fields.append((draw(st.sampled_from(("id", "by", "expect", "request", "__proto__", "a[b]"))), b"1"))
    files = {
        name: (
            draw(st.sampled_from(("a.jpg", "坑.png", "../x.svg", "\x00", "x" * 300))),
            draw(st.sampled_from(FILES)),
        )
        for name in form.files
        if draw(st.booleans())
    }
    return fields, files


def send(client: Client, form: Form, fields: Fields, files: dict[str, tuple[str, bytes]]) -> Any:
    if not files:
        body = "&".join(
            f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in fields
        )
        return client.generic("POST", form.action, body, content_type="application/x-www-form-urlencoded")
    data: dict[str, Any] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value.decode("utf-8", "replace"))
    data |= {name: SimpleUploadedFile(called, held) for name, (called, held) in files.items()}
    return client.generic(
        "POST", form.action, encode_multipart(BOUNDARY, data), content_type=MULTIPART_CONTENT
    )


def attack(client: Client, form: Form, *, examples: int) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=examples < 50,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(filled(form))
    def ask(filling: tuple[Fields, dict[str, tuple[str, bytes]]]) -> None:
        answer = send(client, form, *filling)
        assert answer.status_code < 500, (form.action, filling)

    ask()


def attack_all(client: Client, found: list[Form], *, examples: int) -> int:
    """How many forms there were, those left out that end the session."""
    tried = [form for form in found if not form.action.split("?")[0].endswith(LEAVE)]
    for form in tried:
        attack(client, form, examples=examples)
    return len(tried)


@pytest.fixture
def uncapped(own_database: Clone, settings: LazySettings, tmp_path: Path) -> None:
    settings.ENVIRONMENT = Environment(api_network=0, api_token=0)
    settings.ANLAN_ATTACHMENTS = tmp_path / "attachments"
    settings.ANLAN_HEADS = tmp_path / "heads.jsonl"
    settings.ANLAN_ERASURES = tmp_path / "erasures.jsonl"


def cases() -> list[int]:
    """One in each place of its way."""
    made = [matter() for _ in range(5)]
    for case in made[1:]:
        case.dispatch()
    for case in made[2:]:
        case.do("take", unit())
    for case in made[3:]:
        case.finish()
    made[4].do("check", grid_worker(), result="holds")
    return [number(case) for case in made]


def staff(examples: int) -> int:
    tried = 0
    posts = {role: post_of(role) for role in Role}
    numbers = cases()
    for role, who in posts.items():
        client = enter(who)
        door = "/field/" if role in {Role.GRID_WORKER, Role.VILLAGE_CLERK} else "/desk/"
        starts = [door, *(f"{door}cases/{n}" for n in numbers), f"{door}new", "/desk/tokens", "/desk/posts"]
        if role in {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}:
            starts = ["/admin/"]
        found = forms(client, *starts, most=60)
        tried += attack_all(client, found, examples=examples)
    return tried


def residents(examples: int) -> int:
    visitor = Client()
    n, code = visits.report(visitor)
    visits.follow(visitor, n, code)
    found = forms(visitor, "/report", "/follow", f"/follow/{n}", "/sign-in", "/desk/sign-in", "/", most=40)
    return attack_all(visitor, found, examples=examples)


def test_no_form_of_the_staff_breaks(uncapped: None) -> None:
    assert staff(examples=3) > 60
    assert faults() == []


def test_no_form_of_a_resident_breaks(uncapped: None) -> None:
    assert residents(examples=12) > 5
    assert faults() == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_no_form_breaks_however_long_one_tries(uncapped: None) -> None:
    assert staff(examples=200) + residents(examples=500) > 60
    assert faults() == []
