# SPDX-License-Identifier: Apache-2.0
"""A message of the Common Alerting Protocol 1.2 from another system, read as what a draft says. Whoever sends it is a stranger.

No document type, so no entity of any kind; no network, no huge trees, at most so many bytes; every word is judged again by
the engine. What cannot be meant for a draft is refused in words. A person reads the draft and releases it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from lxml import etree

from anlan.base.errors import Invalid
from anlan.places import find
from anlan.places.codes import ancestors, pad
from anlan.places.tree import Spot
from anlan.procedures.alert.cap import NAMESPACE
from anlan.procedures.alert.rules import LONGEST
from anlan.procedures.alert.terms import DRAFT, HAZARDS, LEVELS

LARGEST = 256 * 1024
"""Bytes of the largest message."""
MOST_AREAS = 100
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
    infos = root.findall("c:info", IN)[:20]
    if not infos:
        raise Invalid(_("The message says nothing: it has no info."))
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


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(_("A time of this message cannot be read.")) from None
    if found.tzinfo is None or not 2000 <= found.year < 2100:
        raise Invalid(_("A time of this message cannot be read."))
    return found


def _texts(info: etree._Element, language: str) -> dict[str, str]:
    """Title and words of one language, as long as a draft may be: whoever releases it reads the end of it."""
    title = _said(info, "c:headline") or _said(info, "c:event")
    words = "\n".join(text for text in (_said(info, "c:description"), _said(info, "c:instruction")) if text)
    return {
        f"title_{language}": title[: LENGTHS[f"title_{language}"]],
        f"words_{language}": (words or title)[: LENGTHS[f"words_{language}"]],
    }


def _hazard(info: etree._Element) -> str:
    """What we call it: by the word of the event, else the only hazard of its category, else none in particular."""
    event = _said(info, "c:event").casefold()
    for key, words, _category in HAZARDS:
        if words.zh in event or words.en.casefold() in event:
            return key
    return HAZARDS[-1][0]


def _place(root: etree._Element, *, at: datetime) -> Spot:
    """The narrowest of our places that holds all places that the areas name by code."""
    codes = [
        code
        for each in root.findall("c:info/c:area/c:geocode/c:value", IN)[:MOST_AREAS]
        if (code := _code((each.text or "").strip())) is not None and find.find_code(code, at=at) is not None
    ]
    lines = [(*ancestors(code), code) for code in codes]
    common = [code for code in lines[0] if all(code in line for line in lines)] if lines else []
    spots = (find.find_code(code, at=at) for code in reversed(common))
    spot = next((each for each in spots if each is not None), None)
    if spot is None:
        raise Invalid(_("No area of this message has a geocode that is the code of a place here."))
    return spot


def _code(text: str) -> int | None:
    try:
        return pad(text)
    except ValueError:
        return None
