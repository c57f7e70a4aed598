# SPDX-License-Identifier: Apache-2.0
"""Guards and effects of meetings. Pure. Each works on the column of its own action's audience."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from anlan.cases.define import Refusal
from anlan.cases.effects import Effect
from anlan.cases.known import local_day
from anlan.cases.moment import Moment
from anlan.cases.projection import Projection
from anlan.cases.standard import words
from anlan.parts.meetings.columns import Row, State, column

FURTHEST = timedelta(days=365)
ONLINE = "online"


@dataclass(frozen=True, slots=True, kw_only=True)
class MayCall:
    """A meeting lies ahead and says where it is. `days`: so many days lie between its notice and it (a hearing: 7)."""

    days: int = 0

    def __call__(self, moment: Moment) -> None:
        """Raises Refusal."""
        data = moment.data
        begins = data["begins"]
        if not moment.at < begins <= moment.at + FURTHEST:
            raise Refusal(
                words("请填写今后一年内的时间。", "Please give a time within the coming year."),
                field="begins",
            )
        zone = moment.known.calendar
        if (local_day(begins, zone) - local_day(moment.at, zone)).days < self.days:
            raise Refusal(
                words(
                    f"须提前 {self.days} 日通知并送达材料，请改到以后的日期。",
                    f"Notice and material are due {self.days} days before. Please choose a later date.",
                ),
                field="begins",
            )
        online = data["form"] == ONLINE
        if online and not str(data.get("link", "")).startswith("https://"):
            raise Refusal(
                words(
                    "请填写会议链接，以 https:// 开头。",
                    "Please give the link of the meeting; it begins with https://.",
                ),
                field="link",
            )
        if not online and not data.get("where"):
            raise Refusal(words("请填写地点。", "Please say where."), field="where")


def called(moment: Moment) -> Effect:
    """One meeting more, named by the number of this entry."""
    row = Row(
        seq=moment.open_case.seq + 1,
        begins=int(moment.data["begins"].timestamp()),
        minutes=moment.data["minutes"],
        state="called",
    )
    return Effect(record={column(moment.action.audience): [*_rows(moment), row]})


def may_hold(moment: Moment) -> None:
    """Only what was called and has begun was held."""
    row = _which(moment)
    if moment.at < datetime.fromtimestamp(row["begins"], UTC):
        raise Refusal(
            words("会议还没有开始；改期请先取消。", "It has not begun. To move it, call it off first."),
            field="meeting" if "meeting" in moment.data else None,
        )


def held(moment: Moment) -> Effect:
    """It was held."""
    return _became(moment, "held")


def may_call_off(moment: Moment) -> None:
    """Only what was called and not held can be called off."""
    _which(moment)


def called_off(moment: Moment) -> Effect:
    """It does not take place."""
    return _became(moment, "off")


def without(case: Projection) -> list[Row]:
    """The meetings with everybody once those that were called are off, for an effect that forbids them."""
    rows: Sequence[Row] = case.record["meetings"]
    return [Row(**{**row, "state": "off"}) if row["state"] == "called" else row for row in rows]


def _rows(moment: Moment) -> Sequence[Row]:
    rows: Sequence[Row] = moment.open_case.record.get(column(moment.action.audience)) or []
    return rows


def _which(moment: Moment) -> Row:
    """The meeting that is meant: the one named, else the first that still stands. Raises Refusal."""
    standing = sorted(
        (row for row in _rows(moment) if row["state"] == "called"),
        key=lambda row: (row["begins"], row["seq"]),
    )
    if not standing:
        raise Refusal(words("没有已安排的会议。", "No meeting is arranged."))
    named = moment.data.get("meeting")
    found = next((row for row in standing if named in {None, row["seq"]}), None)
    if found is None:
        raise Refusal(
            words("这次会议已经结束或取消。", "That meeting has ended or was called off."), field="meeting"
        )
    return found


def _became(moment: Moment, state: State) -> Effect:
    seq = _which(moment)["seq"]
    rows = [Row(**{**row, "state": state}) if row["seq"] == seq else row for row in _rows(moment)]
    return Effect(record={column(moment.action.audience): rows}, why={"meeting": seq})
