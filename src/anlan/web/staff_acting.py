# SPDX-License-Identifier: Apache-2.0
"""Doing one action on one case from a page: the form with what is proposed, the act, and what to show when it is refused.

Shared by the desk and the field. Nothing typed is lost: a refusal or a conflict gives the same form back, and a
conflict also what is new since the person looked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _

from anlan.base.errors import Conflict, NotFound, Refused
from anlan.base.keys import keyring
from anlan.cases.act import Done
from anlan.cases.define import Action, Audience, Kind, Relation
from anlan.cases.envelope import Stored
from anlan.cases.held import hold, read_held
from anlan.cases.queries import Line, View, find_by_number, get_view, open_look
from anlan.cases.queries_actions import next_step
from anlan.cases.queries_view import read_as
from anlan.cases.veiling import PHOTOS, keep_veiled, read_choice
from anlan.parts.documents.making import act_with_papers
from anlan.parts.documents.paper import papers_of
from anlan.people.may import Actor, Role
from anlan.people.session import sender_of
from anlan.web.action_forms import ActionForm, make_envelope, say
from anlan.web.answers import in_a_row
from anlan.web.kinds import kinds_of
from anlan.web.panels import named_in, names_any
from anlan.web.staff_files import keep_files
from anlan.web.staff_frame import Sight
from anlan.web.staff_joined import joins, other_of
from anlan.web.staff_preview import digest_of, words_for_everybody
from anlan.web.staff_proposed import Stands, limit_words, out_of_question, route_of, said_before, units_for
from anlan.web.staff_suggested import suggested_categories, suggestions, worth
from anlan.web.staff_veils import gathered, photos_for_everybody, takes_photos

STAGES = {1: 0, 0: 1}
ROOMS = frozenset({Role.DISPATCHER, Role.COUNTY_DISPATCHER})
"""Roles that send cases on all day: what they do can be taken back for some seconds."""


@dataclass(frozen=True, kw_only=True)
class Doing:
    """One action on one case: `done` when it was done, `held` when it is on its way; else the form, with what is new when somebody was faster, and what
    everybody will read (`preview`) and see (`photos`), or the case that this one is to be joined to (`other`); `seen` says what was
    looked at, `found` what in the words was refused.
    """

    view: View
    action: Action
    form: ActionForm
    done: Done | None = None
    held: bool = False
    news: Sequence[Line] = ()
    typed: Sequence[tuple[str, str]] = ()
    status: int = 200
    preview: str = ""
    photos: Sequence[str] = ()
    found: Sequence[str] = ()
    other: View | None = None
    seen: str = ""


class NotNow(Exception):  # noqa: N818 - an older page's Back button leads here; nothing went wrong
    """The case is there for this actor, the action is not, or no more."""

    def __init__(self) -> None:
        super().__init__(_("This was done already, or cannot be done now. Below is how the case stands."))


def find_view(sight: Sight, number: int, *, before: str | None = None) -> View:
    """The page of the case with this number. Raises Http404 when this actor sees none."""
    try:
        case_id = find_by_number(sight.by, number, known=sight.known)
        return get_view(sight.by, case_id, known=sight.known, at=sight.at, before=before)
    except NotFound:
        raise Http404 from None


def do_action(request: HttpRequest, sight: Sight, number: int, key: str) -> Doing:
    """Draws the form of an action, or does it. Raises Http404 for an action that no page offers, NotNow where this actor
    sees the case and is not offered the action.
    """
    view = find_view(sight, number)
    try:
        action = view.procedure.action(key)
    except KeyError:
        raise Http404 from None
    if not action.on_screen:
        raise Http404
    if request.method != "POST":
        if action not in view.actions:
            raise NotNow
        form = make_form(view, action, sight, named=request.GET)
        back = _come_back(request, view, sight)
        if back is not None:
            form = make_form(view, action, sight, kept=back)
        return _beside(Doing(view=view, action=action, form=form), request.GET, sight)
    if takes_photos(action):
        request.POST = gathered(request)  # type: ignore[assignment]
    form = make_form(view, action, sight, request=request)
    beside = _beside(Doing(view=view, action=action, form=form), request.POST, sight)
    if beside.other is not None and request.POST.get("seen") != beside.seen:
        return beside
    if "refresh" in request.POST:
        return Doing(view=view, action=action, form=make_form(view, action, sight, sent=request.POST))
    try:
        if action.audience is Audience.PUBLIC and request.POST.get("seen") != digest_of(form):
            words = words_for_everybody(form, view, action, sight)
            photos = photos_for_everybody(form, view, sight) if takes_photos(action) else []
            return Doing(
                view=view, action=action, form=form, preview=words, photos=photos, seen=digest_of(form)
            )
        done = _send(request, form, view, action, sight)
    except Conflict as conflict:
        return _beside(_conflict(request, view, action, sight, conflict), request.POST, sight)
    except NotFound:
        raise Http404 from None
    except Refused as refused:
        form.show_faults(refused)
        found = [word for words in refused.found.values() for word in words]
        return replace(beside, status=refused.status, found=found)
    return Doing(view=view, action=action, form=form, done=done, held=done is None)


def is_held(action: Action, by: Actor) -> bool:
    """Whether the desk keeps this act back for some seconds: it moves a case on, and nobody has to have read it first."""
    return (
        settings.ANLAN_UNDO_SECONDS > 0
        and by.role in ROOMS
        and action.to is not None
        and action.audience is not Audience.PUBLIC
    )


def _beside(doing: Doing, given: QueryDict, sight: Sight) -> Doing:
    """With the case that `given` names to be joined to, which is looked at before anything is sent."""
    other = other_of(given.get(joins(doing.action)), sight)
    if other is None or other.case.id == doing.view.case.id:
        return doing
    return replace(doing, other=other, seen=f"{other.case.number:016d}")


def _send(request: HttpRequest, form: ActionForm, view: View, action: Action, sight: Sight) -> Done | None:
    """Does it, or holds it: then there is nothing yet. Raises Refused."""
    data = form.values()
    case_id = view.case.id
    request_id = form.cleaned_data.get("request_id")
    if action.key == "look":
        # A look is also an access row: the engine's own door writes both.
        open_look(
            sight.by,
            case_id,
            reason=str(data.get("reason", "")),
            at=sight.at,
            known=sight.known,
            request_id=request_id,
        )
        return Done(
            case_id=case_id, number=view.case.number, seq=view.case.seq, state=view.case.state, action="look"
        )
    files = request.FILES.getlist("files")
    stored: tuple[Stored, ...] = ()
    if files:
        stand = read_as(sight.by, case_id, known=sight.known, at=sight.at).stand
        stored = keep_files(
            files,
            sender=sender_of(request, sight.by),
            case_id=case_id,
            key=keyring().unwrap(stand.key),
            procedure=view.procedure,
        )
    if takes_photos(action):
        chosen = read_choice(str(data.get(PHOTOS, "")))
        stored = keep_veiled(sight.by, case_id, chosen, known=sight.known, at=sight.at)
    envelope = make_envelope(
        action.key,
        by=sight.by,
        at=sight.at,
        case_id=case_id,
        data=data,
        request_id=request_id,
        expect=form.cleaned_data.get("expect"),
        files=stored,
        parties=form.joiners(),
    )
    if (
        stored
        or envelope.parties
        or papers_of(view.procedure.key, action.key)
        or not is_held(action, sight.by)
    ):
        return act_with_papers(envelope, known=sight.known)
    until = sight.at + timedelta(seconds=settings.ANLAN_UNDO_SECONDS)
    (refused,) = hold((envelope,), batch=envelope.request_id, until=until)
    if refused is not None:
        raise refused
    return None


def _come_back(request: HttpRequest, view: View, sight: Sight) -> Mapping[str, Any] | None:
    """What was entered in an act that was refused after it had been on its way."""
    try:
        return read_held(sight.by, view.case.id, UUID(request.GET.get("held", "")))
    except ValueError:
        return None


def _conflict(request: HttpRequest, view: View, action: Action, sight: Sight, refused: Conflict) -> Doing:
    """The same form again with what was typed, fresh enough to be sent once the news were read."""
    fresh = get_view(sight.by, view.case.id, known=sight.known, at=sight.at)
    sent = request.POST.copy()
    seen = int(sent.get("expect") or 0) if str(sent.get("expect", "")).isdecimal() else 0
    sent["expect"], sent["request_id"] = str(fresh.case.seq), str(uuid4())
    for field in action.fields:
        if not field.asked and field.kind is Kind.TEXT:
            # What stands now is shown beside it: a signature under what stood before is none.
            sent[field.key] = str(fresh.case.record.get(field.key) or "")
    form = make_form(fresh, action, sight, sent=sent, again=True)
    form.is_valid()
    form.add_error(None, str(refused))
    typed = [
        (str(form.fields[field.key].label), in_a_row(request.POST.getlist(field.key)))
        for field in action.fields
        if field.asked and field.key in form.fields and any(request.POST.getlist(field.key))
    ]
    news = [line for line in fresh.timeline.lines if line.seq > seen]
    return Doing(view=fresh, action=action, form=form, news=news, typed=typed, status=refused.status)


def make_form(
    view: View,
    action: Action,
    sight: Sight,
    *,
    request: HttpRequest | None = None,
    sent: QueryDict | None = None,
    again: bool = False,
    named: QueryDict | None = None,
    kept: Mapping[str, Any] | None = None,
) -> ActionForm:
    """The form of an action with proposals; `sent` without `again` redraws what was chosen, `named` may name another case,
    `kept` is what was entered in an act that came back.
    """
    case = view.case
    given: dict[str, Any] = {}
    if request is not None:
        given = {"data": request.POST, "files": request.FILES}
    elif sent is not None and again:
        given = {"data": sent}
    initial: dict[str, Any] = said_before(action, view) | proposals(
        action, view, sight, category=case.category
    )
    cases = [field.key for field in action.fields if field.kind is Kind.CASE and named is not None]
    initial |= {key: named[key][:64] for key in cases if named and key in named}
    chosen = case.category
    if sent is not None and not again:
        chosen = read_category(sent.get("category"), sight) or chosen
        before = proposals(
            action, view, sight, category=read_category(sent.get("shown"), sight) or case.category
        )
        initial = proposals(action, view, sight, category=chosen)
        for key in sent:
            if sent[key] not in ("", before.get(key)) and (
                key != "condition" or _fits(str(sent[key]), chosen, sight)
            ):
                initial[key] = sent.getlist(key) if len(sent.getlist(key)) > 1 else sent[key]
        initial["expect"] = sent.get("expect") or case.seq
    if kept is not None:
        initial |= {key: value for key, value in kept.items() if key not in cases}
        chosen = read_category(kept.get("category"), sight) or chosen
    found = suggestions(action, view, sight)
    marks = {each.condition: worth(each) for each in reversed(found)}
    return ActionForm(
        action,
        known=sight.known,
        at=sight.at,
        case=case,
        scheme=view.procedure.scheme,
        asked=view.asked,
        organisations=units_for(
            case.area,
            sight,
            procedure=view.procedure,
            category=chosen,
            barred=case.barred,
            without=out_of_question(view),
        ),
        groups=kinds_of(view.procedure),
        limits=lambda condition: " · ".join(
            filter(None, (marks.get(condition), limit_words(view, sight, condition)))
        ),
        suggested=suggested_categories(found, sight),
        named=named_in(view, known=sight.known, at=sight.at) if names_any(action) else None,
        initial=initial,
        **given,
    )


def read_category(text: Any, sight: Sight) -> int | None:
    """The category that a form names, if there is such a one."""
    found = int(text) if str(text).isdecimal() and len(str(text)) < 10 else None
    return found if found in sight.known.categories else None


def _fits(condition: str, category: int | None, sight: Sight) -> bool:
    offered = sight.known.conditions_of(category) if category is not None else ()
    return condition in {str(each.id) for each in offered}


def ready(action: Action, view: View, sight: Sight) -> dict[str, str]:
    """What the form would send just as it is proposed, where it names the unit and its rules have nothing against it; else
    nothing: then somebody has to look at the form.
    """
    found: dict[str, str] = proposals(action, view, sight, category=view.case.category)
    kinds = {field.key: field.kind for field in action.fields}
    asks = {field.key for field in action.fields if field.required and field.kind is not Kind.FILES}
    if kinds.get("unit") is not Kind.ORGANISATION or "unit" not in found or asks - found.keys():
        return {}
    data = {key: int(value) for key, value in found.items()}
    return {} if view.asked.refusal(action, data) else found


def proposals(action: Action, view: Stands, sight: Sight, *, category: int | None) -> dict[str, Any]:
    """What the form of an action is filled in with for this category."""
    found: dict[str, Any] = {}
    for field in action.fields:
        if field.kind is Kind.CATEGORY and category is not None:
            found[field.key] = str(category)
        elif field.kind is Kind.CONDITION and category is not None:
            offered = sight.known.conditions_of(category)
            only = offered[0].id if len(offered) == 1 else None
            kept = view.case.condition if category == view.case.category else None
            if kept or only:
                found[field.key] = str(kept or only)
        elif field.kind is Kind.ORGANISATION and field.key == "unit":
            route = route_of(view, sight, category=category)
            if route is not None:
                found[field.key] = str(route.organisation)
        elif field.proposed is not None:
            found[field.key] = field.proposed(view.case, sight.known)
    return found


def main_action(view: View, sight: Sight) -> tuple[Action | None, dict[str, str]]:
    """The next step as the procedure says it, else the likely one, and what its form would send as it is proposed. What can be sent
    whole comes first: then nobody has to accept a case in one step and pass it on in the next.
    """
    if view.procedure.steps is not None:
        step = next_step(view.asked, view.reads)
        return (view.procedure.action(step.action) if step and step.action and not step.page else None), {}
    likely = _likely(view, sight.by)
    for action in likely:
        if found := ready(action, view, sight):
            return action, found
    return (likely[0] if likely else None), {}


def _likely(view: View, by: Actor) -> list[Action]:
    """What moves the case on, by the least first, for whoever a running limit waits for."""
    case, procedure = view.case, view.procedure
    stages = list(dict.fromkeys(state.stage for state in procedure.states))
    here = stages.index(procedure.state(case.state).stage)
    mine = {run.owner for run in case.clocks.values() if run.runs}
    found: list[tuple[int, Action]] = []
    for action in view.actions:
        if action.to is None or action.to == case.state:
            continue
        by_area = any(who.relation is Relation.AREA and str(by.role) in who.roles for who in action.by)
        if by.organisation_id not in mine and not by_area:
            continue
        if by_area and by.organisation_id == case.holder:
            continue
        step = stages.index(procedure.state(action.to).stage) - here
        if step < 0 or (not procedure.state(action.to).open and step > 1):
            continue
        found.append((STAGES.get(step, step), action))
    return [action for _rank, action in sorted(found, key=lambda each: each[0])]


def word_of(action: Action, view: View, sight: Sight) -> str:
    """What an action's button says; the unit the rules name where it goes to one."""
    if any(field.key == "unit" and not field.required for field in action.fields):
        route = route_of(view, sight)
        if route is not None:
            name = say(sight.known.organisations[route.organisation].words)
            return _("%(action)s to %(unit)s") % {"action": say(action.words), "unit": name}
    return say(action.words)
