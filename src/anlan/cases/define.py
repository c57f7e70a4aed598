# SPDX-License-Identifier: Apache-2.0
"""The vocabulary in which a procedure is declared: frozen values, no Django, no database.

A `Procedure` reads like the rule book's paragraph. The engine draws pages, forms, timeline words, diagrams and generic tests from
it. A need that these values cannot say becomes a named slot here once two procedures use it, or stays in its `rules.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from anlan.cases.effects import Effect
from anlan.places.calendars import Limit

START = ""
"""The empty state: an action that leaves it opens the case."""

STAY = None
"""As `Action.to`: the action keeps the state."""

LATER: Mapping[str, bool] = MappingProxyType({"later": True})
"""Metadata of a slot that came after the first declarations: while it holds its default, a declaration is what it was without it, and
so is its digest.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The same few words in Chinese and English; shown in the reader's language."""

    zh: str
    en: str

    def in_language(self, code: str) -> str:
        """`code` is a language tag such as ``zh-hans``; anything that is not Chinese reads English."""
        return self.zh if code.startswith("zh") else self.en


class Relation(StrEnum):
    """How a post or person must stand to a case for an action to be theirs."""

    HOLDER = "holder"  # a post in the organisation that leads the case
    ROOM = "room"  # a post in the organisation that routes the case and answers for its course
    ASSISTING = "assisting"  # a post in an organisation that assists
    UPPER = "upper"  # a post in an organisation above the one that holds it
    AREA = "area"  # a post whose places contain the case's area
    PARTY = "party"  # a party of the case
    ANYONE = "anyone"  # everybody, no account needed (opening only)
    STAFF = "staff"  # any post of the role (opening only)
    SYSTEM = "system"  # the engine's own sweeps


@dataclass(frozen=True, kw_only=True, slots=True)
class Who:
    """Posts of one of `roles` standing in `relation` to the case; PARTY names party roles instead of posts."""

    relation: Relation
    roles: tuple[str, ...] = ()


class Audience(StrEnum):
    """Who may read an entry or a content. Sides of a dispute are `side1`, `side2`."""

    PUBLIC = "public"
    REPORTER = "reporter"
    SIDE1 = "side1"
    SIDE2 = "side2"
    ROOM = "room"  # what a party said: of a confidential case for whoever routes it alone
    LEAD = "lead"
    OFFICE = "office"
    MEDIATOR = "mediator"
    OFFER = "offer"  # what a side would concede: both sides and the mediator, while they talk, and nobody afterwards
    AUDIT = "audit"


class Kind(StrEnum):
    """What a field takes. The doors draw each kind; the engine cleans it."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    YES_NO = "yes_no"
    WHOLE_NUMBER = "whole_number"
    MONEY = "money"  # whole hundredths of the currency: no float is ever digested
    DATE = "date"
    MOMENT = "moment"
    ORGANISATION = "organisation"
    ORGANISATIONS = "organisations"
    CATEGORY = "category"
    CONDITION = "condition"
    PLACE = "place"
    POINT = "point"  # {"lng": int, "lat": int} in 1e-7 degree, WGS-84
    CASE = "case"  # another case, by its number
    POST = "post"  # a post of the office that has the case, by its number
    PARTY = "party"  # one of the people of the case, by their number in it
    ITEM = "item"  # one of what the case has, by its number: a term, a meeting, a risk point; the procedure says it in words
    LIMIT = "limit"  # {"n": int, "unit": Unit}
    FILES = "files"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One answer an action asks for.

    `fact` puts the cleaned value into the entry itself, for good, and so is only for what is not about a person:
    codes, organisations, categories. Everything else becomes erasable content, read by `audience`. `when` is the choice
    beside which alone it is asked: (key of the question, key of the answer). What is not `asked` a door fills in by itself. `proposed`
    gives, of a `Projection` and what is `Known`, what its form begins with.
    `parts`: what is written in a form of its own, as people read it: headings with their words.
    """

    key: str
    kind: Kind
    words: Words
    required: bool = False
    fact: bool = False
    audience: Audience = Audience.OFFICE
    choices: tuple[tuple[str, Words], ...] = ()
    hint: Words | None = None
    shortest: int = 0
    longest: int = 4000
    low: int | None = None
    high: int | None = None
    when: tuple[str, str] | None = None
    asked: bool = True
    parts: Callable[[str], Sequence[tuple[str, str]]] | None = field(default=None, metadata=LATER)
    proposed: Callable[[Any, Any], Any] | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """A state of the case. `clocks` run while it lasts; `pauses` stand still; `stage` is the step residents see.

    `goes_on`: the case ended because its matter goes on in another, the last of the same matter that it is linked to; its
    parties read there what becomes of it, and are told of what a notice says is for them `too`.
    """

    key: str
    words: Words
    public: Words
    open: bool = True
    clocks: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    stage: str = ""
    goes_on: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation:
    """When `percent` of a clock's limit is used, the system does `action`."""

    percent: int
    action: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """A limit on a stage. `limit` holds where no dated row for `stage` says otherwise.
    `keep`: starting again resumes the first start (returned and reworked cases keep it). `told`: its due date is told to the
    resident and may not be shortened. `owner` says whose it is. `on_call`: it starts only with an effect that gives its limit,
    in the states that list it, and ends with one that `stops` it. `runs_out`: a time that has to pass, as that for comments on a
    draft; whose it is is not late when it ends.
    """

    key: str
    words: Words
    owner: Relation
    limit: Limit
    escalate: tuple[Escalation, ...]
    basis: Words
    keep: bool = False
    told: bool = False
    on_call: bool = False
    runs_out: bool = field(default=False, metadata=LATER)


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error
    """Raised by a guard or effect: the words say to the user what to do instead; `found` what in the field is meant."""

    def __init__(self, words: Words, *, field: str | None = None, found: tuple[str, ...] = ()) -> None:
        super().__init__(words.en)
        self.words = words
        self.field = field
        self.found = found


# Both take an `anlan.cases.moment.Moment`, which the vocabulary does not import: it depends on nothing that uses it.
Guard = Callable[[Any], None]
Rule = Callable[[Any], Effect]


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One thing that can be done. `frm` names the states it leaves; `to` is STAY, a state, or chosen among `may_lead_to`.

    `material`: it changes state, holder, place or clock, so a person who had not seen it is told. `needs` names what `load` must
    preload: ``routing``, ``cases``, ``onward`` (the cases in which this one goes on), ``joined`` (those that may go on in it),
    ``parties`` (who they are, to be carried), ``names`` (what they, and those of all linked cases, are called), ``posts`` (all
    that whoever acts has or had, so that two posts of one person are not two people), ``before`` (how many of the same kind there
    were in the same village in the year before). `within`: so long after closing a party may do it, where no dated row for the stage of the same name says otherwise.
    `joins` names the roles in which people may become parties by it, of a case that is there already. `renews`: it takes the place of
    what was said by it before, so its form begins with that.
    """

    key: str
    words: Words
    done: Words
    frm: tuple[str, ...]
    to: str | None
    by: tuple[Who, ...]
    fields: tuple[Field, ...] = ()
    guard: Guard | None = None
    effect: Rule | None = None
    audience: Audience = Audience.OFFICE
    material: bool = True
    may_lead_to: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    on_screen: bool = True
    reasons: tuple[tuple[str, Words], ...] = ()
    within: Limit | None = None
    joins: tuple[str, ...] = field(default=(), metadata=LATER)
    renews: bool = field(default=False, metadata=LATER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What comes next in a case, and why. `action` does it; empty: it waits for somebody else or for a day. Who cannot do it reads the
    words where those of `audience` are theirs. `page` names the page on which it is done, where that is none of the forms. `also`: what may be
    done next just as well.
    """

    words: Words
    action: str = ""
    audience: Audience = Audience.OFFICE
    page: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Actions under a heading, by key, the frequent first. `grave` ones end it, refuse or give up, and stand last and apart."""

    key: str
    words: Words
    actions: tuple[str, ...]
    grave: bool = False


class Channel(StrEnum):
    """The ways a notice travels; adapters live with the doors and jobs."""

    INBOX = "inbox"
    SMS = "sms"
    EMAIL = "email"
    PUSH = "push"
    DINGTALK = "dingtalk"
    WECHAT = "wechat"


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """After `on`, tell `to` in `words`; with `too` also the parties of cases that go on in it, with `when` only where that column is set."""

    key: str
    on: str
    to: Relation
    words: Words
    channels: tuple[Channel, ...] = (Channel.INBOX,)
    too: bool = False
    when: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Something of a case that is counted, on the day of the moment that `at` gives for the case as it is now (a
    `Projection`); None: it does not hold. A `standing` one holds until it ends and counts on no day.
    """

    key: str
    words: Words
    at: Callable[[Any], datetime | None]
    standing: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A figure: how often the fact `counts` holds, of all with the fact `of` (None: a plain count), with the formula in
    words and its source. `headline`: among the few that an overview begins with.
    """

    key: str
    words: Words
    counts: str
    of: str | None
    formula: Words
    source: str
    headline: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """In which states, of which categories (scheme, code) `never`, a case is on the public list, and how long after closing."""

    states: tuple[str, ...]
    months: int
    never: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """How long words and parties are kept after closing, with the rule that says so."""

    years: int
    basis: Words


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """How one kind of matter runs. Its digest is stored when first used; a changed declaration needs a new version.

    `stages` are the steps that residents see, with names that hold for the whole life of a case. `steps` says what comes next, in the
    order in which it is proposed, for a case (a `Projection`) as it stands at an instant. `groups`: how what posts do is put together,
    the frequent groups first; without any, all of it stands in one row.
    """

    key: str
    version: int
    words: Words
    purpose: Words
    states: tuple[State, ...]
    actions: tuple[Action, ...]
    clocks: tuple[Clock, ...]
    notices: tuple[Notice, ...]
    facts: tuple[Fact, ...]
    measures: tuple[Measure, ...]
    publication: Publication | None
    retention: Retention
    parties: tuple[tuple[str, Words], ...]
    stages: tuple[tuple[str, Words], ...] = ()
    scheme: str | None = None
    record: str | None = None
    attachments: tuple[str, ...] = ("image/jpeg", "image/png", "image/webp", "image/heic")
    most_attachments: int = 9
    steps: Callable[[Any, datetime], tuple[Step, ...]] | None = field(default=None, metadata=LATER)
    groups: tuple[Group, ...] = field(default=(), metadata=LATER)

    def state(self, key: str) -> State:
        """Raises KeyError for a state this version does not have."""
        found: State = _by_key(self.states)[key] if key else _BLANK
        return found

    def action(self, key: str) -> Action:
        """Raises KeyError for an action this version does not have."""
        found: Action = _by_key(self.actions)[key]
        return found

    def has(self, action: str) -> bool:
        """Whether this version has an action of that key."""
        return action in _by_key(self.actions)

    def clock(self, key: str) -> Clock:
        """Raises KeyError for a clock this version does not have."""
        found: Clock = _by_key(self.clocks)[key]
        return found

    def deeds(self) -> tuple[Action, ...]:
        """What posts do with a case that is there, each on a form, the frequent first as far as the groups say so."""
        order = {key: n for n, key in enumerate(key for group in self.groups for key in group.actions)}
        found = [
            action
            for action in self.actions
            if action.on_screen
            and START not in action.frm
            and any(who.relation not in (Relation.PARTY, Relation.SYSTEM) for who in action.by)
        ]
        return tuple(sorted(found, key=lambda action: order.get(action.key, len(order))))

    def group(self, action: str) -> Group | None:
        """Where an action stands; None in a procedure without groups."""
        return next((group for group in self.groups if action in group.actions), None)

    def openings(self) -> tuple[Action, ...]:
        """The actions that open a case."""
        return tuple(action for action in self.actions if START in action.frm)


_BLANK = State(key=START, words=Words(zh="未立", en="not yet"), public=Words(zh="未立", en="not yet"))
_INDEX: dict[int, tuple[Any, dict[str, Any]]] = {}


def _by_key(items: tuple[Any, ...]) -> dict[str, Any]:
    # Declarations live as long as the process; keeping the tuple beside its index keeps its id from being reused.
    found = _INDEX.get(id(items))
    if found is None or found[0] is not items:
        found = (items, {item.key: item for item in items})
        _INDEX[id(items)] = found
    return found[1]
