# SPDX-License-Identifier: Apache-2.0
"""What import-linter cannot say: no signals, no generic keys, no hidden imports, no clock below the doors."""

import ast

from django.apps import apps
from django.db.models import ForeignKey, OneToOneField

from tests.rules.sources import Source, sources

BANNED = {
    "django.dispatch": "call the function; Django's signals hide the order of things",
    "django.db.models.signals": "call the function; Django's signals hide the order of things",
    "django.core.signals": "call the function; Django's signals hide the order of things",
    "django.contrib.auth.signals": "call the function; Django's signals hide the order of things",
    "django.contrib.contenttypes.fields": "give the table its own foreign key",
    "django.contrib.contenttypes.models": "give the table its own foreign key",
    "random": "use secrets, or numpy with a seed for made-up data",
}
ALLOWED = {
    ("src/anlan/config/demo", "random"): "made-up data wants a seed",
    ("src/anlan/config/fill", "random"): "made-up data wants a seed",
    ("src/anlan/config/bench", "random"): "a bench wants the same chances every time",
}
CLOCKS = {"timezone.now", "datetime.now", "datetime.utcnow", "date.today", "time.time", "clock.now", "now"}
ORDER = ("places", "people", "cases", "parts", "procedures", "duty", "indicators", "web", "config")


def imported(source: Source) -> list[tuple[str, ast.Import | ast.ImportFrom]]:
    found: list[tuple[str, ast.Import | ast.ImportFrom]] = []
    for node in source.walk():
        if isinstance(node, ast.Import):
            found += [(alias.name, node) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, node), *((f"{node.module}.{alias.name}", node) for alias in node.names)]
    return found


def test_nothing_imports_what_the_house_does_without() -> None:
    faults = [
        f"{source.name}:{node.lineno}: {name}: {BANNED[name]}"
        for source in sources()
        for name, node in imported(source)
        if name in BANNED and not any(source.name.startswith(path) and name == what for path, what in ALLOWED)
    ]
    assert not faults


def test_an_import_inside_a_function_says_why() -> None:
    faults = []
    for source in sources():
        for function in source.walk():
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for node in ast.walk(function):
                    if (
                        isinstance(node, ast.Import | ast.ImportFrom)
                        and "# import: " not in source.lines[node.lineno - 1]
                    ):
                        faults.append(f"{source.name}:{node.lineno}")
    assert not faults, "move it to the top, or add a comment: # import: the reason"


def may_ask_the_time(source: Source) -> bool:
    """Doors (a middleware and the admin are ones), jobs, commands, the composition root and the clock itself."""
    parts = source.path.parts
    return (
        {"web", "config", "commands"} & set(parts) != set()
        or source.path.name in {"jobs.py", "clock.py", "cli.py", "admin.py"}
        or source.path.name.startswith("admin_")
        or source.path.name.endswith("_jobs.py")
    )


def test_no_clock_call_below_doors_and_jobs() -> None:
    faults = []
    for source in sources():
        if may_ask_the_time(source):
            continue
        doors = {
            id(node)
            for door in source.walk()
            if isinstance(door, ast.ClassDef) and door.name.endswith("Middleware")
            for node in ast.walk(door)
        }
        for node in source.walk():
            if isinstance(node, ast.Call) and ast.unparse(node.func) in CLOCKS and id(node) not in doors:
                faults.append(f"{source.name}:{node.lineno}: {ast.unparse(node)}")
    assert not faults, "take the instant as an argument: at"


def test_foreign_keys_point_the_way_imports_run() -> None:
    rooms = {label: ORDER.index(room) for label, room in _rooms().items()}
    faults = []
    for model in apps.get_models():
        if model._meta.app_label not in rooms:
            continue
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey | OneToOneField):
                target = field.related_model._meta.app_label
                if target in rooms and rooms[target] > rooms[model._meta.app_label]:
                    faults.append(f"{model.__name__}.{field.name} -> {target}")
    assert not faults


def _rooms() -> dict[str, str]:
    return {
        app.label: app.name.split(".")[1] for app in apps.get_app_configs() if app.name.startswith("anlan.")
    }
