# SPDX-License-Identifier: Apache-2.0
"""The shapes of what phones send ahead and pull."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from anlan.web.api.shapes import Case, CategoryOf, EntryOf, Named, PlaceOf, ProcedureOf


class Sending(Schema):
    """How far a file is that is sent in pieces: go on at `received`. Once it is `whole` an act may name it by its digest, for 12 hours;
    `kind` is what it is kept as.
    """

    received: int
    whole: bool
    kind: str | None


class UsedBefore(Schema):
    """File `n` is the very picture by which another case, of this number, was shown to be found or done, since `at`."""

    n: int
    number: str
    at: datetime


class CarriedEntry(EntryOf):
    """An entry; `who`: the office and the role, or the party by its role, in words."""

    who: Named


class OfficeOf(Schema):
    """An organisation that a case names."""

    id: int
    words: Named


class Carried(Case):
    """A case as a phone carries it: with the `id` by which its files are sent ahead, and its last entries, newest first, after them the one that opened it; `entries_url` has
    the others. Without contacts and looks, which no phone keeps, and without the reports that went on in it. `used_before`: pictures of evidence that were used in another case
    before. `closing`: what has to be true before it is closed; `outcome`: the entry that told what was done, while that stands. `offices` has every id of an organisation in it.
    """

    id: UUID
    entries: list[CarriedEntry]
    used_before: list[UsedBefore]
    closing: Named | None
    outcome: int | None
    room: int | None
    offices: list[OfficeOf]


class CarriedAlert(Schema):
    """An alert that stands for a place of the reach, or one around it, until `ends`. `asks`: this post is asked to confirm that it has
    read it, and has not yet; `confirmed`: it has.
    """

    number: str
    level: str
    drill: bool
    asks: bool
    confirmed: bool
    words_of_level: Named
    hazard: Named
    title: Named
    words: Named
    place: str
    starts: datetime
    ends: datetime


class Pulled(Schema):
    """Put each of `cases` in the place of what is there under its number, and forget those of `removed`; with `anew` forget first all that
    is there. `next` goes into `after` of the next pull, at once when there is `more`. Keep `stamp` as after sending. Ask for the kit again
    when its `kit` is another. `alerts` are all that stand now.
    """

    cases: list[Carried]
    removed: list[str]
    next: str
    more: bool
    anew: bool
    stamp: str
    kit: str
    alerts: list[CarriedAlert]


class SignedOut(Schema):
    """Since when the terminal's token is good no more."""

    ended_at: datetime


class CarriedProcedure(ProcedureOf):
    """A procedure with the JSON Schema of each action's data, by action. `mine`: the actions that a post of this role can ever do, by which
    a phone without signal guesses what may be done next; whether it may is judged when it arrives.
    """

    mine: list[str]
    schemas: dict[str, dict[str, Any]]


class Kit(Schema):
    """What a phone needs beside its cases to work without signal. `places`: those of the post's reach, with the ones above; where it is
    wide, down to as fine a level as fits. `organisation`: the post's own. `said`: everyday words for a category, by its id, and for a group
    of categories, by its key.
    """

    procedures: list[CarriedProcedure]
    categories: list[CategoryOf]
    said: dict[str, list[str]]
    places: list[PlaceOf]
    role: str
    organisation: int
    actions: list[str] | None


class SealedLeft(Schema):
    """When an act that a phone had sealed arrived."""

    received_at: datetime


class SealedPhotoOf(Schema):
    """A photo of an act that arrived sealed; `digest` names it in the act, `origin` is that of the file it was made from, if it was said."""

    id: str
    digest: str
    size: int
    type: str
    origin: str


class SealedActOf(Schema):
    """An act that arrived sealed: as the phone would have sent it, with the `stamp` that goes with it."""

    id: UUID
    received_at: datetime
    stamp: str | None
    act: dict[str, Any]
    photos: list[SealedPhotoOf]


class SealedActs(Schema):
    """What waits for the word of this post."""

    acts: list[SealedActOf]


class SealedForgotten(Schema):
    """When it was forgotten."""

    forgotten_at: datetime
