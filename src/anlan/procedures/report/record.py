# SPDX-License-Identifier: Apache-2.0
"""The typed columns of a report as they are before anything happened, and the few words rules need about a case."""

from collections.abc import Mapping
from types import MappingProxyType

from anlan.cases.define import Refusal
from anlan.cases.moment import Moment
from anlan.cases.onward import last_of
from anlan.cases.projection import Projection
from anlan.cases.standard import words

AWAITED, UNTYPED = "awaited", "untyped"
ANSWER_BY, HELPER, TELL = "answer_by", "helper", "tell"
BLANK: Mapping[str, object] = MappingProxyType(
    {
        "kind": "",  # plain kind of kinds.KINDS
        "suggested": None,  # the organisation that routing would send it to
        "returns": 0,  # times given back as "not ours"
        "returned_1": None,  # the units that did, in this order: dispatch does not propose them again
        "returned_2": None,
        "ruled": False,  # a competence ruling binds: no second return
        "handed_up_from": None,  # the room that handed it up
        "delays": 0,  # delays granted
        "asked_n": None,  # the delay asked for
        "asked_unit": "",
        "pause_basis": "",
        "question": False,  # a question to the reporter is open
        "outcome": "",
        "reason": "",  # why not accepted, or why it cannot be settled
        "on_time": None,
        "rework": 0,
        "checked_by": "",  # grid, reporter or room
        "closing": "",  # verified, not_confirmed or on_the_spot
        "reopened": 0,
        "fresh": False,  # reopened: the next dispatch starts a new limit
        "rating": None,
        "urged": 0,
        "urged_due": 0,  # the due date last urged about, in seconds since 1970
        "supervised": 0,
        "overdue": 0,
        "released": False,  # a summary may be published
        "pictured": False,  # photos too, once faces and plates are blurred
        AWAITED: 0,  # photos that the reporter's phone still has and sends after the words
        UNTYPED: False,  # spoken, and nobody has typed it up yet
        "confidential": False,  # the reporter is kept secret from who handles it
        "shared": False,  # the room found that the words do not give the reporter away
        "unscreened": False,  # something was said in confidence that the room has not decided about
        "contact": "",  # whose phone or address was given: person, helper or none; empty: nobody reported for somebody
        ANSWER_BY: "",  # how to answer who was reported for: sms, call, visit, post, slip
        HELPER: "",  # whether who reported for somebody may read on: sees or closed
        TELL: "",  # by which way somebody is to tell the person now: call, visit, post
        "tries": 0,  # how often nobody was reached since
        "erasure": "",  # an appeal against a refused erasure: asked, granted or kept
    }
)


def counted(moment: Moment, key: str) -> int:
    """The value of a counting column, one higher."""
    return int(moment.open_case.record[key]) + 1


def to_screen(moment: Moment) -> dict[str, object]:
    """What marks that a confidential reporter said something more, which the room has not passed on yet."""
    record = moment.open_case.record
    return {"unscreened": True} if record["confidential"] and not record["shared"] else {}


RETURNED = ("returned_1", "returned_2")


def returned_by(moment: Moment) -> set[int]:
    """The units that said it is not theirs, unless a ruling has spoken since."""
    record = moment.open_case.record
    return set() if record["ruled"] else {unit for key in RETURNED if (unit := record[key]) is not None}


def has_reporter(moment: Moment) -> bool:
    """Whether somebody can be asked and told; a grid worker's own find has nobody."""
    return moment.case is not None and "reporter" in moment.case.parties.values()


def whereabouts(moment: Moment) -> Projection:
    """Where the matter of this report is now: here, or in the one that it was merged into."""
    found = last_of(moment.open_case, moment.others)
    if found is None:
        raise Refusal(
            words("它刚刚又并入另一件，请再试一次。", "It was just merged once more. Please try again.")
        )
    return found


def committee(moment: Moment) -> int | None:
    """The village committee that may look on site. None where the place is known to the town only, and where the report is
    about the committee or an office over it.
    """
    case = moment.open_case
    village = moment.known.organisation("village_committee", case.area, on=moment.day)
    return None if village is None or case.barred in moment.known.concerned(village) else village


def checkers(moment: Moment) -> tuple[int, ...]:
    """The committee whose grid workers check on site: it assists until the check, so that they know what to look for.
    None where there is none, or where it works on the case already.
    """
    case, village = moment.open_case, committee(moment)
    return () if village is None or village in {case.holder, case.room} else (village,)


def checked(moment: Moment) -> tuple[int, ...]:
    """The committee that need not look any longer, if it assists."""
    return tuple(
        village for village in checkers(moment) if village in moment.open_case.assigned_now("assist")
    )
