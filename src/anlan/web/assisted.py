# SPDX-License-Identifier: Apache-2.0
"""Reporting for somebody else, the same at every door: the questions in their order, and what becomes of the contact.

A number that messages may go to is sealed as `phone`, one that is only called as `call`: nothing that texts people knows
the second (docs/decisions/assisted.md).
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base.errors import Invalid, Refused
from anlan.cases.define import Action, Procedure
from anlan.cases.may import HELPED
from anlan.cases.projection import Projection
from anlan.cases.queries import View
from anlan.people.phones import read_phone
from anlan.web.action_forms import say

CONTACT, ANSWER_BY = "contact", "answer_by"


class PersonForm(forms.Form):
    """Whom a report is made for. A report needs no name."""

    name = forms.CharField(label=gettext_lazy("Name of the person (optional)"), max_length=60, required=False)
    phone = forms.CharField(
        label=gettext_lazy("That phone number"),
        max_length=30,
        required=False,
        help_text=gettext_lazy(
            "The one of whom you chose above, for text messages and calls about this report only."
        ),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    home = forms.CharField(
        label=gettext_lazy("Where the person lives"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For the visit or the letter."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def for_somebody(action: Action) -> bool:
    """Whether an opening is made for a person: it asks whether they agree."""
    return any(field.key == "agreed" for field in action.fields)


def contact_of(
    answers: Mapping[str, Any], *, name: str, phone: str, home: str, language: str
) -> dict[str, str]:
    """What is sealed of a person who is reported for. Raises Invalid, by `phone` and `home`, for what their way of being
    answered lacks, and for a contact that is to be nobody's.
    """
    way, whose = answers.get(ANSWER_BY), answers.get(CONTACT)
    faults: dict[str, Any] = {}
    number = ""
    if phone and whose == "none":
        faults["phone"] = _(
            "You chose that no contact is left: please take the number out, or say whose it is."
        )
    elif phone:
        try:
            number = read_phone(phone)
        except Refused as refused:
            faults["phone"] = refused.fields.get("phone", refused.message)
    elif way in {"sms", "call"} and whose != "none":
        faults["phone"] = _("Please give the number to text or to call.")
    if way in {"visit", "post"} and not home:
        faults["home"] = _("Please say where the person lives.")
    if faults:
        raise Invalid(fields=faults)
    reached = {
        "phone" if way == "sms" else "call": number,
        "address": home if way in {"visit", "post"} else "",
    }
    return {"language": language} | {key: said for key, said in {"name": name, **reached}.items() if said}


def answering(case: Projection, procedure: Procedure) -> list[tuple[str, str]]:
    """How the person wants to be answered and by whose contact, in words; nothing where they reported themselves."""
    opening = next((action for action in procedure.openings() if for_somebody(action)), None)
    if opening is None:
        return []
    asked = {field.key: field for field in opening.fields}
    return [
        (say(asked[key].words), say(dict(asked[key].choices)[given]))
        for key in (ANSWER_BY, CONTACT)
        if (given := case.record.get(key))
    ]


def way_words(way: str) -> str:
    """What somebody is to do so that the person hears: call, visit, write."""
    words = {"call": _("To call back"), "visit": _("To visit"), "post": _("To write")}
    return words.get(way, "")


def helped(case: Projection) -> bool:
    """Whether somebody reported it for the person."""
    return bool(case.record.get(HELPED))


def helps(view: View) -> bool:
    """Whether who reads reported it for somebody else, and is allowed to read on."""
    return bool(view.parties) and all(view.case.parties.get(n) == HELPED for n in view.parties)
