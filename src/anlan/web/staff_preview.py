# SPDX-License-Identifier: Apache-2.0
"""What everybody will read, shown to who writes it first: nothing is published unseen."""

from hashlib import sha256

from anlan.cases.define import Action
from anlan.cases.preview import preview
from anlan.cases.queries import View
from anlan.web.action_forms import ActionForm
from anlan.web.staff_frame import Sight


def words_for_everybody(form: ActionForm, view: View, action: Action, sight: Sight) -> str:
    """The words in the form that are for everybody, once the action's own rules have nothing against them. Raises Refused."""
    return preview(
        sight.by,
        action,
        form.values(),
        case=view.case,
        procedure=view.procedure,
        known=sight.known,
        at=sight.at,
    )


def digest_of(form: ActionForm) -> str:
    """Stands for what is in the form, so that what is sent is what was looked at. Raises Refused."""
    return sha256(repr(sorted(form.values().items())).encode()).hexdigest()
