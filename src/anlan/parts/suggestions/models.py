# SPDX-License-Identifier: Apache-2.0
"""What was learnt. Weights of hashed pairs of characters that several cases have in common: no words, nothing of a person."""

from django.db import models


class Classifier(models.Model):
    """One training: `weights` is emptied when a later one replaces it, what it was worth is kept.

    `cases` were learnt from, `held_out` are the latest ones that it was measured on; `first`, `among_three` and `guess` count how
    often its first suggestion, one of three, and the most frequent answer alone were right among these. `steps` holds for each
    tenth of its score how often it was said there and how often it was right.
    """

    procedure = models.TextField()
    trained_at = models.DateTimeField()
    cases = models.IntegerField()
    held_out = models.IntegerField()
    first = models.IntegerField()
    among_three = models.IntegerField()
    guess = models.IntegerField()
    steps = models.JSONField()
    weights = models.BinaryField(null=True)

    objects: models.Manager["Classifier"] = models.Manager()

    class Meta:
        """The newest of a procedure is read."""

        indexes = (models.Index(fields=("procedure", "-id"), name="classifier_newest"),)

    def __str__(self) -> str:
        """Whose and when."""
        return f"{self.procedure} {self.trained_at:%Y-%m-%d}"
