# SPDX-License-Identifier: Apache-2.0
"""One case for the outside unit that leads it, opened by a link: what is wrong, where, by when, and what to do about it.

Nothing of who reported it: no contact, their name and numbers in the words are masked, and no file but the photos of the matter and the
unit's own. Whoever has the link acts as the post that it was given to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from anlan.base.clock import now
from anlan.base.errors import Conflict, NotFound
from anlan.cases import registry
from anlan.cases.around import people_of
from anlan.cases.catalogue import current
from anlan.cases.define import Kind
from anlan.cases.invitations import Invited, find_invited
from anlan.cases.personal import mask
from anlan.cases.queries import Line, View, get_view, read_file
from anlan.people.refusals import acting_post
from anlan.web.action_forms import say
from anlan.web.answers import organisation
from anlan.web.case_clocks import terms_of
from anlan.web.case_drawing import Address, line_of, place_of
from anlan.web.case_matter import matter_of
from anlan.web.case_naming import closing_of, title_in
from anlan.web.gate import open_to
from anlan.web.look import values as look
from anlan.web.look.times import due_pill
from anlan.web.look.values import Deed, Pill, Tone
from anlan.web.staff_acting import NotNow, do_action, main_action, word_of
from anlan.web.staff_files import answer_with
from anlan.web.staff_frame import Sight

People = Iterable[Mapping[str, Any]]


@open_to("anyone")
@never_cache
@require_safe
def case(request: HttpRequest, secret: str) -> HttpResponse:
    """The case, or that the link is no longer good."""
    try:
        sight, invited = _open(secret)
    except NotFound:
        return render(request, "unit/ended.html", status=404)
    return render(request, "unit/case.html", _page(_view(sight, invited), sight, secret))


@open_to("anyone")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def do(request: HttpRequest, secret: str, action: str) -> HttpResponse:
    """The form of one action, and the act."""
    back = HttpResponseRedirect(reverse("unit:case", args=[secret]))
    try:
        sight, invited = _open(secret)
    except NotFound:
        kept = _written(request)
        return render(request, "unit/ended.html", {"kept": kept}, status=409) if kept else back
    view = _view(sight, invited)
    acting_post.set(sight.by.post_id)
    try:
        doing = do_action(request, sight, view.case.number, action)
    except NotNow as passed:
        messages.warning(request, str(passed))
        return back
    if not _offered(view, action) and doing.done is None and doing.status != Conflict.status:
        raise Http404
    if doing.done is not None:
        messages.success(request, say(doing.action.done))
        return back
    context = {
        **_page(_without_reporter(doing.view), sight, secret),
        "form": doing.form,
        "word": say(doing.action.words),
        "uploads": any(field.kind is Kind.FILES for field in doing.action.fields),
        "conflict": doing.status == 409,
        "still": doing.action in doing.view.actions,
        "typed": doing.typed,
    }
    return render(request, "unit/do.html", context, status=doing.status)


@open_to("anyone")
@never_cache
@require_safe
def file(request: HttpRequest, secret: str, n: int) -> HttpResponse:  # noqa: ARG001 - Django gives it
    """A photo of the matter, or one of the unit's own."""
    try:
        sight, invited = _open(secret)
        view = _view(sight, invited)
        if n not in {each.n for each in view.files if each.seq in {0, 1} | _shown(view, sight)}:
            raise Http404
        found, data = read_file(sight.by, invited.case_id, n, known=sight.known, at=sight.at)
    except NotFound:
        raise Http404 from None
    return answer_with(found, data, number=view.case.number)


def _open(secret: str) -> tuple[Sight, Invited]:
    at, known = now(), current()
    invited = find_invited(secret, known=known, at=at)
    return Sight(by=invited.by, at=at, known=known), invited


def _view(sight: Sight, invited: Invited) -> View:
    return _without_reporter(get_view(sight.by, invited.case_id, known=sight.known, at=sight.at))


def _without_reporter(view: View) -> View:
    """The case without what tells of its reporter by a file: their voice, a paper, and what they called a photo."""
    theirs = {1, *(line.seq for line in view.timeline.lines if line.actor.startswith("party:"))}
    files = (
        replace(file, name=None) if file.seq in theirs else file
        for file in view.files
        if file.seq not in theirs or file.kind.startswith("image/")
    )
    return replace(view, files=tuple(files))


def _offered(view: View, action: str) -> bool:
    return any(each.key == action for each in view.actions)


def _written(request: HttpRequest) -> list[str]:
    """What somebody wrote into a form whose link has ended meanwhile, to be copied from."""
    procedures = registry.newest().values()
    texts = {
        field.key
        for procedure in procedures
        for action in procedure.actions
        for field in action.fields
        if field.kind in {Kind.TEXT, Kind.LONG_TEXT}
    }
    return [word for key in sorted(texts & request.POST.keys()) if (word := request.POST[key].strip())]


def _shown(view: View, sight: Sight) -> frozenset[int]:
    """The entries whose words and photos the unit is shown: what it was asked, what it did, and what the reporter answered."""
    own = f"post:{sight.by.post_id}"
    return frozenset(
        line.seq
        for line in view.timeline.lines
        if line.seq > 1
        and (line.actor == own or line.actor.startswith("party:") or _given(line, sight.by.organisation_id))
    )


def _given(line: Line, unit: int | None) -> bool:
    return any(row["organisation"] == unit for row in line.outcomes.get("assign", ()))


def _drawn(line: Line, view: View, sight: Sight, file_url: Address, people: People) -> look.Line:
    files = [each for each in view.files if each.readable and each.seq == line.seq]
    drawn = line_of(line, view, sight, files=files, file_url=file_url)
    return replace(drawn, words=mask(drawn.words, people))


def _page(view: View, sight: Sight, secret: str) -> dict[str, Any]:
    case, known, people = view.case, sight.known, people_of(view.case.id)

    def file_url(n: int) -> str:
        return reverse("unit:file", args=[secret, n])

    matter = matter_of(view, sight, file_url=file_url)
    main, _filled = main_action(view, sight)
    state = view.procedure.state(case.state)
    shown = _shown(view, sight)
    return {
        "now": sight.at,
        "case": case,
        "title": title_in(view.procedure, case, known),
        "pills": ([due_pill(case.due_at, at=sight.at)] if case.open and case.due_at else [])
        + [Pill(word=say(state.words), tone=Tone.PLAIN if case.open else Tone.DONE)],
        "place": place_of(case.place, at=sight.at),
        "office": organisation(known, case.holder),
        "room": organisation(known, case.room),
        "told": mask(matter.told, people),
        "photos": matter.photos,
        "closing": closing_of(case, known),
        "terms": [term for term in terms_of(view, sight) if term.met is None],
        "deeds": [
            Deed(
                word=word_of(action, view, sight),
                url=reverse("unit:do", args=[secret, action.key]),
                main=action is main,
            )
            for action in sorted(view.actions, key=lambda each: each is not main)
        ],
        "lines": [
            _drawn(line, view, sight, file_url, people) for line in view.timeline.lines if line.seq in shown
        ],
        "case_url": reverse("unit:case", args=[secret]),
    }
