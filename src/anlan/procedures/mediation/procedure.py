# SPDX-License-Identifier: Apache-2.0
"""The mediation (矛盾纠纷多元化解): people who are at odds settle it with somebody's help, near home.

Whoever asks may first be advised, or have the ways assessed; each further step is taken only when they wish it. The committee
asks each person alone whether they are afraid, and both sides whether they want it: one clear no ends it. The sides choose the
mediator, who has no interest in it, or another takes over on one side's demand. What a side confides is read by the mediator alone;
what is offered is read by nobody once the talks are over. Terms say who does what, how, how much and by when, or are refused. The
agreement is signed by all and sealed, or said and written down; it is performed, confirmed by the court if both ask, or mediated
again. Every exit tells the other legal ways. What a level cannot settle goes up, with its reason.
"""

from anlan.cases.define import Procedure, Retention
from anlan.cases.standard import words
from anlan.procedures.mediation import actions_after, actions_agree, actions_apply, actions_talk
from anlan.procedures.mediation.facts import FACTS, MEASURES
from anlan.procedures.mediation.groups import GROUPS
from anlan.procedures.mediation.notices import NOTICES
from anlan.procedures.mediation.states import CLOCKS, STAGES, STATES
from anlan.procedures.mediation.steps import steps

MEDIATION = Procedure(
    key="mediation",
    version=1,
    words=words("调解", "Mediation"),
    purpose=words("只用于调解您说的这件纠纷。", "Used only to mediate the dispute that you tell of."),
    parties=(
        ("side1", words("申请方", "Who applied")),
        ("side2", words("对方", "The other side")),
    ),
    stages=STAGES,
    states=STATES,
    actions=(*actions_apply.ACTIONS, *actions_agree.ACTIONS, *actions_talk.ACTIONS, *actions_after.ACTIONS),
    clocks=CLOCKS,
    notices=NOTICES,
    facts=FACTS,
    measures=MEASURES,
    publication=None,
    retention=Retention(
        years=3,
        basis=words(
            "结束后三年：申请强制执行和诉讼时效以内",
            "Three years after its end: as long as it can be enforced or sued for",
        ),
    ),
    record="mediation.MediationRecord",
    steps=steps,
    groups=GROUPS,
    attachments=(
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/heic",
        "application/pdf",
        "audio/mp4",
        "audio/mpeg",
        "audio/webm",
    ),
    most_attachments=20,
)
