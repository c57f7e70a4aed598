# SPDX-License-Identifier: Apache-2.0
"""An alert as a message of the Common Alerting Protocol 1.2 (OASIS), for programs that pass it on.

One message when it was released (an Update where it corrects another), one more when it was withdrawn; what a message said never
changes. A drill says Exercise. Both languages are in each; the area is our place's code.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml import etree
from lxml.builder import ElementMaker

from anlan.cases.define import Words
from anlan.places.codes import text as written
from anlan.places.find import ZONE
from anlan.procedures.alert.standing import Alert
from anlan.procedures.alert.terms import HAZARDS

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
KIND = "application/cap+xml"
ATOM = "http://www.w3.org/2005/Atom"
SOON = timedelta(hours=1)
GEOCODE = "Anlan place code"
"""By what our codes of places are known: in China those of GB/T 2260 and GB/T 10114 below the county."""
LANGUAGES = ("zh-CN", "en")
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold."""

CAP = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})
FEED = ElementMaker(namespace=ATOM, nsmap={None: ATOM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where messages come from: `sender` names this deployment for ever; `page` and `message` give the addresses of an alert's
    page and of a message; `area` and `office` say place and organisation in a language.
    """

    sender: str
    page: Callable[[Alert], str]
    message: Callable[[Alert, bool], str]
    area: Callable[[Alert, str], str]
    office: Callable[[Alert], Words]


def message_of(alert: Alert, origin: Origin, *, cancel: bool = False) -> bytes:
    """The message of its release, or of its withdrawal. Raises LookupError for what did not happen."""
    sent = alert.closed_at if cancel else alert.issued
    if sent is None or (cancel and alert.state != "revoked"):
        raise LookupError(f"alert {alert.code} has no such message")
    references = ""
    if cancel:
        references = _reference(origin, alert.code, alert.issued)
    elif alert.replaces is not None:
        references = _reference(origin, alert.replaces.code, alert.replaces.issued)
    root = CAP.alert(
        CAP.identifier(identifier(alert.code, cancel=cancel)),
        CAP.sender(origin.sender),
        CAP.sent(_moment(sent)),
        CAP.status("Exercise" if alert.drill else "Actual"),
        CAP.msgType("Cancel" if cancel else "Update" if references else "Alert"),
        CAP.scope("Public"),
        *([CAP.references(references)] if references else []),
        *(
            _info(alert, origin, language, sent=sent, cancel=cancel)
            for language in (LANGUAGES[:1] if alert.in_one else LANGUAGES)
        ),
    )
    return _printed(root)


def feed_of(alerts: Iterable[Alert], origin: Origin, *, address: str, title: Words, at: datetime) -> bytes:
    """An Atom feed of the messages of these alerts, the newest first."""
    messages = sorted(
        (
            (sent, alert, cancel)
            for alert in alerts
            for cancel, sent in (
                (False, alert.issued),
                (True, alert.closed_at if alert.state == "revoked" else None),
            )
            if sent is not None
        ),
        key=lambda each: each[0],
        reverse=True,
    )
    root = FEED.feed(
        FEED.id(address),
        FEED.title(title.zh),
        FEED.updated(_moment(messages[0][0] if messages else at)),
        FEED.link(rel="self", href=address),
        FEED.author(FEED.name(origin.sender)),
        *(
            FEED.entry(
                FEED.id(f"urn:anlan:{identifier(alert.code, cancel=cancel)}"),
                FEED.title(_plain(alert.title.zh)),
                FEED.updated(_moment(sent)),
                FEED.link(rel="alternate", type="text/html", href=origin.page(alert)),
                FEED.link(rel="enclosure", type=KIND, href=origin.message(alert, cancel)),
                FEED.summary(_plain(alert.why.zh if cancel else alert.words.zh)),
            )
            for sent, alert, cancel in messages
        ),
    )
    return _printed(root)


def identifier(code: str, *, cancel: bool = False) -> str:
    """By which a message is known everywhere."""
    return f"anlan.{code}.cancel" if cancel else f"anlan.{code}"


def _info(alert: Alert, origin: Origin, language: str, *, sent: datetime, cancel: bool) -> etree._Element:
    def said(words: Words) -> str:
        return _plain(words.in_language(language))

    return CAP.info(
        CAP.language(language),
        CAP.category(next(category for key, _words, category in HAZARDS if key == alert.kind)),
        CAP.event(said(alert.hazard)),
        CAP.urgency("Past" if cancel else _urgency(alert.starts - sent)),
        CAP.severity(alert.level.severity),
        CAP.certainty(alert.certainty.capitalize()),
        CAP.effective(_moment(sent)),
        CAP.onset(_moment(alert.starts)),
        CAP.expires(_moment(alert.ends)),
        CAP.senderName(said(origin.office(alert))),
        CAP.headline(said(alert.title)),
        CAP.description(said(alert.why if cancel else alert.words)),
        CAP.web(origin.page(alert)),
        CAP.parameter(CAP.valueName("level"), CAP.value(alert.level.key)),
        CAP.area(
            CAP.areaDesc(_plain(origin.area(alert, language))),
            CAP.geocode(CAP.valueName(GEOCODE), CAP.value(written(alert.area))),
        ),
    )


def _urgency(wait: timedelta) -> str:
    if wait <= timedelta(0):
        return "Immediate"
    return "Expected" if wait <= SOON else "Future"


def _reference(origin: Origin, code: str, sent: datetime | None) -> str:
    return f"{origin.sender},{identifier(code)},{_moment(sent)}" if sent is not None else ""


def _moment(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")


def _plain(text: str) -> str:
    return UNWRITABLE.sub(" ", text)


def _printed(root: etree._Element) -> bytes:
    printed: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return printed
