# SPDX-License-Identifier: Apache-2.0
"""Actions any procedure may include: note, remind, overdue, rezone, look, invite, correct, erase; and how a figure is said.

Each function makes an `Action` for the states and people a procedure names; the rules here are pure and know no
procedure. A procedure that wants more fields or another effect uses `dataclasses.replace` or declares its own.
"""

from dataclasses import replace

from anlan.cases.clocks import due_steps
from anlan.cases.define import STAY, Action, Audience, Field, Kind, Measure, Refusal, Relation, Who, Words
from anlan.cases.effects import Effect
from anlan.cases.known import ELSEWHERE, covers
from anlan.cases.moment import Moment
from anlan.cases.projection import Projection


def words(zh: str, en: str) -> Words:
    """Both languages."""
    return Words(zh=zh, en=en)


def measure(
    key: str,
    name: tuple[str, str],
    formula: tuple[str, str],
    *,
    source: str,
    counts: str = "",
    of: str | None = None,
    headline: bool = False,
) -> Measure:
    """A figure by its name and its formula in both languages: of the fact of its own name, unless `counts` says another."""
    return Measure(
        key=key,
        words=words(*name),
        counts=counts or key,
        of=of,
        formula=words(*formula),
        source=source,
        headline=headline,
    )


SYSTEM = Who(relation=Relation.SYSTEM)

CLOCK = Field(key="clock", kind=Kind.TEXT, words=words("时限", "Limit"), required=True, fact=True, longest=40)
PERCENT = Field(
    key="percent",
    kind=Kind.WHOLE_NUMBER,
    words=words("已用百分比", "Percent used"),
    required=True,
    fact=True,
    low=1,
    high=999,
)

AREA = Field(
    key="area",
    kind=Kind.WHOLE_NUMBER,
    words=words("地方代码（15 位）", "Place code (15 digits)"),
    required=True,
    fact=True,
    low=10**14,
    high=10**15 - 1,
)

LOOK_REASONS = (
    ("supervision", words("督办或检查本件办理情况", "Supervising or inspecting how this case is handled")),
    ("complaint", words("处理对本件的投诉或异议", "Dealing with a complaint or objection about this case")),
    ("emergency", words("紧急情况需要联系当事人", "An emergency: the person must be reached")),
    ("audit", words("依计划开展的审计", "A planned audit")),
    ("review", words("复议、诉讼或信访复查需要", "A review, lawsuit or petition re-examination")),
    ("answer", words("按本人选择的方式答复本人", "Answering the person in the way they chose")),
    ("quality", words("按抽样规则核对办理质量", "A sampled check of quality")),
)
"""The only reasons for which words and parties of somebody else's case are opened; the person sees which."""


def clock_is_due(moment: Moment) -> None:
    """Refuses an escalation whose time has not come, or that is not this action's: a sweep may be late, never early."""
    key, percent = moment.data["clock"], moment.data["percent"]
    found = moment.open_case.running(key)
    clock = next((c for c in moment.procedure.clocks if c.key == key), None)
    if found is None or clock is None:
        raise Refusal(words("这个时限现在没有在计时。", "This limit is not running now."), field="clock")
    step = next((s for s in clock.escalate if s.percent == percent), None)
    if (
        step is None
        or step.action != moment.action.key
        or due_steps(found[1], clock, at=moment.at) != percent
    ):
        raise Refusal(words("还没有到这一步。", "It is not yet time for this step."), field="percent")


def escalated(moment: Moment) -> Effect:
    """Marks the percentage as reached."""
    return Effect(escalated={moment.data["clock"]: moment.data["percent"]})


def remind(*, frm: tuple[str, ...]) -> Action:
    """The system's reminder before a limit ends."""
    return Action(
        key="remind",
        words=words("提醒", "Remind"),
        done=words("系统提醒：时限将到", "reminded: a limit will end soon"),
        frm=frm,
        to=STAY,
        by=(SYSTEM,),
        fields=(CLOCK, PERCENT),
        guard=clock_is_due,
        effect=escalated,
        material=False,
        on_screen=False,
    )


def overdue(*, frm: tuple[str, ...]) -> Action:
    """The system's note that a limit has ended; notices after it tell the upper organisation."""
    return Action(
        key="overdue",
        words=words("超期", "Overdue"),
        done=words("时限已过", "the limit has passed"),
        frm=frm,
        to=STAY,
        by=(SYSTEM,),
        fields=(CLOCK, PERCENT),
        guard=clock_is_due,
        effect=escalated,
        audience=Audience.REPORTER,
        material=False,
        on_screen=False,
    )


def invite(*, frm: tuple[str, ...], by: tuple[Who, ...]) -> Action:
    """Gives the outside unit that leads a link with which it answers without signing in; see `invitations`."""
    return Action(
        key="invite",
        words=words("给外部单位办理链接", "Link for the outside unit"),
        done=words("给了外部单位一个办理链接", "gave the outside unit a link to answer with"),
        frm=frm,
        to=STAY,
        by=by,
        guard=leads_from_outside,
        material=False,
        on_screen=False,
    )


def leads_from_outside(moment: Moment) -> None:
    """Only a unit outside the administration needs a link; everybody else has a desk."""
    holder = moment.known.organisations.get(moment.open_case.holder or 0)
    if holder is None or holder.kind != ELSEWHERE:
        raise Refusal(
            words(
                "只有外部单位（供水、供电、通信等）主办的事项才需要链接。",
                "Only a case that an outside unit leads (water, power, telecom) needs a link.",
            )
        )


def note(*, frm: tuple[str, ...], by: tuple[Who, ...], audience: Audience = Audience.OFFICE) -> Action:
    """A line in the file that changes nothing."""
    return Action(
        key="note",
        words=words("备注", "Add a note"),
        done=words("添加了备注", "added a note"),
        frm=frm,
        to=STAY,
        by=by,
        fields=(
            Field(
                key="words",
                kind=Kind.LONG_TEXT,
                words=words("备注", "Note"),
                required=True,
                audience=audience,
            ),
            Field(
                key="files", kind=Kind.FILES, words=words("照片或文件", "Photos or files"), audience=audience
            ),
        ),
        audience=audience,
        material=False,
    )


def _rezone(moment: Moment) -> Effect:
    area, case = moment.data["area"], moment.open_case
    if moment.known.organisation("county_centre", area, on=moment.day) is None:
        raise Refusal(
            words("没有这个地方，请从列表选择。", "There is no such place. Please choose from the list."),
            field="area",
        )
    room = moment.known.organisations.get(case.room) if case.room is not None else None
    if moment.by.kind == "post" and (room is None or not covers(room.area, area)):
        raise Refusal(
            words("这个地方不归你们管，请移交给上级。", "That place is not yours. Please hand the case up."),
            field="area",
        )
    return Effect(area=area)


def rezone(*, frm: tuple[str, ...], by: tuple[Who, ...]) -> Action:
    """Moves an open case to the place it belongs to: after a change of divisions, or when the place was found out."""
    return Action(
        key="rezone",
        words=words("更正所在地", "Correct the place"),
        done=words("更正了所在地", "corrected the place"),
        frm=frm,
        to=STAY,
        by=(SYSTEM, *by),
        fields=(AREA,),
        effect=_rezone,
        audience=Audience.REPORTER,
    )


def look(*, frm: tuple[str, ...], by: tuple[Who, ...]) -> Action:
    """Opens parties and words to a post that is not assigned, for a listed reason that the person sees."""
    return Action(
        key="look",
        words=words("查看内容与当事人", "Open words and parties"),
        done=words("查看了内容与当事人", "opened words and parties"),
        frm=frm,
        to=STAY,
        by=by,
        fields=(
            Field(
                key="reason",
                kind=Kind.CHOICE,
                words=words("理由", "Reason"),
                required=True,
                fact=True,
                choices=LOOK_REASONS,
                hint=words(
                    "报告人会看到是哪个单位、哪个岗位、什么时间、为什么看。",
                    "The reporter sees which office and post looked, when, and why.",
                ),
            ),
        ),
        audience=Audience.REPORTER,
        material=False,
        reasons=LOOK_REASONS,
    )


CALL_REASONS = (
    (
        "caller",
        words(
            "本人来电或到窗口查询，已用上报时的手机验证",
            "The person called or came, and proved the phone used when reporting",
        ),
    ),
)


def called(*, frm: tuple[str, ...], by: tuple[Who, ...]) -> Action:
    """Opens parties and words to a clerk for one call of the person, who proved their phone; see `callers`."""
    return replace(
        look(frm=frm, by=by),
        key="called",
        words=words("为来电来访的本人打开", "Open for a caller"),
        done=words("为来电来访的本人打开了内容", "opened it for the person, who called or came"),
        fields=(
            Field(
                key="reason",
                kind=Kind.CHOICE,
                words=words("理由", "Reason"),
                required=True,
                fact=True,
                choices=CALL_REASONS,
            ),
        ),
        reasons=CALL_REASONS,
        on_screen=False,
    )


def corrected(moment: Moment) -> Effect:
    """What was said to be right instead. Raises Refusal for an entry that is not there or a condition of another category."""
    case, data = moment.open_case, moment.data
    if data["entry"] > case.seq:
        raise Refusal(words("没有这一条记录。", "There is no such entry."), field="entry")
    category = data.get("category", case.category)
    condition = data.get("condition")
    if condition is not None and moment.known.conditions[condition].category != category:
        raise Refusal(
            words("这个情形不属于所选类别。", "This condition is not one of the chosen category."),
            field="condition",
        )
    return Effect(category=data.get("category"), condition=condition, urgent=data.get("urgent") or None)


def correct(*, frm: tuple[str, ...], by: tuple[Who, ...]) -> Action:
    """Says what was wrong in an earlier entry; the entry itself stays as it was."""
    return Action(
        key="correct",
        words=words("更正", "Correct"),
        done=words("更正了一处记录", "corrected an entry"),
        frm=frm,
        to=STAY,
        by=by,
        fields=(
            Field(
                key="entry",
                kind=Kind.WHOLE_NUMBER,
                words=words("更正第几条", "Which entry"),
                required=True,
                fact=True,
                low=1,
            ),
            Field(
                key="words",
                kind=Kind.LONG_TEXT,
                words=words("应为", "What is right"),
                required=True,
                audience=Audience.REPORTER,
            ),
            Field(key="category", kind=Kind.CATEGORY, words=words("正确的类别", "Right category"), fact=True),
            Field(
                key="condition", kind=Kind.CONDITION, words=words("正确的情形", "Right condition"), fact=True
            ),
            Field(key="urgent", kind=Kind.YES_NO, words=words("紧急", "Urgent"), fact=True),
        ),
        effect=corrected,
        audience=Audience.REPORTER,
    )


def unpublished(case: Projection) -> bool | None:
    """What takes the public page of a case away; nothing where there is none."""
    return None if case.published_as is None else False


def erased(moment: Moment) -> Effect:
    """Words, parties and files go, and the public page with them."""
    # With the person goes what the person has allowed.
    given = moment.open_case.record
    record = {key: False for key in ("released", "pictured") if given.get(key)}
    return Effect(
        erased=("words", "parties", "files"), published=unpublished(moment.open_case), record=record
    )


def erase(*, frm: tuple[str, ...], by: tuple[Who, ...]) -> Action:
    """Erases words, parties and files: asked for by the person, or by the system when the keeping time has ended."""
    return Action(
        key="erase",
        words=words("删除我的信息", "Erase my data"),
        done=words("内容与当事人信息已删除", "words and parties were erased"),
        frm=frm,
        to=STAY,
        by=(SYSTEM, *by),
        effect=erased,
        audience=Audience.REPORTER,
        material=False,
    )
