# SPDX-License-Identifier: Apache-2.0
"""The service of signatures that is built in: a code sent to the party's phone, good for one document and ten minutes."""

from datetime import datetime

from anlan.parts.signing.proof import prove
from anlan.parts.signing.provider import Asked, Wish
from anlan.people.signin import check_signing_code, send_signing_code


class ByCode:
    """Whoever has the phone that the party gave, and says the code that came to it, signs."""

    key = "code"

    def start(self, wish: Wish, *, network: str, at: datetime) -> Asked:
        """Sends the code. Raises Invalid, TooMany, or Refused when none can be sent."""
        sent = send_signing_code(wish.phone, what=_what(wish), network=network, at=at)
        return Asked(masked=sent.masked, until=sent.expires_at, shown=sent.shown, sure=sent.sure)

    def judge(self, wish: Wish, answer: str, *, network: str, at: datetime) -> str:
        """The proof for the last code sent. Raises Invalid with the same words whatever was wrong, TooMany."""
        check_signing_code(wish.phone, answer, what=_what(wish), network=network, at=at)
        return prove(wish.case_id, wish.party, wish.document, way=self.key, at=at)


def _what(wish: Wish) -> str:
    return f"{wish.case_id}:{wish.party}:{wish.document}"
