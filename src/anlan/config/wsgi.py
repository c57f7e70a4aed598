# SPDX-License-Identifier: Apache-2.0
"""The web application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.config.settings")

application = get_wsgi_application()
