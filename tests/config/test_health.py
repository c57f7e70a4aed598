# SPDX-License-Identifier: Apache-2.0
"""Alive, ready and measured: what is wrong is named, figures move, and no stranger reads them."""

import re
from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from anlan.base.clock import now
from anlan.base.keys import keyring
from anlan.cases import deliver, pulse
from anlan.cases.models import Clock, Delivery, Entry, Follower
from anlan.config import health
from anlan.config.environment import Environment
from tests.cases.world import MONDAY
from tests.databases import Clone
from tests.web.staff import matter

LINE = re.compile(r'anlan_\w+(\{(\w+="[^"\\\n]*",?)+\})? [0-9.e+-]+')


def figures() -> dict[str, float]:
    page = Client().get("/metrics").content.decode()
    lines = [line for line in page.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    named = set(re.findall(r"^# TYPE (\w+) (?:counter|gauge|histogram)$", page, re.MULTILINE))
    assert {re.sub(r"_(bucket|sum|count)$", "", line.split("{")[0].split()[0]) for line in lines} <= named
    return {name: float(number) for name, number in (line.rsplit(" ", 1) for line in lines)}


@pytest.mark.django_db
def test_each_request_is_counted_once_with_its_door_and_status() -> None:
    before, client = figures(), Client()
    for page in ("/report", "/nowhere", "/desk/"):
        client.get(page)
    after = figures()
    for name, n in (
        ('anlan_requests_total{door="resident",status="200"}', 1),
        ('anlan_requests_total{door="other",status="404"}', 1),
        ('anlan_requests_total{door="desk",status="302"}', 1),
        ('anlan_request_seconds_bucket{door="resident",le="+Inf"}', 1),
        ('anlan_request_seconds_count{door="resident"}', 1),
    ):
        assert after[name] - before.get(name, 0) == n, name
    assert after['anlan_request_seconds_sum{door="desk"}'] > before.get(
        'anlan_request_seconds_sum{door="desk"}', 0
    )


@pytest.mark.django_db
def test_what_is_behind_shows_in_the_figures() -> None:
    made = matter()
    Follower.objects.get_or_create(name="search", defaults={"sends": False})
    found = figures()
    assert found["anlan_tray_entries"] >= 1
    assert 3500 < found["anlan_tray_age_seconds"] < 3800, "it came an hour ago"
    assert found["anlan_overdue_sweep_age_seconds"] == 0
    assert found['anlan_follower_lag_entries{follower="search"}'] == 0
    Clock.objects.filter(case_id=made.id).update(next_at=now() - timedelta(minutes=10))
    Delivery.objects.create(
        position=1, recipient="party:1", channel="sms", case_id=made.id, key="open_party",
        at=now() - timedelta(minutes=5),
    )  # fmt: skip
    found = figures()
    assert 590 < found["anlan_overdue_sweep_age_seconds"] < 700
    assert 290 < found["anlan_delivery_age_seconds"] < 400
    assert found['anlan_deliveries_last_hour{channel="sms",outcome="waiting"}'] == 1
    assert any(name.startswith("anlan_database_sessions{") for name in found)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/metrics", "/readyz"])
def test_strangers_read_nothing(page: str, settings: Settings) -> None:
    client = Client()
    assert client.get(page).status_code in {200, 503}
    assert client.get(page, REMOTE_ADDR="203.0.113.7").status_code == 403
    assert client.get(page, headers={"x-forwarded-for": "203.0.113.7"}).status_code == 403
    settings.ENVIRONMENT = Environment(metrics_token="a long word of the operator")
    asked = {"authorization": "Bearer a long word of the operator"}
    assert client.get(page, headers=asked, REMOTE_ADDR="203.0.113.7").status_code in {200, 503}
    asked = {"authorization": "Bearer another"}
    assert client.get(page, headers=asked, REMOTE_ADDR="203.0.113.7").status_code == 403
    settings.ENVIRONMENT = Environment()
    assert (
        client.get(page, headers={"authorization": "Bearer "}, REMOTE_ADDR="203.0.113.7").status_code == 403
    )


def lines() -> dict[str, str]:
    answer = Client().get("/readyz")
    told = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert answer.status_code == (200 if set(told.values()) == {"ok"} else 503)
    return told


def test_it_is_ready_while_somebody_may_number_the_entries(own_database: Clone) -> None:
    assert lines() | {"journal": "ok"} == dict.fromkeys(health.CHECKS, "ok")
    assert lines()["journal"] != "ok"
    with psycopg.connect(own_database.dsn, application_name="anlan journal"):
        assert set(lines().values()) == {"ok"}
        matter()
        assert lines()["journal"] != "ok", "an entry has waited for an hour"


def test_a_missing_migration_and_a_missing_key_are_named(
    own_database: Clone, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    with psycopg.connect(own_database.owner_dsn) as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'cases' AND name = '0001_initial'")
    assert "1 to be made" in lines()["migrations"]
    key, entry = keyring().new_case_key()[0], matter()
    numbered = Entry.objects.filter(case_id=entry.id).values_list("seq", "digest").first()
    assert numbered is not None
    with psycopg.connect(own_database.owner_dsn) as owner:
        owner.execute(
            "INSERT INTO cases_journal (position, case_id, seq, digest, running, at) VALUES (1, %s, %s, %s, '', now())",
            [entry.id, numbered[0], bytes(numbered[1])],
        )
        assert lines()["keys"] == "ok"
        owner.execute("UPDATE cases_case SET key = %s", [bytes([key[0], 99]) + bytes(key[2:])])
    assert "ANLAN_KEYS" in lines()["keys"]


@pytest.mark.django_db
def test_a_database_that_is_away_is_all_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("away")

    monkeypatch.setattr(connection, "cursor", away)
    assert lines() == {"database": "it does not answer"}
    assert Client().get("/healthz").status_code == 503


@pytest.mark.django_db
def test_a_look_at_how_it_stands_is_a_look_into_an_index() -> None:
    """Whatever the tables hold: no figure is counted over all of them."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for statement, values in (
            (pulse.BEHIND, [MONDAY]),
            (pulse.WAITING, [MONDAY]),
            (deliver.HOW, [MONDAY, MONDAY]),
        ):
            cursor.execute(f"EXPLAIN {statement}", values)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan" not in plan, plan
