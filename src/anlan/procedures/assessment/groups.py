# SPDX-License-Identifier: Apache-2.0
"""How what posts do in an assessment is put together: as it goes on, and what stops it or sends it back last."""

from anlan.cases.define import Group
from anlan.cases.standard import words

GROUPS = (
    Group(key="notes", words=words("记录", "Notes"), actions=("note",)),
    Group(
        key="hear",
        words=words("听取意见", "Hearing people"),
        actions=("consult", "hear", "extend", "shorten", "meet", "held", "call_off"),
    ),
    Group(
        key="risks",
        words=words("风险点和报告", "Risk points and report"),
        actions=("add_risk", "rate_again", "drop_risk", "hand_in"),
    ),
    Group(
        key="decide",
        words=words("审查和决定", "Legality and decision"),
        actions=("pass_on", "opine", "take_back", "decide"),
    ),
    Group(
        key="track",
        words=words("实施和跟踪", "Carrying it out"),
        actions=("track", "file_report", "connect", "commission", "review"),
    ),
    Group(
        key="end",
        words=words("退回、停止或者结束", "Send back, stop or end"),
        actions=("send_back", "defer", "end", "stop", "withdraw"),
        grave=True,
    ),
)
