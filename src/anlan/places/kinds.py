# SPDX-License-Identifier: Apache-2.0
"""The words that say what kind of place a Chinese name names, and the name without them. Pure."""

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


def core(name: str) -> tuple[str, str]:
    """The name without its kind, and the kind in English: 文三社区 -> ("文三", " Community")."""
    for kind, english in KINDS:
        if name.endswith(kind) and len(name) > len(kind):
            return name.removesuffix(kind), english
    return name, ""


def is_chinese(name: str) -> bool:
    """Whether the name holds a Chinese character."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in name)
