# SPDX-License-Identifier: Apache-2.0
"""Whether a document is real: its code says what it is and whether it stands, its file whether a letter of it was changed.

The browser computes the digest of the file itself and sends nothing; without a script the server does, and keeps nothing. Codes have
80 bits; tries are limited for the load's sake, and the answer to a wrong code is the same whatever is wrong.
"""

from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from anlan.base.clock import now
from anlan.base.errors import Invalid, NotFound
from anlan.base.ids import in_fours, read_code
from anlan.cases.catalogue import current
from anlan.parts.documents.finding import Real, find_document
from anlan.people.rates import Cap, take
from anlan.people.session import network_of
from anlan.web.front import answer_refusals, draw, quiet, said
from anlan.web.gate import open_to

TRIES = (Cap(n=60, per=timedelta(minutes=10)), Cap(n=600, per=timedelta(days=1)))
"""Of one network: a court or an office verifies many."""


class CodeForm(forms.Form):
    """The code, as it stands in the foot of each page."""

    code = forms.CharField(
        label=gettext_lazy("Verification code"),
        max_length=64,
        help_text=gettext_lazy(
            "16 letters and digits, in the foot of each page. Spaces and case do not matter."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


@open_to("anyone")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answer_refusals
def verify(request: HttpRequest) -> HttpResponse:
    """Asks for the code."""
    if request.method != "POST":
        return draw(request, "public/verify.html", {"form": CodeForm()})
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            _find(request, form.cleaned_data["code"])
        except (NotFound, Invalid):
            form.add_error("code", _unknown())
        else:
            return HttpResponseRedirect(
                reverse("public:document", args=[read_code(form.cleaned_data["code"])])
            )
    return draw(request, "public/verify.html", {"form": form}, status=422)


@open_to("anyone")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answer_refusals
def document(request: HttpRequest, code: str) -> HttpResponse:
    """What bears this code, and, of a file that is given, whether it is the same."""
    try:
        real = _find(request, code)
    except (NotFound, Invalid):
        form = CodeForm({"code": code[:64].replace("\x00", "")})
        form.is_valid()
        form.add_error("code", _unknown())
        return quiet(draw(request, "public/verify.html", {"form": form}, status=404))
    office = current().organisations.get(real.organisation or 0)
    context = {
        "code": in_fours(read_code(code)),
        "address": read_code(code),
        "kind": said(real.words) if real.words else _("Document"),
        "number": real.number,
        "office": said(office.words) if office else "",
        "day": real.day,
        "good": real.good,
        "digest": real.digest,
        "same": _is_same(request, real),
    }
    return quiet(draw(request, "public/document.html", context))


def _find(request: HttpRequest, code: str) -> Real:
    at = now()
    for cap in TRIES:
        take("verify", network_of(request), cap=cap, at=at)
    return find_document(code)


def _unknown() -> str:
    return _(
        "No document with this code was made here. Please compare it letter by letter; if it is right, the document is not from here."
    )


def _is_same(request: HttpRequest, real: Real) -> bool | None:
    """Whether the file that was sent has the document's digest; None where none was."""
    file = request.FILES.get("file") if request.method == "POST" else None
    if file is None:
        return None
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return compare_digest(digest.hexdigest(), real.digest)
