# SPDX-License-Identifier: Apache-2.0
"""How reports of the same matter become one and are taken apart again (docs/decisions/duplicates.md). Pure.

What somebody wrote in a merged report stays in it, where they can erase it: the other report gets an entry that says so,
without their words.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from anlan.cases.define import Refusal
from anlan.cases.effects import Effect, LinkKind, LinkTo
from anlan.cases.moment import Moment
from anlan.cases.projection import Projection, Running
from anlan.cases.standard import words
from anlan.places.calendars import Limit, Unit
from anlan.procedures.report.record import ANSWER_BY, AWAITED, BLANK, to_screen, whereabouts
from anlan.procedures.report.rules_assisted import TO_TELL
from anlan.procedures.report.rules_finish import reopen, rework


def merge(moment: Moment) -> Effect:
    """Ends here and goes on in the other report of the same matter, which says so too."""
    case, other = moment.open_case, moment.others.get(UUID(moment.data["into"]))
    fits = (
        other is not None
        and other.id != case.id
        and other.procedure == case.procedure
        and other.open
        and other.state in moment.procedure.action("absorb").frm
        and (other.room, other.barred) == (case.room, case.barred)
    )
    if other is None or not fits:
        raise Refusal(
            words(
                "贵单位没有这样一件正在办理的事项，请核对编号。",
                "Your office has no such open case. Please check the number.",
            ),
            field="into",
        )
    if case.urgent and not other.urgent:
        raise Refusal(
            words(
                "这一件是紧急的，另一件不是。请把另一件并入这一件。",
                "This one is urgent and the other is not. Please merge the other into this one.",
            ),
            field="into",
        )
    if case.record[ANSWER_BY] in TO_TELL:
        raise Refusal(
            words(
                "本人要求当面或电话告知，并入另一件就没有人告诉他了。请把另一件并入这一件，或者分别办理。",
                "The person asked to be told in person; in another report nobody would. Please merge the other into this one, "
                "or handle both.",
            ),
            field="into",
        )
    return Effect(links=(LinkTo(kind=LinkKind.SAME_MATTER, case_id=other.id, action="absorb"),))


def join(moment: Moment) -> Effect:
    """Somebody says that a matter in hand concerns them too: a report of the same matter, merged as it is opened."""
    main, published = moment.others.get(UUID(moment.data["into"])), moment.procedure.publication
    fits = (
        main is not None
        and main.procedure == moment.procedure.key
        and main.state in moment.procedure.action("absorb").frm
        and published is not None
        and main.state in published.states
        and main.barred is None
        and main.area // VILLAGE == moment.area // VILLAGE
    )
    if main is None or not fits:
        raise Refusal(
            words(
                "这件事现在不能再加入，请把您的单独提交。",
                "This one can no longer be joined. Please send yours on its own.",
            ),
            field="into",
        )
    secret = bool(moment.data.get("confidential"))
    return Effect(
        room=main.room,
        holder=main.room,
        category=main.category,
        record={
            **BLANK,
            "kind": main.record["kind"],
            "confidential": secret,
            "unscreened": secret,
            AWAITED: moment.data.get(AWAITED, 0),
        },
        links=(LinkTo(kind=LinkKind.SAME_MATTER, case_id=main.id, action="absorb"),),
    )


VILLAGE = 1_000
"""A padded code divided by this is the code of the village."""


def unmerge(moment: Moment) -> Effect:
    """Back to where it was merged from, with the time that its room had left; a date told to the reporter stands."""
    case, main, room = moment.open_case, whereabouts(moment), moment.by.organisation_id
    if not main.open:
        raise Refusal(
            words(
                "另一件已经办结，不能再撤销并案；报告人可以说没有办好，或者再报一次。",
                "The other one has ended, so this can no longer be undone. The reporter can say that it is not fixed, "
                "or report it again.",
            )
        )
    back = merged_from(moment)
    left = {
        key: run
        for key in moment.procedure.state(back).clocks
        if not moment.procedure.clock(key).keep and (run := case.last_run(key)) is not None
    }
    return Effect(
        to=back,
        room=room,
        holder=room,
        due={key: _with_time_left(moment, run) for key, run in left.items()},
        limits={key: Limit(n=run.n, unit=Unit(run.unit)) for key, run in left.items()},
        record={"rating": None},
        links=(LinkTo(kind=LinkKind.REVIEW_OF, case_id=main.id, action="let_out"),),
    )


def merged_from(moment: Moment) -> str:
    """The state that it was merged from: the one whose limits stopped with the merge. One that was merged as it was opened
    is now to be accepted.
    """
    case = moment.open_case
    if not case.clocks:
        return "reported"

    def stopped(key: str) -> bool:
        run = case.last_run(key)
        return run is not None and run.stopped_at == case.closed_at

    last = [run.key for run in case.clocks.values() if run.key in {"accept", "dispatch"}][-1]
    if last == "accept":
        return "reported"
    return "returned" if stopped("handle") else "accepted"


def _with_time_left(moment: Moment, run: Running) -> datetime:
    """When a limit of the room's ends: the time in which the report lay merged is not counted, what was used before is."""
    calendar, unit = moment.known.calendar, Unit(run.unit)
    return calendar.advance(run.due_at, calendar.counted(run.stopped_at or moment.at, moment.at, unit), unit)


def add(moment: Moment) -> Effect:
    """Something more about it. In a merged report it is told where the matter goes on."""
    if moment.open_case.open:
        return Effect(record=to_screen(moment))
    main = whereabouts(moment)
    if not main.open:
        raise Refusal(
            words(
                "这件事已经办结；没有办好请说明，我们会继续处理。",
                "It is closed. If it is not fixed, please say so, and it goes on.",
            )
        )
    return _tell(main, "more_said", LinkKind.FOLLOWS_FROM)


def not_fixed(moment: Moment) -> Effect:
    """Who reported the same matter objects: the report that theirs was merged into goes on."""
    main = whereabouts(moment)
    if main.state not in moment.procedure.action("doubted").frm:
        raise Refusal(
            words(
                "还在办理，办理结果出来以后您可以说是不是办好了。",
                "It is still in hand. Once there is an outcome you can say whether it is fixed.",
            )
        )
    return replace(_tell(main, "doubted", LinkKind.REVIEW_OF), record={"rating": None})


def _tell(main: Projection, action: str, kind: LinkKind) -> Effect:
    """An entry in the report in which this one goes on. Only a merge makes it the same matter, so another kind of link."""
    return Effect(links=(LinkTo(kind=kind, case_id=main.id, action=action),))


def doubted(moment: Moment) -> Effect:
    """Back to the unit while it is being checked, and to the room once it was closed, as if its own reporter had said so."""
    if moment.open_case.open:
        return rework(moment)
    return replace(reopen(moment), to="accepted")
