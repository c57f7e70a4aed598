# SPDX-License-Identifier: Apache-2.0
"""What everybody will read, shown to who writes it first: nothing is published unseen."""

from hashlib import sha256

from anlan.cases.clean import clean
from anlan.cases.decide import judge
from anlan.cases.define import Action, Audience
from anlan.cases.moment import Moment
from anlan.cases.queries import View
from anlan.web.action_forms import ActionForm
from anlan.web.staff_frame import Sight


def words_for_everybody(form: ActionForm, view: View, action: Action, sight: Sight) -> str:
    """The words in the form that are for everybody, once the action's own rules have nothing against them. Raises Refused."""
    case = view.case
    moment = Moment(
        procedure=view.procedure,
        action=action,
        case=case,
        by=sight.by,
        parties=(),
        at=sight.at,
        data=clean(action.fields, form.values(), known=sight.known),
        known=sight.known,
        place=case.place,
        area=case.area,
    )
    judge(moment)
    return "\n".join(str(moment.data[f.key]) for f in action.fields if f.audience is Audience.PUBLIC)


def digest_of(form: ActionForm) -> str:
    """Stands for what is in the form, so that what is sent is what was looked at. Raises Refused."""
    return sha256(repr(sorted(form.values().items())).encode()).hexdigest()
