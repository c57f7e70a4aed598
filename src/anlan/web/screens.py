# SPDX-License-Identifier: Apache-2.0
"""What a page needs to let a browser be told (frontend/ts/push.ts): the key it subscribes with, and whose worker shows what comes."""

from django.urls import reverse

from anlan.people import push


def switch() -> dict[str, str]:
    """The attributes of the form, without `data-`; nothing where browsers are not told here."""
    if not push.offered():
        return {}
    return {"key": push.public_key(), "worker": reverse("resident:worker"), "scope": reverse("resident:new")}
