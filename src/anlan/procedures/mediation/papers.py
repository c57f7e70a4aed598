# SPDX-License-Identifier: Apache-2.0
"""The papers of a mediation: the text to be signed, the agreement in force, the joint application for judicial confirmation.

What a paper holds is what People's Mediation Law art. 29 asks: the parties, the main facts, the points and what each answers for, the
terms with their way and time. Composed of what both sides may read; nothing that one side confided can come into it.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from anlan.cases.queries import View
from anlan.cases.standard import words
from anlan.parts.documents.blocks import (
    Block,
    Document,
    Heading,
    Items,
    Pairs,
    Seal,
    Signature,
    Signatures,
    Text,
    say_day,
    say_moment,
)
from anlan.parts.documents.paper import Occasion, Paper
from anlan.parts.signing.reads import signatures_in
from anlan.procedures.mediation.reads import terms_in, values_of
from anlan.procedures.mediation.record import disputants, side_of
from anlan.procedures.mediation.terms import KINDS

SIDE_WORDS = {"side1": "申请方", "side2": "对方"}
WAYS = {"code": "短信验证码签署", "paper": "纸质签署", "": "本人登录签署"}
LAW = (
    "本协议经各方当事人自愿协商达成，自各方签名、调解员签名并加盖调解组织印章之日起生效。"
    "各方可自协议生效之日起三十日内，共同向有管辖权的人民法院申请司法确认。"
)


def called(view: View, n: int) -> str:
    """What a person is called in the papers, with their side."""
    return f"{SIDE_WORDS.get(side_of(view.case, n), '')}{_name(view, n)}"


def _name(view: View, n: int) -> str:
    """Their name; their number where it is erased or not to be read."""
    person = next((each for each in view.people if each.n == n), None)
    name = str((person.contact or {}).get("name", "")) if person else ""
    return name or f"（当事人 {n}）"


PROMISES = {
    "transfer": "于{day}前以转账方式支付：{what}",
    "cash": "于{day}前以现金方式支付：{what}",
    "act": "于{day}前完成：{what}",
    "cease": "自{day}起：{what}",
    "deliver": "于{day}前交付：{what}",
    "apologise": "于{day}前赔礼道歉：{what}",
}
"""How each mode of `terms.MODES` reads in a paper."""


def say_term(view: View, term: Mapping[str, Any], *, name: Callable[[View, int], str] = called) -> str:
    """One term in a sentence: who (by `name`) does what, how, how much, by when."""
    day = date.fromisoformat(term["day"])
    amount = term.get("amount")
    paid = f"，金额人民币 {amount // 100:,}.{amount % 100:02d} 元" if amount else ""
    promise = PROMISES[term["mode"]].format(
        day=f" {day.year}年{day.month}月{day.day}日", what=str(term.get("what", "")).rstrip("。；;. ")
    )
    return f"{name(view, term['who'])}{promise}{paid}。"


def _latest(view: View, action: str) -> dict[str, Any]:
    line = next((each for each in view.timeline.lines if each.action == action), None)
    return values_of(line) if line else {}


def _parties(view: View) -> Pairs:
    return Pairs(
        rows=tuple((SIDE_WORDS[side_of(view.case, n)], _name(view, n)) for n in disputants(view.case))
    )


def _body(occasion: Occasion) -> tuple[Block, ...]:
    view = occasion.view
    drafted = _latest(view, "draft")
    kind = dict(KINDS)[view.case.record["kind"]].zh
    return (
        _parties(view),
        Pairs(rows=(("纠纷类型", kind), ("调解组织", _office(occasion)))),
        Heading(text="一、主要事实"),
        Text(text=str(drafted.get("facts", ""))),
        Heading(text="二、争议点"),
        Text(text=str(drafted.get("points", ""))),
        Heading(text="三、各方责任"),
        Text(text=str(drafted.get("liability", ""))),
        Heading(text="四、协议内容"),
        Items(texts=tuple(say_term(view, term) for term in terms_in(view))),
        Heading(text="五、生效与确认"),
        Text(text=LAW),
    )


def _office(occasion: Occasion) -> str:
    room = occasion.known.organisations.get(occasion.view.case.room or 0)
    return room.words.zh if room else ""


def compose_text(occasion: Occasion) -> Document:
    """The text that is put before the parties, with room for a pen."""
    view = occasion.view
    people = tuple(Signature(role=called(view, n)) for n in disputants(view.case))
    return Document(
        title="调解协议书",
        note="一部分达成协议" if occasion.values.get("partly") else "",
        mark="签署稿",
        blocks=(*_body(occasion), Signatures(lines=(*people, Signature(role="调解员")))),
        made_at=occasion.at,
    )


def compose_agreement(occasion: Occasion) -> Document:
    """The agreement in force: the same text, who signed it how and when, and the seal."""
    view, zone = occasion.view, occasion.at.tzinfo
    signed = sorted(
        signatures_in(view, view.case.record["document"]),
        key=lambda each: (each.party is None, each.party or 0),
    )
    lines = tuple(
        Signature(
            role=called(view, each.party) if each.party is not None else "调解员",
            name=each.name,
            how=_how(each.way, each.at.astimezone(zone), each.witness),
            path=each.path,
        )
        for each in signed
    )
    return Document(
        title="调解协议书",
        note="一部分达成协议" if view.case.record["partial"] else "",
        blocks=(
            *_body(occasion),
            Signatures(lines=lines),
            Text(text=f"签署文本摘要：{view.case.record['document']}", plain=True),
            Seal(
                organisation=_office(occasion),
                day=say_day(occasion.at),
                how=f"本组织已于 {say_moment(occasion.at)} 在系统中盖章确认",
            ),
        ),
        made_at=occasion.at,
    )


def _how(way: str, at: datetime, witness: str) -> str:
    attested = f"，见证人 {witness}" if witness else ""
    return f"{WAYS.get(way, way)}，{say_moment(at)}{attested}"


def compose_application(occasion: Occasion) -> Document:
    """The joint application for judicial confirmation (Civil Procedure Law arts 205, 206)."""
    view = occasion.view
    agreed = datetime.fromisoformat(str(view.case.record["agreed_at"])).astimezone(occasion.at.tzinfo)
    return Document(
        title="司法确认申请书",
        blocks=(
            Pairs(rows=tuple(("申请人", _name(view, n)) for n in disputants(view.case))),
            Text(text="（住址、联系方式、身份证件号码由各申请人签名时填写，本系统不记录）", plain=True),
            Heading(text="一、申请事项"),
            Text(text="请求人民法院依法确认各方于下列日期达成的调解协议有效。"),
            Pairs(rows=(("协议生效日", say_day(agreed)), ("调解组织", _office(occasion)))),
            Heading(text="二、协议内容"),
            Items(texts=tuple(say_term(view, term, name=_name) for term in terms_in(view))),
            Heading(text="三、各方承诺"),
            Items(
                texts=(
                    "出于自愿达成协议，没有恶意串通、规避法律的行为。",
                    "因该协议内容给他人造成损害的，愿意承担相应的民事责任和其他法律责任。",
                )
            ),
            Heading(text="四、所附材料"),
            Items(
                texts=(
                    "调解协议书",
                    "各方身份证明（到法院时出示，不在本系统留存）",
                    "与协议有关的财产权利证明",
                )
            ),
            Text(text="此致　＿＿＿＿＿＿＿＿＿＿人民法院"),
            Signatures(lines=tuple(Signature(role=f"申请人{_name(view, n)}") for n in disputants(view.case))),
        ),
        made_at=occasion.at,
    )


PAPERS = (
    Paper(
        key="text",
        words=words("协议书签署稿", "Agreement to be signed"),
        action="settle",
        compose=compose_text,
        field="document",
        verified=False,
    ),
    Paper(
        key="agreement",
        words=words("调解协议书", "Mediation agreement"),
        action="seal",
        compose=compose_agreement,
        field="sealed",
        stands="sealed",
    ),
    Paper(
        key="application",
        words=words("司法确认申请书", "Application for judicial confirmation"),
        action="prepare",
        compose=compose_application,
        verified=False,
    ),
)
