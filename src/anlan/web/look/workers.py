# SPDX-License-Identifier: Apache-2.0
"""What browsers install: service workers, each a built script with what it keeps, named by all of it, so that another build, language or
page is another version; and manifests, by which a page goes on the home screen.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from django.http import Http404, HttpResponse
from django.templatetags.static import static

from anlan.web.look.storage import FOLDER, kept_names

STATIC = Path(__file__).parent / "static"


def worker_of(name: str, *, files: Sequence[str], page: str, scope: str, **told: str) -> HttpResponse:
    """The script of this name for the pages under `scope`; it keeps `files` and the page that reads `page`, and is `told` the rest.
    Raises Http404 where the front-end was not built.
    """
    built = kept_names().get(name)
    if built is None:
        raise Http404
    kept = [static(FOLDER + each) for each in files]
    script = (STATIC / FOLDER / built).read_text(encoding="utf-8")
    version = sha256("\n".join([page, *kept, script]).encode()).hexdigest()[:16]
    begun = json.dumps({"version": version, "files": kept, **told})
    answer = HttpResponse(f"self.anlan={begun};\n{script}", content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = scope
    return answer


def manifest_of(name: str, *, start: str, scope: str) -> HttpResponse:
    """What a phone needs to put pages under `scope` on its home screen, where an iPhone lets them tell something."""
    icons = [
        {"src": static(f"{FOLDER}sign-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    told = {
        "id": start,
        "name": name,
        "short_name": name,
        "start_url": start,
        "scope": scope,
        "display": "standalone",
        "background_color": "#fbf9f4",
        "theme_color": "#0b5351",
        "icons": icons,
    }
    return HttpResponse(json.dumps(told), content_type="application/manifest+json")
