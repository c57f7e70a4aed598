# SPDX-License-Identifier: Apache-2.0
"""What every sweep of the system does with its envelopes: in batches, each in its own transaction, one at a time when
a batch fails as a whole. A refusal or a fault of one case is logged and harms no other.
"""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import connection

from anlan.base.errors import Refused
from anlan.base.ids import new_id
from anlan.cases.act import Done, act_many
from anlan.cases.envelope import Envelope
from anlan.people.may import SYSTEM

log = logging.getLogger(__name__)

SPACE = UUID("0d6b2f0a-53c1-5f6e-8a57-3f1c5b0e9d42")


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep did: entries written, cases refused or failed."""

    done: int = 0
    refused: int = 0

    def and_also(self, other: "Swept") -> "Swept":
        """Both together."""
        return replace(self, done=self.done + other.done, refused=self.refused + other.refused)


def by_system(case_id: UUID, action: str, *, data: Mapping[str, Any], at: datetime, once: str) -> Envelope:
    """An envelope of the system. `once` names the occasion: the same occasion is never done twice on a case."""
    return Envelope(
        case_id=case_id,
        action=action,
        by=SYSTEM,
        at=at,
        received_at=at,
        request_id=uuid5(SPACE, f"{case_id}/{action}/{once}"),
        salt=os.urandom(16),
        spares=(new_id(),),
        data=data,
    )


def in_batches(
    statement: str, params: Sequence[Any], *, start: tuple[Any, ...], batch: int
) -> Iterator[list[Any]]:
    """The rows of `statement`, in batches until nothing comes. They are in the order of their first columns, of which
    `start` comes before all; its last parameters are those columns of the row before, and how many rows are wanted.

    What a batch leads to may come again later in the same order, so a short batch is not the end.
    """
    after = start
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [*params, *after, batch])
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        after = tuple(rows[-1][: len(start)])


def do_all(envelopes: Sequence[Envelope]) -> Swept:
    """Does them as one batch, or one by one when the batch fails."""
    if not envelopes:
        return Swept()
    try:
        answers: list[Done | Refused] = act_many(envelopes)
    except Exception as error:
        if len(envelopes) == 1:
            log.exception("%s of case %s failed", envelopes[0].action, envelopes[0].case_id)
            return Swept(refused=1)
        log.warning("a batch of %s failed (%s): one by one", envelopes[0].action, type(error).__name__)
        total = Swept()
        for envelope in envelopes:
            total = total.and_also(do_all((envelope,)))
        return total
    done = sum(1 for answer in answers if isinstance(answer, Done) and not answer.again)
    refused = 0
    for envelope, answer in zip(envelopes, answers, strict=True):
        if isinstance(answer, Refused):
            refused += 1
            log.warning("%s of case %s was refused: %s", envelope.action, envelope.case_id, answer)
    return Swept(done=done, refused=refused)
