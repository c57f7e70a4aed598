# SPDX-License-Identifier: Apache-2.0
"""Log lines as JSON objects that hold no word of a person: what happened, where in the code, in which request.

Libraries' messages come as their template alone, or as the place in the library where they were made up, and errors as their type and the lines of code they passed: both may
otherwise hold whatever somebody typed. `ANLAN_DEBUG` and the demo, which hold no real data, log in plain lines instead.
"""

import logging
from datetime import UTC, datetime
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any

import msgspec

from anlan.config.requests import request_id

DEEPEST = 40


class JsonFormatter(logging.Formatter):
    """One line a record."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. Our own messages are whole: what they may hold is seen to where they are written."""
        ours = record.name.partition(".")[0] == "anlan"
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if ours:
            line["message"] = record.getMessage()
        else:
            line["where"] = _place(record.pathname, record.lineno, record.funcName)
            if record.args:
                line["message"] = str(record.msg)
        if request_id.get():
            line["request"] = request_id.get()
        if hasattr(record, "status_code"):
            line["status"] = record.status_code
        line |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = [_tell(error) for error in _chain(record.exc_info[1])]
        return msgspec.json.encode(line).decode()


def _chain(error: BaseException) -> list[BaseException]:
    found = [error]
    while (before := found[-1].__cause__ or found[-1].__context__) is not None and before not in found:
        found.append(before)
    return found


def _tell(error: BaseException) -> dict[str, Any]:
    kind = type(error)
    return {"type": f"{kind.__module__}.{kind.__qualname__}", "passed": _passed(error.__traceback__)}


def _passed(traceback: TracebackType | None) -> list[str]:
    """Files, lines and functions, from the door to where it happened."""
    frames = [
        _place(frame.f_code.co_filename, line, frame.f_code.co_name) for frame, line in walk_tb(traceback)
    ]
    return frames[-DEEPEST:]


def _place(file: str, line: int, function: str | None) -> str:
    return f"{'/'.join(Path(file).parts[-3:])}:{line} {function}"
