# SPDX-License-Identifier: Apache-2.0
"""Every answer that is not a result, as a problem document (RFC 9457) with words in the reader's language.

Nothing leaves here that tells of the inside: an unforeseen error is logged in full and answered in one sentence. A
database that does not answer in time is "busy, come back", since nothing was done.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext_lazy as _
from ninja.errors import HttpError, ValidationError

from anlan.base.errors import Busy, Invalid, NotFound, Refused, Words
from anlan.people.terminals import Ended

logger = logging.getLogger("anlan.web.api")
KIND = "application/problem+json"
LOGGED = "_has_been_logged"
"""Django's mark of an answer that it need not log: what is ours to see was logged in full, the rest is the caller's."""


class Unreadable(Refused):
    """The request itself cannot be read."""

    code, status = "unreadable", 400
    title: Words = _("This request cannot be read")
    words: Words = _("This request cannot be read. Please check how it is built.")


class NoToken(Refused):
    """A token is needed, or the one given is not good now."""

    code, status = "no_token", 401
    title: Words = _("A token is needed")
    words: Words = _("Please send a valid token: Authorization: Bearer anlan_...")


class Expired(NoToken):
    """The token of a phone has ended by its date."""

    code = "expired"
    words: Words = _("Please sign in again on this phone. What waits here is kept.")


class Revoked(NoToken):
    """Somebody ended the token of a phone, or its post ended."""

    code = "revoked"
    words: Words = _("This phone is signed in no more. Please ask your administrator.")


class MustErase(NoToken):
    """A phone has to erase all that can be read on it."""

    code = "erase"
    words: Words = _("This phone has to erase what it holds.")


ENDED = {Ended.EXPIRED: Expired, Ended.REVOKED: Revoked, Ended.ERASE: MustErase}
"""What a phone hears whose token is good no more."""


class WrongMethod(Refused):
    """There is such an address, but not for this method."""

    code, status = "wrong_method", 405
    title: Words = _("Not this method")
    words: Words = _("This address does not take this method; the header Allow says which it takes.")


class TooLarge(Refused):
    """More was sent than is taken."""

    code, status = "too_large", 413
    title: Words = _("Too large")
    words: Words = _("This is more than is taken at once. Please send less.")


class WrongKind(Refused):
    """The body is of a kind that is not taken here."""

    code, status = "wrong_kind", 415
    title: Words = _("Not this kind of content")
    words: Words = _(
        "Please send JSON in UTF-8, with Content-Type: application/json and no Content-Encoding."
    )


class Broken(Refused):
    """Something went wrong on our side."""

    code, status = "broken", 500
    title: Words = _("Something went wrong here")
    words: Words = _(
        "Something went wrong on our side; it was written down. Please try again, with the same key."
    )


def refusal_for(error: Exception) -> Refused:
    """The refusal that an error comes to."""
    match error:
        case Refused():
            return error
        case Http404():
            return NotFound()
        case ValidationError():
            return _of_parameters(error)
        case RequestDataTooBig():
            return TooLarge()
        case (
            BadRequest()
            | SuspiciousOperation()
            | MultiPartParserError()
            | UnreadablePostError()
            | HttpError()
        ):
            return Unreadable()
        case DataError():
            return Invalid()
        case OperationalError() | InterfaceError():
            logger.warning("the database did not answer in time: %s", type(error.__cause__).__name__)
            return Busy(_("Busy just now. Nothing was done; please try again, with the same key."))
        case _:
            logger.error("unforeseen", exc_info=error)
            return Broken()


def _of_parameters(error: ValidationError) -> Refused:
    fields: dict[str, Words] = {}
    for each in error.errors:
        fields[str(each["loc"][-1])] = str(each["msg"])
    return Invalid(fields=fields)


def draw_problem(refused: Refused) -> HttpResponse:
    """The refusal as an answer."""
    answer = HttpResponse(msgspec.json.encode(refused.as_problem()), status=refused.status, content_type=KIND)
    answer["Cache-Control"] = "no-store"
    setattr(answer, LOGGED, True)
    if refused.retry_after is not None:
        answer["Retry-After"] = str(refused.retry_after)
    if refused.status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="anlan"'
    return answer


def answer_problems(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view whose every failure is a problem document."""

    @wraps(view)
    def answered(request: HttpRequest, *given: Any, **named: Any) -> HttpResponseBase:
        try:
            answer = view(request, *given, **named)
        except Exception as error:  # noqa: BLE001 - the edge: whatever it is, the caller gets a problem document
            return draw_problem(refusal_for(error))
        if answer.status_code == 405:
            problem = draw_problem(WrongMethod())
            problem["Allow"] = ", ".join(sorted(answer.get("Allow", "").split(", ")))
            return problem
        answer.setdefault("Cache-Control", "no-store")
        return answer

    return answered
