# SPDX-License-Identifier: Apache-2.0
"""After the agreement: performance, judicial confirmation, a visit, what the sides think; and what every case has."""

from dataclasses import replace

from anlan.cases import standard, standard_system, succession
from anlan.cases.define import STAY, Action, Audience, Field, Kind
from anlan.cases.standard import CLOCK, PERCENT, SYSTEM, clock_is_due, words
from anlan.places.calendars import Limit, Unit
from anlan.procedures.mediation import rules_after as rules
from anlan.procedures.mediation.actions_talk import PAPERS, WHICH
from anlan.procedures.mediation.rules_apply import is_not_recused
from anlan.procedures.mediation.states import ENDED, OPEN, STATES
from anlan.procedures.mediation.terms import ABOVE, COMMITTEE, MEDIATOR, SAID, SIDES

TIMED = tuple(state.key for state in STATES if state.clocks)
RATE_WITHIN = Limit(n=90, unit=Unit.DAY)

ACTIONS = (
    Action(
        key="performed",
        words=words("记为已履行", "Mark a term as kept"),
        done=words("一条协议内容已履行", "a term was kept"),
        frm=("performing",),
        to=STAY,
        may_lead_to=("kept",),
        by=(MEDIATOR,),
        fields=(WHICH, PAPERS),
        effect=rules.performed,
        audience=Audience.REPORTER,
    ),
    Action(
        key="not_performed",
        words=words("对方没有履行", "The other side has not kept it"),
        done=words("反映没有履行", "said that a term is not kept"),
        frm=("performing",),
        to=STAY,
        by=(SIDES,),
        fields=(WHICH, replace(SAID, required=False)),
        guard=rules.is_owed_anything,
        effect=rules.not_performed,
        audience=Audience.REPORTER,
    ),
    Action(
        key="fall_due",
        words=words("履行提醒", "Remind of a term"),
        done=words(
            "系统提醒：协议里有一条的日子将到或者已到", "reminded: the day of a term is near or has come"
        ),
        frm=("performing",),
        to=STAY,
        by=(SYSTEM,),
        fields=(CLOCK, PERCENT),
        guard=clock_is_due,
        effect=rules.fall_due,
        audience=Audience.REPORTER,
        material=False,
        on_screen=False,
    ),
    Action(
        key="reopen",
        words=words("重新调解", "Mediate again"),
        done=words("重新调解", "opened it again"),
        frm=("performing",),
        to="mediating",
        by=(MEDIATOR,),
        fields=(replace(SAID, required=False),),
        effect=rules.reopen,
        audience=Audience.REPORTER,
    ),
    Action(
        key="join_in",
        words=words("共同申请司法确认", "Ask the court together to confirm it"),
        done=words("申请司法确认", "asked for judicial confirmation"),
        frm=("performing",),
        to=STAY,
        by=(SIDES,),
        guard=rules.may_join_in,
        effect=rules.join_in,
        audience=Audience.REPORTER,
        material=False,
    ),
    Action(
        key="prepare",
        words=words("备好司法确认申请书", "Prepare the application to the court"),
        done=words("备好了司法确认申请书", "prepared the application to the court"),
        frm=("performing",),
        to=STAY,
        by=(MEDIATOR,),
        guard=rules.is_asked,
        effect=rules.prepare,
        audience=Audience.REPORTER,
    ),
    Action(
        key="filed",
        words=words("材料已送法院", "The papers are at the court"),
        done=words("把材料送到了法院", "took the papers to the court"),
        frm=("performing",),
        to=STAY,
        by=(MEDIATOR,),
        guard=rules.is_ready,
        effect=rules.filed,
        audience=Audience.REPORTER,
    ),
    Action(
        key="court_said",
        words=words("记录法院答复", "Record the court's answer"),
        done=words("法院有了答复", "the court has answered"),
        frm=("performing",),
        to=STAY,
        by=(MEDIATOR,),
        fields=(
            Field(
                key="answer",
                kind=Kind.CHOICE,
                words=words("法院怎么说", "The answer"),
                required=True,
                fact=True,
                choices=(
                    ("admitted", words("受理", "Admitted")),
                    ("longer", words("延长审查 10 日", "10 more days to examine it")),
                    ("confirmed", words("裁定有效", "Confirmed")),
                    ("refused", words("不予受理或者驳回", "Not admitted, or refused")),
                ),
            ),
            replace(SAID, required=False, words=words("文号、理由", "Its number, and why")),
            PAPERS,
        ),
        guard=rules.is_in_court,
        effect=rules.court_said,
        audience=Audience.REPORTER,
    ),
    Action(
        key="visit",
        words=words("回访", "Visit"),
        done=words("回访了", "visited"),
        frm=("performing", *ENDED),
        to=STAY,
        by=(COMMITTEE,),
        fields=(replace(SAID, audience=Audience.OFFICE, words=words("现在怎么样", "How it is now")),),
        effect=rules.visit,
        audience=Audience.OFFICE,
        material=False,
    ),
    Action(
        key="rate",
        words=words("评价", "Rate it"),
        done=words("作了评价", "rated it"),
        frm=("performing", "kept", "failed"),
        to=STAY,
        by=(SIDES,),
        fields=(
            Field(
                key="rating",
                kind=Kind.WHOLE_NUMBER,
                words=words("满意吗", "Are you content?"),
                required=True,
                fact=True,
                low=1,
                high=5,
            ),
        ),
        effect=rules.rate,
        audience=Audience.OFFICE,
        material=False,
        within=RATE_WITHIN,
    ),
    replace(standard.note(frm=(*OPEN, *ENDED), by=(COMMITTEE,)), guard=is_not_recused),
    standard.look(frm=(*OPEN, *ENDED), by=(ABOVE,)),
    standard.rezone(frm=OPEN, by=(COMMITTEE,)),
    replace(standard.erase(frm=ENDED, by=(SIDES,)), guard=rules.may_erase),
    standard.remind(frm=TIMED),
    standard.overdue(frm=TIMED),
    succession.reform(frm=OPEN),
    standard_system.recalculate(frm=(*OPEN, *ENDED)),
    standard_system.nobody_at_work(frm=OPEN),
    standard_system.adopt_version(frm=OPEN),
)
