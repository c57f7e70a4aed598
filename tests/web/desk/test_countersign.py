# SPDX-License-Identifier: Apache-2.0
"""The mediator signs at the desk as people sign on their page: the document is there to be read, a pad to draw on, and what was drawn
under a document that changed is under none.
"""

import re

import pytest
from django.test import Client

from anlan.base.prepared import prepared
from anlan.cases.models import Case
from anlan.cases.read import read_cases
from tests.web.desk.test_items import QUIET, talking, term
from tests.web.resident.visits import hidden
from tests.web.test_disputes import do

pytestmark = pytest.mark.django_db

PAD = r"anlan/sign[.\w]*\.js"
DRAWN = "M10 100L60 20L110 160L200 40M220 60L300 60L380 120"


def signing() -> tuple[Client, Case]:
    desk, case = talking()
    do(desk, case, "draft", facts="楼上夜间施工", points="几点以后不能施工", liability="楼上避开休息时间")
    term(desk, case, who="2", mode="cease", what=QUIET)
    do(desk, case, "settle")
    return desk, case


def record(case: Case) -> dict[str, object]:
    with prepared() as run:
        return dict(read_cases(run, [case.pk])[case.pk].case.record)


def test_a_mediator_reads_draws_and_signs_what_stands() -> None:
    desk, case = signing()
    html = desk.get(f"/desk/cases/{case.number}/do/countersign").content.decode()
    assert "data-draws" in html
    assert re.search(PAD, html)
    document = re.search(r'您签署的是现在这份文件[^<]*<a[^>]*href="([^"]+)">调解协议书', html)
    assert document
    read = desk.get(document[1])
    assert (read.getvalue() if read.streaming else read.content).startswith(b"%PDF")
    assert hidden(html, "document") == record(case)["document"]
    page = do(desk, case, "countersign", document=hidden(html, "document"), name="何处暑", drawn=DRAWN)
    assert "何处暑" in page
    assert DRAWN not in page, "a drawing is for the paper, not for the timeline"
    assert record(case)["countersigned"] is True


def test_what_was_drawn_under_a_document_that_changed_is_under_none() -> None:
    desk, case = signing()
    url = f"/desk/cases/{case.number}/do/countersign"
    html = desk.get(url).content.decode()
    old = hidden(html, "document")
    do(desk, case, "rework")
    term(desk, case, who="2", mode="apologise", what="当面道歉一次")
    do(desk, case, "settle")
    sent = {
        "request_id": hidden(html, "request_id"),
        "expect": hidden(html, "expect"),
        "document": old,
        "name": "何处暑",
        "drawn": DRAWN,
    }
    answer = desk.post(url, sent)
    fresh = answer.content.decode()
    assert answer.status_code == 409
    assert hidden(fresh, "document") == record(case)["document"] != old
    assert DRAWN not in fresh
    assert record(case)["countersigned"] is False


def test_no_other_form_loads_the_pad() -> None:
    desk, case = signing()
    html = desk.get(f"/desk/cases/{case.number}/do/sign_on_paper").content.decode()
    assert not re.search(PAD, html)
    assert "data-draws" not in html
