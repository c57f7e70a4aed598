# SPDX-License-Identifier: Apache-2.0
"""How forms are drawn: Django's own templates, but lists to choose from without one template for each option.

A list of ninety counties, each option through two templates, was half the time that the public list took.
"""

from collections.abc import Iterator
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

SELECT = "django/forms/widgets/select.html"


class Renderer(DjangoTemplates):
    """Draws what Django's templates draw."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """The HTML of a form, a field or a control."""
        if template_name == SELECT:
            return _select(context["widget"])
        return super().render(template_name, context, request)


def _select(widget: dict[str, Any]) -> SafeString:
    drawn = SafeString("".join(_groups(widget["optgroups"])))
    return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), drawn)


def _groups(groups: list[tuple[str | None, list[dict[str, Any]], int]]) -> Iterator[str]:
    for name, options, _index in groups:
        if name:
            yield f'<optgroup label="{conditional_escape(name)}">'
        for option in options:
            value, label = map(conditional_escape, (str(option["value"]), option["label"]))
            yield f'<option value="{value}"{flatatt(option["attrs"])}>{label}</option>'
        if name:
            yield "</optgroup>"
