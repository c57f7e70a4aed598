# SPDX-License-Identifier: Apache-2.0
"""The files of deploy/ say what the code takes: commands, settings, headers; the programs that read them accept them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands

from anlan.config.environment import known_names, read_environment
from tests.certificates import certify
from tests.rules.sources import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
INSTALLED = "/opt/anlan/.venv/bin/anlan"


def test_each_setting_of_the_example_is_one() -> None:
    text = (DEPLOY / "anlan.env").read_text("utf-8")
    given = dict(re.findall(r"^#?(ANLAN_\w+)=(.*)$", text, re.MULTILINE))
    assert given.keys() <= known_names()
    read_environment(given)


def test_each_unit_runs_a_command_that_there_is() -> None:
    run = {name for unit in UNITS for name in re.findall(rf"{INSTALLED} (\w+)", unit.read_text("utf-8"))}
    assert run == {"start", "serve", "work", "journal", "live", "backup"}
    assert run <= get_commands().keys()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    program = tmp_path / "anlan"
    program.symlink_to(sys.executable)
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text("utf-8").replace(INSTALLED, str(program)), "utf-8")
    done = subprocess.run(
        [
            "systemd-analyze",
            "verify",
            "--man=no",
            "--recursive-errors=no",
            *sorted(tmp_path.glob("anlan*.*")),
        ],
        env=os.environ | {"SYSTEMD_LOG_LEVEL": "warning"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "anlan" in line]
    assert (done.returncode, said) == (0, [])


def test_the_proxy_says_what_anlan_believes_and_keeps_figures_inside() -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    for header in (
        "Host $host",
        "X-Forwarded-For $remote_addr",
        "X-Forwarded-Proto $scheme",
        "X-Request-ID $request_id",
    ):
        assert f"proxy_set_header {header};" in text
    for page in ("/metrics", "/readyz"):
        assert f"location = {page} {{ return 404; }}" in text
    assert "access_log off;" in text
    # Streams are passed on as they come, and not ended while nothing is said.
    assert re.search(r"location /live/ \{[^}]*proxy_buffering off;[^}]*proxy_read_timeout 60s;", text)
    assert text.count("{") == text.count("}")


@pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx")
def test_nginx_takes_its_file(tmp_path: Path) -> None:
    certify(tmp_path)
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    for real, ours in (("fullchain.pem", "cert.pem"), ("privkey.pem", "key.pem")):
        text = text.replace(f"/etc/anlan/tls/{real}", str(tmp_path / ours))
    assert "/etc/anlan/tls/" not in text
    text = re.sub(r"(listen (?:\[::\]:)?)(\d+)", r"\g<1>18\2", text)  # not everybody may take the real ones
    folders = "".join(f"{each}_temp_path {tmp_path}/{each};\n" for each in TEMPORARY)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{folders}"
        + text.replace("/var/log/nginx", str(tmp_path))
        + "\n}\n"
    )
    done = subprocess.run(
        ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
