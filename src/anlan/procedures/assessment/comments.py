# SPDX-License-Identifier: Apache-2.0
"""What the public says of a draft: taken, counted, withheld, answered, each in a few statements however many there are.

The words are sealed under the case's key and lie beside the case, never in an entry. What an entry says of them is how many there are, with a
digest over all; the numbers are counted here, in the transaction of the entry, and proved to its rule (`proof`).
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import Conflict, Invalid, NotFound
from anlan.base.ids import new_id
from anlan.base.keys import CaseKey, Unreadable, aad, keyring
from anlan.base.prepared import Run, prepared
from anlan.cases.act import Done, act
from anlan.cases.clean import clean
from anlan.cases.define import Audience, Field, Kind
from anlan.cases.envelope import Envelope
from anlan.cases.known import Known
from anlan.cases.may import may_see
from anlan.cases.personal import mask
from anlan.cases.queries import town_of
from anlan.cases.read import read_cases
from anlan.people.may import Actor
from anlan.procedures.assessment.proof import prove
from anlan.procedures.assessment.tallies import voice_of
from anlan.procedures.assessment.terms import ADOPTED

PAGE = 50
LONGEST = 2_000
WORDS = Field(
    key="words", kind=Kind.LONG_TEXT, words=ADOPTED[0][1], required=True, audience=Audience.PUBLIC, longest=LONGEST
)  # fmt: skip
TAKE = """
INSERT INTO assessment_comment (case_id, id, at, section, town, sealed, voice, answers, withheld)
SELECT c.id, $2, $3, $4, $5, $6, $7, $8::smallint[], ''
  FROM cases_case c JOIN assessment_record r ON r.case_id = c.id
  JOIN cases_clock k ON k.case_id = c.id AND k.key = 'consult' AND k.stopped_at IS NULL
 WHERE c.id = $1 AND c.state = 'commenting' AND k.due_at > $3 AND $4 <= r.sections
   FOR SHARE OF c"""
"""Nothing is taken once the time is over, and none comes in while they are counted."""
LOCK = "SELECT seq FROM cases_case WHERE id = $1 FOR UPDATE"
COUNT = """
SELECT count(*) FILTER (WHERE c.voice IS NULL), count(*) FILTER (WHERE c.voice IS NOT NULL), count(*) FILTER (WHERE c.withheld <> ''),
       count(*) FILTER (WHERE c.voice IS NULL AND c.withheld = '' AND c.answer IS NULL),
       count(*) FILTER (WHERE c.withheld = '' AND a.adopted IN ('yes', 'partly')),
       encode(sha256(coalesce(string_agg(uuid_send(c.id) || sha256(c.sealed), ''::bytea ORDER BY c.id), ''::bytea)), 'hex')
  FROM assessment_comment c LEFT JOIN assessment_answer a ON a.case_id = c.case_id AND a.n = c.answer
 WHERE c.case_id = $1"""
DIGESTED = """
SELECT outcomes->'facts'->>'digest' FROM cases_entry WHERE case_id = $1 AND action = 'count' ORDER BY seq DESC LIMIT 1"""
WITHHOLD = """
UPDATE assessment_comment SET withheld = $3, answer = NULL WHERE case_id = $1 AND id = ANY($2::uuid[]) AND withheld = ''"""
ANSWER = """
INSERT INTO assessment_answer (case_id, n, at, adopted, sealed) VALUES ($1, $2, $3, $4, $5)"""
NEXT = "SELECT coalesce(max(n), 0) + 1 FROM assessment_answer WHERE case_id = $1"
ANSWERED = """
UPDATE assessment_comment SET answer = $2 WHERE case_id = $1 AND voice IS NULL AND withheld = '' AND id = ANY($3::uuid[])"""
ANSWERED_ALL = """
UPDATE assessment_comment SET answer = $2
 WHERE case_id = $1 AND voice IS NULL AND withheld = '' AND answer IS NULL AND section = $3"""
WAITING = """
SELECT c.id, c.at, c.section, c.town, c.sealed, c.withheld, c.answer, a.adopted, a.sealed FROM assessment_comment c
  LEFT JOIN assessment_answer a ON a.case_id = c.case_id AND a.n = c.answer
 WHERE c.case_id = $1 AND c.voice IS NULL AND c.id > $2 {more} ORDER BY c.id LIMIT $3"""
SHOWN = {
    "waiting": "AND c.answer IS NULL AND c.withheld = ''",
    "answered": "AND c.answer IS NOT NULL",
    "withheld": "AND c.withheld <> ''",
}
"""What a list of comments is narrowed to. The public reads ``answered``."""
GONE = """
 FROM assessment_{table} x WHERE EXISTS (SELECT FROM cases_erasure e WHERE e.case_id = x.case_id AND e.what @> '["words"]')"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment as staff and, once answered, everybody may read it. `words` None: unreadable. No account, no phone, no place below the
    town; what was written of a number or an address is masked, and kept as it was.
    """

    id: UUID
    at: datetime
    section: int
    town: int | None
    words: str | None
    withheld: str
    adopted: str
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments:
    """A page of them in the order in which they came; `more` is where the next begins."""

    rows: tuple[Comment, ...]
    more: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many there are."""

    comments: int
    surveys: int
    withheld: int
    unanswered: int
    adopted: int
    digest: str

    def fields(self, *keys: str) -> dict[str, Any]:
        """Those of its numbers, by name."""
        return {key: getattr(self, key) for key in keys}


def comment(
    case_id: UUID, wrapped: bytes, *, words: str, section: int, town: int | None, known: Known, at: datetime
) -> UUID:
    """Takes a comment on a section (0: the whole); its id. `town` is the code of a place; what is below its town is left out.

    Raises Invalid for the words, Conflict once the time is over.
    """
    said = clean((WORDS,), {"words": words}, known=known)["words"]
    id_ = new_id()
    _take(case_id, id_, at, section, town, _sealed(case_id, id_, wrapped, {"words": said}), None, None)
    return id_


def answer_survey(
    case_id: UUID,
    wrapped: bytes,
    *,
    questions: Sequence[Field],
    data: Mapping[str, Any],
    account: int,
    town: int | None,
    known: Known,
    at: datetime,
) -> None:
    """Takes the answers of an account to the questionnaire, once. Raises Invalid, Conflict for the second time or once the time is over."""
    said = clean(tuple(questions), data, known=known)
    if not said:
        raise Invalid(_("Please answer at least one question."))
    id_ = new_id()
    voice = voice_of(wrapped, account)
    chosen = [int(said.get(each.key, 0)) if each.choices else 0 for each in questions]
    open_ = {each.key: said[each.key] for each in questions if not each.choices and each.key in said}
    try:
        with transaction.atomic():
            _take(case_id, id_, at, 0, town, _sealed(case_id, id_, wrapped, open_), voice, chosen)
    except IntegrityError:
        raise Conflict(
            _("You have answered this questionnaire already: each account has one voice.")
        ) from None


def _sealed(case_id: UUID, id_: UUID, wrapped: bytes, said: Mapping[str, Any]) -> bytes:
    return keyring().unwrap(wrapped).seal(
        os.urandom(16) + msgspec.json.encode(said), aad=aad(case_id, "comment", 0, id_.hex)
    )  # fmt: skip


def _take(*values: Any) -> None:
    *head, town, sealed, voice, answers = values
    with prepared() as run:
        taken = run(TAKE, [*head, None if town is None else town_of(town), sealed, voice, answers]).rowcount
    if not taken:
        raise Conflict(_("The time for comments is over, or there is no such section."))


def count(run: Run, case_id: UUID) -> Counted:
    """All of a case, in one statement."""
    row = run(COUNT, [case_id]).fetchone()
    comments, surveys, withheld, unanswered, adopted, digest = row or (0, 0, 0, 0, 0, "")
    return Counted(
        comments=comments,
        surveys=surveys,
        withheld=withheld,
        unanswered=unanswered,
        adopted=adopted,
        digest=digest,
    )


def are_whole(case_id: UUID) -> bool:
    """Whether they are, to the byte, those that the end of the consultation counted; so before it was counted."""
    with prepared() as run:
        row = run(DIGESTED, [case_id]).fetchone()
        return row is None or row[0] == count(run, case_id).digest


def end_consultation(case_id: UUID, *, by: Actor, at: datetime) -> Done:
    """Counts them and ends the consultation. Raises what the act does: before its time it is refused."""
    return _counted(
        case_id,
        "count",
        ("comments", "surveys", "withheld", "unanswered", "adopted", "digest"),
        by=by,
        at=at,
    )


def withhold(case_id: UUID, ids: Sequence[UUID], reason: str, *, by: Actor, at: datetime) -> Done:
    """Leaves comments out of what is shown, with a reason of the closed list; the originals stay. Raises NotFound when none is meant."""

    def change(run: Run) -> int:
        return int(run(WITHHOLD, [case_id, list(ids), reason]).rowcount)

    return _counted(case_id, "withhold", ("unanswered", "adopted"), change, by=by, at=at, reason=reason)


def answer_many(
    case_id: UUID,
    *,
    words: str,
    adopted: str,
    ids: Sequence[UUID] = (),
    section: int | None = None,
    known: Known,
    by: Actor,
    at: datetime,
) -> Done:
    """Answers these comments, or with `section` all that still wait there, with the same words. Raises Invalid, NotFound when none is meant."""
    said = clean((WORDS,), {"words": words}, known=known)["words"]
    if adopted not in dict(ADOPTED):
        raise Invalid(fields={"adopted": _("Please choose one of the answers.")})

    def change(run: Run) -> int:
        key = keyring().unwrap(_stand(run, case_id).key)
        (n,) = run(NEXT, [case_id]).fetchone() or (1,)
        sealed = key.seal(said.encode(), aad=aad(case_id, "answer", n, "words"))
        run(ANSWER, [case_id, n, at, adopted, sealed])
        if section is None:
            return int(run(ANSWERED, [case_id, n, list(ids)]).rowcount)
        return int(run(ANSWERED_ALL, [case_id, n, section]).rowcount)

    return _counted(case_id, "answer", ("unanswered", "adopted"), change, by=by, at=at)


def _counted(
    case_id: UUID,
    action: str,
    keys: tuple[str, ...],
    change: Callable[[Run], int] | None = None,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Done:
    with transaction.atomic():
        with prepared() as run:
            row = run(LOCK, [case_id]).fetchone()
            if row is None:
                raise NotFound
            data: dict[str, Any] = {}
            if change is not None:
                data["n"] = change(run)
                if not data["n"]:
                    raise NotFound
            if reason:
                data["reason"] = reason
            data |= count(run, case_id).fields(*keys)
        data["proof"] = prove(case_id, row[0], action, data)
        return act(
            Envelope(
                case_id=case_id,
                action=action,
                by=by,
                at=at,
                received_at=at,
                request_id=uuid4(),
                salt=os.urandom(16),
                data=data,
            )
        )


def comments_for(by: Actor, case_id: UUID, *, which: str, after: UUID | None, known: Known) -> Comments:
    """A page of `which` (of `SHOWN`) for a post that works on the case. Raises NotFound for any other."""
    with prepared() as run:
        stand = _stand(run, case_id)
        if not may_see(by, Audience.OFFICE, stand.case, parties=(), looked=False, known=known):
            raise NotFound
        return _page(run, case_id, keyring().unwrap(stand.key), which, after)


def answered_comments(case_id: UUID, wrapped: bytes, *, after: UUID | None) -> Comments:
    """A page of those that were answered, for everybody once it was decided."""
    with prepared() as run:
        return _page(run, case_id, keyring().unwrap(wrapped), "answered", after)


def _page(run: Run, case_id: UUID, key: CaseKey, which: str, after: UUID | None) -> Comments:
    rows = run(WAITING.format(more=SHOWN[which]), [case_id, after or UUID(int=0), PAGE + 1]).fetchall()
    found = tuple(_comment(case_id, key, *row) for row in rows[:PAGE])
    return Comments(rows=found, more=found[-1].id if len(rows) > PAGE else None)


def _comment(case_id: UUID, key: CaseKey, *row: Any) -> Comment:
    id_, at, section, town, sealed, withheld, answer, adopted, reply = row
    return Comment(
        id=id_,
        at=at,
        section=section,
        town=town,
        words=_words(key, sealed, aad(case_id, "comment", 0, id_.hex)),
        withheld=withheld,
        adopted=adopted or "",
        reply="" if reply is None else _reply(key, reply, aad(case_id, "answer", answer, "words")),
    )


def _words(key: CaseKey, sealed: bytes, bound: bytes) -> str | None:
    try:
        said = str(msgspec.json.decode(key.open(bytes(sealed), aad=bound)[16:]).get("words", ""))
    except (Unreadable, msgspec.DecodeError):
        return None
    return mask(said, ())


def _reply(key: CaseKey, sealed: bytes, bound: bytes) -> str:
    try:
        return key.open(bytes(sealed), aad=bound).decode()
    except Unreadable:
        return ""


def _stand(run: Run, case_id: UUID) -> Any:
    found = read_cases(run, [case_id]).get(case_id)
    if found is None:
        raise NotFound
    return found


def count_erased(before: datetime) -> int:  # noqa: ARG001 - they go as soon as the words of their case
    """How many rows are of cases whose words were erased."""
    with prepared() as run:
        return sum(
            n
            for table in ("comment", "answer")
            for (n,) in run(f"SELECT count(*) {GONE.format(table=table)}", []).fetchall()
        )


def forget_erased(before: datetime) -> int:  # noqa: ARG001
    """Deletes them; how many."""
    with prepared() as run:
        return sum(run(f"DELETE {GONE.format(table=t)}", []).rowcount for t in ("comment", "answer"))
