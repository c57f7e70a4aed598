# SPDX-License-Identifier: Apache-2.0
"""The live application that granian serves, loaded in each of its worker processes."""

import gc
import os

import django

from anlan.config.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.config.settings")
die_with_parent(os.getppid())
django.setup()

from anlan.cases.catalogue import current  # noqa: E402 - Django's applications come first
from anlan.web.live.stream import Application  # noqa: E402

application = Application()
current()
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 100)  # tens of thousands of streams are long-lived and make no cycles
