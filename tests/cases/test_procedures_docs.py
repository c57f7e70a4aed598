# SPDX-License-Identifier: Apache-2.0
"""The pages about procedures are what the declarations say now."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from anlan.cases.define import Procedure
from anlan.cases.describe import describe
from anlan.config.wiring import PROCEDURES
from tests.cases.toy import TOY

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda one: one.key)
def test_pages_are_current(procedure: Procedure) -> None:
    page = ROOT / "docs" / "procedures" / f"{procedure.key}.md"
    assert page.read_text("utf-8") == describe(procedure), "run: anlan procedures docs"


def test_the_diagram_has_every_state_and_every_move() -> None:
    page = describe(TOY)
    for state in TOY.states:
        assert f"    {state.key}: {state.words.zh}" in page
    assert "[*] --> new: 报告 Report" in page
    assert "handling --> closed: 办结 Close" in page
    assert "closed --> [*]" in page
    for action in TOY.actions:
        assert f"| {action.words.zh} | {action.words.en} |" in page


def test_the_declarations_print_without_a_database(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "anlan.cli", "procedures", "--json"],
        env={"PATH": "/usr/bin:/bin", "ANLAN_HOME": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    declared = {one["key"]: one for one in json.loads(done.stdout.splitlines()[-1])}
    assert declared.keys() == {one.key for one in PROCEDURES}
    assert all(len(one["digest"]) == 64 and one["states"] for one in declared.values())
