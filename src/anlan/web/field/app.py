# SPDX-License-Identifier: Apache-2.0
"""The field app (docs/decisions/field.md): one page that is the same for everybody, kept by the browser with a worker of its own.

What it shows comes through the API and lies on the phone under its person's PIN.
"""

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from anlan.base.clock import now
from anlan.base.outbox import public_key
from anlan.people.may import Actor, Role
from anlan.people.rollout import town_of
from anlan.people.session import posts_in
from anlan.places import codes
from anlan.places.find import ZONE
from anlan.web.field import versions
from anlan.web.field.words import words
from anlan.web.gate import open_to
from anlan.web.listening import listens_at
from anlan.web.look.context import look as look_of
from anlan.web.look.storage import FOLDER
from anlan.web.look.workers import manifest_of, worker_of
from anlan.web.staff_frame import FIELD, language

KEPT_DAYS = 7
"""Days without signal after which a phone puts its cases away until it hears of us again."""


@open_to("anyone")
@never_cache
@require_safe
def app(request: HttpRequest) -> HttpResponse:
    """The page. Nothing of anybody is in it, so it may lie on any phone."""
    return HttpResponse(_page(request))


@open_to("anyone")
@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The app's worker. Raises Http404 where the front-end was not built."""
    here = reverse("field:app")
    return worker_of(
        "field-worker.js",
        files=versions.kept_files(),
        page=_page(request),
        scope=here,
        build=versions.served(),
        icon=static(FOLDER + "sign-192.png"),
    )


@open_to("anyone")
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - as Django asks
    """What a phone needs to put the app on its home screen."""
    here = reverse("field:app")
    return manifest_of(_("Anlan field"), start=here, scope=here)


@open_to("anyone")
@never_cache
@require_safe
def hello(request: HttpRequest) -> JsonResponse:
    """Whose session this is, for the phone that is to be set up: a post of the field, or nobody."""
    by = getattr(request, "actor", None)
    if not isinstance(by, Actor) or by.kind != "post" or str(by.role) not in FIELD:
        return JsonResponse({"post": None})
    post = next((each for each in posts_in(request) if each.pk == by.post_id), None)
    if post is None:
        return JsonResponse({"post": None})
    key_id, key = public_key()
    town = town_of(post.place_id, at=now())
    return JsonResponse(
        {
            "post": post.pk,
            "name": post.account.name,
            "role": Role(post.role).in_language(language()),
            "office": post.organisation.in_language(language()),
            "town": "" if town is None else codes.text(town),
            "csrf": get_token(request),
            "seal": {"id": key_id, "key": base64.b64encode(key).decode()},
            "kept_days": KEPT_DAYS,
        }
    )


def _page(request: HttpRequest) -> str:
    context: dict[str, Any] = {
        "words": words(),
        "addresses": {
            "hello": reverse("field:hello"),
            "terminals": reverse("field:terminals"),
            "worker": reverse("field:worker"),
            "version": reverse("field:version"),
            "sign_in": f"{reverse('desk:sign_in')}?next={reverse('field:app')}",
            "online": reverse("field:tasks"),
            "live": listens_at(request),
        },
        "version": versions.served(),
        "zone": str(ZONE),
        "language": "zh" if language().startswith("zh") else "en",
    }
    # Drawn without the request: nothing of a session or of a token can come into what every phone keeps.
    return render_to_string("field/app.html", context | look_of(request))
