# SPDX-License-Identifier: Apache-2.0
"""Opening the page of a case whose alarm rings for this office: that somebody looked is an entry (docs/decisions/alarms.md).

Reading writes here, and nowhere else. A browser that fetches ahead looks at nothing, nor does a program.
"""

from contextlib import suppress
from uuid import NAMESPACE_OID, uuid5

from django.http import HttpRequest

from anlan.base.errors import Refused
from anlan.cases.act import act
from anlan.cases.may import may
from anlan.cases.queries import View
from anlan.web.action_forms import make_envelope
from anlan.web.staff_frame import Sight

ATTEND = "attend"


def attend(request: HttpRequest, view: View, sight: Sight) -> bool:
    """Notes that this post has opened it, where an alarm waits for that. Whether it did."""
    case, procedure = view.case, view.procedure
    if request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return False
    if not procedure.has(ATTEND) or case.state not in procedure.action(ATTEND).frm:
        return False
    action = procedure.action(ATTEND)
    mine = may(sight.by, action, case, procedure=procedure.key, parties=view.parties, known=sight.known)
    if not mine or view.asked.is_in_vain(action):
        return False
    with suppress(Refused):
        act(
            make_envelope(
                ATTEND,
                by=sight.by,
                at=sight.at,
                case_id=case.id,
                data={},
                # Two who open it in the same moment are one entry.
                request_id=uuid5(NAMESPACE_OID, f"{ATTEND}/{case.id}/{sight.by.post_id}"),
            )
        )
        return True
    return False
