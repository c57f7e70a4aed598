# SPDX-License-Identifier: Apache-2.0
"""Following a case: number and code, then the case as its person may read it. Who is on a side of a dispute and signed in with
the phone that the office has needs no code.

The answer is the same for a wrong number and a wrong code, and tries are limited. What the code opens is one case, in
this browser, for half a day.
"""

from dataclasses import replace
from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anlan.base.clock import now
from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.ids import read_number
from anlan.cases.catalogue import current
from anlan.cases.define import Action
from anlan.cases.effects import LinkKind
from anlan.cases.inbox import note_seen
from anlan.cases.queries import Followed as Party
from anlan.cases.queries import View, count_joined, find_party, get_onward, get_view
from anlan.cases.sides import keep, prove_side
from anlan.cases.telling import Told, Way, get_told, mask_address
from anlan.parts.signing.rules import SIGN
from anlan.people.phones import mask
from anlan.people.rates import Cap, take
from anlan.people.session import network_of
from anlan.places.region import region
from anlan.web.action_forms import say_law
from anlan.web.assisted import answering, helps
from anlan.web.followed import Followed
from anlan.web.front import answer_refusals, draw, language, said, visitor
from anlan.web.gate import open_to
from anlan.web.listening import heard_up_to, listens_at
from anlan.web.look.values import Deed
from anlan.web.panels import panel_of
from anlan.web.resident import story
from anlan.web.resident.ahead import ahead_of
from anlan.web.resident.grants import find_followed, forget, grant
from anlan.web.resident.steps import steps_of, still_of

TRIES = (Cap(n=20, per=timedelta(minutes=10)), Cap(n=200, per=timedelta(days=1)))
"""Tries of codes from one connection; a code has 80 bits, so this is against load more than against guessing."""
LINES = 100
ORDER = (
    SIGN,
    "answer",
    "confirm",
    "object",
    "not_fixed",
    "join_in",
    "rate",
    "add",
    "urge",
    "reopen",
    "consent",
    "choose",
    "offer",
    "say",
    "refuse",
    "withdraw",
)
"""What is offered first. What the declaration adds comes after these."""
PARTING = frozenset({"withdraw", "refuse", "recuse"})
"""What ends it, or sends somebody away, is never what one is led to."""
ABOUT_ME = ("release", "erase", "appeal_erasure")
"""Actions about the person's data, offered beside it."""


class FollowForm(forms.Form):
    """Number and code, as they stand on the slip."""

    number = forms.CharField(
        label=gettext_lazy("Case number"),
        max_length=64,
        help_text=gettext_lazy("16 digits; spaces do not matter."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Follow code"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("16 letters and digits, shown when it was sent."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


@open_to("anyone")
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@answer_refusals
def follow(request: HttpRequest) -> HttpResponse:
    """Asks for number and code; the right pair opens the case here."""
    if request.method != "POST":
        given = request.GET.get("number", "")[:64].replace("\x00", "")
        return draw(
            request,
            "resident/follow.html",
            {"form": FollowForm(initial={"number": given}), "known": visitor(request).kind == "resident"},
            here=HERE,
        )
    form = FollowForm(request.POST)
    if form.is_valid():
        at = now()
        for cap in TRIES:
            take("follow", network_of(request), cap=cap, at=at)
        try:
            found = _prove(request, form)
        except NotAllowed:
            form.add_error(
                "code",
                _("Please enter the code, or sign in with the phone number that the office has of you."),
            )
        except NotFound:
            form.add_error(
                None,
                _("This number and this code do not belong together. Please compare both with your slip.")
                if form.cleaned_data["code"]
                else _(
                    "No case of this number has your phone number. Please compare the number, or enter the code as well."
                ),
            )
        else:
            number = read_number(form.cleaned_data["number"])
            grant(request, number=number, case_id=found.case_id, party=found.n, at=at)
            return HttpResponseRedirect(reverse("resident:case", args=[f"{number:016d}"]))
    known = visitor(request).kind == "resident"
    return draw(request, "resident/follow.html", {"form": form, "known": known}, here=HERE, status=422)


def _prove(request: HttpRequest, form: FollowForm) -> Party:
    """Raises NotFound, the same whatever is wrong, and NotAllowed where neither a code nor a sign-in shows anything."""
    number, code, by = form.cleaned_data["number"], form.cleaned_data["code"], visitor(request)
    try:
        if code:
            found = find_party(number, code)
            if by.kind == "resident":
                keep(found, by.account)
            return found
        return prove_side(number, by.account, at=now())
    except Invalid:
        raise NotFound from None


HERE = "resident:follow"


def opened(request: HttpRequest, number: str) -> Followed | HttpResponse:
    """The case of this address, or the way to the follow form: the same whether there is such a case or not."""
    try:
        asked = read_number(number)
    except Invalid:
        raise NotFound from None
    try:
        return find_followed(request, asked, known=current(), at=now())
    except NotFound:
        return HttpResponseRedirect(f"{reverse(HERE)}?number={asked:016d}")


@open_to("anyone")
@never_cache
@require_safe
@answer_refusals
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The case: where it is, by when, what was said, what can be done, who looked."""
    found = opened(request, number)
    if isinstance(found, HttpResponse):
        return found
    at, known, heard = now(), current(), heard_up_to()
    view = get_view(
        found.by,
        found.case_id,
        known=known,
        at=at,
        parties=found.parties,
        before=request.GET.get("before"),
        lines=LINES,
    )
    onward = get_onward(view)
    still, says = still_of(view.asked)
    question = story.question_of(view)
    latest = story.latest_of(view, found.number, known=known, at=at)
    before, after = story.beside(view, found.number)
    if latest is not None and before and latest.photos == after:
        latest = replace(latest, photos=())
    title = story.title_of(view, known=known)
    context = {
        "live": listens_at(request, f"/live/cases/{found.number:016d}"),
        "heard": heard,
        "number": found.number,
        "address": f"{found.number:016d}",
        "title": title,
        "kind": "" if (kind := story.kind_of(view, known=known)) == title else kind,
        "place": story.place_words(view.case),
        "opened_at": view.case.opened_at,
        "steps": steps_of(view.case, view.procedure),
        "is_open": view.case.open,
        "closed_at": view.case.closed_at,
        "state": story.state_pill(view.case, view.procedure),
        "promise": story.promise_of(view.case, view.procedure, known=known),
        "still": still,
        "not_fixed": deeds_of(view, found, keys=(says,)),
        "elsewhere": story.elsewhere(onward, known=known),
        "latest": latest if latest is None or not question or question not in latest.words else None,
        "before": before,
        "after": after,
        "question": question,
        "panel": panel_of(view, known=known, at=at),
        "papers": story.papers_of(view, found.number),
        "meetings": ahead_of(view, found.number, at=at),
        "parts": [
            view.linked[n]
            for n, link in view.case.links.items()
            if link.kind == LinkKind.PART_OF and n in view.linked
        ],
        "deeds": deeds_of(view, found, but=(*ABOUT_ME, says)),
        "published": view.case.published_as,
        "about_me": deeds_of(view, found, keys=ABOUT_ME),
        "kept": story.why_kept(view),
        "changes": story.changes_of(view, known=known, at=at),
        "others": count_joined(view.case),
        "lines": story.lines_of(view, found.number, known=known, at=at),
        "older": view.timeline.older,
        "paged": bool(request.GET.get("before")),
        "openings": story.seen_by(view, known=known),
        "purpose": said(view.procedure.purpose),
        "years": view.procedure.retention.years,
        "basis": say_law("retention", view.procedure.retention.basis),
        "keeping": _legal(),
        "told": _told(view),
        "telling": reverse("resident:telling", args=[f"{found.number:016d}"]),
        "to_call": mask(to_call) if (to_call := phone_of(view, "call")) else "",
        "by_code": bool(found.parties),
        "helps": helps(view),
        "answering": [] if helps(view) else answering(view.case, view.procedure),
    }
    note_seen(view, at=at)
    return draw(request, "resident/case.html", context)


@open_to("anyone")
@never_cache
@require_POST
@answer_refusals
def leave(request: HttpRequest, number: str) -> HttpResponse:
    """Takes the case from this browser: for a phone that others use too."""
    try:
        forget(request, read_number(number), at=now())
    except Invalid:
        raise NotFound from None
    # The form that sent it, still behind the Back button, is worth nothing to who comes next.
    rotate_token(request)
    return HttpResponseRedirect(reverse(HERE))


def deeds_of(
    view: View, found: Followed, *, keys: tuple[str, ...] = (), but: tuple[str, ...] = ()
) -> list[Deed]:
    """What the person can do now, the likeliest first; `keys` asks for those alone, `but` leaves some out."""
    wanted = [action for action in view.actions if (action.key in keys if keys else action.key not in but)]
    if any(
        action.key == "refuse" for action in wanted
    ):  # who has not agreed says no, and has nothing to leave
        wanted = [action for action in wanted if action.key != "withdraw"]
    rank = {key: place for place, key in enumerate(ORDER)}
    wanted.sort(key=lambda action: (action.key in PARTING, rank.get(action.key, len(ORDER))))
    return [
        Deed(
            word=said(action.words),
            url=address_of(action, found.number),
            main=place == 0 and not keys and action.key not in PARTING,
        )
        for place, action in enumerate(wanted)
    ]


def address_of(action: Action, number: int) -> str:
    """Where the person does it: signing has a page of its own."""
    if action.key == SIGN:
        return reverse("resident:sign", args=[f"{number:016d}"])
    return reverse("resident:deed", args=[f"{number:016d}", action.key])


def phone_of(view: View, key: str = "phone") -> str:
    """The number that this reader gave for messages, or under another `key`; empty where they gave none."""
    mine = (person for person in view.people if person.n in view.parties)
    return next((str(each.contact[key]) for each in mine if each.contact and each.contact.get(key)), "")


def _told(view: View) -> dict[str, str]:
    """Where messages go, so that whoever reads it knows it for their own; nothing where nobody is told any more."""
    if all(person.erased for person in view.people if person.n in view.parties):
        return {}
    told, phone = get_told(view), phone_of(view)
    return {
        "phone": mask(phone) if phone else "",
        "to": _to(told, phone),
    }


def _to(told: Told, phone: str) -> str:
    if told.way is Way.EMAIL:
        return mask_address(told.address)
    if told.way is Way.PUSH:
        return _("the browser in which you chose it")
    if told.way is Way.WECHAT:
        return _("your WeChat")
    return mask(phone) if phone and told.way is Way.SMS else ""


def _legal() -> str:
    texts = (region().legal_text(key).in_language(language()) for key in ("keeping", "limits"))
    return " ".join(text for text in texts if text)
