# SPDX-License-Identifier: Apache-2.0
"""The twelve plain kinds a resident chooses from; `data/kinds.csv` holds the everyday words that lead to each.

A kind groups categories of the standard, and is what routes speak of. No kind is about a person.
"""

from anlan.cases.define import Words
from anlan.cases.standard import words

KINDS: tuple[tuple[str, Words], ...] = (
    ("road", words("道路、桥梁和井盖", "Roads, bridges and covers")),
    ("facility", words("路灯、管线和公共设施", "Lamps, pipes and public facilities")),
    ("rubbish", words("垃圾和环境卫生", "Rubbish and dirt")),
    ("water", words("积水、排水和河道", "Flooding, drains and rivers")),
    ("green", words("树木和绿地", "Trees and green")),
    ("noise", words("噪音、油烟和污染", "Noise, smoke and pollution")),
    ("street", words("占道、停放和招牌广告", "Blocked pavements, parking and signs")),
    ("building", words("违建和房屋外观", "Unauthorised building and house fronts")),
    ("site", words("工地和施工", "Building sites")),
    ("market", words("食品、药品和消费", "Food, medicine and shopping")),
    ("danger", words("安全隐患", "Dangers: fire, gas, machines, crowds")),
    ("other", words("其他", "Something else")),
)

OTHER = "other"
"""The kind of what is none of the others."""
CALL_FIRST = (
    "着火", "起火", "火灾", "爆炸", "漏气", "煤气泄漏", "燃气泄漏", "触电", "溺水", "落水", "受伤", "流血", "昏迷", "晕倒",
    "被困", "抢劫", "打人", "持刀", "跳楼",
    "on fire", "explosion", "gas leak", "smell of gas", "drowning", "injured", "bleeding", "unconscious", "trapped",
    "robbery", "knife",
)  # fmt: skip
"""Words of a report after which the resident is told once to call first; the report is urgent then."""
DANGER_KINDS = frozenset({"danger"})
"""Kinds of which the same is true."""


def call_first(text: str) -> bool:
    """Whether what somebody wrote sounds as if waiting for an office would be wrong."""
    typed = text.casefold()
    return any(word in typed for word in CALL_FIRST)
