# SPDX-License-Identifier: Apache-2.0
"""The published figures of reports, with their formulas and sources. Of units and places, never of people; numbers
reported or settled are never a target.
"""

from anlan.cases.define import Measure
from anlan.cases.standard import words

LIBRARY = "city management evaluation (GB/T 30428.4 family), index library of a city system"
DISTRICT = "points table of one district"


def _rate(
    key: str, name: tuple[str, str], *, counts: str, of: str, formula: tuple[str, str], source: str = LIBRARY
) -> Measure:
    return Measure(key=key, words=words(*name), counts=counts, of=of, formula=words(*formula), source=source)


MEASURES = (
    _rate(
        "handled",
        ("处置率", "Handled"),
        counts="handled",
        of="due_to_handle",
        formula=(
            "处置数 ÷ 应处置数",
            "handled ÷ due to be handled: those whose handling limit fell in the period, or that were handled in it",
        ),
    ),
    _rate(
        "handled_on_time",
        ("按期处置率", "Handled on time"),
        counts="handled_on_time",
        of="due_to_handle",
        formula=("按期处置数 ÷ 应处置数", "handled on time ÷ due to be handled"),
    ),
    _rate(
        "closed",
        ("结案率", "Closed"),
        counts="closed",
        of="due_to_close",
        formula=("结案数 ÷ 应结案数", "closed ÷ due to be closed"),
    ),
    _rate(
        "closed_on_time",
        ("按期结案率", "Closed on time"),
        counts="closed_on_time",
        of="due_to_close",
        formula=("按期结案数 ÷ 应结案数", "closed on time ÷ due to be closed"),
    ),
    _rate(
        "closed_late",
        ("超期结案率", "Closed late"),
        counts="closed_late",
        of="due_to_close",
        formula=("超期结案数 ÷ 应结案数", "closed late ÷ due to be closed"),
    ),
    _rate(
        "not_closed",
        ("未结案率", "Not closed"),
        counts="not_closed",
        of="reported",
        formula=("未结案数 ÷ 上报数", "not closed ÷ reported"),
    ),
    _rate(
        "accepted_on_time",
        ("按时立案率", "Accepted on time"),
        counts="accepted_on_time",
        of="accepted",
        formula=("按时立案数 ÷ 立案数", "accepted on time ÷ accepted"),
    ),
    _rate(
        "dispatched_on_time",
        ("按期派遣率", "Dispatched on time"),
        counts="dispatched_on_time",
        of="due_to_dispatch",
        formula=("按时派遣数 ÷ 应派遣数", "dispatched on time ÷ due to be dispatched"),
    ),
    _rate(
        "dispatched_right",
        ("准确派遣率", "Dispatched right"),
        counts="dispatched_without_return",
        of="due_to_dispatch",
        formula=("没有被退回的派遣数 ÷ 应派遣数", "dispatched and never returned ÷ due to be dispatched"),
    ),
    _rate(
        "checked_on_time",
        ("按期核实率", "Checked on time"),
        counts="checked_on_time",
        of="due_to_check",
        formula=("按时核实数 ÷ 应核实数", "checked on time ÷ due to be checked"),
    ),
    _rate(
        "valid",
        ("有效上报率", "Valid reports"),
        counts="accepted",
        of="reported",
        formula=("有效上报数 ÷ 上报数", "accepted ÷ reported"),
    ),
    _rate(
        "rework",
        ("返工率", "Rework"),
        counts="reworked",
        of="due_to_close",
        formula=("返工数 ÷ 应结案数", "reworked ÷ due to be closed"),
        source=DISTRICT,
    ),
    _rate(
        "delayed",
        ("延期率", "Delayed"),
        counts="delayed",
        of="due_to_handle",
        formula=("延期数 ÷ 应处置数", "delayed ÷ due to be handled"),
        source=DISTRICT,
    ),
    _rate(
        "confirmed",
        ("核实办结率", "Closed after a check"),
        counts="closed_verified",
        of="closed",
        formula=(
            "经核实或确认的结案数 ÷ 结案数；未确认的不算",
            "closed after a check or the reporter's word ÷ closed; silence does not count",
        ),
        source="this procedure",
    ),
    _rate(
        "satisfied",
        ("满意率", "Satisfied"),
        counts="rated_4_or_5",
        of="rated",
        formula=("评 4 分和 5 分的 ÷ 已评价的", "rated 4 or 5 ÷ rated"),
        source="12345 hotline practice; the denominator is published with it",
    ),
    _rate(
        "solved",
        ("解决率", "Solved"),
        counts="closed_fixed",
        of="closed",
        formula=("结果为“已经解决”且经核实的 ÷ 结案数", "fixed and checked ÷ closed"),
        source="12345 hotline practice",
    ),
)
