# SPDX-License-Identifier: Apache-2.0
"""Alerts as every door shows them: the band on top of a page, and one alert in the reader's language.

What stands is for everybody in its place; who may write or release is asked elsewhere. Residents' pages show no drills.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anlan.cases.define import Words
from anlan.cases.known import Known
from anlan.people.may import ADMINISTRATORS, Actor, Scope
from anlan.places import find
from anlan.places.codes import DIGITS, code_range
from anlan.procedures.alert.answers import awaited
from anlan.procedures.alert.procedure import ALERT
from anlan.procedures.alert.standing import Alert, is_in_one, standing
from anlan.procedures.alert.terms import SECONDED
from anlan.web.look.fields import NAMELESS

BESIDE = {"title_en": "title_zh", "words_en": "words_zh", "why_en": "why_zh"}
"""Questions of an alert's form, each with the one whose answer stands for it where it is left empty."""
CHINESE = "zh-Hans"
HAN, LATIN = re.compile("[\u3400-\u9fff]"), re.compile("[A-Za-z]")
GRAVE = "grave"
"""In the address of a band: that it is on a page about something else."""
SHOWN = 3
"""So many stand on a page at once; of the others it says how many."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Warned:
    """One alert in words: `tone` its colour's key, `word` its level and hazard, `past` that it warned and does no more, `ask`
    that the reader's post is to confirm.
    """

    number: int
    url: str
    tone: str
    word: str
    title: str
    words: str
    why: str
    where: str
    starts: datetime
    ends: datetime
    drill: bool
    state: str
    stands: bool
    past: bool
    ask: bool = False
    tongue: str = ""
    """The language of its title where that is not the reader's: it was written in one only."""
    only: str = ""
    """What was written in another language than the reader's, in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """What stands on top of a page: the alerts, how many more, where all of them are, and where the band is read anew; `script`
    where the page has none that does so.
    """

    alerts: Sequence[Warned]
    more: int
    all_url: str
    url: str
    script: bool = False


def in_words(words: Words) -> str:
    """Both languages are written; the reader's is shown."""
    return words.in_language(get_language() or "zh-hans")


def warned(alert: Alert, *, at: datetime, url: str, ask: bool = False) -> Warned:
    """One alert in the reader's language."""
    ended = alert.issued is not None and not alert.stands(at) and alert.state == "in_force"
    state = ALERT.state("expired" if ended else alert.state)
    return Warned(
        number=alert.number,
        url=url,
        tone="drill" if alert.drill else alert.level.key,
        word=_("%(level)s · %(hazard)s")
        % {"level": in_words(alert.level.words), "hazard": in_words(alert.hazard)},
        title=in_words(alert.title),
        words=in_words(alert.words),
        why=in_words(alert.why),
        where=where_of(alert, get_language() or "zh-hans"),
        starts=alert.starts,
        ends=alert.stood_until(at) or alert.ends,
        drill=alert.drill,
        state=in_words(state.public),
        stands=alert.stands(at),
        past=alert.state != "drafted" and not alert.stands(at),
        ask=ask,
        tongue=CHINESE if _is_foreign(alert.title) else "",
        only=_only(alert),
    )


def _is_foreign(words: Words) -> bool:
    return is_in_one(words) and not (get_language() or "zh").startswith("zh")


def _only(alert: Alert) -> str:
    match _is_foreign(alert.title), _is_foreign(alert.words):
        case True, True:
            return _("This alert was written in Chinese only.")
        case True, False:
            return _("Its title was written in Chinese only.")
        case False, True:
            return _("Its text was written in Chinese only.")
    return ""


def need_one(form: forms.Form) -> None:
    """English may stay empty in a form of an alert: who reads English is then shown the Chinese. Chinese is not taken for English."""
    for key in BESIDE.keys() & form.fields.keys():
        form.fields[key].required = False
        form.fields[key].validators.append(_is_english)
        form.fields[key].help_text = _("Left empty: who reads English is shown the Chinese, marked so.")


def _is_english(text: str) -> None:
    """English may hold names in Chinese; what has more of these letters than of its own is not English."""
    if len(HAN.findall(text)) > len(LATIN.findall(text)):
        raise forms.ValidationError(
            _("This is Chinese. Leave it empty: who reads English is then shown the Chinese, marked so."),
            code=NAMELESS,
        )


def fill_in(data: dict[str, Any], *, form: forms.Form) -> dict[str, Any]:
    """The answers with the Chinese where English was left empty."""
    beside = {key: data.get(own) for key, own in BESIDE.items() if key in form.fields and not data.get(key)}
    return {**data, **beside}


def where_of(alert: Alert, language: str) -> str:
    """The place that it warns, with those above it."""
    spot = find.find_place(alert.place, at=alert.written_at) or find.find_place(alert.place)
    if spot is None:
        return ""
    return find.full_path(spot.id, at=alert.written_at, language=language, skip=1) or spot.called(language)


def in_charge(by: Actor) -> Scope:
    """The places of whose drafts a post reads: as of cases, administrators of none."""
    return () if by.role in ADMINISTRATORS else by.scope


def band_of_staff(by: Actor, *, at: datetime, scope: Scope | None = None) -> Band:
    """What stands in the places of a post, or in others that it looks at, drills too: what is real first, then what it is to confirm."""
    found = standing(at=at, scope=by.scope if scope is None else scope, drills=True)
    waits = awaited(by, found, at=at)
    shown = [
        warned(alert, at=at, url=reverse("desk:one_alert", args=[alert.number]), ask=alert.id in waits)
        for alert in sorted(found, key=lambda alert: (alert.drill, alert.id not in waits))[:SHOWN]
    ]
    about = "" if scope is None else f"?place={scope[0][0]}"
    return Band(
        alerts=shown,
        more=len(found) - len(shown),
        all_url=reverse("desk:alerts"),
        url=reverse("desk:alerts_now") + about,
    )


def code_in(text: str, *, at: datetime) -> int | None:
    """The padded code of a place that an address names, if it is one."""
    code = int(text) if text.isascii() and text.isdecimal() and len(text) == DIGITS else None
    return code if code is not None and find.find_code(code, at=at) is not None else None


def band_of_place(code: int | None, *, at: datetime, grave: bool = False) -> Band:
    """What stands in, below or above a place (None: anywhere), as residents are told; `grave`: only what two released, on pages that
    are about something else.
    """
    scope = None if code is None else (code_range(code),)
    found = standing(at=at, scope=scope, drills=False)
    if grave:
        found = [alert for alert in found if needs_second(alert)]
    about = f"?{GRAVE}=1" if grave else "" if code is None else f"?place={code}"
    shown = [
        warned(alert, at=at, url=reverse("public:one_alert", args=[alert.code]) + ("" if grave else about))
        for alert in found[:SHOWN]
    ]
    return Band(
        alerts=shown,
        more=len(found) - len(shown),
        all_url=reverse("public:alerts"),
        url=reverse("public:alerts_now") + about,
        script=True,
    )


def needs_second(alert: Alert) -> bool:
    """Whether somebody else than who wrote it releases it."""
    return alert.level.key in SECONDED


def office_of(alert: Alert, *, known: Known) -> str:
    """The organisation that warns."""
    office = known.organisations.get(alert.office or 0)
    return in_words(office.words) if office else ""


def facts_of(alert: Alert, *, known: Known) -> list[tuple[str, Any]]:
    """What a page of an alert says beside its words."""
    certain = {"observed": _("Observed"), "likely": _("Likely"), "possible": _("Possible")}
    return [
        (_("Alert issued by"), office_of(alert, known=known)),
        (_("Certainty"), certain.get(alert.certainty, "")),
    ]
