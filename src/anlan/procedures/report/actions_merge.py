# SPDX-License-Identifier: Apache-2.0
"""How reports of the same matter become one: merged, taken apart again, and what the other reporters still say."""

from dataclasses import replace

from anlan.cases.define import STAY, Action, Audience, Field, Kind
from anlan.cases.standard import SYSTEM, words
from anlan.procedures.report import rules_merge as rules
from anlan.procedures.report.states import AT_THE_CHECK, AT_THE_ROOM, BEFORE_DONE, OPEN
from anlan.procedures.report.terms import FILES, OPTIONAL, REPORTER, ROOM, WORDS

TOLD = Audience.REPORTER

ACTIONS = (
    Action(
        key="merge",
        words=words("并案", "Merge"),
        done=words("与同一件事合并办理", "merged it with the same matter"),
        frm=AT_THE_ROOM,
        to="merged",
        by=(ROOM,),
        fields=(
            Field(key="into", kind=Kind.CASE, words=words("并入哪一件", "Into which case"), required=True),
            OPTIONAL,
        ),
        effect=rules.merge,
        audience=TOLD,
        needs=("cases",),
    ),
    Action(
        key="absorb",
        words=words("收入并案", "Take in"),
        done=words("同一件事的另一次上报并入本件", "took in another report of the same matter"),
        frm=BEFORE_DONE,
        to=STAY,
        by=(SYSTEM,),
        audience=TOLD,
        material=False,
        on_screen=False,
    ),
    Action(
        key="unmerge",
        words=words("撤销并案", "Undo the merge"),
        done=words("撤销并案，单独办理", "undid the merge: it is handled on its own again"),
        frm=("merged",),
        to="accepted",
        may_lead_to=AT_THE_ROOM,
        by=(ROOM,),
        fields=(
            replace(
                WORDS,
                words=words("为什么不是同一件事", "Why it is not the same matter"),
                hint=words("报告人会看到。", "The reporter reads this."),
            ),
        ),
        effect=rules.unmerge,
        audience=TOLD,
        needs=("onward",),
    ),
    Action(
        key="let_out",
        words=words("移出并案", "Let out"),
        done=words("另一次上报不是同一件事，已移出", "let out another report: it was another matter"),
        frm=OPEN,
        to=STAY,
        by=(SYSTEM,),
        audience=TOLD,
        material=False,
        on_screen=False,
    ),
    Action(
        key="add",
        words=words("补充", "Add"),
        done=words("报告人补充了情况", "added something"),
        frm=(*OPEN, "merged"),
        to=STAY,
        by=(REPORTER,),
        fields=(WORDS, FILES),
        effect=rules.add,
        audience=TOLD,
        material=False,
        needs=("onward",),
    ),
    Action(
        key="more_said",
        words=words("另一位报告人有补充", "Another reporter adds something"),
        done=words("同一件事的另一位报告人补充了情况", "another reporter of the same matter added something"),
        frm=OPEN,
        to=STAY,
        by=(SYSTEM,),
        material=False,
        on_screen=False,
    ),
    Action(
        key="not_fixed",
        words=words("没有办好", "It is not fixed"),
        done=words("报告人说没有办好", "said it is not fixed"),
        frm=("merged",),
        to=STAY,
        by=(REPORTER,),
        fields=(replace(WORDS, words=words("哪里没有办好", "What is not fixed")), FILES),
        effect=rules.not_fixed,
        audience=TOLD,
        material=False,
        needs=("onward",),
    ),
    Action(
        key="doubted",
        words=words("另一位报告人说没有办好", "Another reporter says it is not fixed"),
        done=words(
            "同一件事的另一位报告人说没有办好", "another reporter of the same matter said it is not fixed"
        ),
        frm=(*AT_THE_CHECK, "checked", "closed"),
        to="in_hand",
        may_lead_to=("accepted",),
        by=(SYSTEM,),
        effect=rules.doubted,
        audience=TOLD,
        on_screen=False,
    ),
)
