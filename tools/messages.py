# SPDX-License-Identifier: Apache-2.0
"""The words shown to users: found in Python and templates, kept in one .po file, compiled to .mo (never committed).

`update` adds what is new and drops what is gone, `check` says what lacks a Chinese translation, `compile` writes the .mo.
The .po is sorted by its words and carries no line numbers, so that two people's additions rarely meet.
"""

import argparse
import fcntl
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "anlan"
PO = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "pgettext": ((1, "c"), 2),
}
TEMPLATES = {".html", ".txt", ".xml", ".svg"}

settings.configure(USE_I18N=True)
# Django's reader of templates wants settings, any settings, before it is imported.
from django.utils.translation.template import templatize  # noqa: E402


def found() -> Catalog:
    """Every message that the code asks for."""
    catalog = Catalog(
        locale="zh_Hans",
        domain="django",
        project="Anlan",
        msgid_bugs_address="-",
        language_team="-",
        fuzzy=False,
    )
    for path in sorted(PACKAGE.rglob("*")):
        if "migrations" in path.parts or "node_modules" in path.parts or "static" in path.parts:
            continue
        if path.suffix == ".py" or (path.suffix in TEMPLATES and "templates" in path.parts):
            where = path.relative_to(PACKAGE).as_posix()
            for line, message, comments, context in _messages(path):
                flags = _flags(message)
                catalog.add(
                    message, None, [(where, line)], flags=flags, auto_comments=comments, context=context
                )
    return catalog


def _messages(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        text = templatize(text, origin=str(path))
    yield from extract(
        "python",
        io.BytesIO(text.encode()),
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
    )


def _flags(message: str | tuple[str, ...]) -> list[str]:
    first = message if isinstance(message, str) else message[0]
    return ["python-format"] if "%(" in first or "%s" in first or "%d" in first else []


def kept() -> Catalog:
    """What the .po holds now."""
    if not PO.exists():
        return Catalog(locale="zh_Hans", domain="django", fuzzy=False)
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans", domain="django", abort_invalid=True)


def update() -> int:
    """Writes the .po anew: the words of the code with the translations there are."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    with (PO.parent / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        have, new = kept(), found()
        for message in new:
            if message.id:
                old = have.get(_key(message), message.context)
                if old is not None:
                    message.string = old.string
        out = io.BytesIO()
        write_po(
            out,
            new,
            width=110,
            sort_output=True,
            omit_header=False,
            include_lineno=False,
            ignore_obsolete=True,
        )
        lines = out.getvalue().decode().splitlines(keepends=True)
        changing = (
            '"POT-Creation-Date',
            '"PO-Revision-Date',
            '"Last-Translator',
            '"Generated-By',
            "# ",
            "#\n",
        )
        kept_lines = [line for line in lines if not line.startswith(changing)]
        _write(PO, "".join(["# SPDX-License-Identifier: Apache-2.0\n", *kept_lines]).encode())
    missing = sum(1 for message in new if message.id and not _translated(message))
    print(f"{len(new)} messages in {PO.relative_to(ROOT)}, {missing} without a translation")
    return 0


def check() -> int:
    """Says each message without a sound translation, and each that the code no longer asks for."""
    have, new = kept(), found()
    faults = []
    for message in new:
        if not message.id:
            continue
        old = have.get(_key(message), message.context)
        where = message.locations[0][0] if message.locations else "?"
        if old is None or not _translated(old):
            faults.append(f"{where}: no Chinese for {_key(message)!r}")
        elif old.fuzzy:
            faults.append(f"{where}: a fuzzy translation of {_key(message)!r}")
        else:
            faults += [f"{where}: {_key(message)!r}: {error}" for error in old.check(have)]
    for old in have:
        if old.id and new.get(_key(old), old.context) is None:
            faults.append(f"{PO.name}: nobody asks for {_key(old)!r} (run: tools/messages.py update)")
    for fault in faults:
        print(fault)
    print(f"{len(new)} messages, {len(faults)} faults")
    return 1 if faults else 0


def compile_messages() -> int:
    """Writes the .mo beside the .po when it is older."""
    target = PO.with_suffix(".mo")
    if not PO.exists() or (target.exists() and target.stat().st_mtime_ns >= PO.stat().st_mtime_ns):
        return 0
    out = io.BytesIO()
    write_mo(out, kept())
    _write(target, out.getvalue())
    return 0


def _translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(strings) and all(strings)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _write(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The words shown to users.")
    parser.add_argument("command", choices=("update", "check", "compile"))
    chosen = parser.parse_args().command
    sys.exit({"update": update, "check": check, "compile": compile_messages}[chosen]())
