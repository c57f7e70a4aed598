# SPDX-License-Identifier: Apache-2.0
"""The `anlan` command: Django's management commands, with the embedded database up for those that need it.

Each command lives in <room>/management/commands. This file only makes sure of the database before, and lets go of it after.
"""

import os
import signal
import sys
from types import FrameType

from django.core.management import ManagementUtility

from anlan.config import home, postgres
from anlan.config.environment import SettingError, read_environment

WITHOUT_DATABASE = frozenset(
    {
        "",
        "help",
        "version",
        "--help",
        "-h",
        "--version",
        "check",
        "makemigrations",
        "collectstatic",
        "procedures",
    }
)
"""Commands that answer without a database; all others start the embedded one when it is down."""


def main() -> None:
    """Runs one command. Exit status 1 with one plain line when the settings or the database refuse."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.config.settings")
    arguments = sys.argv[:]
    signal.signal(signal.SIGTERM, _leave)
    try:
        environment = read_environment()
        folder = home.home()
        home.make_secrets(folder)
        if environment.database_url or (arguments[1] if len(arguments) > 1 else "") in WITHOUT_DATABASE:
            _run(arguments)
        else:
            with postgres.Server(folder, say=postgres.tell):
                _run(arguments)
    except (SettingError, postgres.PostgresError) as error:
        sys.exit(f"anlan: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _run(arguments: list[str]) -> None:
    ManagementUtility(arguments).execute()


def _leave(_number: int, _frame: FrameType | None) -> None:
    """SIGTERM unwinds like Ctrl-C, so that what was started is stopped."""
    sys.exit(143)


if __name__ == "__main__":
    main()
