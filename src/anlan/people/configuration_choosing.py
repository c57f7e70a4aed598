# SPDX-License-Identifier: Apache-2.0
"""How rows are chosen on the configuration pages: suggested while one types, and drawn again after a refusal."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteMixin
from django.core.exceptions import ValidationError


def is_key(model: Any, text: str) -> bool:
    """Whether it can be the key of a row: Django's pages look for whatever was sent, and break at what can be none."""
    try:
        model._meta.pk.to_python(text)
    except ValidationError:
        return False
    return "\x00" not in text


class ChosenMixin(AutocompleteMixin):
    """Draws again what was chosen, when it can be a row."""

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        """The chosen row's words."""
        model = self.field.remote_field.model
        return super().optgroups(name, [each for each in value if is_key(model, str(each))], attr)


class Chosen(ChosenMixin, forms.Select):
    """One row."""


class SeveralChosen(ChosenMixin, forms.SelectMultiple):
    """Several rows."""


class Suggested(AutocompleteJsonView):
    """What is suggested while somebody types."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """The key, and the row in full."""
        said = self.model_admin.in_full(obj)  # type: ignore[attr-defined]
        return {"id": str(getattr(obj, to_field_name)), "text": said}
