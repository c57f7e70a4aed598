# SPDX-License-Identifier: Apache-2.0
"""What opens a stream, and who that is: a post by its session or its token, or whoever may read one case by theirs.

The same rules as of every request; asked for many at once, and again and again while a stream lasts.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from anlan.base.errors import NotFound
from anlan.cases.known import Known
from anlan.people.may import Actor
from anlan.people.session import stored_in
from anlan.people.tokens import find_token_actors
from anlan.web.followed import followed_in


class Shown(NamedTuple):
    """What a listener showed: the key of a session, or the digest of a token; `case` is the number of the one that it follows,
    0 for whatever its post sees.
    """

    session: str = ""
    token: bytes = b""
    case: int = 0

    @property
    def opener(self) -> str | bytes:
        """The session or the token."""
        return self.token or self.session


def admitted(shown: Collection[Shown], *, known: Known, at: datetime) -> dict[Shown, Actor]:
    """Who hears by what was shown; whatever opens nothing now is left out."""
    stored = stored_in((each.session for each in shown if each.session), at=at)
    tokens = find_token_actors((each.token for each in shown if each.token), at=at)
    found: dict[Shown, Actor] = {}
    for each in shown:
        session = stored.get(each.session)
        if each.token:
            if (actor := tokens.get(each.token)) is not None and not each.case:
                found[each] = actor
        elif session is None:
            continue
        elif not each.case:
            if session.actor.kind == "post":
                found[each] = session.actor
        else:
            try:
                found[each] = followed_in(session.data, session.actor, each.case, known=known, at=at).by
            except NotFound:
                continue
    return found
