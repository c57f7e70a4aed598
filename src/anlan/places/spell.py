# SPDX-License-Identifier: Apache-2.0
"""How a Chinese place name is typed and written in Latin letters. Pure.

Syllables follow `pypinyin`, which knows readings of whole words but not every local one; an office's own English name
goes before. Names in other scripts are left alone.
"""

import gzip
from typing import NamedTuple

from anlan.places.kinds import core, is_chinese
from anlan.places.source import SPELLINGS, read_divisions


class Spelling(NamedTuple):
    """Pinyin syllables parted by spaces, and the name in English."""

    pinyin: str
    english: str


def spell(name: str) -> Spelling:
    """The spelling of a Chinese name; nothing for one that has no Chinese character."""
    if not is_chinese(name):
        return Spelling("", "")
    from pypinyin import lazy_pinyin  # import: its dictionaries are most of a start, and few names are new

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
