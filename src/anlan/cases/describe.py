# SPDX-License-Identifier: Apache-2.0
"""A declaration as a page for people: its states as a diagram, its actions, limits and notices as tables, in both
languages. Pure; `anlan procedures docs` writes it and a test keeps what is written current.
"""

from collections.abc import Iterable

from anlan.cases.define import START, Action, Procedure, Relation, Who, Words
from anlan.people.may import Role
from anlan.places.calendars import Limit, Unit

RELATIONS = {
    Relation.HOLDER: Words(zh="主办单位", en="the lead"),
    Relation.ROOM: Words(zh="指挥室", en="the room"),
    Relation.ASSISTING: Words(zh="协办单位", en="assisting"),
    Relation.UPPER: Words(zh="上级单位", en="above the lead"),
    Relation.AREA: Words(zh="属地", en="of the place"),
    Relation.PARTY: Words(zh="当事人", en="party"),
    Relation.ANYONE: Words(zh="任何人", en="anyone"),
    Relation.STAFF: Words(zh="工作人员", en="staff"),
    Relation.SYSTEM: Words(zh="系统", en="the system"),
}
UNITS = {
    Unit.MINUTE: Words(zh="分钟", en="minutes"),
    Unit.HOUR: Words(zh="小时", en="hours"),
    Unit.DAY: Words(zh="自然日", en="calendar days"),
    Unit.WORKING_HOUR: Words(zh="工作小时", en="working hours"),
    Unit.WORKING_DAY: Words(zh="工作日", en="working days"),
}


def describe(procedure: Procedure) -> str:
    """The page, in Markdown with a Mermaid diagram."""
    parts = [
        f"# {_both(procedure.words)}",
        f"`{procedure.key}`, version {procedure.version}. {procedure.purpose.zh} {procedure.purpose.en}",
        "Written by `anlan procedures docs` from the declaration; do not edit.",
        "```mermaid\n" + "\n".join(_diagram(procedure)) + "\n```",
        "## 状态 States",
        _table(("状态", "State", "公众看到", "Shown to residents", "时限 Limits"), _states(procedure)),
        "## 动作 Actions",
        _table(("动作", "Action", "从 From", "到 To", "谁 Who"), _actions(procedure)),
        "## 时限 Limits",
        _table(
            ("时限", "Limit", "多长 How long", "谁的 Whose", "到点 Escalation", "依据 Basis"),
            _clocks(procedure),
        ),
    ]
    if procedure.notices:
        parts += [
            "## 通知 Notices",
            _table(("动作后 After", "告诉 Told", "内容", "Words", "渠道 Channels"), _notices(procedure)),
        ]
    if procedure.measures:
        parts += [
            "## 指标 Measures",
            _table(("指标", "Measure", "公式", "Formula", "来源 Source"), _measures(procedure)),
        ]
    parts += ["## 公开与保存 Publication and keeping", "\n".join(_keeping(procedure))]
    return "\n\n".join(parts) + "\n"


def _both(words: Words) -> str:
    return f"{words.zh} {words.en}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _diagram(procedure: Procedure) -> Iterable[str]:
    """Actions that move the case, those between the same two states on one arrow; what stays is in the table."""
    yield "stateDiagram-v2"
    for state in procedure.states:
        yield f"    {state.key}: {_label(state.words)}"
    arrows: dict[tuple[str, str], list[Action]] = {}
    for action in procedure.actions:
        for start in action.frm:
            for end in _ends(action):
                if start != end:
                    arrows.setdefault((start, end), []).append(action)
    for (start, end), actions in arrows.items():
        said = "<br/>".join(_label(action.words) for action in actions)
        yield f"    {start or '[*]'} --> {end}: {said}"
    for state in procedure.states:
        if not state.open:
            yield f"    {state.key} --> [*]"


def _label(words: Words) -> str:
    return _both(words).replace(":", "：").replace(";", "；")


def _ends(action: Action) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*([action.to] if action.to is not None else []), *action.may_lead_to)))


def _states(procedure: Procedure) -> Iterable[tuple[str, ...]]:
    for state in procedure.states:
        clocks = [procedure.clock(key).words.zh for key in state.clocks]
        clocks += [f"{procedure.clock(key).words.zh}（暂停 paused）" for key in state.pauses]
        yield state.words.zh, state.words.en, state.public.zh, state.public.en, "、".join(clocks)


def _actions(procedure: Procedure) -> Iterable[tuple[str, ...]]:
    for action in procedure.actions:
        ends = [procedure.state(end).words.zh for end in _ends(action)]
        yield (
            action.words.zh,
            action.words.en,
            "、".join(procedure.state(start).words.zh if start else "（新 new）" for start in action.frm),
            "、".join(ends) or "（不变 stays）",
            "；".join(dict.fromkeys(_who(procedure, who) for who in action.by)),
        )


def _who(procedure: Procedure, who: Who) -> str:
    relation = RELATIONS[who.relation].zh
    if who.relation is Relation.PARTY:
        names = dict(procedure.parties)
        roles = [names[role].zh for role in who.roles]
    else:
        roles = [Role(role).zh for role in who.roles]
    return f"{relation}：{'、'.join(roles)}" if roles else relation


def _clocks(procedure: Procedure) -> Iterable[tuple[str, ...]]:
    for clock in procedure.clocks:
        steps = [f"{step.percent}% {procedure.action(step.action).words.zh}" for step in clock.escalate]
        yield (
            clock.words.zh,
            clock.words.en,
            _limit(clock.limit),
            RELATIONS[clock.owner].zh,
            "、".join(steps),
            _both(clock.basis),
        )


def _limit(limit: Limit) -> str:
    return f"{limit.n} {_both(UNITS[limit.unit])}"


def _notices(procedure: Procedure) -> Iterable[tuple[str, ...]]:
    for notice in procedure.notices:
        yield (
            procedure.action(notice.on).words.zh,
            RELATIONS[notice.to].zh,
            notice.words.zh,
            notice.words.en,
            "、".join(str(channel) for channel in notice.channels),
        )


def _measures(procedure: Procedure) -> Iterable[tuple[str, ...]]:
    for one in procedure.measures:
        yield one.words.zh, one.words.en, one.formula.zh, one.formula.en, one.source


def _keeping(procedure: Procedure) -> Iterable[str]:
    if procedure.publication is None:
        yield "- 不公开。Nothing is published."
    else:
        shown = "、".join(procedure.state(key).words.zh for key in procedure.publication.states)
        yield f"- 公开状态 public in: {shown}；办结后 {procedure.publication.months} 个月下架 months after closing."
        if procedure.publication.never:
            yield f"- 从不公开的类别 never public: {'、'.join(code for _scheme, code in procedure.publication.never)}"
    yield f"- 办结后保存 kept {procedure.retention.years} 年 years：{_both(procedure.retention.basis)}"
    if START in {start for action in procedure.actions for start in action.frm}:
        yield f"- 附件 files: {', '.join(procedure.attachments)}（每次 at most {procedure.most_attachments}）"
