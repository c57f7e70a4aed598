# SPDX-License-Identifier: Apache-2.0
"""What every carrier of messages takes and answers. No answer holds the number, the address or the words: it goes to the log."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

LASTS = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is told, whichever way it goes. `line` stands where only one line does (a mailbox, a locked screen), `text` is all of it.

    `url` is where the rest is read, `about` what a later message of the same replaces, `reference` the same for a repetition;
    `urgent` wakes a phone that saves power, and after `lasts` nobody is to get it any more.
    """

    line: str
    text: str
    url: str
    about: str
    reference: str
    urgent: bool = False
    lasts: timedelta = LASTS


class Carrier(Protocol):
    """One channel. `to` is what it knows its receiver by: a number, an address, a subscription."""

    def carry(self, to: str, message: Message, *, at: datetime) -> None:
        """Hands the message over once. Raises NotSent, Ended or Unknown."""
        ...


class NotSent(Exception):  # noqa: N818 - an answer, not a failure of the program
    """The carrier refused the message; it was not sent. `again`: the same may be taken later, `after` that long at the earliest."""

    def __init__(self, why: str, *, again: bool = True, after: timedelta = timedelta(0)) -> None:
        super().__init__(why)
        self.again = again
        self.after = after


class Ended(NotSent):
    """There is no such receiver any more, and never will be again."""

    def __init__(self, why: str) -> None:
        super().__init__(why, again=False)


class NoCarrier(NotSent):
    """Nobody carries this channel's messages here; once somebody does, the same may be sent."""

    def __init__(self, why: str) -> None:
        super().__init__(why, again=False)


class Unknown(Exception):  # noqa: N818 - as above
    """No answer came: the message may have been sent."""
