# SPDX-License-Identifier: Apache-2.0
"""A file of a case as staff get it: a picture is shown, anything else is a download in which nothing runs."""

from django.http import HttpResponse

from anlan.cases.queries import File

PICTURES = ("image/jpeg", "image/png", "image/webp")


def file_answer(file: File, data: bytes, *, number: int) -> HttpResponse:
    """The bytes; `number` is that of the file's own case."""
    shown = file.kind in PICTURES
    answer = HttpResponse(data, content_type=file.kind if shown else "application/octet-stream")
    answer["Content-Disposition"] = "inline" if shown else f'attachment; filename="{number}-{file.n}"'
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
