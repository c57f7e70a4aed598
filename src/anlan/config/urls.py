# SPDX-License-Identifier: Apache-2.0
"""The doors and where each begins. A door names its own pages; every page names who may use it (anlan.web.gate)."""

from functools import partial

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from anlan.config.health import health, metrics, ready
from anlan.config.readiness import readiness
from anlan.people.configuration import site
from anlan.web.gate import open_to
from anlan.web.staff_frame import frame

site.around = partial(frame, here="admin:index")
urlpatterns: list[URLPattern | URLResolver] = [
    # Whatever has a beginning of its own comes first: it is found, or passed over, by one look.
    path("api/v1/", include("anlan.web.api.urls")),
    path("admin/", site.urls),
    path("desk/", include("anlan.web.desk.urls")),
    path("desk/readiness", readiness, name="readiness"),
    path("field/", include("anlan.web.field.urls")),
    path("demo/", include("anlan.web.demo.urls")),
    path("unit/", include("anlan.web.unit.urls")),
    path("healthz", health, name="health"),
    path("readyz", ready, name="ready"),
    path("metrics", metrics, name="metrics"),
    path("language", open_to("anyone")(set_language), name="set_language"),
    path("", include("anlan.web.look.urls")),
    path("", include("anlan.web.public.urls")),
    path("", include("anlan.web.resident.urls")),
]
handler403 = "anlan.web.staff_frame.not_allowed"
handler404 = "anlan.web.staff_frame.not_found"
