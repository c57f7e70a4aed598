# SPDX-License-Identifier: Apache-2.0
"""Homes of their own for tests of the embedded server and the supervisor."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from anlan.config.processes import in_folder, stop_processes


@pytest.fixture
def free_home() -> Iterator[Path]:
    """A new home that an unprivileged PostgreSQL can reach; whatever still runs in it in the end is stopped."""
    folder = Path(tempfile.mkdtemp(prefix="anlan-home-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for data in folder.glob("postgres/*/data"):
            stop_processes(in_folder(data), signals=(signal.SIGQUIT, signal.SIGKILL), patience=5)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def plain_environment() -> dict[str, str]:
    """This process's environment without Anlan's and Django's own variables."""
    ours = ("ANLAN_HOME", "ANLAN_KEYS", "ANLAN_SIGNING_KEY", "DJANGO_SETTINGS_MODULE")
    return {name: value for name, value in os.environ.items() if name not in ours}
