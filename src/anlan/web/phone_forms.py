# SPDX-License-Identifier: Apache-2.0
"""The two forms by which somebody shows that a phone is theirs: its number, then the code that came there."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PhoneForm(forms.Form):
    """The number."""

    phone = forms.CharField(
        label=_("Your mobile number"),
        max_length=40,
        help_text=_("A code comes by text message. The number is kept encrypted."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )


class CodeForm(forms.Form):
    """The code that came; the number travels along, so nothing of it is kept between the two steps."""

    phone = forms.CharField(max_length=40, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code from the message"),
        max_length=40,
        help_text=_("Six digits, good for ten minutes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
