# SPDX-License-Identifier: Apache-2.0
"""Forms and envelopes drawn from an action's declaration: what every door of pages shares.

The form only helps a person fill in; the engine cleans and judges. Nothing typed is lost: a refused form is shown
again with what was in it, and the request keeps its id, so sending again is never doing twice.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid, Refused
from anlan.base.ids import new_id, read_number
from anlan.cases.clean import MISSING
from anlan.cases.define import Action, Field, Kind, Words
from anlan.cases.envelope import Envelope, NewParty, Stored
from anlan.cases.known import Known, local_day
from anlan.cases.projection import Projection
from anlan.cases.queries import Asked, find_case_id
from anlan.cases.registry import get_procedure
from anlan.people.may import Actor
from anlan.places.region import Text, region
from anlan.procedures.mediation.register import offered_posts
from anlan.web import joining
from anlan.web.form_fields import FilesField, FilesInput, LimitField, PointField
from anlan.web.look.fields import NAMELESS, DateBoxes
from anlan.web.panels import Named

TAKEN = "image/*,application/pdf,audio/*"
"""What a phone offers to choose from; what is taken is the procedure's, judged by the bytes."""
BLANK: tuple[object, ...] = (None, "", [], {}, False)
"""What counts as no answer to what has to be answered: a box that has to be ticked is none unticked."""
LONGEST_ID = 18
"""Characters of what is read as a number, at most."""
MOST_RADIOS = 12
"""Choices that are drawn one below the other; more are a list to open."""


def say_law(key: str, declared: Words) -> str:
    """What a limit, or the time of keeping, rests on in this region; empty where the region names nothing."""
    return region().law(key, Text(zh=declared.zh, en=declared.en)).in_language(get_language() or "zh")


def say(words: Words) -> str:
    """Words in the reader's language."""
    return words.in_language(get_language() or "zh")


class ActionForm(forms.Form):
    """The fields of one action. `expect` is the entry the person had seen, `request_id` makes sending retry-safe."""

    own = False
    """Whether whoever fills it in speaks of themselves."""
    request_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    expect = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        action: Action,
        *,
        known: Known,
        at: datetime,
        case: Projection | None = None,
        scheme: str | None = None,
        organisations: Iterable[int] = (),
        asked: Asked | None = None,
        groups: Mapping[str, str] | None = None,
        limits: Callable[[int], str] | None = None,
        suggested: Mapping[int, str] | None = None,
        named: Named | None = None,
        data: Any = None,
        files: Any = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """A text that is not asked and is a typed column of the case is sent as it stands. `organisations` limits and orders the units
        offered, `asked` leaves out what the rules refuse, `groups` names and orders groups of categories, `limits` says the limit
        that a condition sets, `suggested` names categories that are offered first, `named` people and items of the case; `data` is what
        was sent, if anything was.
        """
        stands = (
            {
                field.key: case.record.get(field.key)
                for field in action.fields
                if not field.asked and field.kind is Kind.TEXT
            }
            if case
            else {}
        )
        given = {"request_id": uuid4(), "expect": case.seq if case else None, **stands, **(initial or {})}
        super().__init__(data, files, initial=given, prefix=None, auto_id=f"id_{action.key}_%s")
        self.action = action
        self.known = known
        self.case = case
        self.scheme = scheme
        self.at = at
        self.day = local_day(at, known.calendar)
        self.organisations = tuple(organisations)
        self.asked = asked
        self.groups = dict(groups or {})
        self.limits = limits
        self.suggested = dict(suggested or {})
        self.named = named or Named()
        if action.joins:
            self.fields.update(joining.fields_for(self._roles(), own=self.own))
        for field in action.fields:
            self.fields[field.key] = self._field(field)
            if not field.asked:
                self.fields[field.key].widget = forms.HiddenInput()

    def _field(self, field: Field) -> forms.Field:
        common: dict[str, Any] = {
            "required": False,
            "label": say(field.words),
            "help_text": say(field.hint) if field.hint else "",
        }
        made: forms.Field
        match field.kind:
            case Kind.LONG_TEXT:
                made = forms.CharField(widget=forms.Textarea, max_length=field.longest, **common)
            case Kind.CHOICE:
                choices = [(key, say(words)) for key, words in field.choices if key in self._fitting(field)]
                if len(choices) > MOST_RADIOS:
                    made = forms.ChoiceField(choices=[("", "—"), *choices], **common)
                else:
                    made = forms.ChoiceField(widget=forms.RadioSelect, choices=choices, **common)
            case Kind.YES_NO:
                missing = _("Please tick “%(field)s”; without it nothing can be sent.") % {
                    "field": say(field.words)
                }
                made = forms.BooleanField(**common, error_messages={"required": missing})
            case Kind.MONEY:
                made = forms.CharField(
                    max_length=24, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **common
                )
            case Kind.WHOLE_NUMBER | Kind.PLACE:
                made = forms.IntegerField(min_value=field.low, max_value=field.high, **common)
            case Kind.DATE:
                made = forms.DateField(widget=DateBoxes, **common)
            case Kind.MOMENT:
                made = forms.DateTimeField(
                    widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
                    **common,
                )
            case Kind.ORGANISATION:
                made = forms.ChoiceField(choices=[("", "—"), *self._units(field)], **common)
            case Kind.ORGANISATIONS:
                made = forms.MultipleChoiceField(
                    choices=self._units(field), widget=forms.CheckboxSelectMultiple, **common
                )
            case Kind.CATEGORY:
                made = forms.ChoiceField(choices=[("", "—"), *self._categories()], **common)
                made.widget.attrs["data-seek"] = _("Type a word to shorten the list")
            case Kind.CONDITION:
                made = self._condition_field(**common)
            case Kind.POST:
                made = forms.ChoiceField(choices=self._posts(), widget=forms.RadioSelect, **common)
            case Kind.PARTY:
                made = self._one_of(field, self.named.people, **common)
            case Kind.ITEM:
                made = self._one_of(field, self.named.items.get(field.key, {}), **common)
            case Kind.FILES:
                made = FilesField(widget=FilesInput(attrs={"accept": TAKEN}), **common)
            case Kind.LIMIT:
                made = LimitField(**common)
            case Kind.POINT:
                made = PointField(widget=forms.HiddenInput, **common)
            case _:
                made = forms.CharField(max_length=field.longest, **common)
        unclassified = self.case is not None and self.case.category is None
        if unclassified and field.kind in {Kind.CATEGORY, Kind.CONDITION} and self._goes_to_a_unit():
            return made
        if field.when is not None:
            made.when = "=".join(field.when)  # type: ignore[attr-defined]
            made.help_text = _("Only where you choose “%(answer)s” above.") % {
                "answer": self._answer(field.when)
            }
        elif not field.required and field.kind not in (Kind.ITEM, Kind.YES_NO):
            made.plain = made.label  # type: ignore[attr-defined]  # what is wrong with it is said without the bracket
            made.label = _("%(label)s (optional)") % {"label": made.label}
            if unclassified and field.kind is Kind.CATEGORY:
                made.help_text = _("May stay open for now; it must be set before a unit is given the case.")
        return made

    def _fitting(self, field: Field) -> list[str]:
        """The choices that the rules do not refuse by the field's name. Who sends another anyhow is told why by them."""
        keys = [key for key, _words in field.choices]
        return (
            keys if self.asked is None or self.is_bound else self.asked.fitting(self.action, field.key, keys)
        )

    def _answer(self, when: tuple[str, str]) -> str:
        """The words of an answer that another question of this action offers."""
        key, chosen = when
        asked = next(each for each in self.action.fields if each.key == key)
        return say(dict(asked.choices)[chosen])

    def _goes_to_a_unit(self) -> bool:
        """Whether this action gives the case to a unit: none gets a case without a category."""
        return any(each.key == "unit" for each in self.action.fields)

    def _units(self, field: Field) -> list[tuple[str, str]]:
        """The units that a field offers: those that its rules do not refuse; who assists already may be meant too."""
        units = list(self.organisations)
        if self.asked is not None:
            many = field.kind is Kind.ORGANISATIONS
            there = self.asked.case.assigned_now("assist") if many else ()
            units += [one for one in there if one not in units]
            units = self.asked.fitting(self.action, field.key, units, many=many)
        return [
            (str(pk), say(self.known.organisations[pk].words))
            for pk in units
            if pk in self.known.organisations
        ]

    def _roles(self) -> dict[str, Words]:
        procedure = get_procedure(self.case.procedure, self.case.version) if self.case is not None else None
        words = dict(procedure.parties) if procedure is not None else {}
        return {role: words.get(role, Words(zh=role, en=role)) for role in self.action.joins}

    def joiners(self, *, account_id: int | None = None) -> tuple[NewParty, ...]:
        """Who becomes a party with it. Raises Invalid."""
        if not self.action.joins:
            return ()
        return (joining.party_in(self.cleaned_data, self.action.joins, account_id=account_id),)

    def _posts(self) -> list[tuple[str, str]]:
        """The posts that may be meant, as whoever has the case offers them."""
        return list(offered_posts(self.case, at=self.at)) if self.case is not None else []

    def _one_of(self, field: Field, named: Mapping[int, str], **common: Any) -> forms.Field:
        """One of what has a number in the case, without those that the rules refuse by the field's name. The first is proposed where it
        is the only one, and where leaving it out would mean it.
        """
        fits = list(named) if self.asked is None else self.asked.fitting(self.action, field.key, named)
        return forms.TypedChoiceField(
            choices=[(str(n), named[n]) for n in fits],
            coerce=int,
            empty_value=None,
            widget=forms.RadioSelect,
            initial=str(fits[0]) if fits and (len(fits) == 1 or not field.required) else None,
            error_messages={
                "invalid_choice": _("That cannot be chosen now, or no more. Please choose from the list.")
            },
            **common,
        )

    def _categories(self) -> list[tuple[str, list[tuple[str, str]]]]:
        named: dict[str, list[tuple[str, str]]] = {group: [] for group in self.groups}
        for category in self.known.categories.values():
            starts, ends = category.span
            fits = self.scheme is None or category.scheme == self.scheme
            if fits and starts <= self.day and (ends is None or self.day < ends):
                named.setdefault(category.group, []).append((str(category.id), say(category.words)))
        offered = {pk for rows in named.values() for pk, _words in rows}
        first = [(str(pk), words) for pk, words in self.suggested.items() if str(pk) in offered]
        groups = [(self.groups.get(group, group), rows) for group, rows in named.items() if rows]
        return [(str(_("Suggested by the words")), first), *groups] if first else groups

    def _condition_field(self, **common: Any) -> forms.Field:
        """The conditions of the category that was sent, else of the case's; each with the limit it sets."""
        category = self.case.category if self.case else None
        sent = self.data.get("category", "") if self.is_bound else self.initial.get("category")
        if str(sent or "").isdecimal() and len(str(sent)) <= LONGEST_ID:
            category = int(str(sent))
        conditions = self.known.conditions_of(category) if category is not None else ()
        choices = [(str(each.id), say(each.words)) for each in conditions]
        if not choices:
            common["help_text"] = _("Choose the category first; its conditions are shown then.")
            return forms.ChoiceField(choices=[("", "—")], **common)
        made = forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
        ends = _("Closes when: %(closing)s")
        hints = {
            str(each.id): " · ".join(
                part
                for part in (
                    self.limits(each.id) if self.limits else "",
                    str(ends % {"closing": say(each.closing)}) if each.closing.zh else "",
                )
                if part
            )
            for each in conditions
        }
        made.widget.hints = hints
        return made

    def clean(self) -> dict[str, Any]:
        """What is missing is told together with what could not be read: the engine would tell it in a second round."""
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            for field in self.action.fields:
                asked = field.required and field.when is None and field.kind is not Kind.FILES
                if asked and field.key in self.fields and given.get(field.key) in BLANK:
                    self._miss(field.key)
        return given

    def _miss(self, key: str) -> None:
        if key not in self.errors:
            words = self.fields[key].error_messages["required"]
            self.add_error(key, forms.ValidationError(words, code="required"))

    def values(self) -> dict[str, Any]:
        """What goes to the engine: the filled fields, case numbers turned into ids.

        Raises Invalid with one message per field that the form could not read.
        """
        if not self.is_valid():
            raise Invalid(
                fields={key: " ".join(str(each) for each in errors) for key, errors in self.errors.items()}
            )
        found: dict[str, Any] = {}
        faults: dict[str, Any] = {}
        for field in self.action.fields:
            value = self.cleaned_data.get(field.key)
            if value in (None, "", [], {}) or field.kind is Kind.FILES:
                continue
            if field.kind is Kind.CASE:
                try:
                    value = str(find_case_id(read_number(str(value))))
                except Refused as refused:
                    faults[field.key] = refused.message
                    continue
            elif field.kind in (Kind.ORGANISATION, Kind.CATEGORY, Kind.CONDITION, Kind.POST):
                value = int(value)
            elif field.kind is Kind.ORGANISATIONS:
                value = [int(one) for one in value]
            elif field.kind is Kind.DATE or field.kind is Kind.MOMENT:
                value = value.isoformat()
            elif field.kind is Kind.YES_NO and not value:
                continue
            found[field.key] = value
        if faults:
            raise Invalid(fields=faults)
        return found

    def show_faults(self, refused: Refused) -> None:
        """Puts a refusal where the person sees it: at its fields, else at the top. What is missing is asked for by name."""
        self.is_valid()
        shown = False
        for key, message in refused.fields.items():
            if key in self.fields and key not in self.errors:
                if message == MISSING:
                    self._miss(key)
                else:
                    self.add_error(key, forms.ValidationError(str(message), code=NAMELESS))
                shown = True
        if not shown and not self.errors:
            self.add_error(None, str(refused.message))


def make_envelope(
    action: str,
    *,
    by: Actor,
    at: datetime,
    case_id: UUID,
    data: Mapping[str, Any],
    request_id: UUID | None = None,
    expect: int | None = None,
    party: int | None = None,
    files: tuple[Stored, ...] = (),
    procedure: str | None = None,
    place: int | None = None,
    source: str = "other",
    parties: tuple[NewParty, ...] = (),
    key: bytes | None = None,
) -> Envelope:
    """An envelope sent and received now, with the randomness that deciding needs."""
    return Envelope(
        case_id=case_id,
        action=action,
        by=by,
        at=at,
        received_at=at,
        request_id=request_id or uuid4(),
        salt=os.urandom(16),
        spares=(new_id(), new_id()),
        data=data,
        expect=expect,
        party=party,
        files=files,
        procedure=procedure,
        place=place,
        source=source,
        parties=parties,
        key=key,
    )
