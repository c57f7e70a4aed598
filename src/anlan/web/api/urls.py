# SPDX-License-Identifier: Apache-2.0
"""The addresses under /api/v1/. Importing the operations registers them."""

from anlan.web.api import (
    alerts,
    cases,
    catalogue,
    figures,
    following,
    outbox,
    patrols,
    pieces,
    pull,
    screens,
    summaries,
    sync,
    uploads,
)
from anlan.web.api.door import patterns

app_name = "api"
OPERATIONS = (
    alerts,
    cases,
    catalogue,
    figures,
    following,
    outbox,
    patrols,
    pieces,
    pull,
    screens,
    summaries,
    sync,
    uploads,
)
urlpatterns = patterns()
