# SPDX-License-Identifier: Apache-2.0
"""Who may use a page: every view says so, and a view that does not say is refused.

`open_to` marks a view with `may_use`; the middleware turns away who is not meant, before the view runs. It guards doors
only: what somebody may do with a case is the engine's question (`anlan.cases.may`), asked again behind every door.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import resolve, reverse
from django.views.generic import RedirectView

from anlan.people.session import was_idle

Group = Literal["anyone", "resident", "staff", "token"]
View = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class MayUse:
    """Who a page is for. `roles` narrows staff to posts of these roles; empty means every post."""

    group: Group
    roles: frozenset[str] = frozenset()


def open_to(group: Group, *, roles: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Marks a view: `@open_to("anyone")`, `@open_to("resident")`, `@open_to("staff", roles=("handler",))`.

    "anyone" needs no sign-in, "resident" a signed-in resident, "staff" a signed-in person with a post in use, "token" an
    API token, which the API's own authentication checks. Raises ValueError for roles without staff.
    """
    if roles and group != "staff":
        raise ValueError(f'roles= goes with "staff" only, not with {group!r}')

    def mark(view: View) -> View:
        @wraps(view)
        def marked(*arguments: Any, **named: Any) -> Any:
            return view(*arguments, **named)

        marked.may_use = MayUse(group=group, roles=frozenset(roles))  # type: ignore[attr-defined]
        return marked

    return mark


def find_may_use(view: View) -> MayUse | None:
    """What a view says of itself; class-based views say it on the class. A redirect shows nothing, so it is anyone's."""
    if getattr(view, "view_class", None) is RedirectView:
        return MayUse(group="anyone")
    found = getattr(view, "may_use", None) or getattr(getattr(view, "view_class", None), "may_use", None)
    return found if isinstance(found, MayUse) else None


class GateMiddleware:
    """Asks `may_use` of every view before it runs.

    The people room's middleware puts `request.actor` (anlan.people.may.Actor) in place; without one nobody is staff.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Passes the request on; the question is asked once the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, _arguments: tuple[Any, ...], _named: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Lets through, sends to the sign-in, or refuses."""
        meant = find_may_use(view)
        if meant is None:
            if getattr(view, "__module__", "").startswith(CONFIGURATION):
                return None
            raise PermissionDenied(
                f"{view!r} does not say who may use it: decorate it with anlan.web.gate.open_to"
            )
        if meant.group in {"anyone", "token"}:
            return None
        if not request.user.is_authenticated:
            return _sign_in(request, meant)
        actor = getattr(request, "actor", None)
        kind = getattr(actor, "kind", None)
        if meant.group == "resident" and kind == "resident":
            return None
        if (
            meant.group == "staff"
            and kind == "post"
            and (not meant.roles or (actor is not None and actor.role in meant.roles))
        ):
            return None
        raise PermissionDenied


def _sign_in(request: HttpRequest, meant: MayUse) -> HttpResponseBase:
    """To the sign-in of this group; for staff who were writing when their session ended, with what they wrote."""
    if meant.group != "staff":
        return redirect_to_login(request.get_full_path(), login_url="resident:sign_in")
    if request.method == "POST":
        kept: HttpResponseBase = resolve(reverse("desk:kept")).func(request)
        return kept
    ended = "?ended=1" if was_idle(request) else ""
    return redirect_to_login(request.get_full_path(), login_url=reverse("desk:sign_in") + ended)


CONFIGURATION = "django.contrib.admin."
"""Django's own pages ask `ConfigurationSite.has_permission`; tests/rules/test_urls.py asks for each of them."""
