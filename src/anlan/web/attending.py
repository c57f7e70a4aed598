# SPDX-License-Identifier: Apache-2.0
"""Whether an alarm waits for this post to look, and noting that it does (docs/decisions/alarms.md).

Reading a page writes nothing, here neither: the page that somebody has before their eyes says so by itself, once it is shown;
without a script it has a button.
"""

from contextlib import suppress
from uuid import NAMESPACE_OID, uuid5

from anlan.base.errors import Refused
from anlan.cases.act import act
from anlan.cases.may import may
from anlan.cases.queries import View
from anlan.web.action_forms import make_envelope
from anlan.web.staff_frame import Sight

ATTEND = "attend"


def waits(view: View, sight: Sight) -> bool:
    """Whether an alarm of this case waits for somebody of this post's office."""
    case, procedure = view.case, view.procedure
    if not procedure.has(ATTEND) or case.state not in procedure.action(ATTEND).frm:
        return False
    action = procedure.action(ATTEND)
    mine = may(sight.by, action, case, procedure=procedure.key, parties=view.parties, known=sight.known)
    return mine and not view.asked.is_in_vain(action)


def attend(view: View, sight: Sight) -> None:
    """Notes that this post looks at it, where an alarm waits for that."""
    if not waits(view, sight):
        return
    with suppress(Refused):
        act(
            make_envelope(
                ATTEND,
                by=sight.by,
                at=sight.at,
                case_id=view.case.id,
                data={},
                # Two who look in the same moment are one entry.
                request_id=uuid5(NAMESPACE_OID, f"{ATTEND}/{view.case.id}/{sight.by.post_id}"),
            )
        )
