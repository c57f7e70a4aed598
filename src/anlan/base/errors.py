# SPDX-License-Identifier: Apache-2.0
"""Answers that are not "yes": each says, in the reader's language, what to do next.

Messages are translated when they are shown, not when they are raised, so one refusal can be read in two languages.
`Conflict` and `NotFound` take no parameters and no fields: they may answer somebody who must learn nothing of the case.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

Words = str | Promise
"""Words for people: plain, or a translation that is still to be looked up."""


def _fill(words: Words, given: dict[str, Any]) -> str:
    return str(words) % given


_filled = lazy(_fill, str)


def say(words: Words, **given: Any) -> Words:
    """`words` with its %(name)s filled in when shown: plain `%` on a lazy translation would fix the language at once."""
    return _filled(words, given)


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure of the program
    """A refusal with words for the user.

    `message` has its %(name)s filled from `params`; `fields` maps field keys to messages, `found` to what in them is meant;
    `retry_after` is in seconds;
    `seq` is the head of the case for an actor who may see it, so that a page can show what happened meanwhile.
    """

    code = "refused"
    status = 400
    title: Words = _("This cannot be done")
    words: Words = _("This cannot be done.")

    def __init__(
        self,
        message: Words | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        fields: Mapping[str, Words] | None = None,
        found: Mapping[str, Sequence[str]] | None = None,
        retry_after: int | None = None,
        seq: int | None = None,
    ) -> None:
        words = self.words if message is None else message
        self.message: Words = say(words, **params) if params else words
        self.fields: dict[str, Words] = dict(fields or {})
        self.found: dict[str, Sequence[str]] = dict(found or {})
        self.retry_after = retry_after
        self.seq = seq
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)

    def as_problem(self, *, page: str = "") -> dict[str, Any]:
        """The refusal as problem details (RFC 9457) in the present language, ready for JSON.

        `page` is the address of a page that explains the codes; without one the type is about:blank.
        """
        problem: dict[str, Any] = {
            "type": f"{page}#{self.code}" if page else "about:blank",
            "title": str(self.title),
            "status": self.status,
            "detail": str(self),
            "code": self.code,
        }
        if self.fields:
            problem["errors"] = [
                {"field": key, "detail": str(said)}
                | ({"found": list(self.found[key])} if self.found.get(key) else {})
                for key, said in self.fields.items()
            ]
        if self.retry_after is not None:
            problem["retry_after"] = self.retry_after
        return problem


class Invalid(Refused):
    """What was given cannot be taken; `fields` says where."""

    code, status = "invalid", 422
    title, words = _("Please check what you entered"), _("Please check what you entered.")


class BoundaryRefused(Invalid):
    """It would make this system a register of people. `term` is the word that was found, `where` what was being saved."""

    code = "boundary"
    title = _("Anlan keeps no register of people")
    words = _("Anlan keeps cases, places and services, never a register of people.")

    def __init__(
        self,
        message: Words | None = None,
        *,
        term: str = "",
        where: str = "",
        params: Mapping[str, Any] | None = None,
        fields: Mapping[str, Words] | None = None,
    ) -> None:
        super().__init__(message, params=params, fields=fields)
        self.term = term
        self.where = where


class NotAllowed(Refused):
    """Seen, but not for this person to do."""

    code, status = "not_allowed", 403
    title, words = _("Not yours to do"), _("Your post may not do this.")


class _Silent(Refused):
    """A refusal that holds nothing of the case, because the reader may be anybody: fixed words only."""

    def __init__(
        self, message: Words | None = None, *, retry_after: int | None = None, seq: int | None = None
    ) -> None:
        super().__init__(message, retry_after=retry_after, seq=seq)


class NotFound(_Silent):
    """Not there, or not for this person to know: the two look the same."""

    code, status = "not_found", 404
    title, words = _("Not found"), _("This was not found. Please check the number.")


class Conflict(_Silent):
    """Something else happened first."""

    code, status = "conflict", 409
    title, words = (
        _("Something else happened first"),
        _("This was already sent with other content, or has changed."),
    )


class TooMany(Refused):
    """Too many tries; `retry_after` says when the next one counts."""

    code, status = "too_many", 429
    title, words = _("Too many tries"), _("Too many tries. Please wait a little and try again.")

    def __init__(self, message: Words | None = None, *, retry_after: int = 60, **given: Any) -> None:
        super().__init__(message, retry_after=retry_after, **given)


class Busy(Refused):
    """Try again soon: nothing was done, nothing is lost."""

    code, status = "busy", 503
    title, words = _("Busy just now"), _("Somebody else is changing this right now. Please try again.")

    def __init__(self, message: Words | None = None, *, retry_after: int = 2, **given: Any) -> None:
        super().__init__(message, retry_after=retry_after, **given)
