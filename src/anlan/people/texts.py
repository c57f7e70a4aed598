# SPDX-License-Identifier: Apache-2.0
"""Phones that are warned by text message of what is coming in a place, without an account. Nobody is shown who follows what, nor how many do.

A number is proved by a code, sealed under a key of its own row, and found by nothing but itself and the place. A follow lasts a year, and
ends before by the link that every message holds: who holds it may end it and learns nothing of the number.
"""

import base64
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from anlan.base.erasure import ErasureFile
from anlan.base.errors import TooMany
from anlan.base.keys import Unreadable, keyring
from anlan.people.follows import LASTS, day_of, following
from anlan.people.models_push import PlaceText
from anlan.people.rates import Cap, take
from anlan.people.sms import gateway
from anlan.people.tokens import digest_of

PURPOSE, LINK = "place text", "place text link"
PLACES = Cap(n=5, per=timedelta(days=30))
"""Follows that one number may begin."""
DAILY = Cap(n=10, per=timedelta(days=1))
"""Messages about alerts that one number gets, whatever it follows."""
ONCE = Cap(n=1, per=timedelta(days=30))
"""Of one release or withdrawal a number is told once, however many of its places it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """One number that is to be warned: its row, the number, and the language its person reads. No number: no key of the ring opens it."""

    id: bytes
    number: str
    language: str

    @property
    def link(self) -> str:
        """What ends it: 80 bits that follow from the row and a key."""
        return base64.b32encode(keyring().index(LINK, self.id.hex())[:10]).decode().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What the holder of a link reads: which place, until when."""

    place: int
    until: date


def offered() -> bool:
    """Whether texts go out here, with an address that says how to end them."""
    return gateway() is not None and bool(settings.ANLAN_ADDRESS or settings.ANLAN_DEMO)


def follow_by_text(place_id: int, number: str, *, language: str, at: datetime) -> None:
    """This number, which was proved, is warned for a year from now; again begins the year anew. Raises TooMany."""
    take("place texts", number, cap=PLACES, at=at)
    id = keyring().index(PURPOSE, f"{place_id}|{number}")
    language = "zh" if language.startswith("zh") else "en"
    wrapped, sealed = keyring().seal_alone(f"{language}|{number}".encode(), aad=_aad(id))
    one = Phone(id=id, number=number, language=language)
    link = digest_of(one.link)
    if any(line["link"] == link.hex() for line in _ended().read()):
        _ended().append({"link": link.hex(), "at": at, "anew": True})
    PlaceText.objects.update_or_create(
        id=id,
        defaults={
            "place_id": place_id,
            "key": wrapped,
            "sealed": sealed,
            "link": link,
            "until": day_of(at + LASTS),
        },
    )


def find_by_link(link: str) -> Followed | None:
    """What this link ends, if it has not ended."""
    row = PlaceText.objects.filter(link=digest_of(link)).first()
    return Followed(place=row.place_id, until=row.until) if row else None


def end_by_link(link: str, *, at: datetime) -> None:
    """Its person wants no more, and a restored backup will know."""
    found = PlaceText.objects.filter(link=digest_of(link))
    if found.exists():
        _ended().append({"link": digest_of(link).hex(), "at": at})
        found.delete()


def reapply_ends() -> int:
    """After a restore: ends again what was ended; how many. What was asked for anew later stays."""
    last = {line["link"]: line for line in _ended().read()}
    ended = [bytes.fromhex(link) for link, line in last.items() if "anew" not in line]
    return PlaceText.objects.filter(link__in=ended).delete()[0]


def _ended() -> ErasureFile:
    """This deployment's list: digests of links and moments, nothing else."""
    return ErasureFile(Path(settings.ANLAN_ERASURES).with_name("ended-texts.jsonl"))


def phones_in(area: int, *, after: bytes, most: int, at: datetime) -> list[Phone]:
    """The next numbers, by id, that follow a place in the one coded `area`, or one around it."""
    rows = following("people_placetext", area, after=after, most=most, at=at)
    return [_phone(id, key, sealed) for id, key, sealed in rows]


def find_phone(id: bytes, *, at: datetime) -> Phone | None:
    """One of them, if it follows still."""
    row = PlaceText.objects.filter(pk=id, until__gte=day_of(at)).first()
    return _phone(id, row.key, row.sealed) if row else None


def may_text(number: str, about: str, *, at: datetime) -> bool:
    """Whether this number is to be told now: counts it, so that nobody is told the same twice nor too much in a day."""
    try:
        take("alert text", f"{about}|{number}", cap=ONCE, at=at)
        take("alert texts", number, cap=DAILY, at=at)
    except TooMany:
        return False
    return True


def count_lapsed(before: datetime) -> int:
    """How many follows have ended."""
    return PlaceText.objects.filter(until__lt=day_of(before)).count()


def forget_lapsed(before: datetime) -> int:
    """Deletes them; how many."""
    return PlaceText.objects.filter(until__lt=day_of(before)).delete()[0]


def _phone(id: bytes, key: bytes | memoryview, sealed: bytes | memoryview) -> Phone:
    try:
        language, _bar, number = keyring().open_alone(key, sealed, aad=_aad(id)).decode().partition("|")
    except Unreadable:
        return Phone(id=id, number="", language="")
    return Phone(id=id, number=number, language=language)


def _aad(id: bytes) -> bytes:
    return b"people_placetext|sealed|" + id
