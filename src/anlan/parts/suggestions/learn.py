# SPDX-License-Identifier: Apache-2.0
"""Learning which category and condition a text is about. Pure: samples in, weights and their measured worth out.

A linear model over hashed tokens of the text (pairs of Chinese characters, whole words): small, quick, explainable, and
learnt from nothing but what staff decided. Its worth is measured on the latest cases, which it did not learn from.
"""

import io
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

Label = tuple[int, int]
"""Category and condition; condition 0 where none was set."""

FEATURES = 1 << 15
"""Slots that tokens are hashed into."""
FEWEST_CASES = 3
"""A token that fewer cases have is not learnt: it may be about one person's matter."""
FEWEST_EXAMPLES = 5
"""A label with fewer examples is not suggested."""
FEWEST_SAMPLES = 200
"""Fewer cases teach nothing worth showing."""
HELD_OUT = 5
"""One in so many, the latest, is kept for measuring."""
STEPS = 10
"""Parts that the score from 0 to 1 is divided into, to say how often such a score was right."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A closed case: its words as tokens, and what staff decided it is."""

    tokens: frozenset[str]
    label: Label
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Weights:
    """A model: a row of numbers for each token's slot, a column for each label."""

    labels: tuple[Label, ...]
    table: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, tokens: Iterable[str]) -> NDArray[np.float32]:
        """A share for each label, together 1; what none of its tokens speaks for is near 0 everywhere."""
        slots = slots_of(tokens)
        if not slots:
            return np.zeros(len(self.labels), dtype=np.float32)
        raw = self.table[slots].sum(axis=0) / np.sqrt(len(slots)) + self.bias
        yes = 1 / (1 + np.exp(-raw))
        return np.asarray(yes / max(float(yes.sum()), 1.0), dtype=np.float32)

    def best(self, tokens: Iterable[str], n: int = 3) -> list[tuple[Label, float]]:
        """The `n` labels with the highest scores, the highest first."""
        scores = self.scores(tokens)
        return [(self.labels[i], float(scores[i])) for i in np.argsort(-scores, kind="stable")[:n]]


@dataclass(frozen=True, slots=True)
class Worth:
    """Right answers among `held_out` cases, and by step of the score: how often said, how often right."""

    held_out: int
    first: int
    among_three: int
    guess: int
    steps: tuple[tuple[int, int], ...]

    def right(self, score: float) -> tuple[int, int]:
        """Of how many cases with such a score or a neighbouring one the first suggestion was right: (right, of)."""
        step = step_of(score)
        near = self.steps[max(step - 1, 0) : step + 2]
        return sum(right for _said, right in near), sum(said for said, _right in near)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a training gives."""

    weights: Weights
    worth: Worth
    cases: int


def learn(samples: Sequence[Sample]) -> Learnt | None:
    """Measures on the latest fifth what the others teach, then learns from all. None when there is too little to learn."""
    in_order = sorted(samples, key=lambda one: one.opened_at)
    cut = len(in_order) - len(in_order) // HELD_OUT
    earlier, latest = in_order[:cut], in_order[cut:]
    if len(in_order) < FEWEST_SAMPLES or len(_labels(earlier)) < 2:
        return None
    return Learnt(
        weights=fit(in_order),
        worth=_measure(fit(earlier), latest, guess=_labels(earlier).most_common(1)[0][0]),
        cases=len(in_order),
    )


def fit(samples: Sequence[Sample]) -> Weights:
    """Learns from all samples whose label is frequent enough. The same samples give the same weights."""
    from scipy.sparse import csr_matrix  # import: half a second and 60 MB, for the job alone
    from sklearn.linear_model import SGDClassifier  # import: the same

    frequent = _labels(samples)
    used = [one for one in samples if one.label in frequent]
    labels = sorted(frequent)
    rows = [slots_of(one.tokens) for one in used]
    known = Counter(slot for row in rows for slot in row)
    rows = [[slot for slot in row if known[slot] >= FEWEST_CASES] for row in rows]
    ends = np.cumsum([0, *map(len, rows)])
    slots = np.fromiter((slot for row in rows for slot in row), dtype=np.int32, count=int(ends[-1]))
    values = np.repeat([1 / np.sqrt(max(len(row), 1)) for row in rows], [len(row) for row in rows]).astype(
        np.float32
    )
    matrix = csr_matrix((values, slots, ends), shape=(len(rows), FEATURES))
    answers = np.array([labels.index(one.label) for one in used])
    model = SGDClassifier(loss="log_loss", alpha=2e-5, max_iter=12, tol=None, random_state=0)
    model.fit(matrix, answers)
    table, bias = model.coef_, model.intercept_
    if len(labels) == 2:  # one column of two would do, and is what the library gives
        table, bias = np.vstack((-table, table)), np.concatenate((-bias, bias))
    return Weights(tuple(labels), table.T.astype(np.float32), bias.astype(np.float32))


def slots_of(tokens: Iterable[str]) -> list[int]:
    """The slots of tokens, each once, in order: the same on every machine."""
    return sorted({zlib.crc32(token.encode()) % FEATURES for token in tokens})


def step_of(score: float) -> int:
    """Which part of the scale a score lies in."""
    return min(int(score * STEPS), STEPS - 1)


def pack(weights: Weights) -> bytes:
    """Weights as bytes; half precision, for most are nought or small."""
    out = io.BytesIO()
    np.savez_compressed(
        out,
        labels=np.array(weights.labels, dtype=np.int64),
        table=weights.table.astype(np.float16),
        bias=weights.bias,
    )
    return out.getvalue()


def unpack(packed: bytes) -> Weights:
    """Weights from bytes."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as held:
        labels: list[list[Any]] = held["labels"].tolist()
        return Weights(
            tuple((int(category), int(condition)) for category, condition in labels),
            held["table"].astype(np.float32),
            held["bias"].astype(np.float32),
        )


def _labels(samples: Iterable[Sample]) -> Counter[Label]:
    counted = Counter(one.label for one in samples)
    return Counter({label: n for label, n in counted.items() if n >= FEWEST_EXAMPLES})


def _measure(weights: Weights, latest: Sequence[Sample], *, guess: Label) -> Worth:
    first = among = guessed = 0
    said, right = [0] * STEPS, [0] * STEPS
    for one in latest:
        best = weights.best(one.tokens)
        hit = best[0][0] == one.label
        step = step_of(best[0][1])
        said[step] += 1
        right[step] += hit
        first += hit
        among += one.label in [label for label, _score in best]
        guessed += guess == one.label
    return Worth(len(latest), first, among, guessed, tuple(zip(said, right, strict=True)))
