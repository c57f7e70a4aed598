# SPDX-License-Identifier: Apache-2.0
"""Actions by which a summary of a case comes before everybody, and goes again: the person allows it, staff write it.

Photos come along where the person allowed that too, as copies on which staff have blurred faces and plates (`veiling`). Checked
before it is public: nothing of what is about a public office, nothing that points at a person, no word of a register
of people.
Whoever takes it back, the person or the office, takes it off at once.
"""

import re
from collections.abc import Mapping

from anlan.base.boundary import check_words
from anlan.base.errors import BoundaryRefused
from anlan.cases.define import STAY, Action, Audience, Field, Kind, Refusal, Who, Words
from anlan.cases.effects import Effect
from anlan.cases.moment import Moment
from anlan.cases.personal import Found, What, find_personal
from anlan.cases.standard import unpublished, words
from anlan.cases.veiling import LONGEST, PHOTOS

LOOKS: Mapping[What, Words] = {
    What.NUMBER: words("“{}”像电话或证件的号码", "“{}” looks like the number of a phone or an identity card"),
    What.PLATE: words("“{}”像车牌", "“{}” looks like a number plate"),
    What.EMAIL: words("“{}”像电子邮箱", "“{}” looks like an e-mail address"),
    What.NAME: words(
        "“{}”像本件或者相关件报告人的称呼",
        "“{}” looks like what somebody of this case, or of one joined to it, is called",
    ),
}
OTHER_WORDS = re.compile(r"[\s,，、;；]+")
LONGEST_WORD = 20
"""Characters: no sentence is a word."""


def _allow(moment: Moment) -> Effect:
    case, allowed = moment.open_case, moment.data["allow"]
    record = {"released": allowed != "no", "pictured": allowed == "photos"}
    # Who allows less than before takes all off at once; the words can be published again without photos.
    less = allowed == "no" or (case.record["pictured"] and allowed != "photos")
    return Effect(record=record, published=unpublished(case) if less else None)


def release(*, frm: tuple[str, ...], by: tuple[Who, ...]) -> Action:
    """The person says whether more than the bare facts may be published; a no takes back what was. Needs the typed
    columns `released` and, for photos, `pictured`.
    """
    return Action(
        key="release",
        words=words("是否同意公开", "Allow publishing"),
        done=words("决定了是否同意公开", "decided about publishing"),
        frm=frm,
        to=STAY,
        by=by,
        fields=(
            Field(
                key="allow",
                kind=Kind.CHOICE,
                words=words("是否同意公开办理情况的摘要？", "May a summary of how it went be published?"),
                required=True,
                fact=True,
                choices=(
                    ("yes", words("同意，只公开文字", "Yes, words only")),
                    (
                        "photos",
                        words(
                            "同意，照片也可以：先由工作人员盖住面孔和车牌",
                            "Yes, photos too: staff blur faces and number plates first",
                        ),
                    ),
                    ("no", words("不同意", "No")),
                ),
                hint=words(
                    "不会公开姓名、电话；随时可以改变。",
                    "Never your name or phone; you can change this any time.",
                ),
            ),
        ),
        effect=_allow,
        audience=Audience.REPORTER,
        material=False,
    )


def _publish(moment: Moment) -> Effect:
    if not moment.open_case.record["released"]:
        raise Refusal(
            words(
                "报告人没有同意公开，只公开类别、乡镇街道、状态、日期和单位。",
                "The reporter has not agreed: only category, town, state, dates and office are public.",
            )
        )
    if moment.open_case.barred is not None:
        # That office, which may not see the case, reads public pages too.
        raise Refusal(words("反映公共单位的事项不公开。", "What is about a public office is not published."))
    _check_photos(moment)
    summary = moment.data["summary"]
    other = tuple(word for word in OTHER_WORDS.split(moment.data.get("other_words", "")) if word)
    if any(len(word) > LONGEST_WORD for word in other):
        raise Refusal(
            words("每个词最多二十个字。", "A word has at most twenty characters."), field="other_words"
        )
    found = find_personal(summary, moment.people, other_words=other)
    if found:
        raise _points_at_somebody(found)
    try:
        check_words(summary, where="public summary")
    except BoundaryRefused as refused:
        refused.fields["summary"], refused.found["summary"] = refused.message, (refused.term,)
        raise
    return Effect(published=True)


def _check_photos(moment: Moment) -> None:
    """Photos are published where the person allowed that too, each as the copy that was made for it, and none beside them."""
    photos = moment.data.get(PHOTOS, "")
    if (photos or moment.pictures) and not moment.open_case.record["pictured"]:
        raise Refusal(
            words(
                "报告人只同意公开文字，照片请不要选。",
                "The reporter allowed the words only: please leave the photos out.",
            ),
            field=PHOTOS,
        )


def _points_at_somebody(found: list[Found]) -> Refusal:
    said = {each.text: LOOKS[each.what] for each in found}
    zh = (
        "；".join(looks.zh.format(text) for text, looks in said.items())
        + "。请删去，只写做了什么、现在怎样。"
    )
    en = "; ".join(looks.en.format(text) for text, looks in said.items())
    en += ". Please take that out and say only what was done and how it is now."
    if any(each.what is What.NAME for each in found):
        zh += "如果称呼是路名一类词的一部分，请把整个词写在“不是人名的词”里。"
        en += " If a name is part of a word such as the name of a road, write that whole word below."
    return Refusal(words(zh, en), field="summary", found=tuple(said))


def publish(*, frm: tuple[str, ...], by: tuple[Who, ...]) -> Action:
    """Publishes a summary written for everybody, once the person has allowed it. Done again, it replaces the words."""
    return Action(
        key="publish",
        words=words("公开摘要", "Publish a summary"),
        done=words("公开了摘要", "published a summary"),
        frm=frm,
        to=STAY,
        by=by,
        fields=(
            Field(
                key="summary",
                kind=Kind.LONG_TEXT,
                words=words("公开的文字", "What everybody will read"),
                required=True,
                audience=Audience.PUBLIC,
                longest=1000,
                hint=words(
                    "不要写姓名、电话、门牌和车牌。", "No names, phones, house numbers or number plates."
                ),
            ),
            Field(
                key="other_words",
                kind=Kind.TEXT,
                words=words("不是人名的词", "Words that are nobody's name"),
                longest=200,
                hint=words(
                    "只在系统误认时填写，例如路名“王先生路”。",
                    "Only when a word is taken for somebody by mistake, such as “Mr Wang Road”.",
                ),
            ),
            Field(
                key=PHOTOS,
                kind=Kind.LONG_TEXT,
                words=words("公开的照片", "Photos that everybody will see"),
                longest=LONGEST,
                asked=False,
            ),
        ),
        effect=_publish,
        needs=("names",),
        audience=Audience.PUBLIC,
        material=False,
    )


def _unpublish(moment: Moment) -> Effect:
    if moment.open_case.published_as is None:
        raise Refusal(words("现在没有公开的摘要。", "No summary is public now."))
    return Effect(published=False)


def unpublish(*, frm: tuple[str, ...], by: tuple[Who, ...]) -> Action:
    """Takes the summary away again, at once."""
    return Action(
        key="unpublish",
        words=words("撤下公开的摘要", "Take the summary off"),
        done=words("撤下了公开的摘要", "took the summary off"),
        frm=frm,
        to=STAY,
        by=by,
        fields=(Field(key="words", kind=Kind.LONG_TEXT, words=words("为什么", "Why"), required=True),),
        effect=_unpublish,
        audience=Audience.REPORTER,
        material=False,
    )
