# SPDX-License-Identifier: Apache-2.0
"""Alerts for everybody: what stands, each on a page of its own, and the same for programs in the Common Alerting Protocol.

No drill is listed; the page of one says that it is a drill. Not for search engines: what has ended would be found as if it stood.
A resident may say that they have read it, which adds one to a number and leaves nothing else of them.
"""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from anlan.base.clock import now
from anlan.base.errors import NotFound
from anlan.cases.catalogue import current
from anlan.people import push
from anlan.people.follows import follow_place, follows_place, leave_place
from anlan.people.rates import Cap, take
from anlan.people.session import network_of
from anlan.people.texts import offered
from anlan.places import find
from anlan.places.codes import code_range
from anlan.places.codes import text as written
from anlan.procedures.alert.answers import count_reader
from anlan.procedures.alert.cap import KIND, Origin, feed_of, message_of
from anlan.procedures.alert.procedure import ALERT
from anlan.procedures.alert.standing import Alert, correction_of, get_released, lately, mark_of_told
from anlan.procedures.alert.standing import told as told_of
from anlan.web.alerts import GRAVE, band_of_place, code_in, facts_of, warned, where_of
from anlan.web.front import answer_refusals, draw, language, quiet
from anlan.web.gate import open_to
from anlan.web.look.workers import manifest_of
from anlan.web.phone_forms import PhoneForm
from anlan.web.screens import switch

READ, READ_LASTS = "anlan_read", timedelta(days=14)
"""The cookie of one alert by which its page knows that this browser said so already; it goes to that page alone."""
READINGS = Cap(n=60, per=timedelta(hours=1))
"""Of one connection."""
FOLLOWS = Cap(n=120, per=timedelta(hours=1))
"""The same, of browsers that are to be told; many may share one connection."""
ADDRESSES = 8
"""Under so many of our names a process keeps the feed as it was written last."""

_feeds: dict[str, tuple[str, bytes]] = {}


@open_to("anyone")
@never_cache
@require_safe
@answer_refusals
def alerts(request: HttpRequest) -> HttpResponse:
    """What stands, and what stood of late, everywhere or about one place, of which one may be told; drills are not here."""
    at = now()
    code = code_in(request.GET.get("place", ""), at=at)
    spot = None if code is None else find.find_code(code, at=at)
    after = request.GET.get("after", "")
    found = lately(None if code is None else (code_range(code),), drills=False, at=at, after=after)
    rows = [warned(each, at=at, url=reverse("public:one_alert", args=[each.code])) for each in found.alerts]
    given = {} if code is None else {"place": request.GET["place"]}
    here = reverse("public:alerts")
    context = {
        "standing": [row for row in rows if row.stands],
        "past": [row for row in rows if not row.stands],
        "begins": not after,
        "first": f"{here}?{urlencode(given)}" if after else "",
        "older": f"{here}?{urlencode({**given, 'after': found.more})}" if found.more else "",
        "spot": spot,
        "where": spot.called(language()) if spot else "",
        "place_url": reverse("public:place", args=[written(spot.code)]) if spot else "",
        "push": switch(),
        "by_text": PhoneForm() if spot and offered() else None,
        "asks": bool(switch()) or offered(),
    }
    return quiet(draw(request, "public/alerts.html", {**context, "band": None}))


@open_to("anyone")
@never_cache
@sensitive_post_parameters("subscription")
@require_POST
@answer_refusals
def told(request: HttpRequest) -> HttpResponse:
    """This browser is to be told of alerts for a place (`want` on), no more (off), or asks whether it is (ask). Who it is and
    what else it follows is kept nowhere.
    """
    at = now()
    spot = find.find_code(code_in(request.POST.get("place", ""), at=at) or 0, at=at)
    if spot is None or not push.offered():
        raise Http404
    given, want = (
        push.read_subscription(request.POST.get("subscription", ""), language=language()),
        request.POST.get("want"),
    )
    take("place follow", network_of(request), cap=FOLLOWS, at=at)
    if want == "ask":
        return JsonResponse({"on": follows_place(spot.id, given, at=at)})
    name = spot.called(language())
    if want == "off":
        leave_place(spot.id, given)
        messages.success(request, _("You are told no more of alerts for %(place)s.") % {"place": name})
    else:
        follow_place(spot.id, given, at=at)
        messages.success(
            request, _("You are told of alerts for %(place)s, here, for a year.") % {"place": name}
        )
    return HttpResponseRedirect(f"{reverse('public:alerts')}?place={spot.code}")


@open_to("anyone")
@never_cache
@require_safe
def alerts_now(request: HttpRequest) -> HttpResponse:
    """The band alone, for a page that stands open."""
    at = now()
    code = code_in(request.GET.get("place", ""), at=at)
    context = {"band": band_of_place(code, at=at, grave=GRAVE in request.GET), "now": at}
    return quiet(render(request, "look/parts/alerts.html", context))


@open_to("anyone")
@never_cache
@require_safe
@answer_refusals
def alert(request: HttpRequest, code: str) -> HttpResponse:
    """One alert."""
    at = now()
    found = _found(code)
    place = code_in(request.GET.get("place", ""), at=at)
    newer = correction_of(found)
    context: dict[str, Any] = {
        "one": warned(found, at=at, url=""),
        "found": found,
        "facts": facts_of(found, known=current()),
        "until": found.stood_until(at),
        "newer": newer and warned(newer, at=at, url=reverse("public:one_alert", args=[newer.code])),
        "said": READ in request.COOKIES,
        "about": place or "",
    }
    return quiet(draw(request, "public/alert.html", {**context, "band": None}))


@open_to("anyone")
@require_POST
@answer_refusals
def read_alert(request: HttpRequest, code: str) -> HttpResponse:
    """One more has read it."""
    at = now()
    found = _found(code)
    here = reverse("public:one_alert", args=[code])
    if READ not in request.COOKIES:
        take("alert read", network_of(request), cap=READINGS, at=at)
        count_reader(found, area=code_in(request.POST.get("place", ""), at=at) or found.area, at=at)
    answer = HttpResponseRedirect(here)
    answer.set_cookie(
        READ, "1", max_age=READ_LASTS, path=here, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return answer


@open_to("anyone")
@require_safe
def message(request: HttpRequest, code: str, *, cancel: bool) -> HttpResponse:
    """What a program reads of it: a message of the Common Alerting Protocol, of its release or its withdrawal."""
    try:
        found = message_of(_found(code), origin_of(request), cancel=cancel)
    except LookupError:
        raise Http404 from None
    return quiet(HttpResponse(found, content_type=KIND))


@open_to("anyone")
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The messages of all that stand and of what ended of late as an Atom feed; drills are not in it. Who has it as it is gets a 304."""
    at = now()
    address = request.build_absolute_uri(reverse("public:alerts_feed"))
    mark = mark_of_told(at=at)
    kept = _feeds.get(address)
    if kept is None or kept[0] != mark:
        written = feed_of(told_of(at=at), origin_of(request), address=address, title=ALERT.words, at=at)
        if len(_feeds) >= ADDRESSES:
            _feeds.clear()
        kept = _feeds[address] = mark, written
    etag = quote_etag(sha256(kept[1]).hexdigest())
    answer = HttpResponse(kept[1], content_type="application/atom+xml")
    answer["ETag"], answer["Cache-Control"] = etag, "no-cache"
    return quiet(get_conditional_response(request, etag=etag, response=answer) or answer)


def origin_of(request: HttpRequest) -> Origin:
    """Where our messages come from: this host."""
    known = current()

    def address(name: str, alert: Alert) -> str:
        return request.build_absolute_uri(reverse(name, args=[alert.code]))

    return Origin(
        sender=f"anlan@{request.get_host().partition(':')[0]}",
        page=lambda alert: address("public:one_alert", alert),
        message=lambda alert, cancel: address("public:alert_cancel" if cancel else "public:alert_cap", alert),
        area=where_of,
        office=lambda alert: known.organisations[alert.office or 0].words,
    )


@open_to("anyone")
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put this place's alerts on its home screen; there an iPhone can be told of them."""
    code = code_in(request.GET.get("place", ""), at=now())
    about = "" if code is None else f"?place={code}"
    return manifest_of(_("Anlan"), start=reverse("public:alerts") + about, scope="/")


def _found(code: str) -> Alert:
    try:
        return get_released(code)
    except NotFound:
        raise Http404 from None
