# SPDX-License-Identifier: Apache-2.0
"""Being told at DingTalk too: one gives one's user id, a code comes there, and who types it in here is told from then on."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from anlan.base.errors import Refused
from anlan.people.staffding import confirm_user, forget_user, get_user, send_user_code
from anlan.web.front import wait
from anlan.web.gate import open_to
from anlan.web.staff_frame import WORKERS, frame, look_of


class UserForm(forms.Form):
    """The id."""

    user = forms.CharField(
        label=gettext_lazy("Your user id at DingTalk"),
        help_text=gettext_lazy(
            "Who runs DingTalk in your organisation knows it. A code comes to you there. Kept encrypted, seen by nobody."
        ),
        max_length=64,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )


class CodeForm(forms.Form):
    """The code that came there; the id travels along, so nothing is kept before it is shown to be one's own."""

    user = forms.CharField(max_length=64, widget=forms.HiddenInput)
    code = forms.CharField(
        label=gettext_lazy("Code from the work notice"),
        max_length=40,
        help_text=gettext_lazy("Six digits, good for ten minutes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


@open_to("staff", roles=WORKERS)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def dingtalk(request: HttpRequest) -> HttpResponse:
    """Asks for the id, sends a code, asks for the code; or ends it."""
    if not settings.ANLAN_DINGTALK:
        raise Http404
    sight = look_of(request)
    account = sight.by.account
    done = HttpResponseRedirect(reverse("desk:screens"))
    if request.method != "POST":
        return _page(request, UserForm(), user=get_user(account))
    if "end" in request.POST:
        forget_user(account)
        messages.success(request, _("Nothing comes to DingTalk any more."))
        return done
    form: forms.Form = (CodeForm if "code" in request.POST else UserForm)(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    try:
        if "code" in given:
            confirm_user(account, given["user"], given["code"], at=sight.at)
            messages.success(request, _("From now on your notices come to DingTalk too."))
            return done
        send_user_code(account, given["user"], at=sight.at)
    except Refused as refused:
        field = "code" if "code" in given else "user"
        form.add_error(field, str(refused.fields.get(field, refused.message)))
        return wait(_page(request, form, status=refused.status), refused)
    return _page(request, CodeForm(initial={"user": given["user"]}))


def _page(request: HttpRequest, form: forms.Form, *, user: str = "", status: int = 200) -> HttpResponse:
    context = {
        **frame(request, here="desk:notices"),
        "form": form,
        "user": user,
        "sent": "code" in form.fields,
    }
    return render(request, "desk/dingtalk.html", context, status=status)
