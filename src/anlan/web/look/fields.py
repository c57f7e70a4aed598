# SPDX-License-Identifier: Apache-2.0
"""Plain Django form fields in GOV.UK's markup: label, hint, error and control tied together by id.

A door writes ordinary Django forms; which part draws a field follows from its widget. Options may carry hints through
a widget attribute `hints` (value -> words). Nothing here validates.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.forms import BaseForm
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

NAMELESS = "nameless"
"""Code of an error whose words leave out which field they are about: a summary names it."""


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
    if isinstance(widget, forms.MultiWidget):
        return "several"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    return "control"


def css_class(bound: BoundField, widget: forms.Widget, *, width: str) -> str:
    """GOV.UK's class for a control of this widget."""
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


def control(bound: BoundField, *, described_by: Sequence[str], width: str, rows: int) -> str:
    """The control's HTML, drawn by its own widget."""
    attrs: dict[str, Any] = {"class": css_class(bound, bound.field.widget, width=width)}
    if described_by:
        attrs["aria-describedby"] = " ".join(described_by)
    if isinstance(bound.field.widget, forms.Textarea):
        attrs["rows"] = rows
    if longest(bound):
        attrs["class"] += " govuk-js-character-count"
        # The count warns and the server decides: a hard stop loses pasted words.
        attrs["maxlength"] = False
    return bound.as_widget(attrs=attrs)


def several(bound: BoundField) -> list[str]:
    """The controls of a widget made of several, in its order; each is named by the field's label and its own."""
    widget = bound.field.widget
    if not isinstance(widget, forms.MultiWidget):
        return []
    drawn = []
    parts = widget.get_context(bound.html_name, bound.value(), {"id": str(bound.auto_id)})["widget"][
        "subwidgets"
    ]
    for own, part in zip(widget.widgets, parts, strict=True):
        part["attrs"] |= {
            "class": css_class(bound, own, width="5" if isinstance(own, forms.NumberInput) else "")
        }
        part["attrs"].setdefault("aria-label", str(bound.label))
        drawn.append(bound.form.renderer.render(part["template_name"], {"widget": part}))
    return [SafeString(html) for html in drawn]


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
        case "radios" | "checkboxes" | "several":
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
        found += [Problem(words=words, target=target) for words in faults(bound, alone=True)]
    return found


def _called(bound: BoundField) -> str:
    """A field by its label alone: that it may stay empty is not said where it may not."""
    return str(getattr(bound.field, "plain", bound.label))


def faults(bound: BoundField, *, alone: bool = False) -> list[str]:
    """What is wrong with a field, in words. `alone`: where its label does not stand beside them.

    Django's own sentences ("This field is required.") do not say what to do; a missing answer is asked for by name.
    """
    said = []
    for error in bound.errors.as_data():
        words = " ".join(str(message) for message in error.messages)
        stock = _is_stock(bound, error)
        if error.code == "required" and stock:
            ask = (
                gettext("Please choose: %(label)s")
                if _is_choice(bound)
                else gettext("Please fill in: %(label)s")
            )
            said.append(ask % {"label": _called(bound)})
            continue
        if error.code == "max_length" and stock and error.params:
            over = error.params["show_value"] - error.params["limit_value"]
            words = ngettext(
                "Please shorten this by %(n)s character.", "Please shorten this by %(n)s characters.", over
            ) % {"n": over}
        named = alone and (stock or error.code == NAMELESS)
        said.append(
            gettext("%(label)s: %(words)s") % {"label": _called(bound), "words": words} if named else words
        )
    return said


def _is_choice(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, forms.Select | forms.RadioSelect | forms.CheckboxInput)


def _is_stock(bound: BoundField, error: ValidationError) -> bool:
    """Whether the message is one that Django's field or validator came with, not one that a door wrote."""
    if any(getattr(each, "message", None) is error.message for each in bound.field.validators):
        return True
    stock = (
        getattr(kind, "default_error_messages", {}).get(error.code) for kind in type(bound.field).__mro__
    )
    return any(message is not None and message == error.message for message in stock)
