# SPDX-License-Identifier: Apache-2.0
"""The front-end's build: pinned without addresses, small, served for ever under names that hold a digest."""

import gzip
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "src/anlan/web/look/static/anlan"
BUILT = ROOT / "src/anlan/web/look/built.json"
WEEK = 7 * 24 * 3600


def test_the_lock_pins_every_part_and_names_no_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    parts = {name: part for name, part in lock["packages"].items() if name}
    assert parts
    assert not [name for name, part in parts.items() if "resolved" in part]
    assert not [name for name, part in parts.items() if not part.get("integrity", "").startswith("sha512-")]


def test_a_second_build_does_nothing() -> None:
    subprocess.run([sys.executable, ROOT / "tools/frontend.py"], capture_output=True, check=True)
    names, when = json.loads(BUILT.read_text("utf-8"))["names"], BUILT.stat().st_mtime_ns
    done = subprocess.run(
        [sys.executable, ROOT / "tools/frontend.py"], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    assert BUILT.stat().st_mtime_ns == when
    assert all((STATIC / name).is_file() for name in names.values())


def test_files_that_a_running_server_serves_outlive_a_new_build(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("frontend", ROOT / "tools/frontend.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    made, out = tmp_path / "page.css", tmp_path / "static"
    made.write_bytes(b"a{color:red}" * 100)
    served = tool.publish([made], to=out, before=(), at=0.0)["page.css"]
    for path in out.iterdir():
        os.utime(path, (0, 0))  # built long ago, and served until this very day
    today = 10.0 * WEEK
    made.write_bytes(b"a{color:blue}" * 100)
    fresh = tool.publish([made], to=out, before=[served], at=today)["page.css"]
    assert {path.name for path in out.iterdir()} == {served, f"{served}.gz", fresh, f"{fresh}.gz"}
    tool.publish([made], to=out, before=[fresh], at=today + 2 * WEEK)
    assert {path.name for path in out.iterdir()} == {fresh, f"{fresh}.gz"}


def test_a_first_visit_stays_light() -> None:
    names = json.loads(BUILT.read_text("utf-8"))["names"]
    first = [
        gzip.compress((STATIC / names[name]).read_bytes()) for name in ("page.css", "page.js", "sign.svg")
    ]
    assert sum(map(len, first)) < 60_000


def test_the_spacings_that_templates_name_are_in_the_styles() -> None:
    names = json.loads(BUILT.read_text("utf-8"))["names"]
    css = (STATIC / names["page.css"]).read_text("utf-8").replace("\\", "")
    named = {
        each
        for path in (ROOT / "src/anlan").rglob("*.html")
        for each in re.findall(r"govuk-!-[a-z]+-[a-z]+-[0-9]", path.read_text("utf-8"))
    }
    assert named
    assert [each for each in sorted(named) if f".{each}" not in css] == []


def test_styles_are_served_small_and_never_asked_for_again() -> None:
    answer = Client().get(staticfiles_storage.url("anlan/page.css"), headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert answer["Content-Encoding"] == "gzip"
    assert "immutable" in answer["Cache-Control"]
    assert b".anlan-card" in gzip.decompress(answer.getvalue())


def test_an_unknown_file_keeps_its_plain_address() -> None:
    assert staticfiles_storage.url("admin/css/base.css").endswith("/static/admin/css/base.css")
    assert staticfiles_storage.url("anlan/none.css").endswith("/static/anlan/none.css")
