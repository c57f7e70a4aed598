# SPDX-License-Identifier: Apache-2.0
"""The desk's first two columns: queues with counts that open exactly the cases behind them, and a list of cases.

Drawn for whatever procedures there are. A search for words stays within what the post may see; a number leads to its
case; what looks like a phone or a person's number is refused with the reason.
"""

from collections.abc import Container
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from anlan.base.errors import NotFound, Refused
from anlan.cases.find import find
from anlan.cases.held import held_by
from anlan.cases.queries import (
    NOTHING,
    Count,
    Counts,
    Filters,
    Row,
    Sort,
    beginnings,
    count_telling,
    counts,
    find_by_number,
    list_cases,
    rows_by_id,
)
from anlan.cases.queries_cursor import read_cursor, read_id, read_moment, write_cursor
from anlan.web.answers import organisation
from anlan.web.case_drawing import item_of
from anlan.web.desk.filters import saved_queues
from anlan.web.desk.held import leaving, strip
from anlan.web.gate import open_to
from anlan.web.listening import heard_up_to
from anlan.web.look.values import Queue, QueueGroup
from anlan.web.staff_frame import READERS, Sight, colleagues, frame, look_of
from anlan.web.staff_lists import (
    ALL,
    Asked,
    chief_states,
    groups,
    marks,
    places_below,
    procedures,
    procedures_of,
    publishes,
    read_asked,
    sorts,
    source_words,
    states,
    usual,
    whose,
)

PAGE = 25
LONGEST_NUMBER = 16
BY_ITSELF = "onward"
MOST_HELD_PAGES = 6
"""Pages that may be full of what is on its way, before the list itself is shown."""


@open_to("staff", roles=READERS)
@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The list, with no case chosen."""
    sight = look_of(request)
    asked = read_asked(request.GET, sight)
    context = columns(request, sight, asked)
    if "found" in context:
        return HttpResponseRedirect(reverse("desk:case", args=[context["found"]]))
    context["showing"] = "list"
    return render(request, "desk/inbox.html", {**frame(request, here="desk:inbox"), **context})


def onward(request: HttpRequest, sight: Sight, number: int) -> HttpResponse:
    """After an act: the next case of the list, which stays where it is; below its last one the list is read anew."""
    asked = read_asked(request.GET, sight)
    given = request.POST.get("next", "")
    if given.isdecimal() and len(given) <= LONGEST_NUMBER:
        try:
            find_by_number(sight.by, int(given), known=sight.known)
            return HttpResponseRedirect(_by_itself(int(given), asked, sight))
        except NotFound:
            pass
    try:
        url = _anew(asked, sight, number)
    except Refused:
        url = reverse("desk:inbox")
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)  # type: ignore[attr-defined]


def _anew(asked: Asked, sight: Sight, number: int) -> str:
    """The first case that still waits for this post: of the page after this one, or, where what was done leaves the list,
    of the list from its beginning.
    """
    read = _search if asked.words.strip() else _list
    if asked.state:
        asked = asked.with_()
    else:
        _rows, more = read(asked, sight)
        asked = asked.with_(after=more or "")
    done = {number, *leaving(held_by(sight.by))}
    first = None
    for _page in range(MOST_HELD_PAGES):
        rows, more = read(asked, sight)
        first = next((row.number for row in rows if row.number not in done), None)
        if first is not None or more is None:
            break
        asked = asked.with_(after=more)
    if first is None:
        return reverse("desk:inbox") + asked.query(sight=sight)
    return _by_itself(first, asked, sight)


def _by_itself(number: int, asked: Asked, sight: Sight) -> str:
    """The address of a case that the desk opens and nobody chose: to be shown so is not to be looked at."""
    query = asked.query(sight=sight)
    return f"{reverse('desk:case', args=[number])}{query}{'&' if query else '?'}{BY_ITSELF}=1"


def columns(request: HttpRequest, sight: Sight, asked: Asked, *, chosen: int | None = None) -> dict[str, Any]:
    """Context of queues and list; `chosen` is the number of the case that is open beside them."""
    heard = heard_up_to()
    base = reverse("desk:inbox")
    query = asked.query(sight=sight)
    sent = held_by(sight.by)
    context: dict[str, Any] = {
        "query": query,
        "heard": heard,
        "list_url": base + query,
        "back": base + query if chosen else "",
        "held": strip(sent, sight, query=query),
        "now": sight.at,
        "asked": asked,
        "base": base,
        "queues_url": base,
        "sorts": sorts(asked),
        "whose": whose(asked, sight, base=base),
        "states": states(asked.procedure),
        "category_groups": groups(),
        "sources": source_words(),
        "places": places_below(asked, sight),
        "marks": marks(),
        "units": [
            (key, word, organisation(sight.known, chosen))
            for key, word, chosen in (
                ("unit", _("Lead unit"), asked.unit),
                ("gave_back", _("Given back by"), asked.gave_back),
            )
            if chosen is not None
        ],
        "narrowed": bool(asked.group or asked.within or asked.unit or asked.gave_back),
        "plain_url": base,
        "keys": keys(),
    }
    if not request.htmx or request.htmx.target != "case":  # type: ignore[attr-defined]
        context["groups"] = queues(asked, sight, base=base)
        context |= rows_of(asked, sight, away=leaving(sent), chosen=chosen)
    return context


def keys() -> list[tuple[str, str]]:
    """The keys that mean the same on every case; those of deeds stand on their buttons."""
    return [
        ("J", _("next case of the list")),
        ("K", _("the one before")),
        ("Enter", _("opens it; on an open case does what is proposed and goes on")),
        ("Ctrl+Enter", _("sends the form that is open")),
        ("U", _("takes the last act back, while it is on its way")),
        ("X", _("chooses a case, with Shift all up to it")),
        ("/", _("search")),
        ("?", _("these keys")),
    ]


def rows_of(asked: Asked, sight: Sight, *, away: Container[int], chosen: int | None = None) -> dict[str, Any]:
    """The rows of the page that is asked for, its next page, or why there is none. `away` are the numbers of cases for
    which something is on its way.
    """
    try:
        rows, more = _search(asked, sight) if asked.words.strip() else _list(asked, sight)
    except Refused as refused:
        return {"items": [], "refusal": str(refused)}
    if asked.words.strip() and len(rows) == 1 and more is None and _is_number(asked.words) and chosen is None:
        return {"items": [], "found": rows[0].number}
    back = asked.query(sight=sight)
    begins = beginnings(sight.by, [row.id for row in rows], known=sight.known)
    who = colleagues((row.claimed_by for row in rows if row.claimed_by), sight)
    after = [row.number for row in rows if row.number not in away]
    return {
        "next": after[after.index(chosen) + 1] if chosen in after[:-1] else "",
        "items": [
            item_of(
                row,
                url=reverse("desk:case", args=[row.number]) + back,
                sight=sight,
                current=row.number == chosen,
                who=who,
                leaving=row.number in away,
                begins=begins.get(row.id, NOTHING),
            )
            for row in rows
        ],
        "newest": asked.sort is Sort.NEWEST,
        "newer": reverse("desk:inbox") + asked.with_().query(sight=sight) if asked.after else "",
        "older": reverse("desk:inbox") + asked.with_(after=more).query(sight=sight) if more else "",
    }


def _list(asked: Asked, sight: Sight) -> tuple[list[Row], str | None]:
    page = list_cases(
        sight.by,
        known=sight.known,
        at=sight.at,
        filters=asked.filters(),
        sort=asked.sort,
        after=asked.after or None,
        size=PAGE,
    )
    return list(page.rows), page.next_cursor


def _search(asked: Asked, sight: Sight) -> tuple[list[Row], str | None]:
    of = ("search", asked.words, asked.within)
    before = None
    if asked.after:
        moment, case_id = read_cursor(of, asked.after)
        before = read_moment(moment), read_id(case_id)
    found = find(
        sight.by, asked.words, known=sight.known, at=sight.at, within=asked.within, before=before, limit=PAGE
    )
    ids = [hit.case_id for hit in found.hits]
    cases = rows_by_id(ids, at=sight.at)
    rows = [cases[each] for each in ids if each in cases]
    return rows, write_cursor(of, list(found.more)) if found.more else None


def _is_number(words: str) -> bool:
    plain = "".join(words.split()).replace("-", "")
    return len(plain) == 16 and plain.isdecimal()


def queues(asked: Asked, sight: Sight, *, base: str) -> list[QueueGroup]:
    """The first column: what needs somebody, by state, by source. Each count opens its own cases."""
    scope = Asked(whose=asked.whose if asked.whose == ALL else usual(sight).whose, procedure=asked.procedure)
    shown = Filters(mine=scope.filters().mine, procedure=asked.procedure or None)
    counted = counts(sight.by, known=sight.known, at=sight.at, filters=shown)
    telling = count_telling(sight.by, known=sight.known, at=sight.at)
    to_tell = scope.with_(telling=True, sort=Sort.OLDEST)
    chosen = asked.with_(
        sort=Sort.NEWEST if asked.ended else Sort.OLDEST if asked.telling else scope.sort, words=""
    )
    chief = chief_states(asked.procedure)

    def queue(word: str, wanted: Asked, count: Count | None = None, *, late: bool = False) -> Queue:
        return Queue(
            word=word if count is None or not count.more else _("%(word)s, more than") % {"word": word},
            url=base + wanted.query(sight=sight),
            count=count.n if count else None,
            late=late,
            current=chosen == wanted,
        )

    due = [
        queue(_("All open"), scope, counted.open),
        queue(_("Overdue"), scope.with_(overdue=True), counted.overdue, late=True),
        queue(_("Due within a day"), scope.with_(near=True), counted.near),
        queue(_("Urgent"), scope.with_(urgent=True), counted.urgent),
        *([queue(_("To tell in person"), to_tell, telling)] if telling.n or asked.telling else []),
    ]
    by_state = [
        queue(word, scope.with_(state=key), counted.states[key])
        for key, word in states(asked.procedure).items()
        if key in counted.states and (counted.states[key].n or key in chief or asked.state == key)
    ]
    by_procedure = [
        queue(_("All kinds"), scope.with_(procedure=""), None if asked.procedure else counted.open),
        *(
            queue(word, scope.with_(procedure=key), None if asked.procedure not in ("", key) else n)
            for key, word in procedures().items()
            if (n := count_of(counted, key)).n or key in {asked.procedure, *procedures_of(sight)}
        ),
    ]
    by_source = [
        queue(word, scope.with_(source=key))
        for key, word in source_words().items()
        if key in {"resident", "grid", "hotline"}
    ]
    ended = scope.with_(ended=True, sort=Sort.NEWEST)
    by_mark = [
        queue(word, (ended if key == "unpublished" else scope).with_(marked=key))
        for key, word in marks().items()
        if key != "unpublished" or publishes(sight)
    ]
    saved = saved_queues(asked, sight, base=base)
    return [
        QueueGroup(word=_("To do"), queues=due),
        *([QueueGroup(word=_("Saved filters"), queues=saved)] if saved else []),
        QueueGroup(word=_("By kind of case"), queues=by_procedure),
        QueueGroup(word=_("By state"), queues=by_state),
        QueueGroup(word=_("From"), queues=by_source),
        QueueGroup(
            word=_("Other"),
            queues=[*by_mark, queue(_("Ended"), ended)],
        ),
    ]


def count_of(counted: Counts, procedure: str) -> Count:
    """The open cases of one procedure: each open state is of one alone."""
    of = [counted.states[key] for key in states(procedure) if key in counted.states]
    return Count(n=sum(one.n for one in of), more=any(one.more for one in of))
