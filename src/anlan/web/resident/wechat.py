# SPDX-License-Identifier: Apache-2.0
"""A resident in WeChat lets it say who they are there, for the messages of one case: there and back, without a question asked.

What goes there and comes back is bound to this browser's session, good once and for ten minutes, so nobody lays their own WeChat under
somebody else's case. What WeChat says of a person is sealed with the case and kept nowhere else.
"""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from anlan.base.clock import now
from anlan.base.errors import NotFound
from anlan.cases.catalogue import current
from anlan.cases.queries import get_view
from anlan.cases.telling import Told, Way, set_told
from anlan.people.carriers import NotSent, Unknown
from anlan.people.wechat import WeChat
from anlan.web.front import answer_refusals
from anlan.web.gate import open_to
from anlan.web.headers import policy
from anlan.web.resident.follow import opened

STATE, LASTS = "anlan_wechat", timedelta(minutes=10)


def in_wechat(request: HttpRequest) -> bool:
    """Whether this is WeChat's own browser, which alone knows who somebody is there; the one of offices (企业微信) is another."""
    name = request.headers.get("User-Agent", "")
    return "MicroMessenger" in name and "wxwork" not in name


def let_through(answer: HttpResponse, account: WeChat) -> HttpResponse:
    """This page's form may lead there."""
    answer["Content-Security-Policy"] = policy().replace(
        "form-action 'self'", f"form-action 'self' {account.pages}"
    )
    return answer


def leave_for(request: HttpRequest, number: int, account: WeChat) -> HttpResponse:
    """On to WeChat, which sends them back to `confirmed`."""
    state = secrets.token_urlsafe(16)
    request.session[STATE] = [state, number, now().timestamp()]
    back = f"{settings.ANLAN_ADDRESS}{reverse('resident:wechat', args=[f'{number:016d}'])}"
    return HttpResponseRedirect(account.way_there(back, state=state))


@open_to("anyone")
@never_cache
@require_GET
@answer_refusals
def confirmed(request: HttpRequest, number: str) -> HttpResponse:
    """Back from WeChat: from now on this case's messages go there, if they can."""
    account: WeChat | None = settings.ANLAN_WECHAT
    if account is None:
        raise Http404
    found = opened(request, number)
    if isinstance(found, HttpResponse):
        return found
    asked = HttpResponseRedirect(reverse("resident:telling", args=[f"{found.number:016d}"]))
    if not _is_ours(request, found.number):
        messages.error(
            request, _("WeChat was asked too long ago, or in another browser. Please choose again.")
        )
        return asked
    try:
        openid = account.whose(request.GET.get("code", "")[:512])
        reached = account.reaches(openid)
    except (NotSent, Unknown):
        messages.error(request, _("WeChat gave no answer. Please try again later, or choose another way."))
        return asked
    if not reached:
        messages.error(
            request,
            _("Please follow the official account “%(name)s” in WeChat first, then choose it here again.")
            % {"name": account.name},
        )
        return asked
    view = get_view(found.by, found.case_id, known=current(), at=now(), parties=found.parties)
    if all(person.erased for person in view.people if person.n in view.parties):
        raise NotFound
    set_told(view, Told(way=Way.WECHAT, address=openid))
    messages.success(request, _("Kept. You can change it here at any time."))
    return HttpResponseRedirect(reverse("resident:case", args=[f"{found.number:016d}"]))


def _is_ours(request: HttpRequest, number: int) -> bool:
    """Whether this browser was sent to WeChat for this case, lately; that counts once."""
    held: Any = request.session.pop(STATE, None)
    return (
        held is not None
        and constant_time_compare(held[0], request.GET.get("state", ""))
        and held[1] == number
        and now().timestamp() - held[2] <= LASTS.total_seconds()
    )
