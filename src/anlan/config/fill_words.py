# SPDX-License-Identifier: Apache-2.0
"""Made-up words and photos. Each says that it is made up; none is anybody's.

What people write is put together from the tables in data/: what is seen, by category and condition; how it was settled, by
category and outcome; notes of offices; landmarks. Each in Chinese and English: a place is told of in its own language.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from pathlib import Path
from random import Random
from typing import Literal

from anlan.places.region import region

HERE = "\ue000"
"""Stands for the village's name in made-up words until a place is chosen. Nothing but a mark or a space touches it."""
MADE_UP = "made_up"
MARK = "【演示数据】"
MARKS = {"zh": MARK, "en": " [demonstration, made up]"}

Tongue = Literal["zh", "en"]

OPENINGS: Mapping[str, Mapping[Tongue, tuple[str, ...]]] = {
    "grid": {
        "zh": (
            "{h}，{l}{d}。已拍照，请安排处理",
            "{h}，巡查到{l}，{d}",
            "{h}，走访路过{l}，看到{d}",
            "{h}，{l}：{d}，现场照片已上传",
            "{h}，上午巡查，{l}{d}，请尽快处理",
            "{h}，居民说{l}{d}，到现场看过，情况属实",
        ),
        "en": (
            "{h}, {l}: {d}. Photo taken, please arrange",
            "On patrol at {h}: {d}, {l}",
            "{h}: {d}, {l}; the photo shows it",
            "Residents of {h} told me and I went to see: {d}, {l}",
        ),
    },
    "resident": {
        "zh": (
            "{h}，{l}{d}，好几天了，请来看看",
            "{h}，{d}，就在{l}，每天上下班都要经过",
            "你好，{h}，{l}{d}，麻烦安排人处理一下，谢谢",
            "{h}，{l}{d}，老人和孩子经过不方便",
            "{h}，{l}那边{d}，以前也说过，希望这次能解决",
            "{h}，昨天晚上路过{l}，{d}，请核实",
            "{h}，{d}，位置在{l}，不知道归哪个部门管",
        ),
        "en": (
            "{h}, {l}: {d}. It has been like this for days, please have a look",
            "At {h}, {l}, {d}. I pass there every day",
            "Good day, {h}: {d}, {l}. Could somebody see to it, please",
            "{h}, {l}: {d}. I do not know who is in charge",
        ),
    },
    "hotline": {
        "zh": (
            "来电反映：{h}，{l}{d}，希望有关部门处理",
            "{h}，来电人说{l}{d}，要求现场核实后答复",
            "{h}，来电反映{d}，在{l}，希望尽快解决",
        ),
        "en": (
            "By phone: {h}, {l}: {d}. The caller asks for it to be dealt with",
            "{h}: the caller says that {d}, {l}, and would like an answer",
        ),
    },
}


def tongue() -> Tongue:
    """The language that people write here."""
    return "zh" if region().languages[0].startswith("zh") else "en"


def marked(words: str, language: Tongue) -> str:
    """A sentence, with its end and the mark that it is made up."""
    return f"{words}。{MARK}" if language == "zh" else f"{words[:1].upper()}{words[1:]}.{MARKS['en']}"


def opening(pick: Random, *, source: str, code: str, nth: int, otherwise: str, language: Tongue) -> str:
    """What somebody writes who saw the `nth` condition of this category; `otherwise` where the table knows none."""
    seen = [*_seen()[language][code, str(nth)], *_seen()[language][code, "0"]] or [otherwise]
    pattern = pick.choice(OPENINGS[source][language])
    return marked(pattern.format(h=HERE, l=landmark(pick, language), d=pick.choice(seen)), language)


def conditions_in_storm(code: str) -> list[int]:
    """Which conditions of a category, counted from 1, a storm is said to bring."""
    return sorted({max(1, int(nth)) for of, nth in _seen()["zh"] if of == f"storm:{code}"})


def landmark(pick: Random, language: Tongue) -> str:
    """Where in a village."""
    return pick.choice(_landmarks()[language])


def address(pick: Random, language: Tongue) -> str:
    """How somebody describes the place."""
    return (
        f"{HERE}，{landmark(pick, language)}" if language == "zh" else f"{HERE}, {landmark(pick, language)}"
    )


def answer(pick: Random, *, code: str, outcome: str, language: Tongue) -> str:
    """How what is of this category was settled: in words that fit it alone, else in some that fit anything."""
    told = _told("answered", "codes", "outcome")[language]
    return marked(pick.choice(told[code, outcome] or told["*", outcome]), language)


def note(pick: Random, about: str, language: Tongue) -> str:
    """What an office or the reporter says on the way."""
    return marked(pick.choice(_told("noted", "for")[language][about,]), language)


def in_own(zh: str, en: str) -> str:
    """Words that were written in both languages, in the one of the place, with their mark."""
    return f"{zh}{MARK}" if tongue() == "zh" else f"{en}{MARKS['en']}"


Texts = Mapping[Tongue, Mapping[tuple[str, ...], list[str]]]


@lru_cache(maxsize=1)
def _seen() -> Texts:
    found: dict[Tongue, dict[tuple[str, ...], list[str]]] = {
        "zh": defaultdict(list),
        "en": defaultdict(list),
    }
    for row in _rows("said"):
        for code in row["codes"].split():
            found["zh"][code, row["condition"]].append(row["zh"])
            found["en"][code, row["condition"]].append(row["en"])
    return found


@lru_cache(maxsize=2)
def _told(table: str, *keys: str) -> Texts:
    found: dict[Tongue, dict[tuple[str, ...], list[str]]] = {
        "zh": defaultdict(list),
        "en": defaultdict(list),
    }
    for row in _rows(table):
        for key in product(*(row[name].split() for name in keys)):
            found["zh"][key].append(row["zh"])
            found["en"][key].append(row["en"])
    return found


@lru_cache(maxsize=1)
def _landmarks() -> Mapping[Tongue, list[str]]:
    rows = list(_rows("landmarks"))
    return {"zh": [row["zh"] for row in rows], "en": [row["en"] for row in rows]}


def _rows(table: str) -> Iterator[dict[str, str]]:
    with (Path(__file__).parent / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
