# SPDX-License-Identifier: Apache-2.0
"""Withdrawing an alert: why, then one last look at what goes and how far, then it goes.

One person is enough, for what is wrong must go at once; so what they send is what they have looked at. What ended meanwhile is
not withdrawn, and nothing typed is lost by that.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from anlan.base.errors import Conflict, NotFound, Refused
from anlan.cases.act import act
from anlan.cases.may import may
from anlan.cases.preview import preview
from anlan.cases.queries import View
from anlan.places import find
from anlan.places.codes import Level, level_of
from anlan.procedures.alert.procedure import ALERT
from anlan.procedures.alert.standing import Alert, get_numbered
from anlan.procedures.alert.terms import WHY
from anlan.web.action_forms import ActionForm, make_envelope, say
from anlan.web.alerts import fill_in, in_charge, need_one, warned
from anlan.web.desk.alerts_again import read_anew, seen_case
from anlan.web.gate import open_to
from anlan.web.staff_frame import Sight, frame, look_of
from anlan.web.staff_preview import digest_of

REVOKE = ALERT.action("revoke")
DEEP = 2
"""Levels below the alert's place of which it is said how many places they have."""


@open_to("staff")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def revoke_alert(request: HttpRequest, number: int) -> HttpResponse:
    """Asks why, shows what goes, withdraws it."""
    sight = look_of(request)
    found, view = _found(number, sight)
    here = reverse("desk:one_alert", args=[number])
    sent = request.POST if request.method == "POST" else None
    if found.state not in REVOKE.frm and sent is None:
        messages.warning(request, _("It is over already: there is nothing left to withdraw."))
        return HttpResponseRedirect(here)
    form = _form(sight, sent, expect=found.seq)
    seen, status = "", 200
    if sent is not None:
        try:
            data, looked = fill_in(form.values(), form=form), digest_of(form)
            if sent.get("seen") == looked:
                _withdraw(form, data, found, sight)
                messages.success(request, _("It is withdrawn. Its page says why."))
                return HttpResponseRedirect(here)
            preview(sight.by, REVOKE, data, case=view.case, procedure=ALERT, known=sight.known, at=sight.at)
            seen = looked
        except Conflict as refused:
            found, view = _found(number, sight)
            form = _form(sight, read_anew(sent, found))
            form.show_faults(refused)
            status = refused.status
        except Refused as refused:
            form.show_faults(refused)
            status = refused.status
    over = found.state not in REVOKE.frm
    context = {
        **frame(request),
        "one": warned(found, at=sight.at, url=""),
        "form": form,
        "word": say(REVOKE.words),
        "back": here,
        "seen": seen,
        "drill": found.drill,
        "reach": _reach(found.area, at=sight.at) if seen else (),
        "over": over,
        "typed": [(say(field.words), sent.get(field.key, "")) for field in WHY] if over and sent else (),
        "why": [sent.get(field.key, "") for field in WHY] if seen and sent else (),
    }
    return render(request, "desk/alert_withdraw.html", context, status=status)


def _found(number: int, sight: Sight) -> tuple[Alert, View]:
    """The alert and its case, for a post that might withdraw it. Raises Http404."""
    try:
        found = get_numbered(number, drafts=in_charge(sight.by))
    except NotFound:
        raise Http404 from None
    view = seen_case(found, sight)
    if view is None or found.issued is None:
        raise Http404
    if not may(sight.by, REVOKE, view.case, procedure=ALERT.key, parties=(), known=sight.known):
        raise Http404
    return found, view


def _form(sight: Sight, sent: Any, *, expect: int | None = None) -> ActionForm:
    form = ActionForm(REVOKE, known=sight.known, at=sight.at, data=sent, initial={"expect": expect})
    need_one(form)
    return form


def _withdraw(form: ActionForm, data: dict[str, Any], found: Alert, sight: Sight) -> None:
    act(
        make_envelope(
            REVOKE.key,
            by=sight.by,
            at=sight.at,
            case_id=found.id,
            data=data,
            request_id=form.cleaned_data["request_id"],
            expect=form.cleaned_data["expect"],
        )
    )


def _reach(area: int, *, at: datetime) -> list[str]:
    """How many places of the next levels it is about."""
    own = level_of(area)
    day = at.astimezone(find.ZONE).date()
    each = find.tree().each(down_to=Level(min(own + DEEP, Level.GRID)), within=area)
    n = Counter(
        spot.level
        for spot in each
        if spot.valid_from <= day and (spot.valid_to is None or day < spot.valid_to)
    )
    said = {
        Level.CITY: ngettext("%(n)s city", "%(n)s cities", n[Level.CITY]),
        Level.COUNTY: ngettext("%(n)s county or district", "%(n)s counties and districts", n[Level.COUNTY]),
        Level.TOWN: ngettext("%(n)s town or street", "%(n)s towns and streets", n[Level.TOWN]),
        Level.VILLAGE: ngettext(
            "%(n)s village or community", "%(n)s villages and communities", n[Level.VILLAGE]
        ),
        Level.GRID: ngettext("%(n)s grid", "%(n)s grids", n[Level.GRID]),
    }
    return [words % {"n": f"{n[level]:,}"} for level, words in said.items() if level > own and n[level]]
