# SPDX-License-Identifier: Apache-2.0
"""An office drafts, records signatures, signs and seals by the desk's own generic forms; meetings are held there."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from anlan.base.clock import now
from anlan.base.errors import Invalid
from anlan.cases.act import act
from anlan.cases.catalogue import current
from anlan.cases.queries import get_view
from anlan.parts.documents.finding import find_document
from anlan.people.may import Role
from anlan.web.api.bodies import Acting
from anlan.web.api.wishes import acting_of
from anlan.web.desk.many import deeds_for
from tests.cases.world import dispatcher
from tests.parts.papers import WORDS
from tests.parts.test_making import case_of, code_in, drafted, last_file, opened, wish_to_sign
from tests.parts.toy import PACT
from tests.web.staff import enter, photo, post_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pact")]


@pytest.fixture
def desk() -> Client:
    client = enter(post_of(Role.DISPATCHER))
    client.cookies["django_language"] = "en"
    return client


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the action's form."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def does(desk: Client, case_id: UUID, action: str, **given: Any) -> Any:
    url = f"/desk/cases/{case_of(case_id).number:016d}/do/{action}"
    page = desk.get(url)
    assert page.status_code == 200, (action, page)
    return desk.post(url, form_of(page.content.decode()) | given)


def test_from_the_draft_to_the_sealed_paper(desk: Client) -> None:
    case_id = opened()
    assert does(desk, case_id, "draft", words=WORDS).status_code == 302
    assert len(case_of(case_id).record["document"]) == 64
    act(wish_to_sign(case_id, 1))
    assert desk.get(f"/desk/cases/{case_of(case_id).number:016d}/do/seal").status_code == 302, (
        "not offered yet"
    )
    assert does(desk, case_id, "sign_on_paper", party="1", witness="赵敏", files=photo()).status_code == 422
    assert does(desk, case_id, "sign_on_paper", party="2", witness="赵敏").status_code == 422
    assert does(desk, case_id, "sign_on_paper", party="2", witness="赵敏", files=photo()).status_code == 302
    assert does(desk, case_id, "countersign", name="陈海燕").status_code == 302
    assert does(desk, case_id, "seal").status_code == 302
    assert case_of(case_id).state == "agreed"
    assert find_document(code_in(last_file(case_id))).good
    page = desk.get(f"/desk/cases/{case_of(case_id).number:016d}").content.decode()
    assert case_of(case_id).record["sealed"][0] not in page


def test_an_older_page_does_not_sign_what_came_after_it(desk: Client) -> None:
    case_id = opened()
    does(desk, case_id, "draft", words=WORDS)
    url = f"/desk/cases/{case_of(case_id).number:016d}/do/countersign"
    seen = form_of(desk.get(url).content.decode())
    does(desk, case_id, "draft", words="改过的协议")
    seen.pop("expect", None)
    assert desk.post(url, seen | {"name": "陈海燕"}).status_code in {409, 422}
    assert not case_of(case_id).record["countersigned"]


def test_a_meeting_is_called_and_called_off(desk: Client) -> None:
    case_id = opened()
    begins = (now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    given = {"begins": begins, "minutes": "60", "form": "online", "link": "https://meet.example/1"}
    assert does(desk, case_id, "meet", **(given | {"link": "http://meet.example/1"})).status_code == 422
    assert does(desk, case_id, "meet", **given).status_code == 302
    assert does(desk, case_id, "call_off", words="改期").status_code == 302
    assert [row["state"] for row in case_of(case_id).record["meetings"]] == ["off"]


def test_what_makes_a_document_is_done_where_it_can_be_read() -> None:
    case_id = drafted()
    with pytest.raises(Invalid, match="文书"):
        acting_of(
            Acting(data={"words": "协议", "document": "a" * 64}),
            PACT.action("draft"),
            PACT,
            by=dispatcher(),
            case_id=case_id,
            request_id=case_id,
            party=None,
            at=now(),
            known=current,
        )
    asked = get_view(dispatcher(), case_id, known=current(), at=now()).asked
    assert "draft" in {action.key for action in asked.procedure.actions if asked.allows(action)}
    assert not {"draft", "seal"} & {action.key for action, _n in deeds_for((asked,))}
