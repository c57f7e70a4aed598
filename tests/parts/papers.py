# SPDX-License-Identifier: Apache-2.0
"""The papers of the toy: the agreement that is put before the parties, and the same with signatures and seal."""

from anlan.parts.documents.blocks import (
    Block,
    Document,
    Heading,
    Pairs,
    Seal,
    Signature,
    Signatures,
    Table,
    Text,
    say_day,
    say_moment,
)
from anlan.parts.documents.paper import Occasion, Paper
from anlan.parts.signing import reads
from tests.parts.toy import w

WORDS = "双方系上下楼邻居，因夜间弹琴发生争执。\n#panic(1) $x$ *b* @x <y> “引号”（括号）《书名》……"
NAMES = {1: "欧阳若兰", 2: "王建国"}


def blocks(occasion: Occasion, words: str) -> tuple[Block, ...]:
    parties = occasion.view.procedure.parties
    return (
        Pairs(rows=tuple((named.zh, NAMES[n]) for n, (_role, named) in enumerate(parties, start=1))),
        Heading(text="一、争议事实"),
        Text(text=words),
        Heading(text="二、协议内容"),
        Table(
            head=("谁", "做什么", "金额（元）", "期限"),
            rows=(("王建国", "安装隔音垫", "1,234.50", "2026年12月10日"),),
            shares=(2, 4, 2, 3),
        ),
    )


def drafted(occasion: Occasion) -> Document:
    return Document(
        title="样例协议书",
        mark="签署稿",
        made_at=occasion.at,
        blocks=blocks(occasion, str(occasion.values.get("words", ""))),
    )


def sealed(occasion: Occasion) -> Document:
    view = occasion.view
    signed = reads.signatures_in(view, view.case.record["document"])
    office = occasion.known.organisations[occasion.by.organisation_id or 0].words.zh
    lines = tuple(
        Signature(
            role="当事人" if one.party else "调解员",
            name=one.name,
            how=f"{say_moment(one.at)} {one.way or '登录账户'}签署",
            path=one.path,
        )
        for one in signed
    )
    seal = Seal(
        organisation=office,
        day=say_day(occasion.at),
        how=f"本单位 {say_moment(occasion.at)} 在系统中盖章确认",
    )
    return Document(
        title="样例协议书",
        made_at=occasion.at,
        blocks=(*blocks(occasion, WORDS), Signatures(lines=lines), seal),
    )


PAPERS = (
    Paper(
        key="draft",
        words=w("签署稿", "Draft"),
        action="draft",
        compose=drafted,
        field="document",
        verified=False,
    ),
    Paper(
        key="agreement",
        words=w("样例协议书", "Agreement"),
        action="seal",
        compose=sealed,
        field="sealed",
        stands="sealed",
    ),
)
