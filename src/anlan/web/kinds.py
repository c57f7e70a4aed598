# SPDX-License-Identifier: Apache-2.0
"""Plain kinds and outcomes in words: the choices of the declaration's own questions. Kinds also name groups of categories.

A kind that nobody has confirmed by a category is always marked as the report's own: chosen there, or proposed by its words and left so.
"""

from django.utils.translation import gettext as _

from anlan.cases.define import Kind, Procedure, Words
from anlan.cases.queries import KIND, OUTCOME
from anlan.web.action_forms import say


def kinds_of(procedure: Procedure) -> dict[str, str]:
    """The plain kinds with their words, in the order of the question; empty where nobody asks."""
    for action in procedure.openings():
        for field in action.fields:
            if field.kind is Kind.CHOICE and field.key == KIND:
                return {key: say(words) for key, words in field.choices}
    return {}


def has_categories(procedure: Procedure) -> bool:
    """Whether cases of this procedure are sorted into categories of a scheme."""
    return any(field.kind is Kind.CATEGORY for action in procedure.actions for field in action.fields)


def outcome_words(procedure: Procedure, outcome: str) -> Words | None:
    """How a case came out, in the words of the question that asked it."""
    for action in procedure.actions:
        for field in action.fields:
            if field.kind is Kind.CHOICE and field.key == OUTCOME and outcome in dict(field.choices):
                return dict(field.choices)[outcome]
    return None


def say_chosen(procedure: Procedure, kind: object) -> str:
    """The plain kind as colleagues read it before there is a category; nothing where none was chosen."""
    word = kinds_of(procedure).get(str(kind or ""))
    return _("%(kind)s (as reported)") % {"kind": word} if word else ""


def say_own(procedure: Procedure, kind: object) -> str:
    """The same for the reporter."""
    word = kinds_of(procedure).get(str(kind or ""))
    if word and not has_categories(procedure):
        return _("%(procedure)s: %(kind)s") % {"procedure": say(procedure.words), "kind": word}
    return _("%(kind)s (as it was sent)") % {"kind": word} if word else ""
