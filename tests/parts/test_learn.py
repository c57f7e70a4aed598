# SPDX-License-Identifier: Apache-2.0
"""What is learnt, what is not, and that its worth is measured on cases it has not seen."""

import random
from datetime import UTC, datetime, timedelta

import numpy as np

from anlan.cases.bigrams import tokens
from anlan.parts.suggestions.learn import FEWEST_CASES, Learnt, Sample, fit, learn, pack, slots_of, unpack

DAY = datetime(2026, 3, 1, tzinfo=UTC)
SAID = {
    (1, 10): ("路灯不亮", "晚上路灯坏了很黑", "路灯一闪一闪", "street light is out"),
    (2, 20): ("井盖不见了", "井盖破了一个洞", "下水道井盖松动", "manhole cover missing"),
    (3, 30): ("垃圾没人清理", "垃圾桶满了很臭", "一堆生活垃圾", "rubbish piled up"),
}
WHERE = ("学校门口", "菜场旁边", "公交站", "小区北门", "near the bridge")


def samples(n: int = 600, *, shuffled: bool = False) -> list[Sample]:
    draw = random.Random(7)
    made = []
    for i in range(n):
        label = draw.choice(list(SAID))
        text = f"{draw.choice(WHERE)} {draw.choice(SAID[label])}"
        told = draw.choice(list(SAID)) if shuffled else label
        made.append(Sample(frozenset(tokens(text)), told, DAY + timedelta(hours=i)))
    return made


def learnt(given: list[Sample]) -> Learnt:
    found = learn(given)
    assert found is not None
    return found


def test_what_words_have_in_common_is_learnt_and_measured_on_later_cases() -> None:
    found = learnt(samples())
    assert (found.cases, found.worth.held_out) == (600, 120)
    assert found.worth.first > 110
    assert found.worth.guess < 60
    assert found.weights.best(tokens("公交站的路灯坏了"))[0][0] == (1, 10)


def test_where_there_is_nothing_to_learn_the_measure_says_so() -> None:
    worth = learnt(samples(shuffled=True)).worth
    assert worth.first < 0.55 * worth.held_out


def test_a_word_of_few_cases_is_not_learnt() -> None:
    rare = "胡桃夹子"
    given = samples()
    marked = [
        Sample(one.tokens | tokens(rare), one.label, one.opened_at) if i < FEWEST_CASES - 1 else one
        for i, one in enumerate(given)
    ]
    alone = [
        slot
        for slot in slots_of(tokens(rare))
        if slot not in slots_of(set().union(*(s.tokens for s in given)))
    ]
    assert alone
    assert not np.any(fit(marked).table[alone])


def test_a_rare_label_is_not_suggested() -> None:
    odd = Sample(frozenset(tokens("路灯不亮")), (9, 90), DAY)
    assert (9, 90) not in fit([*samples(), odd]).labels


def test_the_same_cases_teach_the_same_and_it_survives_being_kept() -> None:
    once, again = fit(samples()), fit(samples())
    assert np.array_equal(once.table, again.table)
    kept = unpack(pack(once))
    for text in ("路灯", "井盖没了", "rubbish", "？"):
        assert [label for label, _s in kept.best(tokens(text), 1)] == [
            label for label, _s in once.best(tokens(text), 1)
        ]


def test_two_labels_are_told_apart_too() -> None:
    two = [one for one in samples() if one.label != (3, 30)]
    weights = fit(two)
    assert weights.best(tokens("路灯"))[0][0] == (1, 10)
    assert weights.best(tokens("井盖"))[0][0] == (2, 20)


def test_too_few_cases_teach_nothing() -> None:
    assert learn(samples(100)) is None


def test_how_often_a_score_was_right_is_counted_from_the_held_out_cases() -> None:
    worth = learnt(samples()).worth
    assert sum(said for said, _right in worth.steps) == worth.held_out
    assert sum(right for _said, right in worth.steps) == worth.first
    right, of = worth.right(0.99)
    assert 0 < right <= of <= worth.held_out
