# SPDX-License-Identifier: Apache-2.0
"""Beginning the assessment of a decision, and the comments that its draft got: read, left out with a reason, answered many at once.

All else of an assessment is on the generic pages of its case. Nobody here sees who commented: there is nothing of it to see.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anlan.base.errors import NotFound, Refused
from anlan.cases.act import act
from anlan.cases.define import Audience
from anlan.cases.may import may_see
from anlan.places import find
from anlan.procedures.assessment import catalogue, comments
from anlan.procedures.assessment.actions import OPENING
from anlan.procedures.assessment.procedure import ASSESSMENT
from anlan.procedures.assessment.published import Consultation, get_published
from anlan.procedures.assessment.rules import time_is_over
from anlan.procedures.assessment.tallies import standing, survey_of
from anlan.procedures.assessment.terms import ADOPTED, ASSESSORS, DECIDE, WITHHELD
from anlan.web.action_forms import ActionForm, make_envelope, say
from anlan.web.case_drawing import name_of
from anlan.web.drafts import new_report, read_draft
from anlan.web.gate import open_to
from anlan.web.staff_acting import find_view
from anlan.web.staff_frame import READERS, Sight, frame, language, look_of
from anlan.web.staff_opening import own_place, places_for


@open_to("staff", roles=ASSESSORS)
@never_cache
@require_safe
def assessment_place(request: HttpRequest) -> HttpResponse:
    """For which place the decision is, and which decisions need an assessment."""
    sight = look_of(request)
    context = {
        **frame(request, here="desk:new_assessment"),
        **places_for(request, sight, lambda place: reverse("desk:assess", args=[place])),
        "word": say(OPENING.words),
        "items": [
            {
                "name": say(item.words),
                "threshold": say(item.threshold),
                "basis": say(item.basis),
                "simple": item.simple,
            }
            for item in catalogue.ITEMS.values()
        ],
        "version": catalogue.VERSION,
    }
    return render(request, "desk/assessment_place.html", context)


@open_to("staff", roles=ASSESSORS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, place: int) -> HttpResponse:
    """The form; then the case."""
    sight = look_of(request)
    spot = own_place(place, sight)
    sent = request.POST if request.method == "POST" else None
    draft = read_draft(request) or new_report()
    serving = sight.known.serving(spot.code, on=sight.at.astimezone(find.ZONE).date())
    deciding = sorted(
        (each for each in serving if each.kind in DECIDE), key=lambda each: DECIDE.index(each.kind)
    )
    form = ActionForm(
        OPENING, known=sight.known, at=sight.at, organisations=[each.id for each in deciding], data=sent
    )
    status = 200
    if sent is not None:
        try:
            done = act(
                make_envelope(
                    OPENING.key,
                    by=sight.by,
                    at=sight.at,
                    case_id=draft.case_id,
                    data=form.values(),
                    request_id=draft.request_id,
                    procedure=ASSESSMENT.key,
                    place=spot.id,
                    source="office",
                    key=draft.key,
                )
            )
        except Refused as refused:
            form.show_faults(refused)
            status = refused.status
        else:
            return HttpResponseRedirect(reverse("desk:case", args=[done.number]))
    context = {
        **frame(request, here="desk:new_assessment"),
        "form": form,
        "word": say(OPENING.words),
        "path": find.full_path(spot.id, at=sight.at, language=language(), skip=1) or spot.called(language()),
        "draft": draft.text(request),
    }
    return render(request, "desk/assess.html", context, status=status)


class AnswerForm(forms.Form):
    """One answer for all that were chosen."""

    adopted = forms.ChoiceField(label=gettext_lazy("Adopted?"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("The answer: why, and what becomes of it"),
        max_length=comments.LONGEST,
        widget=forms.Textarea,
        required=False,
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why they are not shown"), widget=forms.RadioSelect, required=False
    )

    def __init__(self, **given: Any) -> None:
        """The choices are the procedure's."""
        super().__init__(auto_id="id_answer_%s", **given)
        self.fields["adopted"].required = False
        self.fields["adopted"].choices = [(key, say(words)) for key, words in ADOPTED]  # type: ignore[attr-defined]
        self.fields["reason"].choices = [(key, say(words)) for key, words in WITHHELD]  # type: ignore[attr-defined]


@open_to("staff", roles=READERS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case_comments(request: HttpRequest, number: int) -> HttpResponse:
    """The comments of a case by pages; what was ticked is answered, or left out."""
    sight = look_of(request)
    view = find_view(sight, number)
    case = view.case
    if case.procedure != ASSESSMENT.key or not may_see(
        sight.by, Audience.OFFICE, case, parties=(), looked=False, known=sight.known
    ):
        raise Http404
    form = AnswerForm(data=request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        try:
            done = _do(request, case.id, form, sight)
        except Refused as refused:
            form.is_valid()
            for key, words in refused.fields.items():
                form.add_error(key if key in form.fields else None, str(words))
            if not refused.fields:
                form.add_error(
                    None,
                    _("Please choose comments first.") if isinstance(refused, NotFound) else str(refused),
                )
            status = refused.status if not isinstance(refused, NotFound) else 422
        else:
            messages.success(request, done)
            return HttpResponseRedirect(request.get_full_path())
    which = request.GET.get("which", "")
    which = which if which in comments.SHOWN else "waiting"
    try:
        after = UUID(request.GET["after"]) if "after" in request.GET else None
    except ValueError:
        raise Http404 from None
    page = comments.comments_for(sight.by, case.id, which=which, after=after, known=sight.known)
    here = reverse("desk:comments", args=[number])
    published = _published(case.published_as)
    headings = {each.n: each.heading for each in published.sections if each.heading} if published else {}
    stands = {each.section: each for each in standing(case.id)}
    # While voices still come in, who looks before and after one of them would read it.
    found = survey_of(case.id, published.questions) if published and not published.takes(sight.at) else None
    working = case.state in ASSESSMENT.action("answer").frm and _is_assessor(sight, case.holder)
    ticked = set(request.POST.getlist("comment")) if request.method == "POST" else set()
    over = case.state in {"commenting", "commented"} and time_is_over(case, sight.at)
    context = {
        **frame(request),
        "number": number,
        "called": name_of(view, sight),
        "form": form,
        "working": working,
        "rows": [
            {
                "id": each.id.hex,
                "ticked": each.id.hex in ticked,
                "at": each.at,
                "words": each.words or _("It cannot be read."),
                "about": headings.get(each.section) or _("The whole draft"),
                "town": _town(each.town, sight),
                "withheld": say(dict(WITHHELD)[each.withheld]) if each.withheld else "",
                "adopted": say(dict(ADOPTED)[each.adopted]) if each.adopted else "",
                "reply": each.reply,
            }
            for each in page.rows
        ],
        "which": which,
        "ways": [
            (
                f"{word} {sum(getattr(each, key) for each in stands.values())}",
                f"{here}?which={key}",
                key == which,
            )
            for key, word in (
                ("waiting", _("Waiting")),
                ("answered", _("Answered")),
                ("withheld", _("Not shown")),
            )
        ],
        "sections": [
            (n, heading, stands[n].waiting)
            for n, heading in ((0, _("The whole draft")), *headings.items())
            if which == "waiting" and n in stands and stands[n].waiting
        ],
        "counted": [
            (heading, stands[n])
            for n, heading in ((0, _("The whole draft")), *headings.items())
            if n in stands
        ],
        "whole": {
            key: sum(getattr(each, key) for each in stands.values())
            for key in ("all", "waiting", "answered", "withheld")
        },
        "survey": found,
        "tally": [
            (say(each.words), [(say(words), str(n)) for words, n in each.answers])
            for each in (found.asked if found else ())
        ],
        "older": f"{here}?which={which}&after={page.more}" if page.more else "",
        "first": f"{here}?which={which}" if after else "",
        "over": over,
        "commenting": case.state == "commenting" and not over,
        "altered": not comments.are_whole(case.id),
        "unanswered": case.record["unanswered"],
    }
    return render(request, "desk/comments.html", context, status=status)


@open_to("staff", roles=ASSESSORS)
@require_POST
def end_consultation(request: HttpRequest, number: int) -> HttpResponse:
    """Counts all comments, once the time is over."""
    sight = look_of(request)
    view = find_view(sight, number)
    try:
        comments.end_consultation(view.case.id, by=sight.by, at=sight.at)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("All comments are counted."))
    return HttpResponseRedirect(reverse("desk:comments", args=[number]))


def _do(request: HttpRequest, case_id: UUID, form: AnswerForm, sight: Sight) -> str:
    """Does what the button says. Raises Refused."""
    form.is_valid()
    said = form.cleaned_data
    try:
        ids = [UUID(hex=each) for each in request.POST.getlist("comment")[: comments.PAGE]]
    except ValueError:
        raise Http404 from None
    if "withhold" in request.POST:
        comments.withhold(case_id, ids, said.get("reason", ""), by=sight.by, at=sight.at)
        return ngettext("%(n)s comment is not shown.", "%(n)s comments are not shown.", len(ids)) % {
            "n": len(ids)
        }
    section = request.POST.get("section", "")
    comments.answer_many(
        case_id,
        words=said.get("words", ""),
        adopted=said.get("adopted", ""),
        ids=ids,
        section=int(section) if section.isdecimal() and len(section) < 4 else None,
        known=sight.known,
        by=sight.by,
        at=sight.at,
    )
    return _("Answered.")


def _is_assessor(sight: Sight, holder: int | None) -> bool:
    return str(sight.by.role) in ASSESSORS and sight.by.organisation_id == holder


def _published(code: str | None) -> Consultation | None:
    try:
        return get_published(code or "")
    except NotFound:
        return None


def _town(code: int | None, sight: Sight) -> str:
    spot = None if code is None else find.find_code(code, at=sight.at)
    return spot.called(language()) if spot else ""
