# SPDX-License-Identifier: Apache-2.0
"""Whether this web process and its database are well, for supervisors and load balancers. Says nothing else."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse

from anlan.web.gate import open_to


@open_to("anyone")
def health(_request: HttpRequest) -> HttpResponse:
    """200 "ok", or 503 when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
