# SPDX-License-Identifier: Apache-2.0
"""What the demo's bar shows on every page: whom a guest can be, who they are, and what its clock says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from anlan.people.demo import GUESTS

GUEST = "anlan_guest"
"""Where the session keeps whom the guest chose to be."""
FOLD = "anlan_bar"
"""The cookie of whoever folded the bar, or opened it."""
WORDS: Mapping[str, Any] = {
    "resident": _("Resident"),
    "neighbour": _("Neighbour"),
    "grid_worker": _("Grid worker"),
    "dispatcher": _("Dispatcher"),
    "county": _("County dispatcher"),
    "mediator": _("Mediator"),
    "assessor": _("Risk assessor"),
    "handler": _("Handler"),
    "supervisor": _("Supervisor"),
    "province": _("Supervisor of the province"),
    "government": _("Government of the county"),
    "auditor": _("Auditor"),
    "administrator": _("Administrator"),
    "developer": _("Developer"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Guest:
    """One whom the guest can be; `current` is who they are."""

    key: str
    word: Any
    current: bool


def guests(request: HttpRequest | None) -> list[Guest]:
    """All of them, in the order of the bar."""
    session = getattr(request, "session", None)
    known = getattr(getattr(request, "actor", None), "kind", "") in {"post", "resident"}
    now = session.get(GUEST) if session is not None and known else None
    return [Guest(key=key, word=WORDS[key], current=key == now) for key in GUESTS]


def is_framed(request: HttpRequest | None) -> bool:
    """Whether the page is shown inside the phone's frame, which has the bar around it already."""
    return request is not None and request.headers.get("Sec-Fetch-Dest") == "iframe"
