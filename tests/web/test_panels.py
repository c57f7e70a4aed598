# SPDX-License-Identifier: Apache-2.0
"""A procedure's own panel: drawn where its case is read, with what that reader may see, and nowhere else."""

import copy
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.urls import reverse

from anlan.cases.known import Known
from anlan.cases.queries import View
from anlan.people.may import Role
from anlan.web import panels
from tests.web.staff import enter, matter, number, post_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(tmp_path: Path, settings: LazySettings) -> Iterator[str]:
    (tmp_path / "panel.html").write_text("<p>panel: {{ panel.reads }}</p>", "utf-8")
    settings.TEMPLATES = copy.deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["DIRS"] = [str(tmp_path)]
    before = dict(panels._own)
    yield "panel.html"
    panels.set_panels(before)


def shows(view: View, *, known: Known, at: datetime) -> Mapping[str, Any]:
    return (
        {"reads": " ".join(sorted(view.reads & {"office", "reporter"}))} if "reporter" in view.reads else {}
    )


def test_a_panel_stands_on_the_case_page_for_who_may_read_and_for_nobody_else(drawn: str) -> None:
    case = matter()
    page = reverse("desk:case", args=[number(case)])
    panels.set_panels({"report": panels.Own(template=drawn, shows=shows)})
    assert "panel: office reporter" in enter(post_of(Role.DISPATCHER)).get(page).content.decode()
    assert "panel:" not in enter(post_of(Role.SUPERVISOR)).get(page).content.decode()
    panels.set_panels({})
    assert "panel:" not in enter(post_of(Role.DISPATCHER)).get(page).content.decode()
