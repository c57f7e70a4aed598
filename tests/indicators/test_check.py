# SPDX-License-Identifier: Apache-2.0
"""What `anlan verify` says of figures."""

from pathlib import Path

import pytest
from django.conf import settings as configured

from anlan.base.ids import case_number
from anlan.indicators.check import check_facts
from anlan.indicators.models import STANDING, CaseFact, Tally
from tests.databases import Clone
from tests.indicators.region import catch_up, whole
from tests.procedures.report.cast import Matter


def test_verify_finds_what_is_not_what_the_cases_are(
    own_database: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(configured, "ANLAN_HEADS", tmp_path / "heads.jsonl")
    whole(rating=5)
    catch_up()
    assert check_facts() == []
    open_case = Matter()
    assert check_facts() == []
    catch_up()
    CaseFact.objects.filter(day=STANDING).update(facts=1)
    found = [fault.what for fault in check_facts()]
    assert any("what it counts for" in what for what in found)
    assert any(f"tallies of {STANDING}" in what for what in found)
    assert [fault.case for fault in check_facts() if fault.case] == [case_number(open_case.id)]
    CaseFact.objects.all().delete()
    Tally.objects.all().delete()
    assert len(check_facts()) == 2
