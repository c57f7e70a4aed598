# SPDX-License-Identifier: Apache-2.0
"""To say, with one tap and without a script, that a grid was walked and there is nothing to report."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from anlan.base.errors import NotAllowed, Refused
from anlan.duty import patrols as walked
from anlan.places.codes import DIGITS
from anlan.web.gate import open_to
from anlan.web.staff_frame import FIELD, frame, language, look_of


@open_to("staff", roles=FIELD)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def patrols(request: HttpRequest) -> HttpResponse:
    """One's grids, each with its tap."""
    sight = look_of(request)
    zone = sight.known.calendar.zone
    if request.method == "POST":
        code = request.POST.get("grid", "")
        try:
            noted = walked.walk(
                [int(code) if code.isdecimal() and len(code) == DIGITS else 0],
                day=sight.at.astimezone(zone).date(),
                by=sight.by,
                at=sight.at,
                zone=zone,
            )
        except NotAllowed:
            raise PermissionDenied from None
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            if noted:
                messages.success(request, _("Noted: walked, nothing to report. Thank you."))
        return HttpResponseRedirect(reverse("field:patrols"))
    grids = [(spot.code, spot.called(language())) for spot in walked.grids_of(sight.by, at=sight.at)]
    return render(request, "field/patrols.html", {**frame(request), "grids": grids})
