# SPDX-License-Identifier: Apache-2.0
"""Says whether the pinned requirements fit pyproject.toml: every dependency pinned with hashes, no address in any lock."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def pinned(name: str) -> set[str]:
    """The names that a requirements file pins."""
    return set(re.findall(r"^([a-z0-9.-]+)==", (ROOT / name).read_text("utf-8"), re.MULTILINE))


def wanted(lines: list[str]) -> set[str]:
    """The plain names in a list of requirements."""
    return {re.split(r"[\[=<>~! ;]", line)[0].lower().replace("_", "-") for line in lines}


def main() -> int:
    """Prints each fault; returns 1 when there is one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    runtime, dev = wanted(project["project"]["dependencies"]), wanted(project["dependency-groups"]["dev"])
    faults = [
        f"requirements.txt lacks {name}: make pins" for name in sorted(runtime - pinned("requirements.txt"))
    ]
    faults += [
        f"requirements-dev.txt lacks {name}: make pins"
        for name in sorted((runtime | dev) - pinned("requirements-dev.txt"))
    ]
    for name in ("requirements.txt", "requirements-dev.txt", "package-lock.json"):
        text = (ROOT / name).read_text("utf-8")
        if name.endswith(".txt") and len(re.findall(r"^[a-z0-9.-]+==", text, re.MULTILINE)) > text.count(
            "--hash="
        ):
            faults.append(f"{name}: a pin has no hash")
        if re.search(
            r"^\s*--(index|extra-index|find-links)|\"resolved\": \"http| @ http", text, re.MULTILINE
        ):
            faults.append(f"{name}: it records a download address")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
