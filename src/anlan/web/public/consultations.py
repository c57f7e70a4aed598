# SPDX-License-Identifier: Apache-2.0
"""Consultations for everybody: drafts that are open for comments, and what became of them. Reading and commenting take no account, the
questionnaire does: one voice each. Nothing is kept of who comments but, where they say it, their town.
"""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from anlan.base.clock import now
from anlan.base.errors import NotFound, Refused
from anlan.base.ids import case_number
from anlan.cases.catalogue import current
from anlan.cases.define import STAY, Action
from anlan.cases.known import local_day
from anlan.cases.personal import find_personal, mask, namelike
from anlan.cases.registry import newest
from anlan.parts.meetings.ics import KIND, as_calendar
from anlan.people.rates import Cap, take
from anlan.people.session import network_of
from anlan.places import find
from anlan.places.codes import Level, level_of
from anlan.procedures.assessment import catalogue, comments
from anlan.procedures.assessment.matrix import LEVELS
from anlan.procedures.assessment.procedure import ASSESSMENT
from anlan.procedures.assessment.published import (
    Consultation,
    files_of,
    get_published,
    open_now,
    past,
    read_file,
)
from anlan.procedures.assessment.tallies import Survey, has_spoken, survey_of, withheld_of
from anlan.procedures.assessment.terms import ADOPTED, ADVICE, CONCLUSIONS, WITHHELD
from anlan.web.action_forms import ActionForm
from anlan.web.files import SHOWN
from anlan.web.front import answer_refusals, draw, language, quiet, said, visitor, wait
from anlan.web.gate import open_to
from anlan.web.look.times import say_day
from anlan.web.look.values import Pill, Tone

HERE = "public:consultations"
CAPS = (Cap(n=30, per=timedelta(hours=1)), Cap(n=200, per=timedelta(days=1)))
"""Comments from one connection; many may share it."""
BACK, CHECKED = "back", "checked"
WATCHED = {"decided", "reviewing", "reviewed", "ended"}
"""States after the decision that it is done."""
TOLD = {"decided", "reviewing", "reviewed", "ended", "deferred", "stopped"}
"""States in which the comments are published with their answers."""


class CommentForm(forms.Form):
    """A comment: on what, in words, and perhaps from which town."""

    section = forms.TypedChoiceField(label=gettext_lazy("About"), coerce=int)
    words = forms.CharField(
        label=gettext_lazy("Your comment"),
        max_length=comments.LONGEST,
        widget=forms.Textarea,
        help_text=gettext_lazy(
            "No names and phones, please: it is published with its answer once it is decided."
        ),
    )
    town = forms.TypedChoiceField(
        label=gettext_lazy("Your town (optional)"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, one: Consultation, **given: Any) -> None:
        """The sections and towns are those of the draft."""
        super().__init__(auto_id="id_comment_%s", **given)
        sections = [(each.n, each.heading) for each in one.sections if each.heading]
        self.fields["section"].choices = [(0, _("The whole draft")), *sections]  # type: ignore[attr-defined]
        self.fields["town"].choices = [("", "—"), *towns_of(one)]  # type: ignore[attr-defined]


def towns_of(one: Consultation) -> list[tuple[int, str]]:
    """The towns of the county that the decision is about, by code."""
    at = now()
    spot = find.find_code(one.area, at=at)
    if spot is None or level_of(one.area) < Level.COUNTY:
        return []
    county = next((each for each in (spot, *find.above(spot.id, at=at)) if each.level == Level.COUNTY), spot)
    return [(each.code, each.called(language())) for each in find.children(county.id, at=at)]


@open_to("anyone")
@never_cache
@require_safe
@answer_refusals
def consultations(request: HttpRequest) -> HttpResponse:
    """What is open now, and what became of the others."""
    after = request.GET.get("after", "")
    found = past(after=after)
    here = reverse(HERE)
    context = {
        "open_now": [] if after else [_row(each) for each in open_now()],
        "past": [_row(each) for each in found.rows],
        "begins": not after,
        "first": here if after else "",
        "older": f"{here}?after={quote(found.more)}" if found.more else "",
    }
    return quiet(draw(request, "public/consultations.html", context))


@open_to("anyone")
@never_cache
@require_safe
@answer_refusals
def consultation(request: HttpRequest, code: str) -> HttpResponse:
    """One draft, or what became of it."""
    one = get_published(code)
    section = request.GET.get("section", "")
    form = CommentForm(one, initial={"section": section if section.isdecimal() else 0})
    return quiet(_page(request, one, form, _survey(one)))


@open_to("anyone")
@require_POST
@answer_refusals
def comment(request: HttpRequest, code: str) -> HttpResponse:
    """Takes a comment; without an account. What in it points at somebody is asked about first."""
    one, at = get_published(code), now()
    form = CommentForm(one, data=request.POST)
    if form.is_valid():
        said_ = form.cleaned_data
        if BACK in request.POST:
            return _page(request, one, form, _survey(one))
        numbers, names = find_personal(said_["words"], ()), namelike(said_["words"])
        if CHECKED not in request.POST and (numbers or names):
            context = {
                "one": one,
                "numbers": numbers,
                "names": dict.fromkeys(each.text for each in names),
                "words": said_["words"],
                "without": mask(said_["words"], ()),
                "given": request.POST,
            }
            return quiet(draw(request, "public/comment_before.html", context))
        try:
            for cap in CAPS:
                take("comment", network_of(request), cap=cap, at=at)
            comments.comment(
                one.id,
                one.key,
                words=said_["words"],
                section=said_["section"],
                town=said_["town"],
                known=current(),
                at=at,
            )
        except Refused as refused:
            form.add_error(None, str(refused.fields.get("words", refused.message)))
            return wait(_page(request, one, form, _survey(one), status=refused.status), refused)
        messages.success(request, _("Your comment is with the assessors. Every comment is answered."))
        return HttpResponseRedirect(reverse("public:consultation", args=[code]))
    return _page(request, one, form, _survey(one), status=422)


@open_to("anyone")
@require_POST
@answer_refusals
def survey(request: HttpRequest, code: str) -> HttpResponse:
    """Takes the answers to the questionnaire: one voice an account."""
    one, at, by = get_published(code), now(), visitor(request)
    if by.account_id is None:
        return HttpResponseRedirect(_sign_in(code))
    form = _survey(one, data=request.POST)
    try:
        comments.answer_survey(
            one.id,
            one.key,
            questions=one.questions,
            data=form.values(),
            account=by.account_id,
            town=None,
            known=current(),
            at=at,
        )
    except Refused as refused:
        form.show_faults(refused)
        return _page(request, one, CommentForm(one), form, status=refused.status)
    messages.success(request, _("Thank you: your answers count."))
    return HttpResponseRedirect(reverse("public:consultation", args=[code]))


@open_to("anyone")
@never_cache
@require_safe
@answer_refusals
def answered(request: HttpRequest, code: str) -> HttpResponse:
    """The comments with their answers, once it was decided."""
    one = get_published(code)
    if one.state not in TOLD:
        raise NotFound
    try:
        after = UUID(request.GET["after"]) if "after" in request.GET else None
    except ValueError:
        raise Http404 from None
    found = comments.answered_comments(one.id, one.key, after=after)
    here = reverse("public:answered", args=[code])
    names = {each.n: each.heading for each in one.sections}
    context = {
        "one": one,
        "rows": [
            {
                "words": each.words or "",
                "about": names.get(each.section) or _("The whole draft"),
                "town": _town(each.town),
                "adopted": said(dict(ADOPTED)[each.adopted]) if each.adopted else "",
                "reply": each.reply,
            }
            for each in found.rows
        ],
        "withheld": [(said(dict(WITHHELD)[key]), str(n)) for key, n in withheld_of(one.id).items()],
        "first": here if after else "",
        "older": f"{here}?after={found.more}" if found.more else "",
    }
    return quiet(draw(request, "public/answered.html", context))


@open_to("anyone")
@require_safe
@answer_refusals
def file(_request: HttpRequest, code: str, n: int) -> HttpResponse:
    """A published attachment."""
    kind, data = read_file(get_published(code), n)
    answer = HttpResponse(data, content_type=kind)
    if kind not in SHOWN:
        answer["Content-Disposition"] = "attachment"
    return quiet(answer)


@open_to("anyone")
@never_cache
@require_safe
@answer_refusals
def meeting(request: HttpRequest, code: str, seq: int) -> HttpResponse:
    """A meeting or hearing as a file for a calendar; one that was called off takes itself out of it."""
    one = get_published(code)
    found = next((each for each in one.meetings if each.seq == seq), None)
    if found is None:
        raise NotFound
    address = request.build_absolute_uri(reverse("public:consultation", args=[code]))
    file_ = as_calendar(
        found,
        number=case_number(one.id),
        summary=_("Hearing: %(title)s") % {"title": one.title},
        address=address,
    )
    answer = HttpResponse(file_, content_type=f"{KIND}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="meeting-{seq}.ics"'
    return quiet(answer)


def _survey(one: Consultation, data: Any = None) -> ActionForm:
    """The questionnaire, drawn as any action's fields are."""
    asked = Action(
        key="survey", words=ASSESSMENT.words, done=ASSESSMENT.words, frm=(), to=STAY, by=(), fields=one.questions
    )  # fmt: skip
    form = ActionForm(asked, known=current(), at=now(), data=data)
    for each in form.fields.values():
        each.label = getattr(each, "plain", each.label)  # that none has to be answered is said once, for all
    return form


def _sign_in(code: str) -> str:
    return f"{reverse('resident:sign_in')}?next={quote(reverse('public:consultation', args=[code]))}"


def _town(code: int | None) -> str:
    spot = None if code is None else find.find_code(code, at=now())
    return spot.called(language()) if spot else ""


def _pill(one: Consultation) -> Pill:
    if one.takes(now()):
        return Pill(word=_("Open for comments"), tone=Tone.NEW)
    state = "commented" if one.state == "commenting" else one.state
    return Pill(word=said(ASSESSMENT.state(state).public), tone=Tone.PLAIN if one.open else Tone.DONE)


def _row(one: Consultation) -> dict[str, Any]:
    return {
        "title": one.title,
        "url": reverse("public:consultation", args=[one.code]),
        "pill": _pill(one),
        "kind": said(catalogue.ITEMS[one.kind].words),
        "office": _office(one.decider),
        "until": one.until if one.takes(now()) else None,
        "published_at": one.published_at,
    }


def _page(
    request: HttpRequest,
    one: Consultation,
    form: CommentForm,
    questionnaire: ActionForm,
    *,
    status: int = 200,
) -> HttpResponse:
    at = now()
    takes = one.takes(at)
    told = one.state in TOLD
    survey, tally = _results(one) if told else (None, [])
    by = visitor(request).account_id
    decided = one.last("decide", "defer", "stop")
    spot = find.find_code(one.area, at=at)
    facts = [
        (_("Kind of decision"), said(catalogue.ITEMS[one.kind].words)),
        (_("Place"), find.full_path(spot.id, at=at, language=language(), skip=1) or spot.called(language()) if spot else ""),
        (_("Who decides"), _office(one.decider)),
        (_("Who assesses the risks"), _office(one.assessor)),
        (_("Who checked its legality"), _office(one.checked_by) if told else ""),
        (_("Who carries it out"), _office((decided.facts if decided else {}).get("executor"))),
        (_("Comments received"), str(one.comments) if one.comments is not None else ""),
        (_("Adopted, wholly or in part"), str(one.adopted) if told and one.comments else ""),
        (_("Level of risk"), said(dict(LEVELS)[one.level]) if told and one.level else ""),
        (_("Result"), said(dict(CONCLUSIONS)[one.result]) if told and one.result else ""),
    ]  # fmt: skip
    context = {
        "one": one,
        "pill": _pill(one),
        "takes": takes,
        "ended": one.until is not None and not takes and not told and one.open,
        "facts": [(name, value) for name, value in facts if value],
        "explanation": one.words("explanation"),
        "short": one.words("short_reason"),
        "sections": one.sections,
        "files": [
            (each.name or _("Attachment %(n)s") % {"n": each.n}, reverse("public:consultation_file", args=[one.code, each.n]))
            for each in files_of(one)
        ],
        "meetings": [each for each in one.meetings if each.state == "called"],
        "form": form,
        "questionnaire": questionnaire if one.questions else None,
        "signed_in": by is not None,
        "spoke": takes and by is not None and bool(one.questions) and has_spoken(one.id, one.key, by),
        "sign_in": _sign_in(one.code),
        "decided": decided,
        "after": _after(one),
        "review": one.last("review"),
        "withdrawn": one.last("withdraw"),
        "extended": one.last("extend"),
        "answered": reverse("public:answered", args=[one.code]) if told and one.comments else "",
        "survey": survey,
        "tally": tally,
    }  # fmt: skip
    return quiet(draw(request, "public/consultation.html", context, status=status))


def _office(organisation: int | None) -> str:
    found = current().organisations.get(organisation or 0)
    return said(found.words) if found else ""


def _after(one: Consultation) -> list[tuple[str, Any]]:
    """What happened since it was decided that it is done: until when it is tracked, what was found, and counts of what came of it, never more."""
    if one.decided_at is None or one.state not in WATCHED:
        return []
    review = one.last("review")
    came = [f"{said(newest()[key].words)} {n}" for key, n in sorted(one.linked.items()) if key in newest()]
    return [
        (name, value)
        for name, value in (
            (_("Tracked since"), _day(one.decided_at)),
            (_("Tracked until"), _day(one.tracked_until) if one.state == "decided" else ""),
            (_("Filed with"), _office(one.filed_with)),
            (_("Problems found in carrying it out"), str(one.troubles)),
            (_("Reports and disputes that came of it"), " · ".join(came) or "0"),
            (_("Reviewed by"), _office(one.holder) if one.state in {"reviewing", "reviewed"} else ""),
            (_("What the review advises"), said(dict(ADVICE)[review.facts["keep"]]) if review else ""),
        )
        if value
    ]


def _day(moment: datetime | None) -> str:
    calendar = current().calendar
    return say_day(local_day(moment, calendar), today=local_day(now(), calendar)) if moment else ""


def _results(one: Consultation) -> tuple[Survey | None, list[tuple[str, list[tuple[str, str]]]]]:
    """What the questionnaire gave, in the reader's words; nothing where there is none."""
    if not one.questions:
        return None, []
    found = survey_of(one.id, one.questions)
    rows = [(said(each.words), [(said(words), str(n)) for words, n in each.answers]) for each in found.asked]
    return found, rows
