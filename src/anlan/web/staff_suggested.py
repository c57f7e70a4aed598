# SPDX-License-Identifier: Apache-2.0
"""What the words of a case suggest as its category, to who reads them: offered first, chosen by nobody but a person."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from anlan.cases.define import Action, Kind
from anlan.cases.queries import View
from anlan.parts.suggestions.suggest import Suggestion, suggest
from anlan.web.action_forms import say
from anlan.web.case_drawing import words_of
from anlan.web.staff_frame import Sight


def suggestions(action: Action, view: View, sight: Sight) -> Sequence[Suggestion]:
    """For an action that sets the category, what was first told suggests; none to who may not read them.

    What is no longer in the catalogue is left out.
    """
    if not any(field.kind is Kind.CATEGORY for field in action.fields):
        return ()
    told, _answers = words_of(view, sight)
    known = sight.known
    return [
        each
        for each in suggest(view.procedure.key, told)
        if each.category in known.categories
        and (each.condition is None or each.condition in known.conditions)
    ]


def suggested_categories(found: Sequence[Suggestion], sight: Sight) -> dict[int, str]:
    """Category and its words, with how often such a suggestion was right; the likeliest first."""
    named: dict[int, str] = {}
    for each in found:
        words = say(sight.known.categories[each.category].words)
        named.setdefault(each.category, f"{words} ({worth(each)})")
    return named


def worth(each: Suggestion) -> str:
    """How often such a suggestion was right, among ten."""
    return _("right in %(n)s of 10 tests") % {"n": each.right * 10 // each.of}
