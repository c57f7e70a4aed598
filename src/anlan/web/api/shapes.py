# SPDX-License-Identifier: Apache-2.0
"""The shapes of answers, as the OpenAPI document tells them. Case numbers and place codes are texts: they have more
digits than a JavaScript number holds. Ids of cases are never among them.
"""

from datetime import date, datetime
from typing import Any

from ninja import Schema


class Fault(Schema):
    """What is wrong with one field, and in which words of it."""

    field: str
    detail: str
    found: list[str] = []


class Problem(Schema):
    """A problem document (RFC 9457). `code` is for programs, `detail` for people, in the language asked for."""

    type: str
    title: str
    status: int
    detail: str = ""
    code: str
    errors: list[Fault] = []
    retry_after: int | None = None


class Named(Schema):
    """Words in both languages."""

    zh: str
    en: str


class State(Schema):
    """A state: its key, and its words for staff and for residents."""

    key: str
    words: Named
    public: Named


class Row(Schema):
    """A case in a list: facts alone. `area` is the code of the place that holds it now; `place` where it began; `kind` the
    plain kind chosen at the opening, while there is no category.
    """

    number: str
    procedure: str
    version: int
    state: State
    open: bool
    category: int | None
    kind: str
    condition: int | None
    place: str
    area: str
    due_at: datetime | None
    urgent: bool
    holder: int | None
    source: str
    opened_at: datetime
    closed_at: datetime | None


class Rows(Schema):
    """A page of cases. `next` is the address of the next page; a short page may have one."""

    cases: list[Row]
    next: str | None


class Assigned(Schema):
    """An organisation's part in the case now."""

    organisation: int
    role: str


class Clock(Schema):
    """A limit that runs. `provisional`: past the calendar's horizon, so it may still be set anew."""

    key: str
    due_at: datetime
    provisional: bool
    paused: bool


class PartyOf(Schema):
    """A party; `contact` is null where it is not the caller's to read, or erased."""

    n: int
    role: str
    contact: dict[str, Any] | None
    erased: bool


class FileOf(Schema):
    """A file of the case; `url` is null where it is not the caller's to read, or erased."""

    n: int
    seq: int
    kind: str
    size: int
    name: str | None
    erased: bool
    url: str | None


class LookOf(Schema):
    """Who looked at words and parties, when and why."""

    organisation: int
    role: str
    at: datetime
    until: datetime
    reason: str


class ActionOf(Schema):
    """Something that can be done now; `schema` is the address of the JSON Schema of its data."""

    key: str
    words: Named
    schema_url: str


class ContentOf(Schema):
    """Words and data of an entry; `values` is null where they are not the caller's to read, or erased."""

    audience: str
    values: dict[str, Any] | None
    erased: bool


class EntryOf(Schema):
    """An entry of the timeline. `by` is post, party or system; of a post its organisation and role. `time_unsure`: it was done on a
    phone whose time could not be relied on, so it counts from its arrival.
    """

    seq: int
    at: datetime
    received_at: datetime
    time_unsure: bool
    by: str
    organisation: int | None
    role: str | None
    action: str
    words: Named
    state_from: str
    state_to: str
    facts: dict[str, Any]
    why: dict[str, Any]
    contents: list[ContentOf]


class JoinedOf(Schema):
    """A report that was merged into the case: what was said in it, oldest first, and nothing of who reported. Words and addresses
    of files are null where the caller does not work on the case.
    """

    number: str
    opened_at: datetime
    place: str
    category: int | None
    urgent: bool
    entries: list[EntryOf]
    files: list[FileOf]


class Case(Row):
    """A case. `seq` is its last entry: send it as `expect`, so that what changed meanwhile is told."""

    seq: int
    assigned: list[Assigned]
    clocks: list[Clock]
    parties: list[PartyOf]
    files: list[FileOf]
    linked: list[str]
    also_reported: list[JoinedOf]
    looks: list[LookOf]
    actions: list[ActionOf]
    entries_url: str


class Entries(Schema):
    """A page of the timeline, newest first."""

    entries: list[EntryOf]
    next: str | None


class Opened(Schema):
    """A case just opened. `follow_code` is the secret of its person: shown here alone, hand it to them."""

    number: str
    seq: int
    state: str
    url: str
    follow_code: str | None
    again: bool


class Acted(Schema):
    """What an action came to. `again`: it was done before, under the same key."""

    number: str
    seq: int
    state: str
    action: str
    again: bool


class SummaryOf(Schema):
    """A released summary of a case that was settled. `town` is a code, never finer than a town; days are local.

    `photos` are the addresses of the photos beside the words: copies made for everybody, for as long as the summary is there.
    """

    id: str
    url: str
    procedure: str
    category: int | None
    title: Named
    town: str
    organisation: int | None
    outcome: str
    outcome_words: Named | None
    opened_on: date
    closed_on: date | None
    published_on: date
    summary: str
    photos: list[str]


class Summaries(Schema):
    """A page of summaries, the newest first. `next` is the address of the next page; a short page may have one."""

    summaries: list[SummaryOf]
    next: str | None


class StepOf(Schema):
    """On which day the case came to a stage, and which organisation had it then."""

    stage: str
    words: Named
    on: date
    organisation: int | None


class SummaryWith(SummaryOf):
    """A summary with the course of its case."""

    steps: list[StepOf]


class Uploaded(Schema):
    """A file that was taken. `reference` goes into `files` of the opening or action; `draft` beside further uploads of
    the same opening. Both hold for 12 hours. `taken_at` and `point` are what the photo said; neither is kept in it.
    """

    reference: str
    draft: str | None
    kind: str
    size: int
    taken_at: datetime | None
    point: dict[str, int] | None


class ConditionOf(Schema):
    """A condition on which a case of the category is registered, and when it may be closed."""

    id: int
    words: Named
    closing: Named


class CategoryOf(Schema):
    """A category by scheme, version and code."""

    id: int
    scheme: str
    version: str
    code: str
    words: Named
    group: str
    urgent: bool
    valid_from: date
    valid_to: date | None
    conditions: list[ConditionOf]


class Categories(Schema):
    """The categories in force."""

    categories: list[CategoryOf]


class PlaceOf(Schema):
    """A place. `made_up`: its outline is made up, not surveyed."""

    id: int
    code: str
    level: str
    name: str
    name_en: str
    path: list[str]
    made_up: bool


class Places(Schema):
    """Places, the likeliest or the lowest code first."""

    places: list[PlaceOf]


class PlaceWith(PlaceOf):
    """A place with those directly below it."""

    children: list[PlaceOf]


class NearBy(PlaceOf):
    """A place that a point may belong to; to be confirmed by a person."""

    metres: int


class Located(Schema):
    """The county of a point, surveyed; below it only candidates, which are not."""

    place: PlaceOf
    candidates: list[NearBy]
    note: str
    lng: int
    lat: int


class OrganisationOf(Schema):
    """An organisation; `area` is the code of its place."""

    id: int
    key: str
    kind: str
    department: str
    words: Named
    area: str
    upper: int | None
    phone: str


class Organisations(Schema):
    """A page of organisations by id."""

    organisations: list[OrganisationOf]
    next: str | None


class ActionKind(Schema):
    """An action of a procedure: which states it leaves (empty text: it opens a case) and where it may lead."""

    key: str
    words: Named
    opens: bool
    state_from: list[str]
    state_to: list[str]
    by: list[str]
    schema_url: str


class ProcedureOf(Schema):
    """A procedure in the version in which new cases open."""

    key: str
    version: int
    words: Named
    purpose: Named
    scheme: str | None
    attachments: list[str]
    most_attachments: int
    states: list[State]
    actions: list[ActionKind]


class Procedures(Schema):
    """The procedures of this deployment."""

    procedures: list[ProcedureOf]
