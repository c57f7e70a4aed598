# SPDX-License-Identifier: Apache-2.0
"""The report of an assessment as a paper (发改投资〔2012〕2492号): project, basis, course, four tests, risk points, comments, level, contingency,
conclusion. It is in Chinese, as what is filed is.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from anlan.cases.define import Audience
from anlan.cases.queries import Line
from anlan.cases.standard import words
from anlan.parts.documents.blocks import Block, Document, Heading, Pairs, Seal, Table, Text, say_day
from anlan.parts.documents.paper import Occasion, Paper
from anlan.procedures.assessment import catalogue, matrix
from anlan.procedures.assessment.draft import questions_of
from anlan.procedures.assessment.tallies import FEWEST, survey_of
from anlan.procedures.assessment.terms import CONCLUSIONS, GROUPS, MET, SIMPLIFIED, TESTS

NUMERALS = "一二三四五六七八九"


def compose(occasion: Occasion) -> Document:
    """The report as it is handed in."""
    case, values = occasion.view.case, occasion.values
    parts: tuple[tuple[str, list[Block]], ...] = (
        ("决策事项", _matter(occasion)),
        ("评估依据和过程", [Text(text=str(values.get("basis", "")))]),
        ("公众意见及采纳情况", list(_heard(occasion))),
        ("合法性、合理性、可行性、可控性", list(_tests(values))),
        ("风险点及防范化解措施", [_risks(occasion)]),
        ("风险等级", _levels(case.record, values)),
        ("应急预案", [Text(text=str(values.get("contingency", "")))]),
        ("结论建议", [Text(text=_zh(CONCLUSIONS, values.get("conclusion")))]),
    )
    blocks: list[Block] = []
    for numeral, (heading, below) in zip(NUMERALS, parts, strict=False):
        blocks += [Heading(text=f"{numeral}、{heading}"), *below]
    office = occasion.known.organisations.get(occasion.by.organisation_id or 0)
    blocks.append(Seal(organisation=office.words.zh if office else "", day=say_day(occasion.at)))
    return Document(
        title="社会稳定风险评估报告", note=_title(occasion), blocks=tuple(blocks), made_at=occasion.at
    )


def _said(occasion: Occasion) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    for line in occasion.view.timeline.lines:
        for content in line.contents:
            yield line.seq, line.action, content.values or {}


def _title(occasion: Occasion) -> str:
    return next(
        (str(v["title"]) for _seq, action, v in _said(occasion) if action == "open" and "title" in v), ""
    )


def _matter(occasion: Occasion) -> list[Block]:
    case = occasion.view.case
    item = catalogue.ITEMS[case.record["kind"]]
    room = occasion.known.organisations.get(case.room or 0)
    rows = (
        ("名称", _title(occasion)),
        ("类别", item.words.zh),
        ("评估依据", item.basis.zh),
        ("程序", "简易程序" if case.record["track"] == SIMPLIFIED else "一般程序"),
        ("决策机关", room.words.zh if room else ""),
    )
    return [Pairs(rows=(*rows, *_earlier(occasion)))]


def _earlier(occasion: Occasion) -> Iterator[tuple[str, str]]:
    """The reports before this one, which was sent back or followed new facts: when, and at which level."""
    for line in reversed(occasion.view.timeline.lines):
        if line.action == "hand_in":
            level = _zh(matrix.LEVELS, line.outcomes["facts"]["level"])
            yield "此前的报告", f"{_day(occasion, line)}，认定为{level}"


def _day(occasion: Occasion, line: Line) -> str:
    return say_day(line.at.astimezone(occasion.at.tzinfo))


def _heard(occasion: Occasion) -> Iterator[Block]:
    record = occasion.view.case.record
    if record["comments"] is None:
        yield Text(text="按简易程序直接听取有关各方意见，没有公开征求意见。")
        return
    yield Text(
        text=f"公开征求意见收到意见 {record['comments']} 条，逐条答复，采纳（含部分采纳）{record['adopted']} 条。"
    )
    said = (str(v["questions"]) for _seq, _action, v in _said(occasion) if v.get("questions"))
    found = survey_of(occasion.view.case.id, questions_of(next(said, "")))
    if found.voices:
        few = f"不足 {FEWEST} 份，不列出结果。" if found.too_few else "各题结果如下（人数）。"
        yield Text(text=f"问卷收到 {found.voices} 份，一个账号一份。{few}")
    for asked in found.asked:
        rows = tuple((words.zh, str(n)) for words, n in asked.answers)
        yield Table(head=(asked.words.zh, "人数"), rows=rows, shares=(9, 2))


def _tests(values: Mapping[str, Any]) -> Iterator[Block]:
    for key, said, _what in TESTS:
        yield Text(text=f"{said.zh}：{_zh(MET, values.get(key))}。{values.get(f'{key}_found', '')}")


def _rated_again(occasion: Occasion) -> Mapping[int, str]:
    """By the number of a point, what was done about it since it was listed, when, and what it was rated then."""
    said = {seq: values for seq, action, values in _said(occasion) if action == "rate_again"}
    found: dict[int, str] = {}
    for line in reversed(occasion.view.timeline.lines):
        if line.action == "rate_again":
            facts = line.outcomes["facts"]
            rated = _rating(facts["left_likelihood"], facts["left_impact"])
            words = str(said.get(line.seq, {}).get("words", "")).rstrip("。；")
            found[facts["risk"]] = (
                f"{found.get(facts['risk'], '')}{_day(occasion, line)}评定为 {rated}：{words}。"
            )
    return found


def _rating(likelihood: int, impact: int) -> str:
    return f"{likelihood}×{impact} {_zh(matrix.LEVELS, matrix.level_of(likelihood, impact))}"


def _risks(occasion: Occasion) -> Table:
    again = _rated_again(occasion)
    written = {seq: values for seq, action, values in _said(occasion) if action == "add_risk"}
    groups = dict(GROUPS)
    rows = []
    for n, risk in matrix.standing(occasion.view.case.record["risks"]):
        said = written.get(risk["seq"], {})
        owner = occasion.known.organisations.get(risk["owner"])
        rows.append(
            (
                str(n),
                f"{groups[risk['group']].zh}：{said.get('issue', '')}",
                _rating(risk["likelihood"], risk["impact"]),
                f"{said.get('measure', '')}（{owner.words.zh if owner else ''}）{again.get(n, '')}",
                _rating(risk["left_likelihood"], risk["left_impact"]),
            )
        )
    return Table(
        head=("序号", "群体和风险", "初始", "措施和责任单位", "剩余"),
        rows=tuple(rows),
        shares=(2, 8, 3, 9, 3),
    )


def _levels(record: Mapping[str, Any], values: Mapping[str, Any]) -> list[Block]:
    rows = (
        ("按矩阵计算", _zh(matrix.LEVELS, matrix.level_left(record["risks"]))),
        ("评估单位认定", _zh(matrix.LEVELS, values.get("level"))),
    )
    return [Pairs(rows=rows), Text(text=str(values.get("justification", "")))]


def _zh(choices: Any, key: Any) -> str:
    return str(dict(choices)[key].zh) if key in dict(choices) else ""


PAPERS = (
    Paper(
        key="risk_report",
        words=words("社会稳定风险评估报告", "Report of an assessment"),
        action="hand_in",
        compose=compose,
        field="paper",
        stands="reports",
        audience=Audience.OFFICE,
    ),
)
