# SPDX-License-Identifier: Apache-2.0
"""The web application that granian serves, loaded in each of its worker processes."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from anlan.config.bodies import BodyFirst
from anlan.config.processes import die_with_parent
from anlan.config.warm import warm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.config.settings")
die_with_parent(os.getppid())  # a worker without its granian would hold the port for ever

application = BodyFirst(get_wsgi_application())
warm()
# What is there now stays: the collector need not go through a province of places again and again.
gc.collect()
gc.freeze()
