# SPDX-License-Identifier: Apache-2.0
"""The form of a report: the declaration's questions in plain order, with the place and the office as short lists.

What is typed of the place is kept verbatim; the place itself is always chosen by the person. Categories and conditions
are the office's to decide, so they are not asked. The form only helps: the engine cleans and judges.
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid, Refused
from anlan.cases.define import Action, Kind
from anlan.cases.known import Known
from anlan.people.phones import read_phone
from anlan.places.codes import Level
from anlan.places.find import area_of
from anlan.procedures.report.actions_assisted import ASSISTED
from anlan.procedures.report.catalogue import kinds_in, meant_by
from anlan.web.action_forms import ActionForm
from anlan.web.assisted import PersonForm, contact_of
from anlan.web.drafts import Draft
from anlan.web.front import language, level_name
from anlan.web.resident.places import (
    Option,
    counties,
    office_option,
    offices,
    place_option,
    places_at,
    places_in,
)

ABOUT = "about_organisation"
MOST_MEANT = 3
PROPOSED = _("Chosen from your words. Please change it if another fits better.")
FOR, SEALED = "for_other", "sealed"
"""The box that is ticked by who reports for somebody else, and what is then to be sealed of that person."""
KIND_ASKED = "kind_asked"
"""The kind whose questions the form showed."""
CHECKS = {"about", "agreed", "confidential", "danger", FOR, "helper_sees", "release", "use_photo"}


class ReportForm(ActionForm):
    """One page of questions, with the places and offices found from what was typed so far."""

    use_required_attribute = False
    drafted = True
    """Whether the phone keeps a draft of it."""

    def __init__(
        self,
        action: Action,
        *,
        known: Known,
        at: datetime,
        data: QueryDict | None = None,
        initial: Mapping[str, Any] | None = None,
        draft: Draft | None = None,
    ) -> None:
        """`data` is a form to be judged, `initial` what to show again without judging it; `draft` may say where and when a
        photo was taken.
        """
        typed: Mapping[str, Any] = data if data is not None else initial or {}
        super().__init__(action, known=known, at=at, data=data, initial=initial)
        self.at = at
        self.points = point_of(typed)
        self.photo = draft.point if draft is not None and self.points is None else None
        self.offers = draft is not None and draft.offers
        self.places = self._places(typed)
        self.offices = self._offices(typed)
        for field in action.fields:
            if field.kind in {Kind.CATEGORY, Kind.CONDITION, Kind.FILES, Kind.MOMENT}:
                self.fields.pop(field.key, None)
            elif field.kind is Kind.YES_NO:
                self.fields[field.key].label = field.words.in_language(language())
            if field.when is not None:
                self.fields[field.key].help_text = ""
                self.fields[field.key].label = field.words.in_language(language())
        if "kind" in self.fields:
            asked = next(field for field in action.fields if field.key == "kind")
            rows = [(key, words.in_language(language())) for key, words in asked.choices]
            self.fields["kind"] = forms.ChoiceField(
                label=asked.words.in_language(language()),
                required=False,
                choices=[*rows, ("", _("I am not sure"))],
                widget=forms.RadioSelect,
            )
            self._propose_kind(initial or {})
            self.kind_words = str(typed.get("kind_words") or "")[:40]
            self.meant = self._meant(self.kind_words)
        for field in action.fields:
            if field.required and field.key in self.fields:
                self.fields[field.key].required = True
        self.fields["words"].widget.attrs["rows"] = 5
        self.fields["words"].error_messages["required"] = _(
            "Please say what is wrong; a few words are enough."
        )
        self.fields["address"].label = _("Address or landmark")
        self.fields["place"] = _radios(
            _("Which of these is it?"),
            self.places,
            hint=_("Choose one. The full name of each place is shown, because many places share a name."),
            refusal=_("Please choose the place from the list."),
        )
        self.fields["county"] = forms.ChoiceField(
            label=level_name(Level.COUNTY), required=False, choices=[("", "—"), *counties(at=at)]
        )
        self.fields["use_photo"] = forms.BooleanField(
            label=_("Send along where and when the photo was taken"), required=False
        )
        self.fields["about"] = forms.BooleanField(
            label=_("It is about a public office or its staff"),
            required=False,
            help_text=_("That office then never sees your report: the one above takes it."),
        )
        self.fields["office"] = forms.CharField(
            label=_("Name of the office, or a part of it"), required=False, max_length=60
        )
        asked_about = next((field for field in action.fields if field.key == ABOUT), None)
        self.fields[ABOUT] = _radios(
            asked_about.words.in_language(language()) if asked_about else _("Which office?"),
            self.offices,
            hint=asked_about.hint.in_language(language()) if asked_about and asked_about.hint else "",
            refusal=_("Please choose the office from the list."),
        )
        for field in ASSISTED:
            self.fields[field.key] = made = self._field(field)
            made.label, made.required = field.words.in_language(language()), FOR in typed and field.required
        self.fields[FOR] = forms.BooleanField(
            label=_("I report this for somebody else"),
            required=False,
            help_text=_("Then only the number given here is used."),
        )
        for key, made in PersonForm.base_fields.items():
            self.fields[f"for_{key}"] = deepcopy(made)
        self.fields["phone"] = forms.CharField(
            label=_("Your mobile number (optional)"),
            required=False,
            max_length=40,
            help_text=_(
                "For a text message when something happens. Only whoever handles your report can see it."
            ),
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        )

    def clean(self) -> dict[str, Any]:
        """What only several answers together can say."""
        found: dict[str, Any] = super().clean() or {}
        place = found.get("place") or found.get("county")
        found["place_id"] = int(place) if place else None
        if found["place_id"] is None and not {"place", "address", "county"} & set(self.errors):
            if self.places:
                self.add_error("place", _("Please choose the place from the list."))
            elif found.get("address"):
                self.add_error(
                    "address",
                    _("No place of this name was found. Please choose the county or district below."),
                )
            else:
                self.add_error(
                    "address",
                    _("Please say where it is: write a place here, or choose the county or district below."),
                )
        if found.get("about") and not found.get(ABOUT) and ABOUT not in self.errors:
            self.add_error(
                ABOUT if self.offices else "office",
                _("Please choose the office, or untick “about a public office”."),
            )
        if not found.get("about"):
            # An office chosen before that was unticked is no answer, nor a wrong one.
            found.pop(ABOUT, None)
            self.errors.pop(ABOUT, None)
        if not found.get(FOR) and self.helping:
            self.add_error(FOR, _("Please tick this, or empty what you ticked and wrote below."))
        if found.get(FOR):
            person = {key: found.get(f"for_{key}", "") for key in PersonForm.base_fields}
            try:
                found[SEALED] = contact_of(
                    found, **person, language="zh" if language().startswith("zh") else "en"
                )
            except Invalid as refused:
                for key, words in refused.fields.items():
                    self.add_error(f"for_{key}", str(words))
        elif found.get("phone"):
            try:
                found["phone"] = read_phone(found["phone"])
            except Refused as refused:
                self.add_error("phone", str(refused.fields.get("phone", refused.message)))
        return found

    @property
    def helping(self) -> bool:
        """Whether the part about somebody else is to stand open: something in it is ticked or written. A choice alone does not
        count, it cannot be taken back.
        """
        theirs = (FOR, "agreed", "helper_sees", *(f"for_{key}" for key in PersonForm.base_fields))
        return any(self[key].value() for key in theirs)

    def questions(self) -> list[tuple[str, bool, forms.BoundField]]:
        """What each kind asks besides: the kind, whether it is the one chosen, the question."""
        chosen = str(self["kind"].value() or "") if "kind" in self.fields else ""
        return [
            (field.when[1], field.when[1] == chosen, self[field.key])
            for field in self.action.fields
            if field.when is not None
        ]

    def unanswered(self) -> list[forms.BoundField]:
        """What the chosen kind asks, where nothing of it was answered; nothing where the form had asked it already."""
        if self.cleaned_data.get("kind") == str(self.data.get(KIND_ASKED) or ""):
            return []
        asked = [bound for _kind, chosen, bound in self.questions() if chosen]
        return [] if any(self.cleaned_data.get(bound.name) for bound in asked) else asked

    def _meant(self, text: str) -> list[tuple[str, str]]:
        """What the words of a search lead to: a class as the offices call it, and the kind to choose for it."""
        labels = dict(self.fields["kind"].choices)  # type: ignore[attr-defined]
        found = {each.category.in_language(language()): str(labels[each.kind]) for each in meant_by(text)}
        return list(found.items())[:MOST_MEANT] or [("", str(labels[key])) for key in kinds_in(text)[:1]]

    def _propose_kind(self, typed: Mapping[str, Any]) -> None:
        """The kind that the words speak of, chosen beforehand where the form is shown again without one; theirs to change."""
        search = str(typed.get("kind_words") or "") if "find_kind" in typed else ""
        open_to_proposal = search or not typed.get("kind")
        narrow = [each.kind for each in meant_by(search)][:1]
        meant = (
            (*narrow, *kinds_in(search or str(typed.get("words") or "")))
            if typed and open_to_proposal
            else ()
        )
        if meant:
            self.initial = {**self.initial, "kind": meant[0]}
            self.fields["kind"].help_text = PROPOSED

    def _places(self, typed: Mapping[str, Any]) -> list[Option]:
        county = _whole(typed.get("county"))
        rows, self.closest = places_in(str(typed.get("address") or ""), county=county, at=self.at)
        if self.points is not None:
            rows = [*rows, *places_at(self.points)]
        elif self.photo is not None:
            rows = [*rows, *places_at({"lng": self.photo[0], "lat": self.photo[1]})]
        chosen = _whole(typed.get("place"))
        if chosen is not None and all(each.id != chosen for each in rows):
            again = place_option(chosen, at=self.at)
            rows = [*([again] if again else []), *rows]
        return list({each.id: each for each in reversed(rows)}.values())[::-1]

    def _offices(self, typed: Mapping[str, Any]) -> list[Option]:
        if not typed.get("about"):
            return []
        place = _whole(typed.get("place")) or _whole(typed.get("county"))
        area = area_of(place, at=self.at) if place is not None else None
        rows = offices(self.known, area=area, text=str(typed.get("office") or ""), at=self.at)
        chosen = _whole(typed.get(ABOUT))
        if chosen is not None and all(each.id != chosen for each in rows):
            again = office_option(self.known, chosen, at=self.at)
            rows = [*([again] if again else []), *rows]
        return rows


def typed_in(data: QueryDict) -> dict[str, Any]:
    """What was typed, to be shown again without being judged."""
    found: dict[str, Any] = {key: data.get(key, "").replace("\x00", "") for key in data}
    return {**found, **{key: key in data for key in CHECKS}}


def point_of(typed: Mapping[str, Any]) -> dict[str, int] | None:
    """A position that the phone gave, in 1e-7 degree, when it is one."""
    lng, lat = _whole(typed.get("lng")), _whole(typed.get("lat"))
    if lng is None or lat is None or abs(lng) > 1_800_000_000 or abs(lat) > 900_000_000:
        return None
    metres = _whole(typed.get("metres"))
    return {"lng": lng, "lat": lat, **({"metres": metres} if metres is not None and metres >= 0 else {})}


def _radios(label: Any, options: list[Option], *, hint: Any, refusal: Any) -> forms.ChoiceField:
    made = forms.ChoiceField(
        label=label,
        required=False,
        choices=[(str(each.id), each.words) for each in options],
        widget=forms.RadioSelect,
        help_text=hint,
        error_messages={"invalid_choice": refusal},
    )
    made.widget.hints = {str(each.id): each.note for each in options if each.note}
    return made


def _whole(value: Any) -> int | None:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.lstrip("-").isdecimal() and len(text) <= 12 else None
