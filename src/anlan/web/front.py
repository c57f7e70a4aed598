# SPDX-License-Identifier: Apache-2.0
"""What the pages for everybody share: the ways in the header, the reader's language, and a kind page for each refusal.

It asks for no case and keeps nothing. A refusal that a page does not draw itself ends here, with its status and, when it
is a matter of time, Retry-After.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anlan.base.clock import now
from anlan.base.errors import Refused
from anlan.cases.define import Words
from anlan.people.may import Actor, anonymous
from anlan.places.codes import Level
from anlan.places.region import Line, region
from anlan.web.alerts import band_of_place
from anlan.web.look.values import Choice


def language() -> str:
    """The reader's language, for data that carry their own words."""
    return get_language() or "zh-hans"


def said(words: Words) -> str:
    """Words in the reader's language."""
    return words.in_language(language())


def visitor(request: HttpRequest) -> Actor:
    """The resident who is signed in, else nobody: on these pages a post of staff counts for nothing."""
    found = getattr(request, "actor", None)
    return found if isinstance(found, Actor) and found.kind == "resident" else anonymous()


def ways(request: HttpRequest, *, here: str = "") -> list[Choice]:
    """The links of the header; `here` is the name of the present one."""
    return ways_of(visitor(request), here=here)


def ways_of(by: Actor, *, here: str = "") -> list[Choice]:
    """The same for a resident, or for nobody in particular."""
    known = by.kind == "resident"
    names = [
        ("resident:new", _("Report")),
        ("resident:follow", _("Follow")),
        ("public:list", _("Public")),
        ("public:places", _("My place")),
        ("resident:mine", _("My cases")) if known else ("resident:sign_in", _("Sign in")),
    ]
    return [Choice(word=word, url=reverse(name), current=name == here) for name, word in names]


def emergency_numbers() -> list[dict[str, str]]:
    """The region's numbers to call when waiting would be wrong."""
    return [_called(each) for each in region().emergency]


def numbers_to_call() -> list[dict[str, str]]:
    """Those, and the public service line where there is one."""
    return [*emergency_numbers(), *hotline()]


def hotline() -> list[dict[str, str]]:
    """The public service line, where there is one."""
    line = region().hotline
    return [_called(line)] if line else []


def level_name(level: Level) -> str:
    """What the region calls the places of a level."""
    layer = region().layer(level)
    return layer.name.in_language(language()) if layer else _("Place")


def _called(line: Line) -> dict[str, str]:
    return {"number": line.number, "words": line.words.in_language(language())}


def draw(
    request: HttpRequest, template: str, context: dict[str, Any], *, here: str = "", status: int = 200
) -> HttpResponse:
    """A page with the header's ways, what warns everybody, and the instant of reading."""
    at = now()
    band = SimpleLazyObject(lambda: band_of_place(None, at=at, grave=True))
    given = {"nav": ways(request, here=here), "now": at, "band": band, **context}
    return render(request, template, given, status=status)


def quiet(answer: HttpResponse) -> HttpResponse:
    """An answer that search engines leave alone: what it says may be taken back, or be over."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def answer_refusals(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Draws a refusal that the view let pass as a page of its own."""

    @wraps(view)
    def answered(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *given, **named)
        except Refused as refused:
            return draw_refusal(request, refused)

    return answered


def draw_refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """What cannot be done now, in words, and when to come back."""
    apart = "、" if language().startswith("zh") else ", "
    context = {
        "title": refused.title,
        "words": refused.message,
        "fields": refused.fields.values(),
        "minutes": -(-(refused.retry_after or 0) // 60),
        "numbers": apart.join(each["number"] for each in emergency_numbers()),
        "band": None,  # it is told also where nothing can be read
    }
    return wait(draw(request, "public/refused.html", context, status=refused.status), refused)


def wait(answer: HttpResponse, refused: Refused) -> HttpResponse:
    """The answer with Retry-After, where the refusal knows when."""
    if refused.retry_after is not None:
        answer["Retry-After"] = str(refused.retry_after)
    return answer
