# SPDX-License-Identifier: Apache-2.0
"""Who has signed, as a page or a paper shows it: read from the case as somebody may see it."""

from dataclasses import dataclass
from datetime import datetime

from anlan.cases.queries import File, Line, View
from anlan.parts.signing.rules import COUNTERSIGN, ON_PAPER, SIGN


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature: of a party by number, or (None) of who led them to it. `way` is the key of the service that judged, ``paper``, or
    empty for a post's own sign-in; `path` the drawn signature; `name` empty once it is erased or where it stands on paper.
    """

    party: int | None
    at: datetime
    way: str
    name: str = ""
    path: str = ""
    witness: str = ""


def signatures_in(view: View, document: str) -> tuple[Signature, ...]:
    """Those under this document (its keyed digest in hex), in the order in which they were given; as far as the view's timeline goes."""
    return tuple(
        _signature(line)
        for line in reversed(view.timeline.lines)
        if line.action in {SIGN, ON_PAPER, COUNTERSIGN} and line.outcomes["facts"]["document"] == document
    )


def file_of(view: View, document: str) -> File | None:
    """The file of a document (its keyed digest in hex), where it was made here and this reader can still read it; as far as the view's
    timeline goes.
    """
    for line in view.timeline.lines:
        for attached in line.outcomes.get("attachments", ()):
            if attached["keyed"] == document:
                return next((each for each in view.files if each.n == attached["n"] and each.readable), None)
    return None


def _signature(line: Line) -> Signature:
    words = {key: value for content in line.contents for key, value in (content.values or {}).items()}
    facts = line.outcomes["facts"]
    party = facts.get("party") if line.action == ON_PAPER else None
    if line.action == SIGN:
        party = int(line.actor.removeprefix("party:"))
    return Signature(
        party=party,
        at=line.at,
        way=line.outcomes.get("why", {}).get("way", ""),
        name=str(words.get("name", "")),
        path=str(words.get("drawn", "")),
        witness=str(words.get("witness", "")),
    )
