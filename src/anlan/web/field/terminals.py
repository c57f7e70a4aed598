# SPDX-License-Identifier: Apache-2.0
"""Where a field app gets the token under which it works without a session. It asks as the post in use, once, after the sign-in."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from anlan.base.errors import Refused
from anlan.cases import registry
from anlan.people.terminals import register
from anlan.web.gate import open_to
from anlan.web.staff_frame import FIELD, look_of


@open_to("staff", roles=FIELD)
@never_cache
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Registers this phone for the post in use, for all that the post may do; the token's text is in this one answer."""
    sight = look_of(request)
    newest = registry.newest()
    try:
        made = register(
            sight.by.post_id or 0,
            version=request.POST.get("version", ""),
            procedures=newest,
            actions={action.key for one in newest.values() for action in one.actions if action.on_screen},
            by=sight.by,
            at=sight.at,
        )
    except Refused as refused:
        return JsonResponse(
            refused.as_problem(), status=refused.status, content_type="application/problem+json"
        )
    return JsonResponse(
        {
            "terminal": str(made.terminal.pk),
            "token": made.text,
            "expires_at": made.terminal.token.expires_at.isoformat(),
        },
        status=201,
    )
