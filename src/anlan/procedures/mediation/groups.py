# SPDX-License-Identifier: Apache-2.0
"""How what posts do in a mediation is put together: talk first, what ends it or changes who mediates last."""

from anlan.cases.define import Group
from anlan.cases.standard import words

GROUPS = (
    Group(
        key="talk",
        words=words("沟通和记录", "Talk and notes"),
        actions=("say", "tell_1", "tell_2", "remark", "note", "offer"),
    ),
    Group(
        key="people",
        words=words("当事人", "The people"),
        actions=("ask_alone", "bring_in", "consent_for"),
    ),
    Group(
        key="meetings",
        words=words("会议", "Meetings"),
        actions=(
            "meet", "held", "call_off",
            "meet_side1", "held_side1", "call_off_side1",
            "meet_side2", "held_side2", "call_off_side2",
        ),
    ),
    Group(
        key="text",
        words=words("协议书和签署", "Agreement and signing"),
        actions=(
            "draft", "term", "drop_term", "settle", "sign_on_paper", "countersign", "seal", "rework", "agree_orally",
            "appraise", "appraised",
        ),
    ),
    Group(
        key="begin",
        words=words("受理和调解员", "Taking it on, and who mediates"),
        actions=("advise", "invite", "accept", "appoint", "begin"),
    ),
    Group(
        key="after",
        words=words("履行和司法确认", "Performance and the court"),
        actions=("performed", "prepare", "filed", "court_said", "reopen", "visit"),
    ),
    Group(
        key="elsewhere",
        words=words("移送、上交和更正", "Hand on or correct"),
        actions=("hand_up", "pass_on", "rezone", "look"),
    ),
    Group(
        key="end",
        words=words("结束或者换调解员", "End it, or change the mediator"),
        actions=("step_down", "relieve", "not_accept", "fail"),
        grave=True,
    ),
)  # fmt: skip
