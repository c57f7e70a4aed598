# SPDX-License-Identifier: Apache-2.0
"""What the operator can do at the machine, as another process."""

import json
import subprocess
import sys
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command

from anlan.base.clock import now
from anlan.people import changes
from anlan.people.may import Role
from anlan.people.models import PendingChange, Token
from tests.databases import Clone
from tests.people.world import TOWN, post, security


def anlan(*arguments: str) -> str:
    told = StringIO()
    call_command(*arguments, stdout=told)
    return told.getvalue()


def test_a_deployment_begins(own_database: Clone) -> None:
    for name in ("one", "two", "three"):
        username, password = anlan("account", "make", name, "--name", name).split()
        assert (username, len(password)) == (name, 16)
    granted = [
        anlan("grant", name, "security_admin", "province:33").strip() for name in ("one", "two", "three")
    ]
    assert granted == ["granted", "granted", "waits for a security or system administrator"]
    for refused in (
        ("account", "make", "one", "--name", "x"),
        ("account", "lock", "nobody"),
        ("grant", "nobody", "auditor", "province:33"),
        ("grant", "one", "auditor", "province:44"),
        ("grant", "one", "dispatcher", "province:33"),
    ):
        with pytest.raises(CommandError):
            anlan(*refused)
    anlan("account", "lock", "three")
    anlan("account", "unlock", "three")
    assert len(anlan("account", "reset", "three").split()[1]) == 16
    told = anlan("adminlog", "--most", "50").splitlines()
    assert [json.loads(line)["what"] for line in told[:-1]] == [
        *["account.make"] * 3,
        "post.grant",
        "post.grant",
        "post.grant.asked",
        "account.lock",
        "account.unlock",
        "account.reset_password",
    ]
    head = json.loads(told[-1])
    assert head["broken"] == []
    with psycopg.connect(own_database.owner_dsn) as owner:
        owner.execute("DELETE FROM people_adminline WHERE seq = 9")
    anlan("adminlog")
    with pytest.raises(SystemExit, match="1"):
        anlan("adminlog", "--head", head["head"])


def test_as_another_process_a_refusal_is_one_plain_line(own_database: Clone) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "anlan.cli", "grant", "nobody", "auditor", "province:33"],
        env=own_database.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "CommandError: There is no such staff account."


def test_tokens_from_the_operators_side(own_database: Clone) -> None:
    held = post(Role.DISPATCHER, TOWN)
    made = ("token", "make", str(held.pk), "--label", "hotline", "--procedures", "report")
    text = anlan(*made, "--place", "330106004").strip()
    assert text.startswith("anlan_")
    assert anlan("token", "list") == ""
    changes.approve(PendingChange.objects.get(what="token.make").pk, by=security(), at=now())
    token = Token.objects.get()
    assert anlan("token", "list").startswith(f"{token.pk} post {held.pk} ({held.account.username})")
    assert text not in anlan("token", "list")
    anlan("token", "end", str(token.pk))
    assert anlan("token", "list") == ""
    for refused in (
        ("token", "end", str(token.pk)),
        (*made, "--place", "x"),
        (*made, "--place", "330108"),
        (*made, "--days", "400"),
        ("token", "make", "999999", "--label", "x"),
    ):
        with pytest.raises(CommandError):
            anlan(*refused)
