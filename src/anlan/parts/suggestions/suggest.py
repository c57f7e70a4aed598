# SPDX-License-Identifier: Apache-2.0
"""Training on the closed cases, and what the newest training suggests for a text."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import connection

from anlan.cases.bigrams import tokens
from anlan.cases.search import opening_tokens
from anlan.parts.suggestions.learn import Label, Learnt, Sample, Weights, Worth, learn, pack, unpack
from anlan.parts.suggestions.models import Classifier

MOST_CASES = 30_000
"""Cases of one training; above, a sample by the random part of the case number."""
SPAN = timedelta(days=365)
BATCH = 500
LIKELY = 3
"""What was right in fewer than so many of ten such cases is not suggested."""
FEWEST_SAID = 20
"""Of a score that fewer held-out cases had nothing is known."""
SAMPLES = """
SELECT id, category_id, coalesce(condition_id, 0), opened_at FROM cases_case
 WHERE procedure = %s AND NOT open AND category_id IS NOT NULL AND opened_at >= %s ORDER BY number LIMIT %s"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a text is probably about. Among `of` cases that were held out and scored like this one, `right` were so."""

    category: int
    condition: int | None
    right: int
    of: int


def train(procedure: str, *, at: datetime) -> Classifier | None:
    """Learns anew from the closed cases of a procedure and keeps it. None when there are too few to learn from."""
    learnt = learn(_samples(procedure, at=at))
    return _keep(procedure, learnt, at=at) if learnt else None


def newest(procedure: str) -> Classifier | None:
    """The training in use, without its weights."""
    return (
        Classifier.objects.defer("weights")
        .filter(procedure=procedure, weights__isnull=False)
        .order_by("-id")
        .first()
    )


def suggest(procedure: str, told: str, *, most: int = 3) -> list[Suggestion]:
    """What this text is probably about, the likeliest first; empty when nothing is known well enough.

    One query; the weights stay in memory until a newer training.
    """
    row, said = newest(procedure), tokens(told)
    if row is None or not said:
        return []
    worth = worth_of(row)
    found: list[Suggestion] = []
    for (category, condition), score in _weights(row.pk).best(said, most):
        right, of = worth.right(score)
        if of >= FEWEST_SAID and right * 10 >= LIKELY * of:
            found.append(Suggestion(category, condition or None, right, of))
    return found


def worth_of(row: Classifier) -> Worth:
    """What a training was measured to be worth."""
    steps = tuple((int(said), int(right)) for said, right in row.steps)
    return Worth(row.held_out, row.first, row.among_three, row.guess, steps)


@lru_cache(maxsize=4)
def _weights(pk: int) -> Weights:
    packed = Classifier.objects.values_list("weights", flat=True).get(pk=pk)
    if packed is None:
        raise Classifier.DoesNotExist
    return unpack(bytes(packed))


def _samples(procedure: str, *, at: datetime) -> list[Sample]:
    with connection.cursor() as cursor:
        cursor.execute(SAMPLES, [procedure, at - SPAN, MOST_CASES])
        rows = cursor.fetchall()
    found: list[Sample] = []
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        words = opening_tokens([row[0] for row in part])
        for id, category, condition, opened_at in part:
            if words.get(id):
                label: Label = (category, condition)
                found.append(Sample(words[id], label, opened_at))
    return found


def _keep(procedure: str, learnt: Learnt, *, at: datetime) -> Classifier:
    worth = learnt.worth
    row = Classifier.objects.create(
        procedure=procedure,
        trained_at=at,
        cases=learnt.cases,
        held_out=worth.held_out,
        first=worth.first,
        among_three=worth.among_three,
        guess=worth.guess,
        steps=[list(step) for step in worth.steps],
        weights=pack(learnt.weights),
    )
    Classifier.objects.filter(procedure=procedure, pk__lt=row.pk, weights__isnull=False).update(weights=None)
    return row
