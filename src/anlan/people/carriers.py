# SPDX-License-Identifier: Apache-2.0
"""What every carrier of messages answers. No answer holds the number, the address or the words: it goes to the log."""


class NotSent(Exception):  # noqa: N818 - an answer, not a failure of the program
    """The carrier refused the message; it was not sent. `again`: the same may be taken later."""

    def __init__(self, why: str, *, again: bool = True) -> None:
        super().__init__(why)
        self.again = again


class Unknown(Exception):  # noqa: N818 - as above
    """No answer came: the message may have been sent."""
