# SPDX-License-Identifier: Apache-2.0
"""The tags that draw Anlan's components: `{% load look %}`.

They take the values of `anlan.web.look.values` and plain Django forms, and give markup without inline script or style.
Tags that say when something is read the instant of reading from `now` in the context, else from the clock.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.forms.forms import BaseForm
from django.template import Context
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from anlan.base.clock import now
from anlan.base.ids import show_number
from anlan.places.calendars import Limit
from anlan.web.look import demo as demo_look
from anlan.web.look import fields as forms_look
from anlan.web.look import times, tour
from anlan.web.look.maps import Choropleth
from anlan.web.look.trends import Trend
from anlan.web.look.values import Choice, Deed, Item, Line, Photo, Pill, QueueGroup, Seen, Step, Term, Tone

register = template.Library()

FEW = 7
"""So many boxes to tick stand open, the days of a week among them; more are folded, unless one is ticked."""
HAN = re.compile("[\u3400-\u9fff]")
SELECTED = mark_safe(" selected")
PARTS = {
    "radios": "group",
    "checkboxes": "group",
    "date": "group",
    "several": "group",
    "checkbox": "checkbox",
    "textarea": "control",
    "control": "control",
}
"""Which template draws a field: several controls under one legend, a single checkbox, or a label and a control."""


@register.simple_tag
def number(value: int) -> SafeString:
    """A case number in fours that does not break across lines."""
    return format_html('<span class="anlan-number">{}</span>', show_number(value))


@register.simple_tag(takes_context=True)
def when(
    context: Context,
    moment: datetime | None,
    *,
    full: bool = False,
    short: bool = False,
    ends: bool = False,
) -> SafeString:
    """`<time>` with the weekday, or today, tomorrow, yesterday; `full` always gives the date, `ends` says the end of a day as
    that day's. Nothing for None.
    """
    if moment is None:
        return SafeString("")
    words = times.say_when(moment, at=_at(context), near_words=not full, short=short, ends=ends)
    return _time(moment, words)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | None) -> SafeString:
    """`<time>` for a whole day with its weekday."""
    if value is None:
        return SafeString("")
    words = times.say_day(value, today=timezone.localtime(_at(context)).date())
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.simple_tag
def duration(length: timedelta | Limit) -> str:
    """A duration, or a limit with its unit, in words."""
    return times.say_duration(length) if isinstance(length, timedelta) else times.say_limit(length)


@register.simple_tag
def pill(what: Pill | str, tone: str = Tone.PLAIN) -> SafeString:
    """`{% pill value %}` or `{% pill "words" "new" %}`. Nothing for None."""
    if not what:
        return SafeString("")
    shown = what if isinstance(what, Pill) else Pill(word=str(what), tone=Tone(tone))
    mark = mark_safe('<span aria-hidden="true">!</span> ') if shown.tone == Tone.URGENT else ""
    return format_html('<span class="anlan-pill anlan-pill--{}">{}{}</span>', shown.tone, mark, shown.word)


@register.simple_tag
def options(choices: Iterable[tuple[object, str]], chosen: object) -> SafeString:
    """The `<option>`s of a select: pairs of value and words, the chosen one selected."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SELECTED if value == chosen else "", words) for value, words in choices),
    )


@register.filter
def as_written(words: str) -> SafeString:
    """What people wrote, with its lines; Chinese on a page of another language says so, to be read aloud rightly."""
    shown = linebreaksbr(words)
    foreign = not (get_language() or "zh").startswith("zh") and HAN.search(words)
    return format_html('<span lang="zh">{}</span>', shown) if foreign else shown


@register.simple_tag(takes_context=True)
def due(context: Context, moment: datetime | None, *, provisional: bool = False) -> SafeString:
    """The pill of a running clock. Nothing for None."""
    if moment is None:
        return SafeString("")
    return pill(times.due_pill(moment, at=_at(context), provisional=provisional))


@register.inclusion_tag("look/parts/sign.html")
def sign() -> dict[str, Any]:
    """The two waves."""
    return {}


@register.inclusion_tag("look/parts/timeline.html", takes_context=True)
def timeline(context: Context, lines: Sequence[Line]) -> dict[str, Any]:
    """The story of a case."""
    return {"lines": lines, "now": _at(context)}


@register.inclusion_tag("look/parts/steps.html")
def steps(stages: Sequence[Step]) -> dict[str, Any]:
    """The way of a case with where it is now."""
    return {"steps": stages}


@register.inclusion_tag("look/parts/promise.html", takes_context=True)
def promise(
    context: Context, due: datetime | None, *, by: str = "", provisional: bool = False
) -> dict[str, Any]:
    """The promise box: by when, and who has it now."""
    at = _at(context)
    late = due is not None and due < at
    when_words = _time(due, times.say_when(due, at=at, near_words=False, ends=True)) if due else ""
    before = when_words if late else format_html(gettext("before {when}"), when=when_words)
    return {"due": due, "before": before, "by": by, "provisional": provisional, "late": late, "now": at}


@register.inclusion_tag("look/parts/deeds.html")
def deeds(things: Sequence[Deed], *, why: str = "", title: str = "") -> dict[str, Any]:
    """The card of what can be done now, with why the case came here."""
    return {"deeds": things, "why": why, "title": title or gettext("What you can do now")}


@register.inclusion_tag("look/parts/clocks.html", takes_context=True)
def clocks(context: Context, terms: Sequence[Term]) -> dict[str, Any]:
    """The clocks of a case, in words."""
    at = _at(context)
    return {"rows": [_clock_row(term, at=at) for term in terms], "now": at}


@register.inclusion_tag("look/parts/cases.html")
def cases(
    items: Sequence[Item], *, empty: str = "", tasks: bool = False, swap: bool = False
) -> dict[str, Any]:
    """A list of cases; `tasks` draws cards for a thumb, `swap` opens them beside the list on the desk."""
    return {"items": items, "empty": empty or gettext("Nothing here now."), "tasks": tasks, "swap": swap}


@register.inclusion_tag("look/parts/queues.html")
def queues(groups: Sequence[QueueGroup]) -> dict[str, Any]:
    """The desk's first column."""
    return {"groups": groups}


@register.inclusion_tag("look/parts/photos.html")
def photos(pictures: Sequence[Photo]) -> dict[str, Any]:
    """Thumbnails that open the picture."""
    return {"photos": pictures}


@register.inclusion_tag("look/parts/seen.html", takes_context=True)
def seen(context: Context, openings: Sequence[Seen], *, empty: str = "") -> dict[str, Any]:
    """Who looked at a person's information, and why."""
    return {
        "openings": openings,
        "empty": empty or gettext("Nobody besides who deals with it has opened your information."),
        "now": _at(context),
    }


@register.inclusion_tag("look/parts/facts.html")
def facts(rows: Mapping[str, str] | Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Names and values in two columns; rows without a value are left out."""
    pairs = rows.items() if isinstance(rows, Mapping) else rows
    return {"rows": [(name, value) for name, value in pairs if value not in (None, "")]}


@register.inclusion_tag("look/parts/filters.html")
def filters(choices: Sequence[Choice], *, label: str) -> dict[str, Any]:
    """Links that narrow or sort a list (`Choice` values), named by `label` for those who cannot see them."""
    return {"choices": choices, "label": label}


@register.inclusion_tag("look/parts/pages.html")
def pages(*, newer: str = "", older: str = "", newest: bool = True) -> dict[str, Any]:
    """Keyset paging: addresses of the newer and the older page. `newest=False` where the newest do not come first: the first and
    the next page.
    """
    return {"newer": newer, "older": older, "newest": newest}


@register.inclusion_tag("look/parts/switch.html", takes_context=True)
def switch(context: Context, what: str) -> dict[str, Any]:
    """A one-button form without script: `language` or `large`."""
    look = context["look"]
    if what == "language":
        value, word = look.other_language, "English" if look.other_language == "en" else "中文"
        return {"name": what, "value": value, "word": word, "lang": value, "here": look.here}
    word = gettext("Standard text") if look.large else gettext("Large text")
    return {"name": "large", "value": "0" if look.large else "1", "word": word, "lang": "", "here": look.here}


@register.inclusion_tag("look/parts/choropleth.html")
def choropleth(drawn: Choropleth, *, table: bool = True) -> dict[str, Any]:
    """A map and its table; `table=False` where the page has the same in a table of its own."""
    return {"map": drawn, "table": table}


@register.inclusion_tag("look/parts/trend.html", takes_context=True)
def trend(context: Context, drawn: Trend) -> dict[str, Any]:
    """Lines over days, with their table folded."""
    return {"trend": drawn, "now": _at(context)}


@register.inclusion_tag("look/parts/demo.html", takes_context=True)
def demo_bar(context: Context) -> dict[str, Any]:
    """The demo's banner with its bar, and the stop of the tour that one is at; nothing inside the phone's frame."""
    request = context.get("request")
    who = demo_look.guests(request)
    return {
        "framed": demo_look.is_framed(request),
        "guests": who,
        "who": next((guest.word for guest in who if guest.current), ""),
        "stop": tour.stop_of(request),
        "fold": request.COOKIES.get(demo_look.FOLD, "") if request else "",
        "now": _at(context),
        **{name: context.get(name) for name in ("look", "csrf_token")},
    }


@register.simple_tag
def field(
    bound: BoundField,
    *,
    heading: bool = False,
    width: str = "",
    rows: int = 5,
    inline: bool = False,
    optional: bool = False,
) -> SafeString:
    """One form field. `heading` makes its label the page's heading; `optional` says after the label that it may stay
    empty; `width` is 2, 3, 4, 5, 10, 20 characters or one-half, two-thirds; `inline` puts radios in a row.
    """
    if bound.is_hidden:
        return mark_safe(bound.as_widget())  # noqa: S308 - Django's own widget escaped it
    part = forms_look.part_of(bound)
    described = [f"{bound.auto_id}-hint"] if bound.help_text else []
    described += [f"{bound.auto_id}-error"] if bound.errors else []
    info = f"{bound.auto_id}-info"
    counted = forms_look.longest(bound)
    told = {
        "bound": bound,
        "part": part,
        "heading": heading,
        "inline": inline,
        "optional": optional,
        "faults": forms_look.faults(bound),
        "described_by": " ".join(described),
        "counted": counted,
        "info": info,
    }
    match part:
        case "radios" | "checkboxes":
            options = list(forms_look.options(bound))
            folded = part == "checkboxes" and len(options) > FEW
            opened = bool(bound.errors) or any(option.checked for option in options)
            told |= {"options": options, "folded": folded, "opened": opened}
        case "checkbox":
            told["checked"] = bool(bound.value())
        case "date":
            told["boxes"] = forms_look.date_boxes(bound)
        case "several":
            told["controls"] = forms_look.several(bound)
        case _:
            told["control"] = forms_look.control(
                bound, described_by=[*described, *([info] if counted else [])], width=width, rows=rows
            )
    return SafeString(render_to_string(f"look/fields/{PARTS[part]}.html", told))


@register.simple_tag
def fields(form: BaseForm, *, but: str = "") -> SafeString:
    """All fields of a form in their order, `but` those that the page draws itself."""
    left_out = but.split()
    return SafeString("".join(field(bound) for bound in form if bound.name not in left_out))


@register.inclusion_tag("look/fields/errors.html")
def errors(*forms: BaseForm | None) -> dict[str, Any]:
    """The error summary over all `forms` that were sent; nothing when nothing is wrong."""
    return {
        "problems": [
            problem for form in forms if isinstance(form, BaseForm) for problem in forms_look.problems(form)
        ]
    }


def _clock_row(term: Term, *, at: datetime) -> dict[str, Any]:
    """The row of one clock: its tone follows from what it says."""
    row: dict[str, Any] = {
        "term": term,
        "limit": times.say_limit(term.limit) if term.limit else "",
        "tone": "",
    }
    if term.paused:
        return row | {"state": gettext("paused")}
    if term.met is not None:
        return row | {"state": format_html(gettext("met {when}"), when=_said(term.met, at=at))}
    if term.due is None:
        return row | {"state": ""}
    left = term.due - at
    if left < timedelta(0):
        row |= {
            "tone": "late",
            "state": gettext("overdue by %(duration)s") % {"duration": times.say_duration(left)},
        }
    elif left <= times.NEAR:
        row |= {
            "tone": "near",
            "state": gettext("%(duration)s left") % {"duration": times.say_duration(left)},
        }
    else:
        row |= {"state": format_html(gettext("by {when}"), when=_said(term.due, at=at, ends=True))}
    return row


def _said(moment: datetime, *, at: datetime, ends: bool = False) -> SafeString:
    return _time(moment, times.say_when(moment, at=at, ends=ends))


def _at(context: Context) -> datetime:
    at = context.get("now")
    return at if isinstance(at, datetime) else now()


def _time(moment: datetime, words: str) -> SafeString:
    return format_html(
        '<time datetime="{}">{}</time>', timezone.localtime(moment).isoformat(timespec="seconds"), words
    )
