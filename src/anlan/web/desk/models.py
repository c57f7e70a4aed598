# SPDX-License-Identifier: Apache-2.0
"""What staff keep for their own work at the desk: filters of the list, and words they often answer with. No case, no person."""

from django.db import models

from anlan.people.models import Organisation, Post


class SavedFilter(models.Model):
    """A filter of the list by the name its post gave it; `query` is the address's, without words searched for."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    name = models.TextField()
    query = models.TextField()

    objects: models.Manager["SavedFilter"] = models.Manager()

    def __str__(self) -> str:
        return self.name


class CannedReply(models.Model):
    """Words that an organisation often tells residents; `words_en` may be empty."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    title = models.TextField()
    words_zh = models.TextField()
    words_en = models.TextField()

    objects: models.Manager["CannedReply"] = models.Manager()

    def __str__(self) -> str:
        return self.title
