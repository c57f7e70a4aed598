# SPDX-License-Identifier: Apache-2.0
"""Messages that did not arrive, for the system administrator: which way, of what sort, how often tried and why; sending them again, dropping them.

A system administrator has no case data: nothing here names a case, says whom a message was for or what it said.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from anlan.cases import undelivered
from anlan.cases.define import Channel
from anlan.cases.deliver import DROPPED, FAILED, UNKNOWN, WAITING, Why
from anlan.cases.undelivered import DAILY, IN_VAIN, PEOPLE, STAFF, WARNING, Which
from anlan.people.may import Role
from anlan.web.gate import open_to
from anlan.web.look.values import Choice
from anlan.web.staff_frame import Sight, frame, look_of

ADMINISTRATOR = (str(Role.SYSTEM_ADMIN),)
PAGE = 20
GROUPS = 100
DAYS = (1, 7, 30, 180)
WEEK = 7
AGAIN, DROP = "again", "drop"

STATES = {
    FAILED: (
        gettext_lazy("Not sent"),
        gettext_lazy("Certainly not sent. They can be sent again, once what was in the way is mended."),
    ),
    UNKNOWN: (
        gettext_lazy("Nobody knows"),
        gettext_lazy("They may have arrived, so they are never sent again: twice would be worse."),
    ),
    WAITING: (
        gettext_lazy("Tried again by itself"),
        gettext_lazy("Not taken yet. Each is tried five times, at growing distance."),
    ),
    DROPPED: (
        gettext_lazy("Dropped"),
        gettext_lazy(
            "An administrator decided not to send them. The administration log says which post, when and why."
        ),
    ),
}
CHANNELS = {
    Channel.SMS: gettext_lazy("Text message"),
    Channel.EMAIL: gettext_lazy("Mail"),
    Channel.PUSH: gettext_lazy("Push to a browser"),
    Channel.DINGTALK: gettext_lazy("DingTalk"),
    Channel.WECHAT: gettext_lazy("WeChat"),
}
KINDS = {
    PEOPLE: gettext_lazy("to people, about their case"),
    STAFF: gettext_lazy("notice to staff"),
    DAILY: gettext_lazy("morning mail to staff"),
    WARNING: gettext_lazy("an alert"),
}
WHYS = {
    Why.REFUSED: gettext_lazy("The carrier refused it"),
    Why.BUSY: gettext_lazy("The carrier did not take it"),
    Why.NO_CARRIER: gettext_lazy("This channel is not set up here"),
    Why.NO_ADDRESS: gettext_lazy("There is no address"),
    Why.NO_KEY: gettext_lazy("The address cannot be read: a key is missing"),
    Why.ERASED: gettext_lazy("The contact was erased"),
    Why.OTHER_WAY: gettext_lazy("They chose to be told another way"),
    Why.LEFT: gettext_lazy("The post has nobody now, or its person is away"),
    Why.NOT_THEIRS: gettext_lazy("The case is not theirs to see any more"),
    Why.GONE: gettext_lazy("There is no such receiver any more"),
    Why.UNWANTED: gettext_lazy("They want no alerts any more"),
    Why.READ: gettext_lazy("Everything was read meanwhile"),
    Why.OVER: gettext_lazy("The alert was over"),
    Why.LATE: gettext_lazy("It was more than two days late"),
    Why.SILENT: gettext_lazy("No answer came"),
    Why.LOST: gettext_lazy("Sending was cut off"),
    Why.RESTORED: gettext_lazy("It waited when a backup was restored"),
}
MENDS = {
    Why.REFUSED: gettext_lazy("Ask the carrier about its answer, then send again."),
    Why.BUSY: gettext_lazy("See whether the carrier works: send a test to yourself. Then send again."),
    Why.NO_CARRIER: gettext_lazy("Set the channel up, then send again."),
    Why.NO_KEY: gettext_lazy("Bring the key back to ANLAN_KEYS, then send again."),
}
REASONS = {
    "told_otherwise": gettext_lazy("They were told another way"),
    "out_of_date": gettext_lazy("What it says is out of date"),
    "no_receiver": gettext_lazy("Nobody is there to get it"),
    "test": gettext_lazy("It was a test"),
}
OF_CARRIER = frozenset({Why.REFUSED, Why.BUSY, Why.SILENT, Why.GONE})
"""Where the carrier's own answer says more."""


class DropForm(forms.Form):
    """Why they are dropped."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=tuple(REASONS.items()), widget=forms.RadioSelect
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for; whatever it does not know counts as not asked."""

    state: str = FAILED
    channel: str = ""
    kind: str = ""
    why: str = ""
    days: int = WEEK

    @classmethod
    def of(cls, given: QueryDict) -> "Asked":
        """From an address."""

        def known(name: str, values: Any) -> str:
            text = given.get(name, "")
            return text if text in values else ""

        days = given.get("days", "")
        return cls(
            state=known("state", STATES) or FAILED,
            channel=known("channel", CHANNELS),
            kind=known("kind", KINDS),
            why=known("why", WHYS),
            days=int(days) if days in map(str, DAYS) else WEEK,
        )

    def which(self, *, at: datetime) -> Which:
        """Those rows."""
        since = at - timedelta(days=self.days)
        return Which(since=since, outcome=self.state, channel=self.channel, kind=self.kind, why=self.why)

    def url(self, name: str = "desk:deliveries", *given: str, **more: Any) -> str:
        """The address that asks for this, at a page of this name."""
        said = {
            "state": self.state,
            "channel": self.channel,
            "kind": self.kind,
            "why": self.why,
            "days": self.days,
            **more,
        }
        return (
            f"{reverse(name, args=given)}?{urlencode({key: value for key, value in said.items() if value})}"
        )


@open_to("staff", roles=ADMINISTRATOR)
@never_cache
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """By state; what went wrong in what way, the most frequent first; then one by one."""
    sight, asked = look_of(request), Asked.of(request.GET)
    which, start = asked.which(at=sight.at), _start(request)
    narrowed = asked.channel or asked.kind or asked.why
    n, useful = undelivered.count(which)
    rows = undelivered.rows(which, most=PAGE + 1, start=start)
    context = {
        **frame(request, here="desk:deliveries"),
        "asked": asked,
        "states": [_state(key, asked, sight) for key in STATES],
        "meaning": STATES[asked.state][1],
        "channels": _said(CHANNELS),
        "kinds": _said(KINDS),
        "whys": _said(WHYS),
        "days": [(one, _over(one)) for one in DAYS],
        "n": n,
        "useful": useful if asked.state == FAILED else 0,
        "in_vain": n - useful if asked.state == FAILED else 0,
        "droppable": asked.state in (FAILED, UNKNOWN),
        "all_url": Asked(state=asked.state, days=asked.days).url() if narrowed else "",
        "again_url": asked.url("desk:change_deliveries", AGAIN),
        "drop_url": asked.url("desk:change_deliveries", DROP),
        "groups": [_group(one, asked) for one in undelivered.groups(which, most=GROUPS)],
        "rows": [_row(one, asked) for one in rows[:PAGE]],
        "older": f"{asked.url()}&from={start + PAGE}" if len(rows) > PAGE else "",
        "newer": f"{asked.url()}&from={max(0, start - PAGE)}" if start else "",
    }
    return render(request, "desk/deliveries.html", context)


@open_to("staff", roles=ADMINISTRATOR)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, what: str) -> HttpResponse:
    """Asks whether to send again, or drop, one or all that were looked at, says how many they are, and does it."""
    sight, asked = look_of(request), Asked.of(request.GET)
    one = request.GET.get("one", "").replace("\x00", "")
    which = replace(asked.which(at=sight.at), one=one)
    form = DropForm(request.POST if request.method == "POST" else None) if what == DROP else None
    if request.method == "POST" and (form is None or form.is_valid()):
        if form is None:
            n = undelivered.resend(which, by=sight.by, at=sight.at)
            said = ngettext("%(n)s message is sent again.", "%(n)s messages are sent again.", n)
        else:
            reason = form.cleaned_data["reason"]
            n = undelivered.drop(which, reason=reason, by=sight.by, at=sight.at)
            said = ngettext("%(n)s message was dropped.", "%(n)s messages were dropped.", n)
        if n:
            messages.success(request, said % {"n": n})
        else:
            messages.error(
                request, _("There was nothing left to do: somebody was faster, or it is sent meanwhile.")
            )
        return HttpResponseRedirect(asked.url())
    n, useful = undelivered.count(which)
    there = n if what == DROP or one else useful
    context = {
        **frame(request, here="desk:deliveries"),
        "drops": what == DROP,
        "form": form,
        "n": min(there, undelivered.MOST),
        "rest": max(0, there - undelivered.MOST),
        "most": undelivered.MOST,
        "facts": _facts_of(which) if one else _facts(asked),
        "back": asked.url(),
    }
    return render(
        request, "desk/deliveries_change.html", context, status=422 if form and form.errors else 200
    )


def _facts(asked: Asked) -> list[tuple[str, str]]:
    """Which ones are meant."""
    every = _("All")
    return [
        (_("State"), str(STATES[asked.state][0])),
        (_("Channel"), str(CHANNELS[Channel(asked.channel)]) if asked.channel else every),
        (_("What it was"), str(KINDS[asked.kind]) if asked.kind else every),
        (_("Why"), str(WHYS[Why(asked.why)]) if asked.why else every),
        (_("Since when"), _over(asked.days)),
    ]


def _facts_of(which: Which) -> list[tuple[str, str]]:
    """The one that is meant."""
    return [
        fact
        for one in undelivered.rows(which, most=1)
        for fact in ((_("What it was"), _what(one.channel, one.kind)), (_("Why"), _why(one.why, one.answer)))
    ]


def _over(days: int) -> str:
    return ngettext("the last day", "the last %(n)s days", days) % {"n": days}


def _state(key: str, asked: Asked, sight: Sight) -> Choice:
    """One state with its number, over the same days."""
    there = Asked(state=key, days=asked.days)
    n, _useful = undelivered.count(there.which(at=sight.at))
    return Choice(word=f"{STATES[key][0]} {n:,}", url=there.url(), current=key == asked.state)


def _group(one: undelivered.Group, asked: Asked) -> dict[str, Any]:
    why = Why(one.why) if one.why else None
    narrower = replace(asked, channel=one.channel, kind=one.kind, why=one.why)
    return {
        "what": _what(one.channel, one.kind),
        "why": _why(one.why, one.answer),
        "mend": MENDS.get(why, "") if why and asked.state == FAILED else "",
        "in_vain": why in IN_VAIN and asked.state == FAILED,
        "n": one.n,
        "at": one.at,
        "url": "" if narrower == asked else narrower.url(),
    }


def _row(one: undelivered.Row, asked: Asked) -> dict[str, Any]:
    return {
        "what": _what(one.channel, one.kind),
        "why": _why(one.why, one.answer),
        "tries": one.tries,
        "at": one.at,
        "again_url": asked.url("desk:change_deliveries", AGAIN, one=one.mark)
        if asked.state == FAILED
        else "",
        "drop_url": asked.url("desk:change_deliveries", DROP, one=one.mark)
        if asked.state in (FAILED, UNKNOWN)
        else "",
    }


def _what(channel: str, kind: str) -> str:
    """A channel that this page has no word for stands as it is."""
    words = {str(key): value for key, value in CHANNELS.items()}
    return f"{words.get(channel, channel)} · {KINDS[kind]}"


def _why(why: str, answer: str) -> str:
    """A reason in words, with what the carrier said where that says more; what failed before reasons were kept has none."""
    if not why:
        return _("Its reason was not kept")
    words = str(WHYS[Why(why)])
    return f"{words} · {answer}" if answer and why in OF_CARRIER else words


def _said(words: Any) -> list[tuple[str, str]]:
    return [(str(key), str(value)) for key, value in words.items()]


def _start(request: HttpRequest) -> int:
    asked = request.GET.get("from", "")
    return min(int(asked), 100_000) if asked.isdecimal() and len(asked) < len("100000000") else 0
