# SPDX-License-Identifier: Apache-2.0
"""`make check`: everything that can be said without running the tests, each with its time, all faults at once.

Names given on the command line choose some of the checks: tools/check.py ruff types
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON = sys.executable

CHECKS: dict[str, list[str]] = {
    "ruff": [f"{BIN}/ruff", "check", "--quiet", "src", "tests", "tools"],
    "format": [f"{BIN}/ruff", "format", "--check", "--quiet", "src", "tests", "tools"],
    "imports": [f"{BIN}/lint-imports", "--no-logo"],
    "words": [PYTHON, "tools/messages.py", "check"],
    "frontend": [PYTHON, "tools/frontend.py", "check"],
    "pins": [PYTHON, "tools/pins.py"],
    "types": [f"{BIN}/mypy", "--no-error-summary"],
    "system": [PYTHON, "-m", "anlan.cli", "check", "--fail-level", "WARNING"],
    "migrations": [PYTHON, "tools/migrations.py"],
}


def main(chosen: list[str]) -> int:
    """Runs the checks; returns 1 when one of them found a fault."""
    unknown = set(chosen) - set(CHECKS)
    if unknown:
        print(f"There is no check named {', '.join(sorted(unknown))}; there are {', '.join(CHECKS)}")
        return 2
    failed = []
    for name, command in CHECKS.items():
        if chosen and name not in chosen:
            continue
        began = time.monotonic()
        print(f"{name:<12}", end="", flush=True)
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        print(f"{'ok' if done.returncode == 0 else 'FAULTS':<8}{time.monotonic() - began:6.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout.rstrip(), flush=True)
    if failed:
        print(f"\nmake check: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
