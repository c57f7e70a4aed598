# SPDX-License-Identifier: Apache-2.0
"""Our signed word that a post heard of us: what bears out the times of acts that were done without signal."""

from datetime import UTC, datetime, timedelta

from django.core import signing

from anlan.web.api.callers import Caller

STAMP = "anlan.api.stamp"
OLDEST = timedelta(days=90)
"""A stamp older than this says nothing any more."""


def new_stamp(caller: Caller) -> str:
    """Our word that this post heard of us now."""
    return signing.dumps([caller.by.post_id, int(caller.at.timestamp() * 1000)], salt=STAMP)


def read_stamp(given: str | None, caller: Caller) -> datetime | None:
    """When this post last heard of us; None for whatever is not our word about it, or too old."""
    if not given:
        return None
    try:
        post, at = signing.loads(given, salt=STAMP)
    except signing.BadSignature:
        return None
    heard = datetime.fromtimestamp(at / 1000, tz=UTC)
    return heard if post == caller.by.post_id and caller.at - OLDEST <= heard <= caller.at else None
