# SPDX-License-Identifier: Apache-2.0
"""A web application behind the real granian whose bodies must come fast; `test_slow` starts it."""

from typing import Any

import django

from anlan.config import bodies

django.setup()
bodies.GRACE = 2.0


def work(environ: dict[str, Any], start: Any) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]


application = bodies.BodyFirst(work, threads=1)
