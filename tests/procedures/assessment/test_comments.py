# SPDX-License-Identifier: Apache-2.0
"""What the public says of a draft: sealed, counted, withheld, answered, of nobody; and twenty thousand of them on one case."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.db import connection
from django.utils import translation

from anlan.base.errors import Conflict, Invalid, NotAllowed, NotFound
from anlan.base.ids import new_id
from anlan.base.keys import aad, keyring
from anlan.base.prepared import Rows, Run, prepared
from anlan.cases.catalogue import current
from anlan.cases.define import Refusal
from anlan.cases.models import Entry
from anlan.people.may import SYSTEM, Role
from anlan.places.codes import pad
from anlan.procedures.assessment import comments, draft
from anlan.procedures.assessment.models import PublicAnswer, PublicComment
from anlan.procedures.assessment.published import get_published
from anlan.procedures.assessment.tallies import has_spoken, standing, survey_of
from tests.cases.world import VILLAGE, post
from tests.procedures.assessment.cast import QUESTIONS, Road, assessor, decider, survey

pytestmark = pytest.mark.django_db
MANY = 20_000


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def page(road: Road, which: str = "waiting", after: UUID | None = None) -> comments.Comments:
    return comments.comments_for(assessor(), road.id, which=which, after=after, known=current())


def test_a_comment_is_sealed_and_of_nobody_and_its_place_is_a_town() -> None:
    road = Road().consult()
    road.comment("请装隔音屏。", section=2, town=pad(VILLAGE))
    row = PublicComment.objects.get(case_id=road.id)
    assert row.town == pad("330106004")
    assert "隔音".encode() not in bytes(row.sealed)
    assert {f.name for f in PublicComment._meta.get_fields()} == {
        "case", "pk", "id", "at", "section", "town", "sealed", "voice", "answers", "withheld", "answer",
    }  # fmt: skip
    (found,) = page(road).rows
    assert (found.words, found.section) == ("请装隔音屏。", 2)


def test_only_sections_that_are_there_and_words_that_say_something() -> None:
    road = Road().consult()
    with pytest.raises(Conflict):
        road.comment(section=3)
    for words in (" ", "好" * 2001):
        with pytest.raises(Invalid):
            road.comment(words)


def test_one_voice_an_account_and_nobody_finds_whose_without_the_key() -> None:
    road, other = Road().consult(), Road().consult()
    survey(road, 7, q1="1", q2="5", q4="早点完工。")
    with pytest.raises(Conflict):
        survey(road, 7, q1="2")
    survey(road, 8, q1="2", q3="1")
    survey(other, 7, q1="1")
    with pytest.raises(Invalid):
        survey(road, 9)
    with pytest.raises(Invalid):
        survey(road, 9, q1="9")
    marks = {bytes(voice or b"") for voice in PublicComment.objects.values_list("voice", flat=True)}
    assert len(marks) == 3
    assert [has_spoken(road.id, road.key, account) for account in (7, 9)] == [True, False]


def test_what_a_questionnaire_gave_is_counted_once_five_have_answered_it() -> None:
    road = Road().consult()
    questions = draft.questions_of(QUESTIONS)
    for account in range(4):
        survey(road, account, q1="1", q2="5", q4="早点完工。")
    found = survey_of(road.id, questions)
    assert (found.voices, found.asked, found.too_few) == (4, (), True)
    survey(road, 4, q1="2", q3="1")
    found = survey_of(road.id, questions)
    assert [[n for _words, n in each.answers] for each in found.asked] == [[4, 1], [0, 0, 0, 0, 4], [1, 0, 0]]
    assert not found.too_few


def test_the_ends_of_a_scale_say_what_they_mean() -> None:
    plain, own = draft.questions_of("影响多大？|1-5\n您满意吗？|1-5 很不满意/很满意")
    assert [words.zh for _key, words in plain.choices] == ["1（最低）", "2", "3", "4", "5（最高）"]
    assert [words.zh for _key, words in own.choices][::4] == ["1（很不满意）", "5（很满意）"]
    for wrong in ("1-5 很满意", "1-5 /很满意", "1-5 a/b/c"):
        with pytest.raises(Refusal):
            draft.questions_of(f"您满意吗？|{wrong}")


def test_comments_are_counted_by_section() -> None:
    road = Road().consult()
    first = road.comment(section=1)
    road.comment(section=1)
    road.comment(section=0)
    road.answer(first)
    rows = [(each.section, each.all, each.waiting, each.answered) for each in standing(road.id)]
    assert rows == [(0, 1, 1, 0), (1, 2, 1, 1)]


def test_the_entry_counts_all_with_a_digest_and_no_words() -> None:
    road = Road().consult()
    ids = [road.comment(f"意见 {n}") for n in range(3)]
    survey(road, 7, q1="1")
    comments.withhold(road.id, ids[:1], "insult", by=assessor(), at=road.at)
    road.ended()
    road.count()
    rows = PublicComment.objects.filter(case_id=road.id).order_by("id")
    over = sha256(b"".join(row.id.bytes + sha256(bytes(row.sealed)).digest() for row in rows))
    entry = Entry.objects.get(case_id=road.id, action="count")
    assert entry.outcomes["facts"] == {
        "comments": 3, "surveys": 1, "withheld": 1, "unanswered": 2, "adopted": 0, "digest": over.hexdigest(),
    }  # fmt: skip


def test_one_that_is_changed_or_lost_after_the_count_shows() -> None:
    road = Road().consult()
    one, other = road.comment("意见一"), road.comment("意见二")
    assert comments.are_whole(road.id)
    road.ended()
    road.count().answer(one)
    assert comments.are_whole(road.id)
    row = PublicComment.objects.get(pk=(road.id, other))
    PublicComment.objects.filter(pk=(road.id, one)).update(sealed=row.sealed)
    assert not comments.are_whole(road.id)
    PublicComment.objects.filter(pk=(road.id, one)).delete()
    assert not comments.are_whole(road.id)


def test_what_is_withheld_is_kept_with_its_reason_and_not_shown() -> None:
    road = Road().consult()
    bad, good = road.comment("骂人的话"), road.comment()
    comments.withhold(road.id, [bad], "insult", by=assessor(), at=road.at)
    road.ended()
    road.count().answer(good)
    (kept,) = page(road, "withheld").rows
    assert (kept.words, kept.withheld) == ("骂人的话", "insult")
    shown = comments.answered_comments(road.id, road.key, after=None)
    assert [(each.id, each.reply, each.adopted) for each in shown.rows] == [(good, "采纳。", "yes")]
    with pytest.raises(Invalid):
        comments.withhold(road.id, [good], "dislike", by=assessor(), at=road.at)
    with pytest.raises(NotFound):
        comments.withhold(road.id, [bad], "insult", by=assessor(), at=road.at)


def test_nobody_else_reads_or_answers_them() -> None:
    road = Road().consult()
    one = road.comment()
    stranger = post(Role.ASSESSOR, "town:330106004", "330106004", post_id=77)
    above = post(Role.SUPERVISOR, "city:3301", "3301", post_id=78)
    for by in (stranger, above):
        with pytest.raises(NotFound):
            comments.comments_for(by, road.id, which="waiting", after=None, known=current())
    for by in (stranger, decider()):
        with pytest.raises((NotAllowed, NotFound)):
            comments.withhold(road.id, [one], "insult", by=by, at=road.at)
    assert PublicComment.objects.get(pk=(road.id, one)).withheld == ""


def test_an_answer_given_again_takes_the_place_of_the_first() -> None:
    road = Road().consult()
    one = road.comment()
    road.ended()
    road.count().answer(one, adopted="no", words="不采纳。")
    assert road.case.record["adopted"] == 0
    road.answer(one, adopted="partly", words="部分采纳。")
    assert (road.case.record["unanswered"], road.case.record["adopted"]) == (0, 1)
    assert page(road, "answered").rows[0].reply == "部分采纳。"


def test_with_the_words_of_the_case_they_go() -> None:
    road = Road().consult()
    one = road.comment()
    road.ended()
    road.count().answer(one)
    code = road.case.published_as
    assert code is not None
    assert get_published(code).title == "文三路快速化改造"
    road.do("withdraw", why="方案不成熟。")
    road.do("erase", SYSTEM)
    assert road.case.published_as is None
    with pytest.raises(NotFound):
        get_published(code)
    assert comments.count_erased(road.at) == 2
    assert comments.forget_erased(road.at) == 2
    assert not PublicComment.objects.filter(case_id=road.id).exists()
    assert not PublicAnswer.objects.filter(case_id=road.id).exists()


@contextmanager
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The prepared statements sent inside: all that these rows are read and written with."""
    sent: list[str] = []
    run = Run.__call__

    def counted(self: Run, statement: str, params: Sequence[Any]) -> Rows:
        sent.append(statement)
        return run(self, statement, params)

    with monkeypatch.context() as patch:
        patch.setattr(Run, "__call__", counted)
        yield sent


def many(road: Road) -> list[UUID]:
    """Twenty thousand comments, as they would have come."""
    key = keyring().unwrap(road.key)
    ids = [new_id() for _n in range(MANY)]
    PublicComment.objects.bulk_create(
        [
            PublicComment(
                case_id=road.id,
                id=id_,
                at=road.at,
                section=n % 3,
                town=pad("330106004"),
                sealed=key.seal(
                    os.urandom(16) + msgspec.json.encode({"words": f"意见 {n}"}),
                    aad=aad(road.id, "comment", 0, id_.hex),
                ),
            )
            for n, id_ in enumerate(ids)
        ],
        batch_size=2_000,
    )
    return ids


def test_twenty_thousand_comments_are_counted_answered_and_read_in_a_few_statements(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    road = Road().consult()
    ids = many(road)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE assessment_comment")
    road.ended()
    with statements(monkeypatch) as run:
        road.count()
    assert len(run) <= 6
    assert road.case.record["comments"] == MANY
    with statements(monkeypatch) as run:
        road.answer(section=0, adopted="explained", words="谢谢。")
    assert len(run) <= 12
    road.answer(section=1, adopted="yes")
    assert road.case.record["unanswered"] == sum(n % 3 == 2 for n in range(MANY))
    road.answer(section=2, adopted="partly")
    record = road.case.record
    assert record["unanswered"] == 0
    assert record["adopted"] == sum(n % 3 > 0 for n in range(MANY))
    found: list[UUID] = []
    after: UUID | None = None
    for _page in range(3):
        with statements(monkeypatch) as run:
            shown = comments.answered_comments(road.id, road.key, after=after)
        assert len(run) <= 2
        assert len(shown.rows) == comments.PAGE
        found += [each.id for each in shown.rows]
        after = shown.more
    assert found == sorted(ids)[: 3 * comments.PAGE]
    size = len(str(Entry.objects.filter(case_id=road.id).values_list("outcomes", flat=True)))
    assert size < 30_000
    with connection.cursor() as cursor, prepared():
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM assessment_comment WHERE case_id = %s AND id > %s ORDER BY id LIMIT 51",
            [road.id, ids[0]],
        )
        assert "Index" in str(cursor.fetchall())
