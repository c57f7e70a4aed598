# SPDX-License-Identifier: Apache-2.0
"""Actions by which a summary of a case comes before everybody, and goes again: the person allows it, staff write it.

Checked before it is public: nothing of what is about a public office, no long number, no word of a register of people.
Whoever takes it back, the person or the office, takes it off at once.
"""

import re

from anlan.base.boundary import check_words
from anlan.cases.bigrams import long_number, plain
from anlan.cases.define import STAY, Action, Audience, Effect, Field, Kind, Refusal, Who
from anlan.cases.moment import Moment
from anlan.cases.standard import unpublished, words

DAY = re.compile(r"\b(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}\b")
"""A date is no number of anybody's."""
PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][\W_]*[a-z0-9]{5,6}"
)


def _allow(moment: Moment) -> Effect:
    allowed = moment.data["allow"] == "yes"
    return Effect(record={"released": allowed}, published=None if allowed else unpublished(moment.open_case))


def release(*, frm: tuple[str, ...], by: tuple[Who, ...]) -> Action:
    """The person says whether more than the bare facts may be published; a no takes back what was. Needs the typed
    column `released`.
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
                choices=(("yes", words("同意", "Yes")), ("no", words("不同意", "No"))),
                hint=words(
                    "不会公开姓名、电话和照片；随时可以改变。",
                    "Never your name, phone or photos; you can change this any time.",
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
    summary = moment.data["summary"]
    if long_number(DAY.sub(" ", summary)) is not None or PLATE.search(plain(summary)):
        raise Refusal(
            words(
                "里面有电话、证件、车牌一类的号码。请删去，只写做了什么、现在怎样。",
                "It holds a number like a phone's, an identity card's or a number plate. Please take it out and say "
                "only what was done and how it is now.",
            ),
            field="summary",
        )
    check_words(summary, where="public summary")
    return Effect(published=True)


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
        ),
        effect=_publish,
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
