# SPDX-License-Identifier: Apache-2.0
"""How a Chinese place name is typed and written in Latin letters, and what is left of it without its kind. Pure.

Syllables follow `pypinyin`, which knows readings of whole words but not every local one; an office's own English name
goes before. Names in other scripts are left alone.
"""

import gzip
from typing import NamedTuple

from pypinyin import lazy_pinyin

from anlan.places.source import SPELLINGS, read_divisions

KINDS = (
    ("畲族自治县", " She Autonomous County"),
    ("村村民委员会", " Village"),
    ("村村委员会", " Village"),
    ("村民委员会", " Village"),
    ("村村委会", " Village"),
    ("村委会", " Village"),
    ("社区居民委员会", " Community"),
    ("社区居委会", " Community"),
    ("居民委员会", " Community"),
    ("居委会", " Community"),
    ("社区", " Community"),
    ("街道办事处", " Subdistrict"),
    ("街道", " Subdistrict"),
    ("畲族镇", " She Town"),
    ("畲族乡", " She Township"),
    ("虚拟生活区", " Residential Area"),
    ("生活区", " Residential Area"),
    ("管理区", " Management Area"),
    ("经济技术开发区", " Economic and Technological Development Zone"),
    ("经济开发区", " Economic Development Zone"),
    ("开发区", " Development Zone"),
    ("省", " Province"),
    ("市", ""),
    ("县", " County"),
    ("区", " District"),
    ("镇", " Town"),
    ("乡", " Township"),
    ("村", " Village"),
)
SHORT = {" Village": "村", " Community": "社区", " Subdistrict": "街道"}
"""The short word people write for a kind."""


class Spelling(NamedTuple):
    """Pinyin syllables parted by spaces, and the name in English."""

    pinyin: str
    english: str


def core(name: str) -> tuple[str, str]:
    """The name without its kind, and the kind in English: 文三社区 -> ("文三", " Community")."""
    for kind, english in KINDS:
        if name.endswith(kind) and len(name) > len(kind):
            return name.removesuffix(kind), english
    return name, ""


def is_chinese(name: str) -> bool:
    """Whether the name holds a Chinese character."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in name)


def spell(name: str) -> Spelling:
    """The spelling of a Chinese name; nothing for one that has no Chinese character."""
    if not is_chinese(name):
        return Spelling("", "")
    syllables = [part.strip().lower() for part in lazy_pinyin(name) if part.strip()]
    stem, kind = core(name)
    whole = len(syllables) == len(name)  # a syllable each: the stem's are the first ones
    latin = ""
    for syllable in syllables[: len(stem)] if whole else lazy_pinyin(stem):
        # A syllable that begins with a vowel is parted by an apostrophe: Lin'an.
        latin += f"'{syllable}" if latin[-1:].isalpha() and syllable[0] in "aoe" else syllable
    return Spelling(" ".join(syllables), latin[:1].upper() + latin[1:].rstrip() + kind)


def main() -> None:
    """Writes the spellings of the package's divisions, in their order: `python -m anlan.places.spell`."""
    lines = ("\t".join(spell(division.name)) for division in read_divisions())
    SPELLINGS.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))


if __name__ == "__main__":
    main()
