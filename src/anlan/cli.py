# SPDX-License-Identifier: Apache-2.0
"""The `anlan` command: Django's management commands, with the embedded database up for those that need it.

Each command lives in <room>/management/commands. This file only makes sure of the database before, and lets go of it after.
"""

import locale
import os
import signal
import sys
from types import FrameType

import django
import psycopg
from django.core.management import ManagementUtility
from django.utils import translation

from anlan.config import home, postgres
from anlan.config.database import probe
from anlan.config.environment import SettingError, read_environment
from anlan.config.processes import die_with_parent
from anlan.config.programs import PostgresError
from anlan.places.region import Fault, RegionFaults

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

FOR_MADE_UP_CASES = frozenset({"demo", "fill", "bench"})


def main() -> None:
    """Runs one command. Exit status 1 with one plain line when the settings or the database refuse."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.config.settings")
    arguments = sys.argv[:]
    command = arguments[1] if len(arguments) > 1 else ""
    signal.signal(signal.SIGTERM, _leave)
    if "ANLAN_SUPERVISOR" in os.environ:
        die_with_parent(int(os.environ.pop("ANLAN_SUPERVISOR")))
    if command == "setup" and (named := _folder(arguments[2:])):
        os.environ["ANLAN_REGION"] = named
    if command == "demo":
        os.environ["ANLAN_DEMO"] = "1"
    # So that the database shows whose a connection is. Set anew: a part that was started by another is not that other.
    os.environ["PGAPPNAME"] = f"anlan {command}"
    try:
        environment = read_environment()
        folder = home.home()
        home.make_secrets(folder)
        if command == "serve" and not environment.pool:
            os.environ["ANLAN_POOL"] = str(environment.threads)
        if command in WITHOUT_DATABASE:
            _run(arguments)
        elif environment.database_url:
            probe(environment.owner_database_url or environment.database_url)
            _run(arguments)
        else:
            settings = postgres.MADE_UP if command in FOR_MADE_UP_CASES else {}
            with postgres.Server(folder, settings=settings, say=postgres.tell):
                _run(arguments)
    except RegionFaults as refused:
        sys.exit(_tell(refused.faults))
    except (SettingError, PostgresError, psycopg.OperationalError) as error:
        sys.exit(f"anlan: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _folder(given: list[str]) -> str:
    """The folder that is to be set up: the profile in it holds for this very process."""
    if "--templates" in given or "--check" in given:
        return ""
    plain = [
        each
        for n, each in enumerate(given)
        if not each.startswith("-") and given[n - 1 : n] != ["--language"]
    ]
    return plain[0] if plain else ""


def _tell(faults: list[Fault]) -> int:
    """Says what is wrong with a region's profile; settings could not be read with it, so those of the built-in one serve."""
    os.environ["ANLAN_REGION"] = home.REGION
    django.setup()
    with translation.override(
        "zh-hans" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"
    ):
        print(*faults, sep="\n", file=sys.stderr)
    return 1


def _run(arguments: list[str]) -> None:
    ManagementUtility(arguments).execute()


def _leave(_number: int, _frame: FrameType | None) -> None:
    """SIGTERM unwinds like Ctrl-C, so that what was started is stopped."""
    sys.exit(143)


if __name__ == "__main__":
    main()
