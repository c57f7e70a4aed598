# SPDX-License-Identifier: Apache-2.0
"""What every page for staff has around it: whose post it is, where they are, and the ways of that role.

Shared by the desk and the field; it asks for no case. The ways shown are a courtesy: each page asks again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found, permission_denied

from anlan.base.clock import now
from anlan.cases.catalogue import current
from anlan.cases.known import Known
from anlan.people.may import ADMINISTRATORS, CASE_WORKERS, Actor, Role
from anlan.people.models import Post
from anlan.people.session import posts_in
from anlan.web.alerts import band_of_staff
from anlan.web.listening import live_address
from anlan.web.look.values import Choice

READERS = tuple(sorted(str(role) for role in (*CASE_WORKERS, Role.AUDITOR)))
"""Roles that see any case; administrators see none."""
WORKERS = tuple(sorted(str(role) for role in CASE_WORKERS))
FIELD = (str(Role.GRID_WORKER), str(Role.VILLAGE_CLERK))
"""Roles whose work is outside, on a phone."""
OPENERS = (
    *FIELD,
    str(Role.DISPATCHER),
    str(Role.COUNTY_DISPATCHER),
    str(Role.HOTLINE_AGENT),
    str(Role.MEDIATOR),
)
CALLED = (
    str(Role.VILLAGE_CLERK),
    str(Role.DISPATCHER),
    str(Role.COUNTY_DISPATCHER),
    str(Role.HOTLINE_AGENT),
)
"""Roles that sit at a counter or a telephone."""
MEDIATING = (
    str(Role.VILLAGE_CLERK),
    str(Role.DISPATCHER),
    str(Role.COUNTY_DISPATCHER),
    str(Role.MEDIATOR),
)
"""Roles of an office that mediates which keep what is said of its mediators."""
OVERSEERS = (str(Role.DISPATCHER), str(Role.COUNTY_DISPATCHER), str(Role.SUPERVISOR))
"""Roles that answer for a place rather than for single cases."""
SUPERVISORS = (str(Role.COUNTY_DISPATCHER), str(Role.SUPERVISOR))
"""Roles that look into how those below them do."""
OVERVIEWERS = (*OVERSEERS, str(Role.AUDITOR))
AUDITORS = (str(Role.AUDITOR),)


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Who looks, when, under which configuration: what every staff page needs to ask the engine anything."""

    by: Actor
    at: datetime
    known: Known


def look_of(request: HttpRequest) -> Sight:
    """The actor and the instant of this request, read once."""
    return Sight(by=actor_in(request), at=now(), known=current())


def actor_in(request: HttpRequest) -> Actor:
    """The actor that the session's middleware put in place."""
    found = request.actor  # type: ignore[attr-defined]
    if not isinstance(found, Actor):
        raise TypeError("ActorMiddleware is missing")
    return found


def language() -> str:
    """The reader's language, for data that carry their own words."""
    return get_language() or "zh-hans"


def frame(request: HttpRequest, *, here: str = "") -> dict[str, Any]:
    """Context for the frame: `nav`, `who` (name and role), `office`, `several` posts, `tokens_url`. `here` names the
    present way.
    """
    by = actor_in(request)
    if by.kind != "post" or by.account_id is None:
        return {"nav": []}
    posts = posts_in(request)
    post = next((each for each in posts if each.pk == by.post_id), None)
    return {
        "nav": [Choice(word=word, url=reverse(name), current=name == here) for name, word in _ways(by)],
        "who": f"{post.account.name} · {Role(post.role).in_language(language())}" if post else "",
        "office": post.organisation.in_language(language()) if post else "",
        "several": len(posts) > 1,
        "home": reverse(home_of(by)),
        "live": live_of(request, by),
        "patrols_url": reverse("desk:patrols") if str(by.role) in (*FIELD, *OVERSEERS) else "",
        "mediators_url": reverse("desk:mediators") if str(by.role) in MEDIATING else "",
        "tokens_url": reverse("desk:tokens") if str(by.role) in WORKERS else "",
        "band": band_of_staff(by, at=now()),
    }


def live_of(request: HttpRequest, by: Actor) -> str:
    """Where this post hears what changes. One stream a browser, but none that outlives a change of the post: each has an
    address of its own.
    """
    address = live_address(request)
    return f"{address}#{by.post_id}" if address else ""


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is not here: for staff within their own frame, so that they find the way back to their work."""
    by = getattr(request, "actor", None)
    if not isinstance(by, Actor) or by.kind != "post":
        return page_not_found(request, exception)
    return render(request, "staff/404.html", frame(request), status=404)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is not open: for staff within their own frame too."""
    by = getattr(request, "actor", None)
    if not isinstance(by, Actor) or by.kind != "post":
        return permission_denied(request, exception)
    return render(request, "staff/403.html", frame(request), status=403)


def home_of(by: Actor) -> str:
    """The name of the page where this role's work begins."""
    if by.role is not None and by.role in FIELD:
        return "field:tasks"
    if by.role is Role.AUDITOR:
        return "desk:audit"
    if by.role in ADMINISTRATORS:
        return "admin:index"
    return "desk:inbox"


def _ways(by: Actor) -> list[tuple[str, str]]:
    if by.role in ADMINISTRATORS:
        ways = [("admin:index", _("Configuration")), ("readiness", _("Setup check"))]
        if by.role is Role.SYSTEM_ADMIN:
            ways += [("desk:deliveries", _("Messages")), ("field:versions", _("Field app"))]
        return ways
    if by.role is Role.AUDITOR:
        return [
            ("desk:audit", _("Audit")),
            ("desk:overview", _("Overview")),
            ("desk:inbox", _("Cases")),
            ("admin:index", _("Configuration")),
        ]
    ways = []
    if by.role is not None and by.role in FIELD:
        ways += [("field:tasks", _("My tasks")), ("field:new", _("Report"))]
    ways.append(("desk:inbox", _("Desk")))
    if by.role is Role.MEDIATOR:
        ways.append(("desk:open", _("Enter a dispute")))
    elif by.role is Role.ASSESSOR:
        ways.append(("desk:new_assessment", _("Enter a decision")))
    ways.append(("desk:notices", _("Notices")))
    if by.role is not None and by.role in OVERSEERS:
        ways.append(("desk:overview", _("Overview")))
    if by.role is not None and by.role in SUPERVISORS:
        ways.append(("desk:supervision", _("To look into")))
    if by.role is not None and by.role in OPENERS and by.role not in (*FIELD, Role.MEDIATOR):
        ways.append(("desk:open", _("Report for somebody")))
    if by.role is not None and by.role in CALLED:
        ways.append(("desk:caller", _("Caller")))
    return ways


def colleagues(ids: Iterable[int], sight: Sight) -> dict[int, str]:
    """These posts in words, in one question: of one's own office by name, to be called over; of others as offices and roles."""
    wanted = {each for each in ids if each != sight.by.post_id}
    if not wanted:
        return {}
    found = Post.objects.select_related("organisation", "account").filter(pk__in=wanted)
    return {
        post.pk: f"{post.account.name} · {Role(post.role).in_language(language())}"
        if post.organisation_id == sight.by.organisation_id
        else say_post(post)
        for post in found
    }


def say_post(post: Post | None) -> str:
    """A post in words for colleagues: organisation and role, never the person's name."""
    if post is None:
        return _("a former post")
    return f"{post.organisation.in_language(language())} · {Role(post.role).in_language(language())}"
