# SPDX-License-Identifier: Apache-2.0
"""Plain Django form fields in GOV.UK's markup: label, hint, error and control tied together by id.

A door writes ordinary Django forms; which part draws a field follows from its widget. Options may carry hints through
a widget attribute `hints` (value -> words). Nothing here validates.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.forms import BaseForm
from django.utils.translation import get_language, gettext


class DateBoxes(forms.SelectDateWidget):
    """A date typed into three small boxes, in the order of the reader's language; older phones' pickers are no help."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One radio button or checkbox."""

    id: str
    name: str
    value: str
    label: str
    hint: str
    checked: bool
    disabled: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """One box of a date."""

    id: str
    name: str
    value: str
    label: str
    width: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One line of the error summary; `target` is the id of the control it leads to, empty for the whole form."""

    words: str
    target: str


def part_of(bound: BoundField) -> str:
    """The name of the template part that draws this field."""
    widget = bound.field.widget
    if isinstance(widget, DateBoxes):
        return "date"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    return "control"


def css_class(bound: BoundField, *, width: str) -> str:
    """GOV.UK's class for the control itself."""
    widget = bound.field.widget
    if isinstance(widget, forms.Textarea):
        kind = "textarea"
    elif isinstance(widget, forms.Select):
        kind = "select"
    elif isinstance(widget, forms.FileInput):
        kind = "file-upload"
    else:
        kind = "input"
    names = [f"govuk-{kind}"]
    if bound.errors:
        names.append(f"govuk-{kind}--error")
    if width:
        names.append(f"govuk-{kind}--width-{width}" if width.isdigit() else f"govuk-!-width-{width}")
    if own := widget.attrs.get("class"):
        names.append(own)
    return " ".join(names)


def control(bound: BoundField, *, described_by: Sequence[str], width: str, rows: int | None) -> str:
    """The control's HTML, drawn by its own widget."""
    attrs: dict[str, Any] = {"class": css_class(bound, width=width)}
    if described_by:
        attrs["aria-describedby"] = " ".join(described_by)
    if rows:
        attrs["rows"] = rows
    elif isinstance(bound.field.widget, forms.Textarea):
        attrs["rows"] = bound.field.widget.attrs.get("rows", 5)
    if longest(bound):
        attrs["class"] += " govuk-js-character-count"
        # The count warns and the server decides: a hard stop loses pasted words.
        attrs["maxlength"] = False
    return bound.as_widget(attrs=attrs)


def longest(bound: BoundField) -> int | None:
    """How many characters a long text may have, when that is worth counting."""
    if isinstance(bound.field, forms.CharField) and isinstance(bound.field.widget, forms.Textarea):
        return bound.field.max_length
    return None


def options(bound: BoundField) -> Iterator[Option]:
    """The choices of radios and checkboxes."""
    hints: dict[str, str] = getattr(bound.field.widget, "hints", {})
    for place, sub in enumerate(bound.subwidgets):
        value = "" if sub.data["value"] is None else str(sub.data["value"])
        yield Option(
            id=f"{bound.auto_id}_{place}",
            name=sub.data["name"],
            value=value,
            label=str(sub.data["label"]),
            hint=str(hints.get(value, "")),
            checked=bool(sub.data["selected"]),
            disabled=bool(sub.data["attrs"].get("disabled")),
        )


def date_boxes(bound: BoundField) -> list[Box]:
    """The boxes of a `DateBoxes` field in reading order, with what was typed."""
    widget = bound.field.widget
    if not isinstance(widget, DateBoxes):
        return []
    typed = widget.format_value(bound.value()) or {}
    order = ("year", "month", "day") if (get_language() or "").startswith("zh") else ("day", "month", "year")
    labels = {"year": gettext("Year"), "month": gettext("Month"), "day": gettext("Day")}
    return [
        Box(
            id=f"{bound.auto_id}_{part}",
            name=f"{bound.html_name}_{part}",
            value=str(typed.get(part) or ""),
            label=labels[part],
            width=4 if part == "year" else 2,
        )
        for part in order
    ]


def first_id(bound: BoundField) -> str:
    """The id of the control that an error leads to."""
    match part_of(bound):
        case "radios" | "checkboxes":
            return f"{bound.auto_id}_0"
        case "date":
            return date_boxes(bound)[0].id
        case _:
            return str(bound.auto_id)


def problems(form: BaseForm) -> list[Problem]:
    """Everything a form found wrong, in the order of its fields, the form's own first."""
    found = [Problem(words=str(words), target="") for words in form.non_field_errors()]
    for bound in form:
        target = "" if bound.is_hidden else first_id(bound)
        found += [Problem(words=str(words), target=target) for words in bound.errors]
    return found
