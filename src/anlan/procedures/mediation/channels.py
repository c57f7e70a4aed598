# SPDX-License-Identifier: Apache-2.0
"""Which kinds of mediation an office does: a village or community has a people's mediation committee and nothing else. Pure."""

from anlan.cases.define import Refusal
from anlan.cases.known import Known
from anlan.cases.moment import Moment
from anlan.cases.projection import Projection
from anlan.cases.standard import words
from anlan.procedures.mediation.terms import CHANNELS

DONE_BY = {
    "village_committee": ("people",),
    "town_room": ("people", "industry", "administrative", "labour"),
    "county_department": ("administrative", "industry", "labour"),
}
"""By kind of organisation, the usual one first (People's Mediation Law art. 8, 34; labour mediation law art. 10). A centre houses all."""


def _of_office(case: Projection, known: Known) -> tuple[str, ...]:
    office = known.organisations[case.room] if case.room is not None else None
    return DONE_BY.get(office.kind if office else "", tuple(key for key, _words in CHANNELS))


def usual(case: Projection, known: Known) -> str:
    """What the office that has it mostly does."""
    return _of_office(case, known)[0]


def check(moment: Moment, channel: str) -> None:
    """Refuses what the office does not do."""
    if channel not in _of_office(moment.open_case, moment.known):
        said = dict(CHANNELS)[channel]
        raise Refusal(
            words(
                f"本单位不做{said.zh}。请选本单位的调解类型；确实属于{said.zh}的，请上交，由有权的单位办理。",
                f"Your office does not do this: {said.en.lower()}. Please choose what it does, or hand the case up to an office that may.",
            ),
            field="channel",
        )
