# SPDX-License-Identifier: Apache-2.0
"""The report of an assessment as a paper: opened, its text read back."""

import io
import re
from dataclasses import dataclass

import pypdf
import pytest

from anlan.base.keys import keyring
from anlan.cases import attachments
from anlan.cases.catalogue import current
from anlan.cases.models import Attachment
from anlan.parts.documents.finding import find_document
from anlan.parts.documents.making import act_with_papers
from tests.cases.world import envelope
from tests.procedures.assessment.cast import FOUND, Road, assessor, decider, survey

pytestmark = pytest.mark.django_db


def test_the_report_says_all_that_it_rests_on() -> None:
    road = Road().consult()
    road.comment()
    for account in range(5):
        survey(road, account, q1="1", q2=str(1 + account))
    road.ended()
    road.count().answer(section=1)
    road.risk(3, 4, left_likelihood=2, left_impact=2)
    said = {
        "basis": "问卷、座谈会和走访。",
        "level": "low",
        "justification": "多数人理解支持，个别意见可以化解。",
        "contingency": "设专人接待，二十四小时值守。",
        "conclusion": "with_measures",
    }
    act_with_papers(
        envelope("hand_in", assessor(), road.id, at=road.at, data=FOUND | said, expect=road.case.seq),
        known=current(),
    )
    (file,) = Attachment.objects.filter(case_id=road.id)
    assert (file.kind, file.audience) == ("application/pdf", "office")
    pdf = attachments.read(road.id, keyring().unwrap(road.key), bytes(file.keyed))
    text = "".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())
    for words in (
        "社会稳定风险评估报告",
        "文三路快速化改造",
        "问卷、座谈会和走访",
        "收到意见1条",
        "问卷收到5份",
        "支持这个方案吗？人数是5否0",
        "合法性：符合",
        "周边居民：夜间噪声",
        "3×4中风险",
        "2×2低风险",
        "按矩阵计算",
        "低风险",
        "二十四小时值守",
        "落实措施后实施",
    ):
        assert words in text, words


def test_a_report_that_was_sent_back_stands_no_more() -> None:
    road = Road().listed().risk(2, 2)
    low = hand_in(road, "low")
    assert low.good
    road.do("send_back", decider(), words="夜间施工没有评估")
    assert not find_document(low.code).good
    road.risk(3, 4)
    road.do("rate_again", risk=2, left_likelihood=2, left_impact=2, words="隔音屏已装，夜间停工。")
    high = hand_in(road, "high")
    assert "此前的报告" in high.text
    assert re.search(r"\d日，认定为低风险", high.text)
    assert "3×4中风险" in high.text
    assert re.search(r"日评定为2×2低风险：隔音屏已装，夜间停工。", high.text), (
        "what brought it down stands with it"
    )
    assert (find_document(low.code).good, find_document(high.code).good) == (False, True)


@dataclass(frozen=True)
class Paper:
    code: str
    good: bool
    text: str


def hand_in(road: Road, level: str) -> Paper:
    said = {
        "basis": "问卷、座谈会和走访。",
        "level": level,
        "justification": "多数人理解支持，个别意见可以化解。",
        "contingency": "设专人接待，二十四小时值守。",
        "conclusion": "with_measures",
    }
    act_with_papers(
        envelope("hand_in", assessor(), road.id, at=road.at, data=FOUND | said, expect=road.case.seq),
        known=current(),
    )
    file = Attachment.objects.filter(case_id=road.id).latest("n")
    pdf = attachments.read(road.id, keyring().unwrap(road.key), bytes(file.keyed))
    text = "".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())
    code = re.search(r"校验码([0-9A-Z]{16})", text)
    assert code
    return Paper(code=code[1], good=find_document(code[1]).good, text=text)
