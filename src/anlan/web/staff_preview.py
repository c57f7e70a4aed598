# SPDX-License-Identifier: Apache-2.0
"""What everybody will read, shown to who writes it first: nothing is published unseen."""

import re
from collections.abc import Sequence
from hashlib import sha256

from anlan.cases.define import Action, Audience, Field, Kind
from anlan.cases.personal import namelike
from anlan.cases.preview import preview
from anlan.cases.queries import View
from anlan.cases.queries_summaries import SUMMARY
from anlan.web.action_forms import ActionForm, say
from anlan.web.staff_frame import Sight


def words_for_everybody(form: ActionForm, view: View, action: Action, sight: Sight) -> str:
    """The words in the form that are for everybody, once the action's own rules have nothing against them. Raises Refused."""
    return preview(
        sight.by,
        action,
        form.values(),
        case=view.case,
        procedure=view.procedure,
        known=sight.known,
        at=sight.at,
    )


def rows_for_everybody(form: ActionForm, action: Action) -> list[tuple[str, str]]:
    """The same question by question, where more is asked than one summary. Raises Refused."""
    if any(field.key == SUMMARY for field in action.fields):
        return []
    said = form.values()
    return [
        row
        for field in action.fields
        if field.audience is Audience.PUBLIC
        and field.kind in {Kind.TEXT, Kind.LONG_TEXT}
        and said.get(field.key)
        for row in _rows(field, str(said[field.key]))
    ]


def _rows(field: Field, words: str) -> Sequence[tuple[str, str]]:
    return field.parts(words) if field.parts else [(say(field.words), words)]


def digest_of(form: ActionForm) -> str:
    """Stands for what is in the form, so that what is sent is what was looked at. Raises Refused."""
    return sha256(repr(sorted(form.values().items())).encode()).hexdigest()


def marked(text: str, found: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether somebody should look at it again: what was refused, or looks like a name."""
    spans = [(each.start, each.end) for each in namelike(text)]
    for word in filter(None, found):
        spans += [match.span() for match in re.finditer(re.escape(word), text)]
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in sorted(spans):
        if end > at:
            pieces += [(text[at : max(at, start)], False), (text[max(at, start) : end], True)]
            at = end
    return [(words, looks) for words, looks in (*pieces, (text[at:], False)) if words] if pieces else []
