# SPDX-License-Identifier: Apache-2.0
"""Following a case with its number and secret code, both in headers, so that neither stands in an address or a log."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Invalid
from anlan.cases.queries import get_view
from anlan.web.api import shapes
from anlan.web.api.door import CODE_HEADER, operation
from anlan.web.api.drawing import case_of
from anlan.web.api.sight import find_sight

NUMBER_HEADER = {
    "name": "Case-Number",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "maxLength": 64},
    "description": "16 digits; spaces and dashes do not matter.",
}


@operation(
    "GET",
    "/follow",
    to="anyone",
    gives=shapes.Case,
    headers=[NUMBER_HEADER, CODE_HEADER | {"required": True}],
    tag="follow",
)
def follow_a_case(request: HttpRequest) -> dict[str, Any]:
    """Follow a case. For the person whose number and code these are; a wrong number and a wrong code look the same."""
    number = request.headers.get("Case-Number", "")
    if not number or not request.headers.get("Follow-Code"):
        raise Invalid(_("Please send the headers Case-Number and Follow-Code."))
    sight, _reader = find_sight(request, number)
    return case_of(
        get_view(sight.by, sight.case_id, known=sight.known, at=sight.at, parties=sight.parties, lines=1)
    )
