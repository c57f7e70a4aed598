# SPDX-License-Identifier: Apache-2.0
"""Controls that Django has not: a limit with its unit, several files at once, a position."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from anlan.cases.clean import LONGEST_LIMIT
from anlan.places.calendars import Unit

LONGEST_POINT = 200
"""Characters of what is read as a point, at most."""
UNITS = (
    (Unit.HOUR, _("hours, day and night")),
    (Unit.DAY, _("calendar days")),
    (Unit.WORKING_HOUR, _("working hours")),
    (Unit.WORKING_DAY, _("working days")),
)


class LimitWidget(forms.MultiWidget):
    """A number and its unit."""

    def __init__(self) -> None:
        """Two plain controls."""
        super().__init__(
            widgets={"n": forms.NumberInput(attrs={"min": 1}), "unit": forms.Select(choices=UNITS)}
        )

    def decompress(self, value: Any) -> list[Any]:
        """Stored form to controls."""
        return [value["n"], value["unit"]] if value else [None, Unit.WORKING_DAY]


class LimitField(forms.MultiValueField):
    """A limit such as "5 working days"."""

    widget = LimitWidget

    def __init__(self, **given: Any) -> None:
        """The parts check themselves; the engine checks again. A unit beside an empty number is no limit."""
        number = forms.IntegerField(min_value=1, max_value=LONGEST_LIMIT, required=False)
        parts = (number, forms.ChoiceField(choices=UNITS, required=False))
        super().__init__(fields=parts, require_all_fields=given.get("required", False), **given)

    def compress(self, data_list: list[Any]) -> Any:
        """Controls to the engine's form."""
        return {"n": data_list[0], "unit": str(data_list[1])} if data_list and data_list[0] else None


class FilesInput(forms.ClearableFileInput):
    """Several files at once; phones offer the camera."""

    allow_multiple_selected = True
    needs_multipart_form = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Several files. What they are is judged by their bytes, in `keep_files`."""

    widget = FilesInput

    def clean(self, data: Any, _initial: Any = None) -> list["UploadedFile[Any]"]:
        """The files that were chosen, perhaps none."""
        given = data if isinstance(data, (list, tuple)) else [data]
        return [file for file in given if file]


class PointField(forms.JSONField):
    """A position as JSON: short, so that nothing nests in it without end."""

    def to_python(self, value: Any) -> Any:
        """Raises ValidationError for what no point needs."""
        if isinstance(value, str) and len(value) > LONGEST_POINT:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid", params={"value": ""})
        return super().to_python(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was sent, to be shown again if it may have been a point."""
        return initial if len(str(data)) > LONGEST_POINT else super().bound_data(data, initial)
