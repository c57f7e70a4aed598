# SPDX-License-Identifier: Apache-2.0
"""What a procedure says of a paper that is made when one of its actions is done; wiring hands the papers of all procedures to the doors."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anlan.cases.define import Audience, Words
from anlan.cases.known import Known
from anlan.cases.projection import Projection
from anlan.cases.queries import View
from anlan.parts.documents.blocks import Document
from anlan.people.may import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a paper is composed of: the case as whoever acts reads it, with its whole timeline; what they fill in (`values`, as the action's
    form gives them, not yet cleaned); who they are, and when (in the zone of the place).
    """

    view: View
    values: Mapping[str, Any]
    by: Actor
    known: Known
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper, known by its `key` among those of its procedure. It is made with `action`, whose field `field` takes the keyed digest of
    its file; `audience` reads it. `verified`: it bears a code with which anybody can ask whether it is real. `stands` names the typed
    column that lists the digests of those that stand; empty: it stands for ever.

    `compose` may raise Refused: then the action is not done and its words are shown.
    """

    key: str
    words: Words
    action: str
    compose: Callable[[Occasion], Document]
    field: str = ""
    audience: Audience = Audience.REPORTER
    verified: bool = True
    stands: str = ""


_papers: dict[str, tuple[Paper, ...]] = {}


def register(procedure: str, papers: Iterable[Paper]) -> None:
    """The papers of a procedure."""
    _papers[procedure] = tuple(papers)


def is_paper_made(action: str) -> bool:
    """Whether this action makes a paper in any procedure."""
    return any(paper.action == action for papers in _papers.values() for paper in papers)


def papers_of(procedure: str, action: str) -> tuple[Paper, ...]:
    """Those that are made with this action."""
    return tuple(paper for paper in _papers.get(procedure, ()) if paper.action == action)


def paper_of(procedure: str, key: str) -> Paper | None:
    """The paper of this key; None where the procedure has none any more."""
    return next((paper for paper in _papers.get(procedure, ()) if paper.key == key), None)


def does_stand(paper: Paper | None, keyed: bytes, case: Projection) -> bool:
    """Whether a paper that was given out is still good."""
    return paper is None or not paper.stands or keyed.hex() in (case.record.get(paper.stands) or ())
