# SPDX-License-Identifier: Apache-2.0
"""The published figures of reports, with their formulas and sources. Of units and places, never of people; numbers
reported or settled are never a target.
"""

from functools import partial

from anlan.cases.standard import measure

LIBRARY = "city management evaluation (GB/T 30428.4 family), index library of a city system"
DISTRICT = "points table of one district"
OWN = "this procedure"
_rate = partial(measure, source=LIBRARY)
_count = partial(measure, source=OWN, headline=True)

MEASURES = (
    _count("reported", ("上报", "Reported"), ("期内上报的件数", "reports made in the period")),
    _count(
        "closed",
        ("办结", "Closed"),
        ("期内办结、至今仍是办结的件数", "reports closed in the period and not reopened since"),
    ),
    _count(
        "open",
        ("在办", "Open now"),
        ("现在还没有结束的件数，与时段无关", "not ended now, whatever the period"),
    ),
    _count(
        "paused",
        ("中止计时", "Paused now"),
        ("在办件中依法中止计时的件数", "of those open now, with their limit paused on a ground in the rules"),
        headline=False,
    ),
    _count(
        "given_back",
        ("被单位退回过", "Given back by a unit"),
        ("在办件中被承办单位退回过的件数", "of those open now, given back at least once as not theirs"),
        headline=False,
    ),
    _count(
        "reopened",
        ("重新办理", "Reopened"),
        ("在办件中办结后又重新办理的件数", "of those open now, closed before and reopened"),
        headline=False,
    ),
    _rate(
        "handled",
        ("处置率", "Handled"),
        counts="handled",
        of="due_to_handle",
        formula=(
            "处置数 ÷ 应处置数。每件算在处置完成之日；超期的算在时限届满之日",
            "handled ÷ due to be handled: on the day it is handled, on the last day of its limit at the latest",
        ),
    ),
    _rate(
        "handled_on_time",
        ("按期处置率", "Handled on time"),
        counts="handled_on_time",
        of="due_to_handle",
        formula=("按期处置数 ÷ 应处置数", "handled within the limit ÷ due to be handled"),
        headline=True,
    ),
    _rate(
        "closed_of_due",
        ("结案率", "Closed of those due"),
        counts="closed_of_due",
        of="due_to_close",
        formula=(
            "结案数 ÷ 应结案数。每件算在结案之日；办理时限届满时未结的算在届满之日",
            "closed ÷ due to be closed: on the day of closing, on the last day of the handling limit at the latest",
        ),
    ),
    _rate(
        "closed_on_time",
        ("按期结案率", "Closed on time"),
        counts="closed_on_time",
        of="due_to_close",
        formula=(
            "按期结案数 ÷ 应结案数；办理、核实、办结都没有超过时限才算按期",
            "closed with handling, checking and closing each within its limit ÷ due to be closed",
        ),
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
        formula=("至今未结束数 ÷ 上报数", "still open ÷ reported"),
    ),
    _rate(
        "accepted_on_time",
        ("按时立案率", "Accepted on time"),
        counts="accepted_on_time",
        of="accepted",
        formula=(
            "按时立案数 ÷ 立案数，算在上报之日",
            "accepted on time ÷ accepted, on the day of the report",
        ),
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
        source=OWN,
    ),
    _rate(
        "satisfied",
        ("满意率", "Satisfied"),
        counts="rated_4_or_5",
        of="rated",
        formula=(
            "评 4 分和 5 分的 ÷ 已评价的，算在办结之日",
            "rated 4 or 5 ÷ rated, on the day it was closed",
        ),
        headline=True,
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
