# SPDX-License-Identifier: Apache-2.0
"""Opening a case as staff: where it is, what is wrong, for whom; the same for the desk and the field.

A draft travels in the form, so that sending twice opens once. What a refusal leaves is the form as it was, with the photos
that were taken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid, NotFound, Refused
from anlan.base.keys import keyring
from anlan.cases import registry
from anlan.cases.act import Done, open_case
from anlan.cases.define import Action, Procedure, Relation
from anlan.cases.envelope import NewParty
from anlan.cases.may import in_scope, may
from anlan.cases.queries import find_by_number, follow_code_of
from anlan.cases.queries_view import read_as
from anlan.people.may import Role
from anlan.people.models import Organisation
from anlan.people.session import sender_of
from anlan.places import find
from anlan.places.names import narrow
from anlan.places.region import region
from anlan.places.tree import Spot
from anlan.web.action_forms import ActionForm, make_envelope
from anlan.web.assisted import PersonForm, contact_of, for_somebody
from anlan.web.drafts import Draft, new_report, read_draft, take_files
from anlan.web.kinds import kinds_of
from anlan.web.staff_frame import FIELD, Sight, language
from anlan.web.staff_proposed import units_for

MOST_PLACES = 60
FOUND, LOOKED_THROUGH = 12, 60
"""Places of a name that are shown, and that are looked through for those of the post."""
FIRST = 1
"""The party for whom a case is opened."""
SLIP, SLIP_LASTS = "anlan_slip", timedelta(minutes=30)
"""How long the slip of a case that was opened for somebody waits to be shown, in the session that opened it."""


class PhotoForm(forms.Form):
    """Whether what a photo says of where and when it was taken goes along."""

    use_photo = forms.BooleanField(label=_("Send along where and when the photo was taken"), required=False)


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A form for opening at a place, or what was opened."""

    action: Action
    procedure: Procedure
    place: Spot
    path: str
    form: ActionForm
    person: PersonForm | None
    draft: str
    kept: Sequence[tuple[str, str]] = ()
    photo: PhotoForm | None = None
    done: Done | None = None
    status: int = 200


def open_at(request: HttpRequest, sight: Sight, place_id: int, action_key: str) -> Opening:
    """Draws the form of an opening action at a place, or opens. Raises Http404 for what this actor may not open."""
    spot = find.find_place(place_id, at=sight.at)
    procedure, action = _opening(sight, action_key)
    if spot is None:
        raise Http404
    given = request.POST if request.method == "POST" else None
    sent = read_draft(request)
    draft, lost = sent or new_report(), sent is None
    refused: list[Refused] = []
    if given is not None:
        draft = draft.without(given.getlist("drop"))
        uploads = [each for each in request.FILES.getlist("files") if each]
        draft, refused = take_files(
            draft,
            uploads,
            sender=sender_of(request, sight.by),
            key=keyring().unwrap(draft.key),
            procedure=procedure,
        )
    form = ActionForm(
        action,
        known=sight.known,
        at=sight.at,
        scheme=procedure.scheme,
        organisations=units_for(spot.code, sight, procedure=procedure, category=None, barred=None),
        groups=kinds_of(procedure),
        data=given,
        files=request.FILES if given is not None else None,
    )
    for asked in action.fields:
        if asked.when is not None or asked.key == "called":
            form.fields.pop(asked.key, None)  # put to residents, after everything else
    person = PersonForm(given) if for_somebody(action) else None
    made = Opening(
        action=action,
        procedure=procedure,
        place=spot,
        path=find.full_path(spot.id, at=sight.at, language=language(), skip=1),
        form=form,
        person=person,
        draft=draft.text(request),
        kept=[(file.keyed.hex(), file.name) for file in draft.files],
        photo=PhotoForm(given) if draft.offers else None,
    )
    if given is None:
        return made
    if "refresh" in given:
        chosen = {key: given[key] for key in given}
        fresh = ActionForm(
            action,
            known=sight.known,
            at=sight.at,
            scheme=procedure.scheme,
            organisations=form.organisations,
            groups=form.groups,
            initial=chosen,
        )
        return _with(made, form=fresh)
    try:
        for one in refused:
            raise one
        data = form.values()
        if lost:
            raise Invalid(
                _("This page was open for too long. Your words are kept; please look at it and send again.")
            )
        if draft.offers and "offered" not in given:
            return made
        done = _send(made, draft, data, sight)
    except Refused as refused:
        form.show_faults(refused)
        return _with(made, status=refused.status)
    return _with(made, done=done)


def _send(made: Opening, draft: Draft, data: dict[str, Any], sight: Sight) -> Done:
    """Opens. Raises Refused."""
    if made.photo is not None and made.photo.is_valid() and made.photo.cleaned_data["use_photo"]:
        data = draft.said(made.action, at=sight.at) | data
    return open_case(
        make_envelope(
            made.action.key,
            by=sight.by,
            at=sight.at,
            case_id=draft.case_id,
            data=data,
            request_id=draft.request_id,
            files=draft.files,
            procedure=made.procedure.key,
            place=made.place.id,
            source=source_of(sight, somebody=for_somebody(made.action)),
            parties=_parties(made, data),
            key=draft.key,
        )
    )


def _parties(made: Opening, data: dict[str, Any]) -> tuple[NewParty, ...]:
    """The person it is made for, as far as they wish to be known. Raises Invalid for what is missing."""
    if made.action.joins:
        return made.form.joiners()
    if made.person is None or not made.person.is_valid():
        return ()
    person = made.person.cleaned_data
    try:
        contact = contact_of(data, **person, language="zh" if language().startswith("zh") else "en")
    except Invalid as refused:
        for key, words in refused.fields.items():
            made.person.add_error(key, str(words))
        raise
    return (NewParty(role=made.procedure.parties[0][0], contact=contact),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What a slip is for: the case, and who of it. `joined`: they were entered as a party, which is no report."""

    number: int
    case_id: UUID
    party: int
    joined: bool

    @property
    def code(self) -> str:
        """With which the person follows it."""
        return follow_code_of(self.case_id, self.party)


def keep_slip(
    request: HttpRequest, done: Done, *, at: datetime, party: int = FIRST, joined: bool = False
) -> None:
    """Notes that the slip for somebody who became a party just now was not handed over yet; not for a repeated sending."""
    if not done.again:
        request.session[SLIP] = [done.number, done.case_id.hex, at.timestamp(), party, joined]


def waiting_slip(request: HttpRequest, *, at: datetime) -> Slip | None:
    """The slip that waits in this session."""
    match request.session.get(SLIP):
        case [number, case_id, since, party, joined] if at.timestamp() - since <= SLIP_LASTS.total_seconds():
            return Slip(number=number, case_id=UUID(hex=case_id), party=party, joined=joined)
    return None


def take_slip(request: HttpRequest, *, at: datetime) -> Slip | None:
    """The same, this once: the code belongs to the person, and no page of staff shows it again."""
    found = waiting_slip(request, at=at)
    request.session.pop(SLIP, None)
    return found


def office_of(number: int, sight: Sight) -> tuple[str, str]:
    """Whom the person may call about their case: the office that takes it, as far as this post sees that; else the public
    service line.
    """
    line = region().hotline
    common = (line.words.in_language(language()), line.number) if line else ("", "")
    try:
        case_id = find_by_number(sight.by, number, known=sight.known)
        room = read_as(sight.by, case_id, known=sight.known, at=sight.at).stand.case.room
    except NotFound:
        return common
    office = Organisation.objects.filter(pk=room or 0).first()
    return (office.in_language(language()), office.phone) if office and office.phone else common


def openings(sight: Sight) -> list[tuple[Procedure, Action]]:
    """What this actor may open as staff."""
    return [
        (procedure, action)
        for procedure in registry.newest().values()
        for action in procedure.openings()
        if action.on_screen
        and any(who.relation is Relation.STAFF for who in action.by)
        and may(sight.by, action, None, procedure=procedure.key, parties=(), known=sight.known)
        and any(who.relation is Relation.STAFF and str(sight.by.role) in who.roles for who in action.by)
    ]


def counter_openings(sight: Sight) -> list[tuple[Procedure, Action]]:
    """What this actor may open at a desk: of a procedure in which staff open for somebody that way alone, of another each way."""
    found = openings(sight)
    helping = {procedure.key for procedure, action in found if for_somebody(action)}
    return [
        (procedure, action)
        for procedure, action in found
        if for_somebody(action) or procedure.key not in helping
    ]


def source_of(sight: Sight, *, somebody: bool = False) -> str:
    """Where a case opened by this role comes from; what a clerk writes down for `somebody` comes over the counter."""
    if sight.by.role is Role.HOTLINE_AGENT:
        return "hotline"
    if sight.by.role is Role.VILLAGE_CLERK and somebody:
        return "office"
    return "grid" if sight.by.role is not None and sight.by.role in FIELD else "office"


def own_places(sight: Sight) -> list[tuple[int, str]]:
    """The places of the post with those directly below, for a short choice; empty when they are too many."""
    found: list[tuple[int, str]] = []
    for low, _high in sight.by.scope:
        spot = find.find_code(low, at=sight.at)
        if spot is None:
            continue
        found.append((spot.id, spot.called(language())))
        found += [(child.id, child.called(language())) for child in find.children(spot.id, at=sight.at)]
    return found if len(found) <= MOST_PLACES else []


def places_for(
    request: HttpRequest, sight: Sight, address: Callable[[int], str], *, anywhere: bool = False
) -> dict[str, Any]:
    """What a page shows that asks for a place first: those that were typed, of the post's own places alone if not `anywhere`, else those
    of the post; each with the `address` of what is opened there.
    """
    where = request.GET.get("where", "").replace("\x00", "").strip()[:200]
    tongue = "zh" if language().startswith("zh") else "en"
    found = narrow(where, language=tongue, limit=FOUND if anywhere else LOOKED_THROUGH) if where else ()
    fits = [each for each in found if anywhere or in_scope(sight.by, each.spot.code)]
    return {
        "where": where,
        "asked": bool(where),
        "places": [(each.path, address(each.spot.id)) for each in fits[:FOUND]],
        "own": [(called, address(place)) for place, called in own_places(sight)],
    }


def own_place(place: int, sight: Sight) -> Spot:
    """A place of the post. Raises Http404 for any other."""
    spot = find.find_place(place, at=sight.at)
    if spot is None or not in_scope(sight.by, spot.code):
        raise Http404
    return spot


def _opening(sight: Sight, key: str) -> tuple[Procedure, Action]:
    for procedure, action in openings(sight):
        if action.key == key:
            return procedure, action
    raise Http404


def _with(made: Opening, **given: Any) -> Opening:
    values = {key: getattr(made, key) for key in made.__dataclass_fields__}
    return Opening(**(values | given))
