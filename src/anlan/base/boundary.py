# SPDX-License-Identifier: Apache-2.0
"""The boundary: this system serves cases, places and services and never becomes a register of people (DESIGN §2)."""

from collections.abc import Callable
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from anlan.base.errors import BoundaryRefused

TERMS = (
    "重点人员",
    "人脸识别",
    "特殊人群",
    "政治面貌",
    "黑名单",
    "watch list",
    "face recognition",
    "ethnicity",
    "religion",
)

_recorder: Callable[[str, str, str], None] | None = None


def set_recorder(recorder: Callable[[str, str, str], None]) -> None:
    """Who is told of each refusal: where, which term, digest of the text."""
    global _recorder  # noqa: PLW0603 - set once at start
    _recorder = recorder


def check_words(text: str, *, where: str) -> None:
    """Raises BoundaryRefused for words that registers of people are made of."""
    plain = text.casefold()
    for term in TERMS:
        if term in plain:
            if _recorder is not None:
                _recorder(where, term, sha256(text.encode()).hexdigest())
            raise BoundaryRefused(
                _(
                    "“%(term)s” cannot be kept here: this system keeps cases and places, not registers of people."
                )
                % {"term": term}
            )
