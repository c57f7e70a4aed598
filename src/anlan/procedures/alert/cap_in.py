# SPDX-License-Identifier: Apache-2.0
"""A message of the Common Alerting Protocol 1.2 from another system, read as what a draft says. Whoever sends it is a stranger.

No document type, so no entity of any kind; no network, no huge trees, at most so many bytes; every word is judged again by
the engine. What cannot be meant for a draft is refused in words. A person reads the draft and releases it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unicodedata import category

from django.utils.translation import gettext_lazy as _
from lxml import etree

from anlan.base.errors import Invalid
from anlan.places import find
from anlan.places.codes import ancestors, pad
from anlan.places.tree import Spot
from anlan.procedures.alert.cap import GEOCODE, NAMESPACE
from anlan.procedures.alert.rules import LONGEST
from anlan.procedures.alert.terms import DRAFT, HAZARDS, LEVELS

LARGEST = 256 * 1024
"""Bytes of the largest message."""
MOST_AREAS, MOST_INFOS = 100, 20
NAMES = frozenset(
    {
        GEOCODE.casefold(),
        "gb/t 2260",
        "gb/t 10114",
        "gb2260",
        "adcode",
        "行政区划代码",
        "区划代码",
        "区划编码",
    }
)
"""By which names (`valueName`) a geocode is known to be a code of our places; a postcode has six digits too."""
JOINER = "\u200d"
"""The only sign without a shape of its own that is kept, and only between pictures, which it makes one."""
LASTS = timedelta(hours=12)
"""How long an alert stands that does not say so; whoever releases it sees it."""
OPENS = {"Actual": "draft", "Exercise": "rehearse"}
"""By which action a message of this status becomes a draft."""
TAKEN = frozenset({"Alert", "Update"})
CERTAIN = {"Observed": "observed", "Likely": "likely"}
IN = {"c": NAMESPACE}
LENGTHS = {field.key: field.longest for field in DRAFT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A draft as another system words it: for which place, by which opening action, with which answers."""

    place: Spot
    action: str
    data: Mapping[str, Any]


def read_message(body: bytes, *, at: datetime) -> Received:
    """Raises Invalid saying what cannot be taken."""
    root = _parsed(body)
    status, kind = _said(root, "c:status"), _said(root, "c:msgType")
    if status not in OPENS:
        raise Invalid(_("Only messages with the status Actual or Exercise become drafts."))
    if kind not in TAKEN:
        raise Invalid(_("Only messages of the type Alert or Update become drafts."))
    infos = root.findall("c:info", IN)
    if not infos:
        raise Invalid(_("The message says nothing: it has no info."))
    if len(infos) > MOST_INFOS or not _is_one(infos):
        raise Invalid(
            _(
                "The message says several things. Please send each in a message of its own, one info a language."
            )
        )
    first = infos[0]
    zh = next((each for each in infos if _said(each, "c:language").casefold().startswith("zh")), first)
    en = next((each for each in infos if _said(each, "c:language").casefold().startswith("en")), first)
    starts = _moment(_said(first, "c:onset") or _said(first, "c:effective") or _said(root, "c:sent"))
    ends = _moment(_said(first, "c:expires")) if _said(first, "c:expires") else starts + LASTS
    if starts < at + LONGEST:
        # A longer one stands as long as one may; one that is further ahead is refused with its draft.
        ends = min(ends, min(starts, at) + LONGEST)
    return Received(
        place=_place(root, at=at),
        action=OPENS[status],
        data={
            "kind": _hazard(first),
            "level": next(
                (level.key for level in LEVELS if level.severity == _said(first, "c:severity")), LEVELS[0].key
            ),
            "certainty": CERTAIN.get(_said(first, "c:certainty"), "possible"),
            "starts": starts.isoformat(),
            "ends": ends.isoformat(),
            "asks": True,
            **_texts(zh, "zh"),
            **_texts(en, "en"),
        },
    )


def _parsed(body: bytes) -> etree._Element:
    if len(body) > LARGEST:
        raise Invalid(_("This message is too long."))
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Invalid(_("This is no XML that can be read.")) from None
    if root.getroottree().docinfo.doctype or root.tag != f"{{{NAMESPACE}}}alert":
        raise Invalid(_("This is no message of the Common Alerting Protocol 1.2 without a document type."))
    return root


def _said(element: etree._Element, where: str) -> str:
    return (element.findtext(where, "", IN) or "").strip()


def _is_one(infos: Sequence[etree._Element]) -> bool:
    """Whether all infos say the same, each in another language: a draft says one thing."""
    languages = [_said(each, "c:language").casefold() for each in infos]
    said = {
        (
            *(_said(each, f"c:{what}") for what in ("severity", "certainty", "urgency")),
            *(
                _moment(text) if (text := _said(each, f"c:{what}")) else None
                for what in ("onset", "effective", "expires")
            ),
            frozenset(frozenset(_geocodes(area)) for area in each.findall("c:area", IN)),
        )
        for each in infos
    }
    return len(set(languages)) == len(languages) and len(said) == 1


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(_("A time of this message cannot be read.")) from None
    if found.tzinfo is None or not 2000 <= found.year < 2100:
        raise Invalid(_("A time of this message cannot be read."))
    return found


def _texts(info: etree._Element, language: str) -> dict[str, str]:
    """Title and words of one language, as long as a draft may be: what was cut off ends in dots."""
    title = _shown(_said(info, "c:headline") or _said(info, "c:event"))
    words = "\n".join(
        _shown(text) for text in (_said(info, "c:description"), _said(info, "c:instruction")) if text
    )
    return {
        key: text if len(text) <= LENGTHS[key] else f"{text[: LENGTHS[key] - 1]}…"
        for key, text in ((f"title_{language}", title), (f"words_{language}", words or title))
    }


def _shown(text: str) -> str:
    """Without the signs that nobody sees and that may turn or hide the others."""
    around = zip(f" {text}"[: len(text)], text, f"{text} "[1:], strict=True)
    return "".join(
        sign
        for before, sign, after in around
        if category(sign) != "Cf" or (sign == JOINER and _is_picture(before) and _is_picture(after))
    )


def _is_picture(sign: str) -> bool:
    """A picture, or what gives one its colour or its look."""
    return category(sign) in {"So", "Sk", "Mn"}


def _hazard(info: etree._Element) -> str:
    """What we call it: by the word of the event, else the only hazard of its category, else none in particular."""
    event = _said(info, "c:event").casefold()
    for key, words, _category in HAZARDS:
        if words.zh in event or words.en.casefold() in event:
            return key
    return HAZARDS[-1][0]


def _place(root: etree._Element, *, at: datetime) -> Spot:
    """The narrowest of our places that holds all areas. Each of them must be named by a code of ours: what only part of a message
    warns of would be less than it says.
    """
    areas = root.findall("c:info", IN)[0].findall("c:area", IN)
    codes = []
    for area in areas:
        named = [_code(value) for value in _geocodes(area)]
        if not named or any(code is None or find.find_code(code, at=at) is None for code in named):
            raise Invalid(
                _(
                    "The area “%(area)s” names no place here. Each area needs a geocode “%(name)s” or “GB/T 2260” with the code of a place here."
                )
                % {"area": _shown(_said(area, "c:areaDesc"))[:60], "name": GEOCODE}
            )
        codes += [code for code in named if code is not None]
    if len(codes) > MOST_AREAS:
        raise Invalid(
            _("The message names more than %(n)s places. Please name a wider place.") % {"n": MOST_AREAS}
        )
    lines = [(*ancestors(code), code) for code in dict.fromkeys(codes)]
    common = [code for code in lines[0] if all(code in line for line in lines)] if lines else []
    spots = (find.find_code(code, at=at) for code in reversed(common))
    spot = next((each for each in spots if each is not None), None)
    if spot is None:
        raise Invalid(_("No area of this message has a geocode that is the code of a place here."))
    return spot


def _geocodes(area: etree._Element) -> list[str]:
    """The values of its geocodes that are said to be codes of our places."""
    return [
        _said(each, "c:value")
        for each in area.findall("c:geocode", IN)
        if " ".join(_said(each, "c:valueName").casefold().split()) in NAMES
    ]


def _code(text: str) -> int | None:
    try:
        return pad(text)
    except ValueError:
        return None
