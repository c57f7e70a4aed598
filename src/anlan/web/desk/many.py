# SPDX-License-Identifier: Apache-2.0
"""One deed for several cases: chosen in the list, what can be done with them, its form once, and what became of each.

What differs from case to case (unit, category, condition) is taken as it is proposed for each. Every case gets its own answer:
done, on its way, or why not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from anlan.base.errors import Refused
from anlan.cases.act import act_many
from anlan.cases.define import Action, Audience, Kind
from anlan.cases.held import hold
from anlan.cases.queries import Asked
from anlan.cases.queries_actions import possible_actions
from anlan.cases.queries_many import ask_many
from anlan.parts.documents.paper import papers_of
from anlan.web.action_forms import ActionForm, make_envelope, say
from anlan.web.case_drawing import place_of
from anlan.web.case_naming import title_in
from anlan.web.gate import open_to
from anlan.web.staff_acting import is_held, proposals
from anlan.web.staff_frame import WORKERS, Sight, frame, look_of
from anlan.web.staff_lists import read_asked

MOST = 100
SAME = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE, Kind.YES_NO, Kind.LIMIT, Kind.DATE})
"""Answers that may be the same for many cases."""
PROPOSED = frozenset({Kind.CATEGORY, Kind.CONDITION, Kind.ORGANISATION})
"""Answers that are proposed for each case by itself."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one case: `why` it was refused, or nothing."""

    number: int
    title: str
    place: str
    url: str
    why: str = ""


@open_to("staff", roles=WORKERS)
@never_cache
def many(request: HttpRequest) -> HttpResponse:
    """What can be done with the cases chosen; the form of one deed; what became of each."""
    sight = look_of(request)
    given = request.POST if request.method == "POST" else request.GET
    query = read_asked(request.GET, sight).query(sight=sight)
    chosen = ask_many(sight.by, _numbers(given.getlist("n")), known=sight.known, at=sight.at)
    if not chosen:
        return HttpResponseRedirect(reverse("desk:inbox") + query)
    deeds = deeds_for(chosen)
    action = next((action for action, _n in deeds if action.key == given.get("action")), None)
    context = {
        **frame(request, here="desk:inbox"),
        "query": query,
        "list_url": reverse("desk:inbox") + query,
        "chosen": [_outcome(asked, sight, query) for asked in chosen],
        "deeds": [(action.key, say(action.words), n) for action, n in deeds],
        "action": action,
        "word": say(action.words) if action else "",
    }
    if action is None:
        return render(request, "desk/many.html", context)
    form = _form(action, sight, request.POST if request.method == "POST" and "send" in request.POST else None)
    context |= {"form": form, "batch": given.get("batch") or uuid4(), "proposes": _proposes(action)}
    if not form.is_bound:
        return render(request, "desk/many.html", context)
    try:
        data = form.values()
        batch = UUID(str(context["batch"]))
    except Refused as refused:
        form.show_faults(refused)
        return render(request, "desk/many.html", context, status=refused.status)
    except ValueError:
        return HttpResponseRedirect(context["list_url"])
    if missing := [field.key for field in form.action.fields if field.required and field.key not in data]:
        for key in missing:
            form.add_error(key, form.fields[key].error_messages["required"])
        return render(request, "desk/many.html", context, status=422)
    outcomes = _do(action, chosen, data, sight, batch=batch, query=query)
    context |= {
        "held": is_held(action, sight.by),
        "done": [each for each in outcomes if not each.why],
        "refused": [each for each in outcomes if each.why],
        "batch": batch,
    }
    return render(request, "desk/many_done.html", context)


def _numbers(given: Sequence[str]) -> list[int]:
    return [int(one) for one in given[:MOST] if one.isdecimal() and len(one) <= 16]


def deeds_for(chosen: Sequence[Asked]) -> list[tuple[Action, int]]:
    """The deeds that at least one of the cases allows and that may be done with many, each with how many allow it."""
    found: dict[str, tuple[Action, int]] = {}
    for asked in chosen:
        for action in possible_actions(asked):
            if _fits(action) and not papers_of(asked.procedure.key, action.key):
                found[action.key] = (action, found.get(action.key, (action, 0))[1] + 1)
    return sorted(found.values(), key=lambda each: -each[1])


def _fits(action: Action) -> bool:
    return (
        action.key != "look"
        and action.audience is not Audience.PUBLIC
        and not any(field.audience is Audience.PUBLIC for field in action.fields)
        and all(field.kind in SAME or field.kind in PROPOSED or not field.required for field in action.fields)
        and all(field.kind in SAME for field in action.fields if field.required)
        and not any(field.kind is Kind.CASE for field in action.fields)
    )


def _proposes(action: Action) -> bool:
    return any(field.kind in PROPOSED for field in action.fields)


def _form(action: Action, sight: Sight, sent: Any) -> ActionForm:
    """The form of what is the same for all."""
    same = replace(action, fields=tuple(field for field in action.fields if field.kind in SAME))
    return ActionForm(same, known=sight.known, at=sight.at, data=sent)


def _do(
    action: Action,
    chosen: Sequence[Asked],
    data: Mapping[str, Any],
    sight: Sight,
    *,
    batch: UUID,
    query: str,
) -> list[Outcome]:
    """Each case's own answer. The same form sent twice does nothing twice."""
    envelopes = [
        make_envelope(
            action.key,
            by=sight.by,
            at=sight.at,
            case_id=asked.case.id,
            data={**_proposed(action, asked, sight), **data},
            request_id=uuid5(batch, asked.case.id.hex),
            expect=asked.case.seq,
        )
        for asked in chosen
    ]
    answers: Sequence[Any]
    if is_held(action, sight.by):
        answers = hold(
            envelopes, batch=batch, until=sight.at + timedelta(seconds=settings.ANLAN_UNDO_SECONDS)
        )
    else:
        answers = act_many(envelopes)
    return [
        replace(_outcome(asked, sight, query), why=_why(answer) if isinstance(answer, Refused) else "")
        for asked, answer in zip(chosen, answers, strict=True)
    ]


def _proposed(action: Action, asked: Asked, sight: Sight) -> dict[str, int]:
    found = proposals(action, asked, sight, category=asked.case.category)
    return {key: int(value) for key, value in found.items()}


def _why(refused: Refused) -> str:
    return " ".join(dict.fromkeys([str(refused), *map(str, refused.fields.values())]))


def _outcome(asked: Asked, sight: Sight, query: str) -> Outcome:
    case = asked.case
    return Outcome(
        number=case.number,
        title=title_in(asked.procedure, case, sight.known),
        place=place_of(case.place, at=sight.at, levels=1),
        url=reverse("desk:case", args=[case.number]) + query,
    )
