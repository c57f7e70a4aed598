# SPDX-License-Identifier: Apache-2.0
"""The first card of a case: what can be done now, each with its key, what is proposed, what may be the same, who works on it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.cases import registry
from anlan.cases.define import Action, Kind, Step
from anlan.cases.held import Held
from anlan.cases.queries import TELL, View, alike_to
from anlan.cases.queries_actions import next_step
from anlan.people.holding import present_among
from anlan.web.action_forms import say
from anlan.web.desk.keys import keys_of
from anlan.web.look.times import say_limit, say_when
from anlan.web.look.values import Deed
from anlan.web.staff_acting import main_action, word_of
from anlan.web.staff_frame import Sight, colleagues
from anlan.web.staff_proposed import limit_of, route_words

SHOWN_FIRST = 5
"""Buttons beside the main one; the others stand under "More"."""
NAMED = 5
"""So many colleagues who have a case open are named, the others counted."""


def first_card(view: View, sight: Sight, query: str, *, on_its_way: Held | None) -> dict[str, Any]:
    """Context of the card. Nothing more is offered while something is on its way."""
    step = next_step(view.asked, view.reads)
    main, proposed = main_action(view, sight)
    deeds, more = ([], []) if on_its_way else deeds_of(view, sight, main, query, proposed=proposed)
    if step is not None and step.page and not on_its_way:
        word = say(view.procedure.action(step.action).words)
        url = reverse(step.page, args=[view.case.number])
        deeds, more = [Deed(word=word, url=url, key="Enter", main=True)], [*deeds, *more]
    elif step is not None and not on_its_way:
        deeds, more = _beside(step, [*deeds, *more], view, query)
    return {
        "step": say(step.words) if step is not None and not on_its_way else "",
        "deeds": deeds,
        "more_deeds": more,
        "proposal": _proposal(view, sight, proposed) if proposed and not on_its_way else None,
        "alike": alike_of(view, sight, query),
        "claim": claim_of(view, sight),
        "on_its_way": on_its_way
        and {
            "word": say(view.procedure.action(on_its_way.action).words),
            "mine": on_its_way.post == sight.by.post_id,
            "who": ", ".join(colleagues([on_its_way.post], sight).values()),
        },
    }


def _beside(step: Step, deeds: list[Deed], view: View, query: str) -> tuple[list[Deed], list[Deed]]:
    """What comes next and what may come just as well; all else under "More", where it only waits too."""
    also = {_url(view, key, query) for key in step.also}
    shown = [deed for deed in deeds if (deed.main and step.action) or deed.url in also]
    return shown, [deed for deed in deeds if deed not in shown]


def _url(view: View, key: str, query: str) -> str:
    return reverse("desk:do", args=[view.case.number, key]) + query


def deeds_of(
    view: View, sight: Sight, main: Action | None, query: str, *, proposed: dict[str, str]
) -> tuple[list[Deed], list[Deed]]:
    """The buttons that show, and those under "More". What is proposed whole is sent by its button; its form stands beside it."""
    letters, groups, steps = keys_of(view.procedure), view.procedure.groups, view.procedure.steps
    place = {action.key: n for n, action in enumerate(view.procedure.deeds())} if groups else {}
    found: list[Deed] = []
    later: list[Deed] = []
    order = sorted(
        (each for each in view.actions if each.key != "look"),
        # What moves a case is wanted first, but where the procedure itself says what comes next: there the rest is rare and grave.
        key=lambda each: (
            each is not main,
            place.get(each.key, 0),
            each.key != TELL,
            (each.to is None) is not bool(steps),
        ),
    )
    for action in order:
        letter, url = letters.get(action.key, ""), _url(view, action.key, query)
        if action is main:
            sends = [("expect", str(view.case.seq)), *proposed.items()] if proposed else []
            found.append(
                Deed(
                    word=word_of(action, view, sight),
                    url=url,
                    key="Enter",
                    letter="" if sends else letter,
                    main=True,
                    sends=sends,
                )
            )
            if sends:
                found.append(Deed(word=_("Change it first"), url=url, key=letter))
            continue
        group = view.procedure.group(action.key)
        deed = Deed(
            word=word_of(action, view, sight),
            url=url,
            key=letter,
            group=say(group.words) if group else "",
            grave=group is not None and group.grave,
        )
        shown = len(found) <= SHOWN_FIRST - (main is None) and not deed.grave
        (found if shown else later).append(deed)
    return found, later


def _proposal(view: View, sight: Sight, proposed: dict[str, str]) -> dict[str, str]:
    """The unit's reason and the limit that begins, in words."""
    condition = int(proposed["condition"]) if "condition" in proposed else view.case.condition
    limit = limit_of(view, sight, condition)
    words = say_limit(limit) if limit else ""
    if limit and view.case.last_run("handle") is None:
        due = sight.known.calendar.add(sight.at, limit).at
        words = _("%(limit)s, by %(when)s") % {
            "limit": words,
            "when": say_when(due, at=sight.at, near_words=False, ends=True),
        }
    return {"why": route_words(view, sight, category=int(proposed["category"])), "limit": words}


def alike_of(view: View, sight: Sight, query: str) -> list[dict[str, Any]]:
    """What this case may be the same as, for who may join it to another."""
    joins = [
        (action, field)
        for action in view.actions
        for field in action.fields
        if field.kind is Kind.CASE and action.to is not None
    ]
    if not joins:
        return []
    action, field = joins[0]
    return [
        {
            "number": each.number,
            "opened_at": each.opened_at,
            "state": say(registry.get_procedure(view.case.procedure, each.version).state(each.state).words),
            "url": reverse("desk:case", args=[each.number]) + query,
            "join": reverse("desk:do", args=[view.case.number, action.key])
            + f"{query or '?'}{'&' if query else ''}{field.key}={each.number:016d}",
            "word": say(action.words),
        }
        for each in alike_to(view.case, known=sight.known)
    ]


def claim_of(view: View, sight: Sight) -> dict[str, Any]:
    """Who works on the case and who has it open besides the reader, and whether this post may say that it works on it."""
    held = view.claims
    present = present_among((each.post for each in held), at=sight.at) if held else frozenset()
    held = tuple(each for each in held if each.post in present)
    mine = next((each for each in held if each.said and each.post == sight.by.post_id), None)
    others = [each for each in held if each.post != sight.by.post_id]
    who = colleagues((each.post for each in others[:NAMED]), sight)
    return {
        "mine": mine is not None,
        "until": mine.lapses_at if mine else None,
        "others": [
            {"who": who[each.post], "said": each.said, "since": each.since, "until": each.lapses_at}
            for each in others[:NAMED]
        ],
        "more": len(others[NAMED:]),
        "may": view.case.open
        and any(action.key != "look" for action in view.actions)
        and not any(each.said for each in held),
    }
