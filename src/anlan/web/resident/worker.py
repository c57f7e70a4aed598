# SPDX-License-Identifier: Apache-2.0
"""What lets the report page open without signal: its script, and the page as it is for nobody in particular.

The script is named by what it keeps: another build, another language or another form is another version. It keeps that one
page and its files, and no page that was drawn for somebody.
"""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.base.clock import now
from anlan.cases import registry
from anlan.cases.catalogue import current
from anlan.people.may import anonymous
from anlan.web.drafts import new_report
from anlan.web.front import ways_of
from anlan.web.gate import open_to
from anlan.web.look.context import look as look_of
from anlan.web.look.storage import FOLDER
from anlan.web.look.workers import worker_of
from anlan.web.resident.report import ACTION, PROCEDURE, form_context
from anlan.web.resident.report_form import ReportForm

ICON = FOLDER + "sign-192.png"
FILES = ("page.css", "page.js", "report.js", "sign.svg")


@open_to("anyone")
@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script, with what it keeps. Raises Http404 where the front-end was not built."""
    form, kept = reverse("resident:new"), reverse("resident:shell")
    return worker_of(
        "worker.js", files=FILES, page=_shell(request), scope=form, form=form, shell=kept, icon=static(ICON)
    )


@open_to("anyone")
@never_cache
@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The report page that opens without signal: no session, no draft and no token in it."""
    return HttpResponse(_shell(request))


def _shell(request: HttpRequest) -> str:
    at, procedure = now(), registry.newest()[PROCEDURE]
    form = ReportForm(procedure.action(ACTION), known=current(), at=at, initial={})
    here = reverse("resident:new")
    context = form_context(form, new_report(), procedure) | {
        "shell": True,
        "nav": ways_of(anonymous(), here="resident:new"),
        "now": at,
        "look": replace(look_of(request)["look"], here=here),
    }
    return render_to_string("resident/report.html", context)
