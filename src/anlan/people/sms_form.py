# SPDX-License-Identifier: Apache-2.0
"""How one SMS provider wants to be asked: which headers, which body, and what its answer says when it took a message.

A TOML file of the operator's, so that another provider is another file. Words in braces stand for what is sent:
{phone} +8613..., {national} without the country, {text}, {reference}, {time} in seconds since 1970, {key}, and in headers
{signature}: HMAC-SHA256 over "{time}.{body}" under the key, in hex. docs/deployment.md shows one.
"""

import hashlib
import hmac
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any
from urllib.parse import urlencode

IN_BODY = frozenset({"phone", "national", "text", "reference", "time", "key"})
IN_HEADERS = frozenset({"reference", "time", "key", "signature"})
TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
KNOWN = frozenset({"type", "headers", "body", "taken"})


class BadForm(Exception):  # noqa: N818 - it carries the answer
    """A provider's file cannot be used; the message says why."""


@dataclass(frozen=True, kw_only=True)
class SmsForm:
    """One provider's manner. Without a file it is the plain one, which a relay of the operator's own understands."""

    type: str = "json"
    headers: Mapping[str, str] = field(
        default_factory=lambda: {
            "Authorization": "Bearer {key}",
            "Idempotency-Key": "{reference}",
            "X-Anlan-Time": "{time}",
            "X-Anlan-Signature": "{signature}",
        }
    )
    body: Mapping[str, Any] = field(
        default_factory=lambda: {"phone": "{phone}", "text": "{text}", "reference": "{reference}"}
    )
    taken: re.Pattern[str] | None = None
    """What a good answer of a provider holds that says 200 to refusals too."""

    def make(self, given: Mapping[str, str], *, key: str) -> tuple[dict[str, str], bytes]:
        """Headers and body of one message; `given` holds what the words in braces stand for."""
        values = {**given, "key": key}
        filled = _fill(self.body, values)
        body = (json.dumps(filled, ensure_ascii=False) if self.type == "json" else urlencode(filled)).encode()
        signed = f"{given['time']}.".encode() + body
        values["signature"] = hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
        headers = {name: value.format_map(values) for name, value in self.headers.items()}
        return {"Content-Type": f"{TYPES[self.type]}; charset=utf-8", **headers}, body


def read_form(path: Path) -> SmsForm:
    """The manner that a file describes. Raises BadForm."""
    try:
        given = tomllib.loads(path.read_text("utf-8"))
        if unknown := given.keys() - KNOWN:
            raise BadForm(f"{path}: unknown {', '.join(sorted(unknown))}")
        if given.get("type", "json") not in TYPES:
            raise BadForm(f"{path}: type is json or form")
        for part, allowed in (("headers", IN_HEADERS), ("body", IN_BODY)):
            if strange := _named(given.get(part, {})) - allowed:
                raise BadForm(f"{path}: {part} may not hold {{{'}, {'.join(sorted(strange))}}}")
        if "body" in given and not {"text"} <= _named(given["body"]):
            raise BadForm(f"{path}: body needs {{text}}")
        if not {str} >= {type(each) for each in given.get("headers", {}).values()}:
            raise BadForm(f"{path}: each header is one text")
        taken = re.compile(given["taken"]) if "taken" in given else None
    except (OSError, ValueError, re.error) as error:
        raise BadForm(f"{path}: {error}") from None
    return SmsForm(**{**given, "taken": taken})


def _named(value: Any) -> set[str]:
    """The words in braces anywhere in a value."""
    if isinstance(value, str):
        return {name for _text, name, _spec, _conversion in Formatter().parse(value) if name is not None}
    if isinstance(value, Mapping):
        return set().union(*map(_named, value.values()))
    return set().union(*map(_named, value)) if isinstance(value, list) else set()


def _fill(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value.format_map(values)
    if isinstance(value, Mapping):
        return {key: _fill(each, values) for key, each in value.items()}
    return [_fill(each, values) for each in value] if isinstance(value, list) else value
