# SPDX-License-Identifier: Apache-2.0
"""What a worker process reads before its first request, so that nobody waits for it: the places and the configuration.

A database that does not answer yet is no reason not to start: the first request reads it then, and is told to come
again if it cannot.
"""

import logging

from django.db import Error, close_old_connections

log = logging.getLogger(__name__)


def warm() -> None:
    """Reads the tree of places, the names that narrow and the configuration in force; never raises for the database."""
    from anlan.cases.catalogue import current  # import: models are there only once Django is set up
    from anlan.places import names  # import: the same
    from anlan.places.find import tree  # import: the same

    try:
        tree()
        current()
        names.narrow("三联")
    except Error as fault:
        log.warning(
            "The database does not answer yet (%s); the first request will read what it needs.",
            type(fault).__name__,
        )
    finally:
        close_old_connections()
