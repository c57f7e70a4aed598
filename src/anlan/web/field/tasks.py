# SPDX-License-Identifier: Apache-2.0
"""The field's pages, for a phone: my tasks, one case on one page with one thing to do, report and settle on the spot.

The same engine and the same actions as the desk; larger targets, one column. No position of the worker is taken or kept.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.base.errors import Refused
from anlan.cases import registry
from anlan.cases.define import Kind, Relation
from anlan.cases.queries import NOTHING, Filters, Sort, beginnings, list_cases
from anlan.people.may import Role
from anlan.places.names import narrow
from anlan.web.action_forms import say
from anlan.web.answers import organisation
from anlan.web.case_clocks import terms_of
from anlan.web.case_drawing import item_of, line_of, lines_of, people_of, place_of, why_here
from anlan.web.case_matter import coming, matter_of
from anlan.web.case_naming import closing_of, title_in
from anlan.web.gate import open_to
from anlan.web.listening import heard_up_to
from anlan.web.look.times import due_pill
from anlan.web.look.values import Choice, Deed, Pill, Tone
from anlan.web.staff_acting import NotNow, do_action, find_view, main_action, word_of
from anlan.web.staff_files import answer_file
from anlan.web.staff_frame import FIELD, Sight, frame, language, look_of
from anlan.web.staff_joined import joined_of, joins, report_of
from anlan.web.staff_opening import keep_slip, open_at, openings, own_places, source_of

PAGE = 20
HAND, CHECK, OWN = "hand", "check", "own"


@open_to("staff", roles=FIELD)
@never_cache
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """What is given to my organisation, or waits for a check in my places, by limit; and what I reported, newest first."""
    sight, heard = look_of(request), heard_up_to()
    asked = {
        HAND: Filters(mine=True),
        CHECK: Filters(states=check_states(sight)),
        OWN: Filters(open=None, source=_own_source(sight), opened=True),
    }
    which = request.GET.get("which", HAND)
    which = which if which in asked else HAND
    try:
        page = list_cases(
            sight.by,
            known=sight.known,
            at=sight.at,
            filters=asked[which],
            sort=Sort.NEWEST if which == OWN else Sort.DUE,
            after=request.GET.get("after") or None,
            size=PAGE,
        )
    except Refused:
        return HttpResponseRedirect(reverse("field:tasks"))
    base = reverse("field:tasks")
    begins = beginnings(sight.by, [row.id for row in page.rows], known=sight.known)
    names = {HAND: _("Given to us"), CHECK: _("To check"), OWN: _("Reported by me")}
    context = {
        **frame(request, here="field:tasks"),
        "now": sight.at,
        "heard": heard,
        "which": [
            Choice(word=word, url=f"{base}?which={key}" if key != HAND else base, current=which == key)
            for key, word in names.items()
        ],
        "tasks": [
            item_of(
                row,
                url=reverse("field:case", args=[row.number]),
                sight=sight,
                begins=begins.get(row.id, NOTHING),
            )
            for row in page.rows
        ],
        "own": which == OWN,
        "older": f"?which={which}&after={page.next_cursor}" if page.next_cursor else "",
        "newer": f"{base}?which={which}" if request.GET.get("after") else "",
    }
    return render(request, "field/tasks.html", context)


def _own_source(sight: Sight) -> str | None:
    """Where what one reported comes from; a clerk also writes down what somebody says at the counter."""
    return None if sight.by.role is Role.VILLAGE_CLERK else source_of(sight)


def check_states(sight: Sight) -> tuple[str, ...]:
    """States in which somebody of this role has something to check because of the place, not because it was given them."""
    found: dict[str, None] = {}
    for procedure in registry.newest().values():
        for action in procedure.actions:
            by_area = any(
                who.relation is Relation.AREA and str(sight.by.role) in who.roles for who in action.by
            )
            if by_area and action.key != "look":
                found |= dict.fromkeys(state for state in action.frm if state)
    return tuple(found)


@open_to("staff", roles=FIELD)
@never_cache
@require_safe
def case(request: HttpRequest, number: int) -> HttpResponse:
    """One case on one page."""
    sight = look_of(request)
    return render(request, "field/case.html", {**frame(request), **_page(request, sight, number)})


@open_to("staff", roles=FIELD)
@never_cache
def do(request: HttpRequest, number: int, action: str) -> HttpResponse:
    """The form of one action, and the act."""
    sight = look_of(request)
    try:
        doing = do_action(request, sight, number, action)
    except NotNow as passed:
        messages.warning(request, str(passed))
        return HttpResponseRedirect(reverse("field:case", args=[number]))
    if doing.done is not None:
        messages.success(request, say(doing.action.done))
        try:
            find_view(sight, number)
        except Http404:
            return HttpResponseRedirect(reverse("field:tasks"))
        return HttpResponseRedirect(reverse("field:case", args=[number]))
    kinds = {field.kind for field in doing.action.fields}
    context = {
        **frame(request),
        **_page(request, sight, number),
        "form": doing.form,
        "word": say(doing.action.words),
        "uploads": Kind.FILES in kinds,
        "refreshes": {Kind.CATEGORY, Kind.CONDITION} <= kinds,
        "conflict": doing.status == 409,
        "still": doing.action in doing.view.actions,
        "typed": doing.typed,
        "joins": joins(doing.action),
        "seen": doing.seen,
        "other": doing.other
        and report_of(
            doing.other,
            sight,
            url=reverse("field:case", args=[doing.other.case.number]),
            file_url=lambda number, n: reverse("field:file", args=[number, n]),
        ),
        "news": [line_of(each, doing.view, sight, files=(), file_url=str) for each in doing.news],
    }
    return render(request, "field/do.html", context, status=doing.status)


@open_to("staff", roles=FIELD)
@require_safe
def file(request: HttpRequest, number: int, n: int) -> HttpResponse:
    """A file of the case, for whoever may read it."""
    return answer_file(request, number, n)


@open_to("staff", roles=FIELD)
@require_safe
def joined_file(request: HttpRequest, number: int, other: int, n: int) -> HttpResponse:
    """A file of a report that went on in this case, for whoever works on it."""
    return answer_file(request, number, n, other=other)


def _page(request: HttpRequest, sight: Sight, number: int) -> dict[str, Any]:
    try:
        view = find_view(sight, number, before=request.GET.get("before") or None)
    except Refused:
        raise Http404 from None
    case, known = view.case, sight.known

    def file_url(n: int) -> str:
        return reverse("field:file", args=[case.number, n])

    matter = matter_of(view, sight, file_url=file_url)
    main, _proposed = main_action(view, sight)
    state = view.procedure.state(case.state)
    pills = [due_pill(case.due_at, at=sight.at)] if case.open and case.due_at else []
    pills.append(Pill(word=say(state.words), tone=Tone.PLAIN if case.open else Tone.DONE))
    actions = sorted((each for each in view.actions if each.key != "look"), key=lambda each: each is not main)
    return {
        "now": sight.at,
        "case": case,
        "title": title_in(view.procedure, case, known),
        "pills": [
            *pills,
            *([Pill(word=_("Urgent"), tone=Tone.URGENT)] if case.urgent else []),
            *coming(case, at=sight.at),
        ],
        "place": place_of(case.place, at=sight.at),
        "deeds": [
            Deed(
                word=word_of(action, view, sight),
                url=reverse("field:do", args=[case.number, action.key]),
                main=action is main,
            )
            for action in actions
        ],
        "why": why_here(view),
        "told": matter.told,
        "answers": matter.answers,
        "closed_words": "reporter" not in view.reads,
        "photos": matter.photos,
        "after": matter.after,
        "looked": matter.looked,
        "used": matter.used,
        "closing": closing_of(case, known),
        "joined": joined_of(
            view,
            sight,
            case_url=lambda number: reverse("field:case", args=[number]),
            file_url=lambda number, n: reverse("field:joined_file", args=[case.number, number, n]),
        ),
        "terms": [term for term in terms_of(view, sight) if term.met is None],
        "facts": [
            (_("Lead unit"), organisation(known, case.holder)),
            (_("Room"), organisation(known, case.room)),
        ],
        "people": people_of(view) if view.people else [],
        "lines": lines_of(view, sight, file_url=file_url),
        "older_lines": f"?before={view.timeline.older}#story" if view.timeline.older else "",
    }


@open_to("staff", roles=FIELD)
@never_cache
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Where it is: a short list of one's own places, or a typed name; then what to do with it."""
    sight = look_of(request)
    where = request.GET.get("where", "").strip()[:200]
    places = own_places(sight)
    if where:
        found = narrow(where, language="zh" if language().startswith("zh") else "en", limit=12)
        places = [(each.spot.id, each.path) for each in found]
    context = {
        **frame(request, here="field:new"),
        "where": where,
        "places": places,
        "ways": [{"word": say(action.words), "key": action.key} for _procedure, action in openings(sight)],
    }
    return render(request, "field/choose.html", context)


@open_to("staff", roles=FIELD)
@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """From the chosen place and way to its form."""
    place, action = request.GET.get("place", ""), request.GET.get("action", "")
    if not place.isdecimal() or len(place) > 12 or not action.isidentifier():
        return HttpResponseRedirect(reverse("field:new"))
    return HttpResponseRedirect(reverse("field:new_at", args=[int(place), action]))


@open_to("staff", roles=FIELD)
@never_cache
def report(request: HttpRequest, place: int, action: str) -> HttpResponse:
    """The form with a photo, or what was opened."""
    sight = look_of(request)
    made = open_at(request, sight, place, action)
    if made.done is not None:
        messages.success(request, say(made.action.done))
        if made.person is not None:
            keep_slip(request, made.done, at=sight.at)
            return HttpResponseRedirect(reverse("desk:opened"))
        return HttpResponseRedirect(reverse("field:case", args=[made.done.number]))
    context = {
        **frame(request, here="field:new"),
        "made": made,
        "form": made.form,
        "person": made.person,
        "word": say(made.action.words),
    }
    return render(request, "field/report.html", context, status=made.status)
