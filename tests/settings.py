# SPDX-License-Identifier: Apache-2.0
"""Settings of the tests: the same as everywhere, with a home of this process's own and known keys."""

import atexit
import base64
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="anlan-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["ANLAN_HOME"] = _home
# No journal runs beside a test that would do what the desk holds; tests of holding turn it on.
os.environ["ANLAN_UNDO_SECONDS"] = "0"
os.environ["ANLAN_QUIET"] = "none"  # what a test sends is sent at any hour
os.environ["ANLAN_SMS_RATE"] = (
    "0"  # parts of texts follow each other in one moment; tests of the rate set one
)
os.environ["ANLAN_LIVE_WORKERS"] = "0"  # pages ask nothing of a service that no test has started
# Playwright's synchronous way keeps an event loop in the tests' own thread; nothing of ours is asynchronous there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
os.environ.setdefault("ANLAN_KEYS", "1:" + base64.b64encode(bytes(range(32))).decode())
os.environ.setdefault("ANLAN_SIGNING_KEY", "tests only")

from anlan.config.settings import *  # noqa: E402, F403  the environment above must come first

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
