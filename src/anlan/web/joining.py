# SPDX-License-Identifier: Apache-2.0
"""Who becomes a party with an action: asked in its form, beside its own questions, and sealed apart from its answers."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid, Refused
from anlan.cases.define import Words
from anlan.cases.envelope import NewParty
from anlan.people.phones import read_phone

ROLE, NAME, PHONE, ADDRESS = "joins_as", "joins_name", "joins_phone", "joins_address"
KEYS = (ROLE, NAME, PHONE, ADDRESS)


def fields_for(roles: Mapping[str, Words], *, own: bool = False) -> dict[str, forms.Field]:
    """What is asked of somebody who joins in one of these roles; `own`: of whoever fills it in."""
    quiet = {"autocomplete": "off"}
    found: dict[str, forms.Field] = {}
    if len(roles) > 1:
        found[ROLE] = forms.ChoiceField(
            label=_("On which side"),
            widget=forms.RadioSelect,
            choices=[(key, words.in_language(get_language() or "zh")) for key, words in roles.items()],
            error_messages={"required": _("Please say on which side.")},
        )
    return found | {
        NAME: forms.CharField(
            label=_("Your name") if own else _("Name"),
            max_length=60,
            widget=forms.TextInput(attrs={"autocomplete": "name"} if own else quiet),
            error_messages={"required": _("Please give the name: an agreement bears it.")},
        ),
        PHONE: forms.CharField(
            label=_("Your phone") if own else _("Phone (optional)"),
            max_length=30,
            required=own,
            help_text=_("The other side does not see it."),
            widget=forms.TextInput(attrs={"inputmode": "tel", **({"autocomplete": "tel"} if own else quiet)}),
            error_messages={"required": _("Please give the number on which the mediator reaches you.")},
        ),
        ADDRESS: forms.CharField(
            label=_("Address (optional)"),
            max_length=200,
            required=False,
            help_text=_("For an invitation on paper. The other side does not see it."),
            widget=forms.TextInput(attrs={"autocomplete": "street-address"} if own else quiet),
        ),
    }


def party_in(
    cleaned: Mapping[str, Any], roles: tuple[str, ...], *, account_id: int | None = None
) -> NewParty:
    """The person of a form that was filled in. Raises Invalid, by field, for a phone that is none."""
    phone = cleaned.get(PHONE) or ""
    try:
        phone = read_phone(phone) if phone else ""
    except Refused as refused:
        words = refused.fields.get("phone", refused.message)
        raise Invalid(fields={PHONE: words}) from None
    contact = {
        "language": "zh" if (get_language() or "zh").startswith("zh") else "en",
        "name": cleaned.get(NAME, ""),
        "phone": phone,
        "address": cleaned.get(ADDRESS, ""),
    }
    return NewParty(
        role=cleaned.get(ROLE) or roles[0],
        contact={key: said for key, said in contact.items() if said},
        account_id=account_id,
    )
