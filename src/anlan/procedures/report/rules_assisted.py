# SPDX-License-Identifier: Apache-2.0
"""What holds where somebody reports for a person, and how the person is told who asked to be told in person. Pure."""

from dataclasses import dataclass, replace

from anlan.cases.define import Refusal, Rule
from anlan.cases.effects import Effect
from anlan.cases.moment import Moment
from anlan.cases.standard import words
from anlan.places.calendars import Limit, Unit
from anlan.procedures.report.record import ANSWER_BY, TELL, counted, to_screen

TO_TELL = {
    "call": Limit(n=1, unit=Unit.WORKING_DAY),
    "visit": Limit(n=2, unit=Unit.WORKING_DAY),
    "post": Limit(n=2, unit=Unit.WORKING_DAY),
}
"""Ways of answering that a person has to go, and by when, where a county sets no limit of its own for the stage ``tell``."""
TRIES = 2
"""So often nobody was reached before a third try may be the last."""


def person_agrees(moment: Moment) -> None:
    """Nobody is reported for without knowing, nor answered on a way that shows more to the helper than they allow."""
    data = moment.data
    if not data["agreed"]:
        raise Refusal(
            words(
                "请先征得本人同意；也可以不留姓名上报。",
                "Please ask the person first; a report needs no name.",
            ),
            field="agreed",
        )
    if data["contact"] == "none" and data[ANSWER_BY] in ("sms", "call"):
        raise Refusal(
            words(
                "不留联系方式就不能发短信、打电话，请选别的答复方式。",
                "Without a contact nobody can be texted or called. Please choose another way.",
            ),
            field=ANSWER_BY,
        )
    if data.get("helper_sees"):
        return
    if data["contact"] == "helper" and data[ANSWER_BY] == "sms":
        raise Refusal(
            words(
                "短信发到您的手机，您就会看到进展：请本人同意，或者选打电话。",
                "A message to your phone tells you how it goes: the person must allow it, or choose a call.",
            ),
            field="helper_sees",
        )
    if moment.by.kind != "post" and data[ANSWER_BY] == "slip":
        raise Refusal(
            words(
                "查询码会显示在您的手机上：请本人同意您查看，或者选别的答复方式。",
                "The code is shown on your phone: the person must allow you to see it, or choose another way.",
            ),
            field="helper_sees",
        )


@dataclass(frozen=True, slots=True)
class Telling:
    """A rule after which the person is told: by a message, or as a task for whoever routes the case."""

    rule: Rule | None

    def __call__(self, moment: Moment) -> Effect:
        """What the rule makes of the moment, and the task. One that waits already tells this too, in its own time."""
        effect = self.rule(moment) if self.rule is not None else Effect()
        case = moment.open_case
        way = effect.record.get(ANSWER_BY, case.record[ANSWER_BY])
        if way not in TO_TELL or case.running("tell") is not None:
            return effect
        limit = moment.limit("tell", category=case.category, condition=case.condition) or TO_TELL[way]
        return replace(
            effect, limits={**effect.limits, "tell": limit}, record={**effect.record, TELL: way, "tries": 0}
        )


def only_handles(moment: Moment) -> bool:
    """Whether who acts works on a confidential report without being its room: whose it is they may not learn."""
    case, own = moment.open_case, moment.by.organisation_id
    works = own in case.assigned_now("lead") or own in case.assigned_now("assist")
    return bool(case.record["confidential"]) and works and own != case.room


def is_to_be_told(moment: Moment) -> None:
    """Refuses where nobody waits to be told, and whoever cannot know whom to tell."""
    if not moment.open_case.record[TELL]:
        raise Refusal(words("现在没有要告知本人的事。", "There is nothing to tell the person now."))
    if only_handles(moment):
        raise Refusal(
            words(
                "本人要求对承办单位保密，由受理单位告知本人。",
                "The person is kept secret from who handles it: the office that takes it tells them.",
            )
        )


def tell(moment: Moment) -> Effect:
    """Told: what was said answers an open question too, and a pause that waited for it ends. Not reached: the limit goes on."""
    case, reached = moment.open_case, moment.data["reached"]
    if reached == "no":
        return Effect(record={"tries": counted(moment, "tries")})
    if reached == "stop" and case.record["tries"] < TRIES:
        raise Refusal(
            words(
                "请再试：至少三次、不同时间都联系不上，才可以不再联系。",
                "Please try again: only after three tries at different times may it be left.",
            ),
            field="reached",
        )
    done = {TELL: "", "tries": 0}
    if reached == "stop" or not case.record["question"]:
        return Effect(stops=("tell",), record=done)
    waited = case.state == "paused" and case.record["pause_basis"] == "reporter"
    ends = {"pause_basis": ""} if waited else {}
    return Effect(
        to="in_hand" if waited else None,
        stops=("tell",),
        record={**done, **ends, "question": False, **to_screen(moment)},
    )


def forgotten(effect: Effect) -> Effect:
    """With the contact goes what was to be told by it."""
    if "parties" not in effect.erased:
        return effect
    return replace(
        effect, stops=(*effect.stops, "tell"), record={**effect.record, ANSWER_BY: "", TELL: "", "tries": 0}
    )
