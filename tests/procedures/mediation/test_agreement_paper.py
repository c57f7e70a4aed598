# SPDX-License-Identifier: Apache-2.0
"""The papers of a mediation as they are given out: opened, read back, verified, and void once what they say no longer holds."""

import re
from typing import Any

import pytest

from anlan.cases.act import Done
from anlan.cases.catalogue import current
from anlan.cases.queries import get_view, read_file
from anlan.parts.documents.finding import find_document
from anlan.parts.documents.making import act_with_papers
from anlan.parts.signing.proof import prove
from anlan.people.may import Actor, anonymous
from tests.cases.world import envelope
from tests.parts.test_documents import words_of
from tests.procedures.mediation.cast import FIRST, PEOPLE, SECOND, Dispute, mediator

pytestmark = pytest.mark.django_db
DRAWN = "M60 120L80 60L120 40L150 130M220 60L320 50L300 150"


def does(dispute: Dispute, action: str, by: Actor, **data: Any) -> Done:
    return act_with_papers(envelope(action, by, dispute.id, at=dispute.at, data=data), known=current())


def signs(dispute: Dispute, who: str) -> None:
    document = dispute.column("document")
    proof = prove(dispute.id, PEOPLE[who], document, way="code", at=dispute.at)
    dispute.do("sign", who, document=document, name="王小明", drawn=DRAWN, proof=proof)


def paper(dispute: Dispute, who: str = FIRST) -> bytes:
    """The latest file, as this side may read it."""
    party = (PEOPLE[who],)
    view = get_view(anonymous(), dispute.id, known=current(), at=dispute.at, parties=party)
    return read_file(
        anonymous(), dispute.id, view.files[-1].n, known=current(), at=dispute.at, parties=party
    )[1]


def sealed() -> Dispute:
    dispute = Dispute().drafted()
    dispute.do("confide_1", FIRST, words="其实我可以让到十点")
    does(dispute, "settle", mediator())
    for who in (FIRST, SECOND):
        signs(dispute, who)
    does(dispute, "countersign", mediator(), document=dispute.column("document"), name="何处暑")
    does(dispute, "seal", mediator())
    return dispute


def test_the_agreement_says_what_the_law_asks_and_nothing_that_was_confided() -> None:
    dispute = sealed()
    for who in (FIRST, SECOND):
        said = words_of(paper(dispute, who))
        for words in (
            "调解协议书", "王小明", "李大伟", "夜间施工", "几点以后不能施工", "楼上应当避开休息时间", "自2026年4月30日起",
            "晚上八点到早上八点不施工", "短信验证码签署", "何处暑", "三十日内",
        ):  # fmt: skip
            assert words in said, words
        assert "让到十点" not in said


def test_it_can_be_verified_until_it_no_longer_holds() -> None:
    dispute = sealed()
    code = re.search(r"校验码([0-9A-Z]{16})", words_of(paper(dispute)))
    assert code
    real = find_document(code[1])
    assert (real.good, real.number) == (True, dispute.now.number)
    assert real.words is not None
    assert real.words.zh == "调解协议书"


def test_the_text_to_be_signed_has_no_code_and_leaves_room_for_a_pen() -> None:
    dispute = Dispute().drafted()
    does(dispute, "settle", mediator())
    said = words_of(paper(dispute, SECOND))
    assert "签署稿" in said
    assert "校验码" not in said
