# SPDX-License-Identifier: Apache-2.0
"""The switches of the frame, the outlines of maps, and the style page.

Language and large mode are the reader's own preferences: two cookies, no account, no row. The style page exists only
in a demo or while developing.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from anlan.base.clock import now
from anlan.places.codes import level_of
from anlan.places.locate import as_geojson, shapes_below
from anlan.places.region import region
from anlan.web.gate import open_to
from anlan.web.look.context import LARGE_COOKIE
from anlan.web.look.styles import sample
from anlan.web.look.styles_figures import sample_figures

DAY, YEAR = 24 * 3600, 365 * 24 * 3600


@open_to("anyone")
@require_safe
def prefer(request: HttpRequest) -> HttpResponse:
    """Keeps `language` or `large` in a cookie and goes back to `next`; what it does not know it leaves alone."""
    back = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    answer = HttpResponseRedirect(back)
    language, large = request.GET.get("language"), request.GET.get("large")
    if language in region().languages:
        _keep(answer, settings.LANGUAGE_COOKIE_NAME, language)
    if large in ("0", "1"):
        _keep(answer, LARGE_COOKIE, large)
    return answer


@open_to("anyone")
@require_safe
def styles(request: HttpRequest, *, page: str = "page") -> HttpResponse:
    """Every component with made-up words."""
    if not (settings.DEBUG or getattr(settings, "ANLAN_DEMO", False)):
        raise Http404
    at = now()
    figures = sample_figures(at=at) if page == "figures" else {}
    return render(request, f"look/styles/{page}.html", {**sample(at=at), **figures})


@open_to("anyone")
@require_safe
@cache_control(public=True, max_age=DAY)
def outlines(request: HttpRequest, code: int) -> HttpResponse:  # noqa: ARG001  asked for without a session's data
    """The outlines of the places below one, for the script that draws them: no values, nothing of any case."""
    try:
        level_of(code)
    except ValueError:
        raise Http404 from None
    below = shapes_below(code)
    if not below.shapes:
        raise Http404
    return JsonResponse(as_geojson(below.shapes, surveyed=below.surveyed))


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(
        name, value, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
