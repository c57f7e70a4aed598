# SPDX-License-Identifier: Apache-2.0
"""What a case is called, and on which condition it may be closed: words of the configuration, never a person's."""

from unicodedata import east_asian_width

from django.utils.translation import gettext as _

from anlan.cases.define import Procedure, Words
from anlan.cases.known import Known
from anlan.cases.projection import Projection
from anlan.cases.queries import KIND
from anlan.web.action_forms import say
from anlan.web.kinds import has_categories, kinds_of, say_chosen

SHORT = 48
"""Columns of the person's own words that make a title; a Chinese character takes two."""


def title_of(
    procedure: Procedure, *, category: int | None, condition: int | None, kind: object, known: Known
) -> str:
    """What a case is called where its words may not be shown: its category and condition, else the plain kind that
    whoever reported it chose, else that it has none yet.
    """
    found = known.categories.get(category or 0)
    detail = known.conditions.get(condition or 0)
    if found is None and not has_categories(procedure):
        # Its kind was not chosen by somebody who asked: it is what the matter is.
        return _("%(procedure)s: %(kind)s") % {
            "procedure": say(procedure.words),
            "kind": kinds_of(procedure).get(str(kind or ""), ""),
        }
    if found is None:
        return say_chosen(procedure, kind) or _("%(procedure)s, kind not set yet") % {
            "procedure": say(procedure.words)
        }
    return _together(found.words, detail.words) if detail else say(found.words)


def _together(what: Words, which: Words) -> str:
    """A category and its condition under one name; where one says the other, once."""
    name, detail = say(what), say(which)
    if what.zh == which.zh or detail.casefold() in name.casefold():
        return name
    if name.casefold() in detail.casefold():
        return detail
    return _("%(what)s: %(which)s") % {"what": name, "which": detail}


def title_in(procedure: Procedure, case: Projection, known: Known) -> str:
    """The same of a case that is at hand."""
    return title_of(
        procedure,
        category=case.category,
        condition=case.condition,
        kind=case.record.get(KIND),
        known=known,
    )


def closing_of(case: Projection, known: Known) -> str:
    """What has to be true before the case may be closed; empty where its condition says nothing."""
    condition = known.conditions.get(case.condition or 0)
    return say(condition.closing) if condition and condition.closing.zh else ""


def shortened(line: str) -> str:
    """A line as a title: cut at a word, or a letter, where it is wider than titles are."""
    columns = 0
    for place, letter in enumerate(line):
        columns += 2 if east_asian_width(letter) in "WF" else 1
        if columns > SHORT:
            cut = line[:place]
            return f"{cut[: cut.rfind(' ')] if ' ' in cut[place // 2 :] else cut}…"
    return line
