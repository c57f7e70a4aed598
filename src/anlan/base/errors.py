# SPDX-License-Identifier: Apache-2.0
"""Answers that are not "yes": each says in the reader's language what to do, and tells nothing of other people's cases."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure of the program
    """A refusal with words for the user. `fields` maps field keys to messages; `retry_after` is in seconds."""

    code = "refused"
    status = 400
    title: Any = _("This cannot be done")
    words: Any = _("This cannot be done.")

    def __init__(
        self,
        message: Any = None,
        *,
        fields: Mapping[str, Any] | None = None,
        retry_after: int | None = None,
        seq: int | None = None,
    ) -> None:
        self.message = message if message is not None else self.words
        self.fields: dict[str, Any] = dict(fields or {})
        self.retry_after = retry_after
        self.seq = seq
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)

    def as_problem(self) -> dict[str, Any]:
        """The refusal as RFC 9457 problem details."""
        problem: dict[str, Any] = {
            "type": f"about:blank#{self.code}",
            "title": str(self.title),
            "status": self.status,
            "detail": str(self.message),
            "code": self.code,
        }
        if self.fields:
            problem["errors"] = [{"field": key, "detail": str(words)} for key, words in self.fields.items()]
        return problem


class Invalid(Refused):
    """What was given cannot be taken; `fields` says where."""

    code, status = "invalid", 422
    title, words = _("Please check what you entered"), _("Please check what you entered.")


class BoundaryRefused(Invalid):
    """It would make this system a register of people."""

    code = "boundary"


class NotAllowed(Refused):
    """Seen, but not for this person to do."""

    code, status = "not_allowed", 403
    title, words = _("Not yours to do"), _("Your post may not do this.")


class NotFound(Refused):
    """Not there, or not for this person to know."""

    code, status = "not_found", 404
    title, words = _("Not found"), _("This was not found. Please check the number.")


class Conflict(Refused):
    """Something else happened first."""

    code, status = "conflict", 409
    title, words = (
        _("Something else happened first"),
        _("This was already sent with other content, or has changed."),
    )


class TooMany(Refused):
    """Too many tries."""

    code, status = "too_many", 429
    title, words = _("Too many tries"), _("Too many tries. Please wait a little and try again.")


class Busy(Refused):
    """Try again soon; nothing is lost."""

    code, status = "busy", 503
    title, words = _("Busy just now"), _("Somebody else is changing this right now. Please try again.")

    def __init__(self, message: Any = None, *, retry_after: int = 2, **given: Any) -> None:
        super().__init__(message, retry_after=retry_after, **given)
