# SPDX-License-Identifier: Apache-2.0
"""The desk's third column: one case whole, what can be done with it now, and doing it.

Everything is drawn from the declaration and from what `cases.queries` lets through. An address of a case that the post
does not see is not there.
"""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from anlan.base.errors import Refused
from anlan.cases import claims
from anlan.cases.define import Audience, Kind
from anlan.cases.held import held_on
from anlan.cases.invitations import deals_with_links
from anlan.cases.may import CONFIDENTIAL
from anlan.cases.queries import OUTCOME, REOPENED, RETURNED_BY, RETURNS, Line, View, count_joined
from anlan.cases.queries_awaited import awaited
from anlan.cases.queries_summaries import SUMMARY
from anlan.parts.signing.actions import DRAWN
from anlan.parts.signing.reads import file_of
from anlan.people.may import Role
from anlan.procedures.alert.procedure import ALERT
from anlan.web.action_forms import say
from anlan.web.answers import in_a_row, organisation
from anlan.web.attending import attend, waits
from anlan.web.case_clocks import day_rows, terms_of
from anlan.web.case_drawing import (
    SOURCE_WORDS,
    line_of,
    lines_of,
    looks_of_view,
    name_of,
    people_of,
    place_of,
    returned_words,
    why_here,
)
from anlan.web.case_matter import coming, matter_of, secret_of
from anlan.web.case_naming import closing_of, title_in
from anlan.web.desk.deeds import claim_of, first_card
from anlan.web.desk.inbox import BY_ITSELF, columns, onward
from anlan.web.desk.replies import choices, inserted
from anlan.web.gate import open_to
from anlan.web.look.times import due_pill
from anlan.web.look.values import Pill, Tone
from anlan.web.panels import panel_of
from anlan.web.staff_acting import (
    Doing,
    NotNow,
    do_action,
    find_view,
    is_held,
    make_form,
    read_category,
)
from anlan.web.staff_files import answer_file
from anlan.web.staff_frame import READERS, Sight, frame, language, look_of
from anlan.web.staff_joined import joined_of, joins, report_of
from anlan.web.staff_lists import read_asked
from anlan.web.staff_opening import keep_slip
from anlan.web.staff_preview import marked, rows_for_everybody
from anlan.web.staff_proposed import limit_words, route_words
from anlan.web.staff_veils import PICTURED, takes_photos, veils_of


@open_to("staff", roles=READERS)
@never_cache
@require_safe
def case(request: HttpRequest, number: int) -> HttpResponse:
    """The page of one case beside its list."""
    sight = look_of(request)
    try:
        view = find_view(sight, number, before=request.GET.get("before") or None)
    except Refused:
        return HttpResponseRedirect(reverse("desk:case", args=[number]))
    if view.case.open and any(action.key != "look" for action in view.actions):
        claims.opened(sight.by, view.case.id, at=sight.at)
    return render(
        request, "desk/case.html", {**_beside(request, sight, number), **_page(view, sight, request)}
    )


@open_to("staff", roles=READERS)
@never_cache
def do(request: HttpRequest, number: int, action: str) -> HttpResponse:
    """The form of one action, and the act."""
    sight = look_of(request)
    if "insert" in request.POST:
        request.POST = _with_reply(request, sight, number, action)  # type: ignore[assignment]
    try:
        doing = do_action(request, sight, number, action)
    except NotNow as passed:
        messages.warning(request, str(passed))
        return HttpResponseRedirect(reverse("desk:case", args=[number]) + _query(request, sight))
    if doing.held:
        return onward(request, sight, number)
    if doing.done is not None:
        messages.success(request, say(doing.action.done))
        try:
            view = find_view(sight, number)
        except Http404:
            # What was handed on may now be somebody else's to see.
            messages.info(request, _("The case is no longer with your post."))
            return HttpResponseRedirect(reverse("desk:inbox") + _query(request, sight))
        joined = _joined(view, doing.done.seq) if doing.action.joins else None
        if joined is not None:
            keep_slip(request, doing.done, at=sight.at, party=joined, joined=True)
            return HttpResponseRedirect(reverse("desk:opened"))
        return HttpResponseRedirect(reverse("desk:case", args=[number]) + _query(request, sight))
    context = {**_beside(request, sight, number), **_page(doing.view, sight, request), **_doing(doing, sight)}
    return render(request, "desk/do.html", context, status=doing.status)


def _joined(view: View, seq: int) -> int | None:
    """Who became a party with this entry, by number."""
    line = next((each for each in view.timeline.lines if each.seq == seq), None)
    return next((one["n"] for one in line.outcomes.get("parties", ())), None) if line else None


def _with_reply(request: HttpRequest, sight: Sight, number: int, key: str) -> QueryDict:
    try:
        action = find_view(sight, number).procedure.action(key)
    except KeyError:
        raise Http404 from None
    return inserted(request.POST, action, sight)


@open_to("staff", roles=READERS)
@require_POST
def look_at(request: HttpRequest, number: int) -> HttpResponse:
    """Says that somebody of this office looks at a case whose alarm rings."""
    sight = look_of(request)
    attend(find_view(sight, number), sight)
    return HttpResponseRedirect(reverse("desk:case", args=[number]) + _query(request, sight))


@open_to("staff", roles=READERS)
@require_POST
def claim(request: HttpRequest, number: int) -> HttpResponse:
    """Says, or takes back, that this post works on the case."""
    sight = look_of(request)
    view = find_view(sight, number)
    try:
        if request.POST.get("held") == "1":
            claims.claim(sight.by, view.case.id, known=sight.known, at=sight.at)
        else:
            claims.let_go(sight.by, view.case.id, at=sight.at)
    except Refused as refused:
        messages.warning(
            request, _("A colleague works on it just now.") if refused.status == 409 else str(refused)
        )
    return HttpResponseRedirect(reverse("desk:case", args=[number]) + _query(request, sight))


@open_to("staff", roles=READERS)
@never_cache
@require_safe
def claimed(request: HttpRequest, number: int) -> HttpResponse:
    """Who works on the case now, for a page of it that stands open."""
    sight = look_of(request)
    return render(request, "desk/claimed.html", {"claim": claim_of(find_view(sight, number), sight)})


@open_to("staff", roles=READERS)
@require_safe
def file(request: HttpRequest, number: int, n: int) -> HttpResponse:
    """A file of the case, for whoever may read it."""
    return answer_file(request, number, n)


@open_to("staff", roles=READERS)
@require_safe
def joined_file(request: HttpRequest, number: int, other: int, n: int) -> HttpResponse:
    """A file of a report that went on in this case, for whoever works on it."""
    return answer_file(request, number, n, other=other)


def _beside(request: HttpRequest, sight: Sight, number: int) -> dict[str, Any]:
    asked = read_asked(request.GET, sight)
    context = columns(request, sight, asked, chosen=number)
    context["showing"] = "case"
    return {**frame(request, here="desk:inbox"), **context}


def _query(request: HttpRequest, sight: Sight) -> str:
    return read_asked(request.GET, sight).query(sight=sight)


def _page(view: View, sight: Sight, request: HttpRequest) -> dict[str, Any]:
    """Everything the case's column shows."""
    case, procedure, known = view.case, view.procedure, sight.known
    query = _query(request, sight)
    on_its_way = held_on(case.id)

    def url(name: str, *args: object) -> str:
        return reverse(f"desk:{name}", args=[case.number, *args])

    matter = matter_of(view, sight, file_url=lambda n: url("file", n))
    state = procedure.state(case.state)
    closing = closing_of(case, known)
    look = next((action for action in view.actions if action.key == "look"), None)
    kind, name = title_in(procedure, case, known), name_of(view, sight)
    return {
        "view": view,
        "case": case,
        "title": name or kind,
        "pills": _pills(view, sight),
        "meta": [
            kind if name else say(procedure.words),
            str(SOURCE_WORDS.get(case.source, "")),
            place_of(case.place, at=sight.at),
        ],
        "place": place_of(case.place, at=sight.at),
        "deed_request": uuid4(),
        **first_card(view, sight, query, on_its_way=on_its_way),
        "why": why_here(view),
        "told": matter.told,
        "answers": matter.answers,
        "photos": matter.photos,
        "after": matter.after,
        "looked": matter.looked,
        "used": matter.used,
        "closing": closing,
        "hidden_files": sum(not each.readable and not each.erased for each in view.files),
        "closed_words": "reporter" not in view.reads,
        "secret": secret_of(view),
        "look_form": make_form(view, look, sight)
        if look and not view.looked and ("reporter" not in view.reads or case.record.get(CONFIDENTIAL))
        else None,
        "look_url": url("do", "look") + query,
        "looked_now": view.looked,
        "invite_url": url("invite") if deals_with_links(sight.by, case, known=known, at=sight.at) else "",
        "terms": terms_of(view, sight),
        "day_rows": day_rows(view, sight),
        "facts": [
            (_("State"), say(state.words)),
            (_("Lead unit"), organisation(known, case.holder)),
            (_("Room"), organisation(known, case.room)),
            (_("Assisting"), in_a_row(organisation(known, each) for each in case.assigned_now("assist"))),
            (_("Next step is with"), _awaited(view, sight)),
            (_("Closes when"), closing),
        ],
        "people": people_of(view),
        "panel": panel_of(view, known=known, at=sight.at),
        "joined": joined_of(
            view,
            sight,
            case_url=lambda number: reverse("desk:case", args=[number]) + query,
            file_url=lambda number, n: url("joined_file", number, n),
        ),
        "links": _links(view, query),
        "lines": lines_of(view, sight, file_url=lambda n: url("file", n)),
        "older_lines": _older(request, view),
        "looks": looks_of_view(view, sight),
        "claim_url": url("claim") + query,
        "claimed_url": url("claimed"),
        "alert_url": url("one_alert") if procedure.key == ALERT.key else "",
        "attend_url": url("attend") + query if waits(view, sight) else "",
        "chosen_by_hand": BY_ITSELF not in request.GET,
    }


def _awaited(view: View, sight: Sight) -> str:
    """For whom the case waits, and where that is nobody at work."""
    found = []
    for each in awaited(view.case, view.procedure, known=sight.known, at=sight.at):
        role = Role(each.role).in_language(language())
        post = f"{organisation(sight.known, each.organisation)} · {role}"
        found.append(post if each.present else _("%(post)s (away now)") % {"post": post})
    return in_a_row(found)


def _older(request: HttpRequest, view: View) -> str:
    if view.timeline.older is None:
        return ""
    given = request.GET.copy()
    given["before"] = view.timeline.older
    return f"?{given.urlencode()}#timeline"


def _pills(view: View, sight: Sight) -> list[Pill]:
    case = view.case
    found = []
    state = view.procedure.state(case.state)
    if case.open and case.due_at is not None:
        found.append(due_pill(case.due_at, at=sight.at))
    found.append(Pill(word=say(state.words), tone=Tone.PLAIN if case.open else Tone.DONE))
    if case.urgent:
        found.append(Pill(word=_("Urgent"), tone=Tone.URGENT))
    found += coming(case, at=sight.at)
    returns = case.record.get(RETURNS)
    if case.open and returns:
        last = next((case.record[key] for key in RETURNED_BY if case.record.get(key)), None)
        found.append(Pill(word=returned_words(returns, last, sight.known), tone=Tone.NEAR))
    reopened = case.record.get(REOPENED)
    if case.open and reopened:
        words = ngettext("Reopened %(n)s time", "Reopened %(n)s times", reopened)
        found.append(Pill(word=words % {"n": reopened}, tone=Tone.NEAR))
    others = count_joined(case)
    if others:
        words = ngettext("%(n)s person reports this", "%(n)s people report this", others + 1)
        found.append(Pill(word=words % {"n": others + 1}, tone=Tone.NEW))
    if case.record.get(CONFIDENTIAL):
        found.append(Pill(word=_("Confidential"), tone=Tone.NEAR))
    if case.barred is not None:
        found.append(Pill(word=_("About a public office"), tone=Tone.PLAIN))
    return found


def _links(view: View, query: str) -> list[dict[str, Any]]:
    words = {
        "same_matter": _("the same matter"),
        "part_of": _("part of the same"),
        "follows_from": _("cause or result of it"),
        "review_of": _("a review of"),
    }
    return [
        {
            "word": words.get(link.kind, link.kind),
            "number": view.linked[n],
            "url": reverse("desk:case", args=[view.linked[n]]) + query,
        }
        for n, link in view.case.links.items()
        if n in view.linked
    ]


def _doing(doing: Doing, sight: Sight) -> dict[str, Any]:
    """What the form's page shows besides the case."""
    view, action = doing.view, doing.action
    kinds = {field.kind for field in action.fields}
    refreshes = {Kind.CATEGORY, Kind.CONDITION} <= kinds
    shown = read_category(doing.form["category"].value(), sight) if refreshes else view.case.category
    return {
        "doing": action,
        "form": doing.form,
        "word": say(action.words),
        "uploads": Kind.FILES in kinds,
        "refreshes": refreshes,
        "shown": shown or "",
        "route_why": route_words(view, sight, category=shown)
        if any(field.key == "unit" for field in action.fields)
        else "",
        "limit": limit_words(view, sight, view.case.condition)
        if refreshes and view.case.condition and shown == view.case.category
        else "",
        "conflict": doing.status == 409,
        "previews": action.audience is Audience.PUBLIC,
        "preview": doing.preview,
        "preview_rows": rows_for_everybody(doing.form, action) if doing.preview else [],
        "preview_photos": doing.photos,
        "veils": veils_of(doing.form, view) if takes_photos(action) else (),
        "pictured": bool(view.case.record.get(PICTURED)),
        "marked": marked(str(doing.form[SUMMARY].value() or ""), doing.found)
        if SUMMARY in doing.form.fields and doing.form.is_bound
        else (),
        "seen": doing.seen,
        "joins": joins(action),
        "other": doing.other
        and report_of(
            doing.other,
            sight,
            url=reverse("desk:case", args=[doing.other.case.number]),
            file_url=lambda number, n: reverse("desk:file", args=[number, n]),
        ),
        "still": action in view.actions,
        "moves_on": is_held(action, sight.by),
        **choices(action, sight),
        "judging": bool(view.case.record.get(OUTCOME))
        or any(field.key == OUTCOME for field in action.fields),
        "signs": _signed(doing) if DRAWN in action.fields else None,
        "typed": doing.typed,
        "news": _news(doing.news, view, sight),
    }


def _signed(doing: Doing) -> dict[str, str]:
    """The document that is to be signed, to be read."""
    found = file_of(doing.view, str(doing.form["document"].value() or ""))
    url = reverse("desk:file", args=[doing.view.case.number, found.n]) if found else ""
    return {"url": url, "name": (found.name if found else "") or _("Open the document")}


def _news(lines: Any, view: View, sight: Sight) -> list[Any]:
    def nowhere(_n: int) -> str:
        return ""

    return [
        line_of(each, view, sight, files=(), file_url=nowhere) for each in lines if isinstance(each, Line)
    ]
