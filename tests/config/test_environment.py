# SPDX-License-Identifier: Apache-2.0
"""Settings from outside: typed, refused by name, documented; secrets made once."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest

from anlan.config.carriers import mailer_of, sms_form_of
from anlan.config.environment import Environment, SettingError, read_environment
from anlan.config.home import find_secrets, make_secrets
from tests.databases import ROOT


def test_nothing_set_gives_the_defaults() -> None:
    assert read_environment({}) == Environment()


def test_values_are_typed_and_an_empty_one_is_not_set() -> None:
    read = read_environment({"ANLAN_PORT": "8123", "ANLAN_DEMO": "1", "ANLAN_HOME": " "})
    assert read == Environment(port=8123, demo=True)


@pytest.mark.parametrize(
    "given",
    [{"ANLAN_PORT": "eighty"}, {"ANLAN_DEMO": "yes"}, {"ANLAN_PROT": "8000"}],
    ids=lambda given: next(iter(given)),
)
def test_what_cannot_be_read_is_refused_by_name(given: dict[str, str]) -> None:
    with pytest.raises(SettingError, match=next(iter(given))):
        read_environment(given)


@pytest.mark.parametrize(
    "given",
    [
        {"ANLAN_SMS_URL": "http://sms.example"},
        {"ANLAN_SMS_FORM": "/nowhere.toml"},
        {"ANLAN_MAIL_HOST": "mail.example"},
        {"ANLAN_MAIL_HOST": "mail.example", "ANLAN_MAIL_FROM": "a@example.org", "ANLAN_MAIL_TLS": "ssl"},
    ],
    ids=lambda given: list(given)[-1],
)
def test_a_carrier_that_would_fail_at_the_first_message_is_refused(given: dict[str, str]) -> None:
    named = list(given)[-1].removesuffix("HOST")
    read = sms_form_of if "SMS" in named else mailer_of
    with pytest.raises(SettingError, match=named):
        read(read_environment(given))


def test_docs_settings_lists_every_setting_with_its_default_and_no_other() -> None:
    rows = re.findall(
        r"^\| `(ANLAN_\w+)` \| (.*?) \| (.*?) \|$",
        (ROOT / "docs/settings.md").read_text("utf-8"),
        re.MULTILINE,
    )
    have = [
        (each.metadata["name"], f"`{each.default!s}`" if each.default != "" else "", each.metadata["meaning"])
        for each in fields(Environment)
    ]
    wanted = [(name, {"`False`": "`0`"}.get(default, default), meaning) for name, default, meaning in have]
    assert rows == wanted


def test_secrets_are_made_once_even_by_many(tmp_path: Path) -> None:
    assert find_secrets(tmp_path) is None
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _n: make_secrets(tmp_path), range(16)))
    assert made == {find_secrets(tmp_path)}
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]
