# SPDX-License-Identifier: Apache-2.0
"""A part that was split off a report is its reporter's too: followed, rated, reopened; and nobody else's."""

import pytest
from django.test import Client
from pytest_django import Settings

from anlan.base.clock import now
from anlan.cases.models import Case, CaseAccount, Link, Party
from tests.procedures.report import cast
from tests.web.resident.test_follow import deed, matter
from tests.web.resident.visits import follow, report, sign_in, text

pytestmark = pytest.mark.django_db


def split_off(number: str) -> cast.Matter:
    """A part of this report, closed."""
    whole = matter(number)
    whole.do("split", cast.town(), words="旁边的路灯也坏了", category=cast.category(cast.ROAD))
    part = cast.Matter.known(Link.objects.get(case_id=whole.id).other_id, at=now())
    part.close()
    return part


def number_of(part: cast.Matter) -> str:
    return f"{Case.objects.get(pk=part.id).number:016d}"


def test_who_follows_the_whole_follows_rates_and_reopens_the_part(client: Client) -> None:
    number, code = report(client, phone="13812345678")
    part = split_off(number)
    there = number_of(part)
    other = Client()
    follow(other, number, code)
    assert f'href="/follow/{there}"' in text(other.get(f"/follow/{number}"))
    page = text(other.get(f"/follow/{there}"))
    assert "旁边的路灯也坏了" in page
    assert "/do/rate" in page
    assert deed(other, there, "rate", rating="4").status_code == 302
    assert part.column("rating") == 4
    assert deed(other, there, "reopen", words="又不亮了").status_code == 302
    assert part.state == "accepted"


def test_nobody_else_follows_it(client: Client) -> None:
    number, _code = report(client)
    there = number_of(split_off(number))
    stranger, neighbour = Client(), Client()
    report(neighbour, checked="1")
    for visitor in (stranger, neighbour):
        assert visitor.get(f"/follow/{there}")["Location"].startswith("/follow?")


def test_an_account_finds_the_part_among_its_own(client: Client, settings: Settings) -> None:
    settings.ANLAN_DEMO = True
    sign_in(client, "13812345678")
    number, _code = report(client)
    part = split_off(number)
    assert CaseAccount.objects.filter(case_id=part.id).count() == 1
    assert f"/follow/{number_of(part)}" in text(client.get("/mine"))


def test_erasing_the_whole_leaves_the_part_a_report_of_its_own(client: Client) -> None:
    number, _code = report(client)
    whole = matter(number)
    part = split_off(number)
    assert Party.objects.filter(case_id=part.id, sealed__isnull=False).count() == 1
    whole.do("withdraw", cast.REPORTER)
    whole.do("erase", cast.REPORTER)
    page = client.get(f"/follow/{number_of(part)}")
    assert page.status_code == 200, "the part is a report of its own"
    assert "旁边的路灯也坏了" in text(page)
