# SPDX-License-Identifier: Apache-2.0
"""A grave alert that is released or withdrawn reaches the phones that asked for it by text message.

Orange and red alone, which two people release: a text rings and is paid for each time, and of the two lower levels there are many a year.
Whoever was told of a grave one is told of its withdrawal and its correction too, whatever the level of that. It goes in parts, as to
browsers (`warned`), with `ANLAN_SMS_RATE` small ones that follow each other at that rate; before a text is sent it is counted, so that a part which begins again after a process died tells nobody twice.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings

from anlan.cases.carry import hand_over
from anlan.cases.define import Channel
from anlan.cases.deliver import PART, Refusing, Send, Sending, Why, add, last_due
from anlan.cases.follow import Wish
from anlan.cases.journal import Line
from anlan.config.warned import FIRST_AGAIN, TOLD, alert_of, message_of
from anlan.people.carriers import Carrier, Message, NoCarrier, NotSent, Unknown
from anlan.people.channels import carrier_of
from anlan.people.texts import Phone, find_phone, may_text, offered, phones_in
from anlan.procedures.alert.standing import Alert, released_of
from anlan.procedures.alert.terms import SECONDED

log = logging.getLogger(__name__)

BATCH, LINES = 500, 32
"""Numbers of one sending, and of those that are sent at once."""
PHONES, PHONE = f"{PART}phones", "phone"
LONGEST = 60
"""Characters of a title or a reason; the page has all of it."""
TEXT = {
    "zh": "【安澜】{head}：{words}。详情 {where} 不再接收 {end}",
    "en": "[Anlan] {head}: {words}. More: {where} To end these: {end}",
}


def tell_phones(lines: Sequence[Line]) -> Iterable[Wish]:
    """Of each release and withdrawal of a grave alert the first sending to phones."""
    said = [line for line in lines if line.entry.action in TOLD]
    if not said or not offered():
        return
    alerts = released_of({line.entry.case_id for line in said})
    for line in said:
        alert = alerts.get(line.entry.case_id)
        if alert is not None and is_grave(alert):
            yield Wish(
                position=line.position,
                recipient=f"{PHONES}:",
                channel=str(Channel.SMS),
                case_id=alert.id,
                key=line.entry.action,
            )


def is_grave(alert: Alert) -> bool:
    """Whether phones are told of it: an orange or red one, or the correction of one; no drill."""
    if alert.drill:
        return False
    if alert.level.key in SECONDED or alert.replaces is None:
        return alert.level.key in SECONDED
    before = released_of([alert.replaces.case_id]).get(alert.replaces.case_id)
    return before is not None and before.level.key in SECONDED


def _to_phones(sending: Sending) -> None:
    alert = alert_of(sending)
    try:
        carrier = carrier_of(Channel.SMS)
    except NoCarrier as none:
        raise Refusing(str(none), again=False, why=Why.NO_CARRIER) from None
    after = bytes.fromhex(sending.recipient.partition(":")[2])
    rate = settings.ANLAN_SMS_RATE
    most = min(BATCH, rate) if rate > 0 else BATCH
    found = phones_in(alert.area, after=after, most=most, at=sending.at)
    if len(found) == most:
        add(sending, [(f"{PHONES}:{found[-1].id.hex()}", _next(sending, most / rate if rate > 0 else 0))])
    lost = 0
    with ThreadPoolExecutor(max_workers=LINES) as pool:
        for n in range(0, len(found), LINES):
            # Counted a few at a time: no more than these are in doubt when a process dies.
            now = [
                phone
                for phone in found[n : n + LINES]
                if phone.number and may_text(phone.number, f"{alert.code}|{sending.key}", at=sending.at)
            ]
            wanted = [(phone.number, text_of(alert, sending, phone)) for phone in now]
            told = pool.map(partial(_carry, carrier, at=sending.at), wanted)
            later = []
            for phone, answer in zip(now, told, strict=True):
                lost += isinstance(answer, Unknown)
                if isinstance(answer, NotSent) and answer.again:
                    later.append((f"{PHONE}:{phone.id.hex()}", sending.at + max(answer.after, FIRST_AGAIN)))
            add(sending, later)
    if lost:
        log.warning(
            "of the texts of %s %d have no answer: sent or not, they are not sent again",
            sending.reference,
            lost,
        )


def _next(sending: Sending, seconds: float) -> datetime:
    """When the part after this one is due: where texts have a rate, behind those of other alerts that wait."""
    if not seconds:
        return sending.at
    return max(sending.at, last_due(PHONES) or sending.at) + timedelta(seconds=seconds)


def _carry(carrier: Carrier, wanted: tuple[str, Message], *, at: datetime) -> NotSent | Unknown | None:
    """One text, in a thread that asks the database nothing."""
    try:
        carrier.carry(*wanted, at=at)
    except (NotSent, Unknown) as answer:
        return answer
    return None


def _to_phone(sending: Sending) -> None:
    """One number once more."""
    alert, phone = (
        alert_of(sending),
        find_phone(bytes.fromhex(sending.recipient.partition(":")[2]), at=sending.at),
    )
    if phone is None:
        raise Refusing("they want no alerts any more", again=False, why=Why.UNWANTED)
    if not phone.number:
        raise Refusing("the number cannot be read: a key is missing", again=True, why=Why.NO_KEY)
    hand_over(phone.number, text_of(alert, sending, phone), sending)


def text_of(alert: Alert, sending: Sending, phone: Phone) -> Message:
    """What stands in a text: level, what of, where, title, where more is read, and how to end it. All but the last is public."""
    said = message_of(alert, sending, language=phone.language)
    words = said.text if len(said.text) <= LONGEST else f"{said.text[: LONGEST - 1]}…"
    base = settings.ANLAN_ADDRESS
    return Message(
        line=said.line,
        text=TEXT[phone.language].format(
            head=said.line,
            words=words.rstrip("。."),
            where=f"{base}{said.url}",
            end=f"{base}/alerts/end/{phone.link}",
        ),
        url=said.url,
        about=said.about,
        reference=f"{sending.position}-{phone.id.hex()}",
        urgent=True,
        lasts=said.lasts,
    )


TEXTED: Mapping[str, Send] = {PHONES: _to_phones, PHONE: _to_phone}
"""Who sends to which recipients."""
