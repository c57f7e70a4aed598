# SPDX-License-Identifier: Apache-2.0
"""What the boundary refused, kept for the auditor: when, by which post, where and which term, never the text itself.

Written over a connection of its own, because the refusal undoes the transaction it happens in.
"""

import logging
from contextlib import closing
from contextvars import ContextVar

from django.db import connections

log = logging.getLogger(__name__)

acting_post: ContextVar[int | None] = ContextVar("acting_post", default=None)
"""The post of the request being answered; the session's middleware sets it."""


def record_refusal(where: str, term: str, *_more: str) -> None:
    """Takes what `base.boundary` tells. Never raises: a refusal stays a refusal when it cannot be kept."""
    try:
        with closing(connections.create_connection("default")) as own:
            columns = 'people_boundaryrefusal (post_id, "where", term)'
            with own.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO {columns} VALUES (%s, %s, %s)", [acting_post.get(), where[:200], term[:64]]
                )
    except Exception:  # noqa: BLE001  whatever is wrong with the database, the user must see the refusal
        log.warning("The boundary refused %r at %s; the database did not take the note.", term, where)
