# SPDX-License-Identifier: Apache-2.0
"""What the demo's bar asks for. Each view is 404 outside of the demo; what changes something is POST."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from time import sleep

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from anlan.base.clock import ahead, jump, now
from anlan.base.errors import Refused
from anlan.cases.catalogue import current
from anlan.people.demo import DEMO_PASSWORD, RESIDENTS, USERNAMES, demo_resident
from anlan.people.models import Account
from anlan.people.session import enter_resident, enter_staff, leave, network_of
from anlan.people.signin import start_staff_sign_in
from anlan.web.demo.jumps import jump_to
from anlan.web.gate import open_to
from anlan.web.look.demo import GUEST
from anlan.web.look.squares import draw_square
from anlan.web.look.times import say_when
from anlan.web.look.tour import STOP, stop_at
from anlan.web.staff_frame import home_of

SEEN_BY_ALL = 1.0
"""Seconds after which every process has read the moved clock."""


def in_demo(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """404 outside of the demo, as if there were no such page."""

    @wraps(view)
    def only(request: HttpRequest) -> HttpResponse:
        if not settings.ANLAN_DEMO:
            raise Http404
        return view(request)

    return only


@open_to("anyone")
@in_demo
@never_cache
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Makes the guest one of the demo's made-up people and goes where that person begins, or to `next`; at a `stop` of the
    tour they stay on it, else they leave it.
    """
    guest = request.POST.get("guest", "")
    if guest not in USERNAMES:
        raise Http404
    goal = own_page(request, request.POST.get("next", ""))
    try:
        home = _become(request, guest)
        request.session[GUEST] = guest
        go_on(request)
    except (Refused, Account.DoesNotExist):
        messages.warning(
            request,
            _(
                "This made-up person is not here: another version made this demo. Whoever runs it deletes its data and starts it again."
            ),
        )
        home = reverse("desk:sign_in")
    return HttpResponseRedirect(goal or home)


def go_on(request: HttpRequest) -> None:
    """Notes the stop of the tour that a button belongs to."""
    stop = stop_at(request.POST.get("stop", ""))
    if stop is not None:
        request.session[STOP] = stop.n
    else:
        request.session.pop(STOP, None)


def _become(request: HttpRequest, guest: str) -> str:
    """Signs them in; the address where they begin. Raises Refused, Account.DoesNotExist."""
    at = now()
    if guest in RESIDENTS:
        enter_resident(request, demo_resident(guest), at=at)
        return reverse("resident:mine" if guest == "resident" else "resident:new")
    if not USERNAMES[guest]:
        leave(request)
        return reverse("api:docs")
    started = start_staff_sign_in(USERNAMES[guest], DEMO_PASSWORD, network=network_of(request), at=at)
    return reverse(home_of(enter_staff(request, started, at=at)))


@open_to("anyone")
@in_demo
@never_cache
@require_POST
def move_clock(request: HttpRequest) -> HttpResponse:
    """Moves the clock of all processes forward, has what became due done, and goes back to `next`."""
    at = now()
    by = jump_to(request.POST.get("jump", ""), at, current().calendar)
    if by is None:
        raise Http404
    back = own_page(request, request.POST.get("next", "")) or reverse("public:home")
    try:
        after = jump(by)
    except ValueError:
        messages.warning(request, _("The demo's clock goes no further."))
        return HttpResponseRedirect(back)
    sleep(SEEN_BY_ALL)
    overtake()
    told = say_when(after, at=at, near_words=False)
    messages.success(
        request, _("It is now %(when)s. Limits that ended meanwhile are being dealt with.") % {"when": told}
    )
    return HttpResponseRedirect(back)


@open_to("anyone")
@in_demo
@never_cache
@require_safe
def clock_ahead(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - as Django asks
    """By how much the demo's clock was moved: the field app's goes with it."""
    return JsonResponse({"seconds": int(ahead().total_seconds())})


def overtake() -> None:
    """Has the worker do at once what the moved clock made due."""
    task = app.configure_task(name="cases.escalate", queueing_lock="cases.escalate", lock="cases.escalate")
    with suppress(AlreadyEnqueued), transaction.atomic():  # it may be about to run anyway
        task.defer(timestamp=0)


@open_to("anyone")
@in_demo
@never_cache
@require_safe
def phone(request: HttpRequest) -> HttpResponse:
    """A page as on a phone, and a square that opens it on a real one in the same network."""
    page = own_page(request, request.GET.get("page", "")) or "/"
    outside = f"{settings.ANLAN_DEMO_ADDRESS}{page}" if settings.ANLAN_DEMO_ADDRESS else ""
    given = {"page": page, "outside": outside, "square": draw_square(outside) if outside else ""}
    return render(request, "demo/phone.html", given)


def own_page(request: HttpRequest, page: str) -> str:
    """The address if it is a page of this site, else nothing."""
    safe = page.startswith("/") and url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if safe else ""
